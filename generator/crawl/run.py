"""Targets to Results: every server in its pool, each ending in one state, none stopping another.

Called by the command line. A snapshot is written the moment its server is done; a cancelled run
ends every child and keeps what is finished.
"""

from __future__ import annotations

import asyncio
import shutil
import traceback
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.crawl import cgroup, watch
from generator.crawl import snapshot as files
from generator.crawl.child import running
from generator.crawl.envelope import warm
from generator.crawl.outcome import Failure, clean, hint_for
from generator.crawl.plan import not_observed, spread
from generator.crawl.redact import redactor
from generator.crawl.remote import RemoteServer
from generator.crawl.stdio import Environment, StdioServer
from generator.crawl.stopwatch import Stopwatch
from generator.crawl.turns import Turns
from generator.crawl.writer import Writer
from generator.model import Snapshot, Source
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.crawl.journal import Journal
    from generator.crawl.plan import Target
    from generator.crawl.record import Record
    from generator.crawl.remote import Web
    from generator.model import Remote


_THREAD_BYTES = 256 * 1024
_AHEAD = 4
"""Packages waiting for their turn, per server that runs: some install while others answer."""
_REMOTES_AHEAD = 256
"""Remotes waiting for their turn: enough that a slow host does not keep the others waiting."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one server ended: today's attempt, what is kept of it, and what was there before."""

    slug: str
    attempt: Snapshot
    kept: Snapshot
    earlier: Snapshot | None
    seconds: float
    written: bool


@dataclass(frozen=True, slots=True)
class Crawl:
    """One run: the shared environment, where snapshots are, and how many servers at once."""

    shared: Environment
    web: Web
    folder: Path
    today: str
    journal: Journal
    era: str = ""
    """The protocol era to try first with every server; empty: what worked last time."""
    installs: int = 2
    starts: int = 4
    before: Path | None = None
    """Where earlier snapshots are that the folder lacks."""
    discard: bool = False
    """Whether a package is removed when the last server that needs it was asked."""

    async def run(self, targets: Sequence[Target], done: Callable[[Result], None]) -> None:
        """Crawl every target; `done` is called with each result as it is written."""
        self._sweep()
        if any(target.package for target in targets):
            warm()
        pools = (asyncio.Semaphore(self.installs), asyncio.Semaphore(self.starts))
        started = iter([target for target in targets if target.remote is None])
        asked = iter(spread([target for target in targets if target.remote is not None]))
        writer = Writer()
        left = Counter(target.package.key for target in targets if target.package)

        async def some(waiting: Iterator[Target]) -> None:
            for target in waiting:
                done(await self._one(target, pools, writer))
                if target.package is not None:
                    left[target.package.key] -= 1
                    if self.discard and not left[target.package.key]:
                        await asyncio.to_thread(self.shared.installer.discard, target.package)

        try:
            async with asyncio.TaskGroup() as group:
                for waiting, width in ((started, _AHEAD * self.starts), (asked, _REMOTES_AHEAD)):
                    for _ in range(min(width, len(targets))):
                        group.create_task(some(waiting))
        finally:
            writer.close()
            self.journal.write()
            await self._clear()

    async def _clear(self) -> None:
        """Leave nothing behind."""
        await cgroup.close()
        if not self.shared.sandbox.is_isolated:
            # While servers come and go, the kernel's list of our children may lack one.
            watch.kill_orphans(running())

    def _sweep(self) -> None:
        """Remove what an earlier run left when it was killed."""
        cgroup.sweep()
        self.shared.installer.sweep()
        for folder in self.shared.scratch.glob("run-*"):
            shutil.rmtree(folder, ignore_errors=True)
        for partial in self.folder.glob(".*.partial"):
            partial.unlink(missing_ok=True)
        if not self.shared.sandbox.is_isolated:
            watch.adopt_orphans()

    async def _one(
        self, target: Target, pools: tuple[asyncio.Semaphore, asyncio.Semaphore], writer: Writer
    ) -> Result:
        stopwatch = Stopwatch()
        try:
            attempt = await self._attempt(target, pools, stopwatch)
        except Exception as error:  # noqa: BLE001  # a bug of ours must not cost the other servers
            attempt = self._failed(target, _own_fault(error), Source("stdio"), None, str)
        result = await writer.call(keep, self.folder, self.before, attempt, stopwatch.seconds)
        self.journal.finish(target.slug, attempt, result.seconds)
        return result

    async def _attempt(
        self,
        target: Target,
        pools: tuple[asyncio.Semaphore, asyncio.Semaphore],
        stopwatch: Stopwatch,
    ) -> Snapshot:
        era = self.era or self.journal.era(target.slug)
        if target.remote is not None:
            return await self._remote(target, target.remote, era, stopwatch)
        if target.package is None:
            failure = not_observed(target)
            return self._failed(target, failure, Source("stdio"), None, str)
        server = StdioServer(
            target.spec, target.package, self.shared, Turns(*pools, stopwatch), era
        )
        redact = redactor(server.secrets, server.hidden_paths)
        try:
            await server.ask(redact)
        except Failure as failure:
            return self._failed(target, failure, server.source, server.record, redact)
        self._remember(target.slug, server.era, server.record)
        return await _observed(target.slug, self.today, server.record, server.source)

    def _remember(self, slug: str, era: str, record: Record) -> None:
        self.journal.remember_era(slug, era)
        self.journal.remember_freshness(slug, record.fresh_seconds)

    async def _remote(
        self, target: Target, remote: Remote, era: str, stopwatch: Stopwatch
    ) -> Snapshot:
        server = RemoteServer(target.spec, remote, self.web, era, stopwatch)
        redact = redactor(server.secrets, [])
        try:
            await server.ask(redact)
        except Failure as failure:
            return self._failed(target, failure, server.source, server.record, redact)
        self._remember(target.slug, server.era, server.record)
        return await _observed(target.slug, self.today, server.record, server.source)

    def _failed(
        self,
        target: Target,
        failure: Failure,
        source: Source,
        record: Record | None,
        redact: Callable[[str], str],
    ) -> Snapshot:
        made = files.failed(target.slug, self.today, failure, source, record)
        limit = self.shared.limits.reason_chars
        hint = failure.hint or hint_for(failure.state, failure.reason)
        return replace(made, reason=clean(failure.reason, redact, limit), hint=hint)


def keep(folder: Path, before: Path | None, attempt: Snapshot, seconds: float) -> Result:
    """Write what an attempt and the earlier snapshot come to together.

    `before` holds what the folder does not have yet, when it is a part of a catalogue.
    """
    earlier = files.read(folder, attempt.server)
    if earlier is None and before is not None:
        earlier = files.read(before, attempt.server)
    kept = files.merged(earlier, attempt)
    return Result(attempt.server, attempt, kept, earlier, seconds, files.write(folder, kept))


async def _observed(slug: str, today: str, record: Record, source: Source) -> Snapshot:
    if record.received < _THREAD_BYTES:
        return files.observed(slug, today, record, source)
    # Digests of thousands of tools take longer than other servers should wait.
    return await asyncio.to_thread(files.observed, slug, today, record, source)


def _own_fault(error: Exception) -> Failure:
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}:{where.lineno}"
    return Failure(
        State.NOT_OBSERVED,
        f"the crawler itself failed at {place}: {type(error).__name__}: {error}",
        "report it to the authors of this program",
    )
