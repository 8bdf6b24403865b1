"""One package to a Snapshot: install, start, ask, end; with the retries that pay.

Called by `run.py` for each Target with a package. Three things are worth a second try: the other
protocol era, the older `mcp` library when a Python server breaks on the newest, and the network
when it was asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.crawl import cgroup, local, watch
from generator.crawl.child import running, start
from generator.crawl.connect import Unanswered, ask_versions, other_era, talk
from generator.crawl.conversation import HANDSHAKE
from generator.crawl.outcome import Failure
from generator.crawl.plan import Settings, settings
from generator.crawl.pypi import PYTHON_PREFIX, other_pythons
from generator.crawl.record import Record
from generator.crawl.sandbox import HOME, WORK, Bind, environment
from generator.crawl.wire import Cleaner
from generator.model import Source
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from generator.crawl.child import Child
    from generator.crawl.install import Installation, Installer
    from generator.crawl.limits import Limits
    from generator.crawl.sandbox import Sandbox
    from generator.crawl.turns import Turns
    from generator.model import Package, ServerSpec

_OLD_MCP = "mcp<2"
_BREAKS_ON_NEW_MCP = re.compile(
    r"(?s)(ImportError|ModuleNotFoundError|AttributeError|TypeError).{0,300}(mcp|FastMCP|Server)"
    r"|cannot import name|from mcp|import mcp"
)
_PATIENCE = 0.6
"""The share of the time after which silence means that the other era is tried."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What all stdio servers of a run share."""

    installer: Installer
    sandbox: Sandbox
    limits: Limits
    variables: Mapping[str, str]
    """The operator's environment; declared names only are ever read from it."""
    network: bool
    scratch: Path


def _purl(package: Package, version: str) -> str:
    if package.registry_type == "local":
        # A path of this machine must not be published.
        return f"pkg:generic/{os.path.basename(package.identifier).replace('@', '%40')}"  # noqa: PTH119  # text
    return replace(package, version=version).purl


def _remove(folder: str) -> None:
    if not folder:
        return
    try:
        os.rmdir(folder)  # noqa: PTH106  # nearly always empty; looking first costs more
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)


async def _watch(child: Child, limits: Limits) -> None:
    child.fail(await watch.bounded(child.process_id, limits))


class StdioServer:
    """One crawl of one package; `ask` runs it to its end."""

    def __init__(
        self,
        spec: ServerSpec,
        package: Package,
        shared: Environment,
        turns: Turns,
        era: str,
    ) -> None:
        self._spec, self._package, self._shared = spec, package, shared
        self._turns = turns
        home = HOME if shared.sandbox.is_isolated else "."
        self._settings: Settings = settings(package.environment, shared.variables, home)
        self._scripts = bool(spec.crawl.scripts_reason)
        self._network = bool(spec.crawl.network_reason)
        self._installation: Installation | None = None
        self.record = Record()
        self.era = era or HANDSHAKE

    @property
    def secrets(self) -> Mapping[str, str]:
        """Return the real secrets this server gets, by name."""
        return self._settings.secrets

    @property
    def hidden_paths(self) -> list[str]:
        """Return the paths of this machine that no text may name."""
        paths = [str(self._shared.installer.cache)]
        if self._package.registry_type == "local" and "/" in self._package.identifier:
            paths.append(str(local.place(self._package.identifier).parent))
        return paths

    async def ask(self, redact: Callable[[str], str]) -> None:
        """Fill the record with everything the server lists.

        Raises:
            Failure: the ending, when no list could be read.
        """
        installation = await self._install(())
        try:
            await self._start(installation, redact)
        except Failure as failure:
            retry = await self._retry(installation, failure)
            if retry is None:
                raise
            try:
                await self._start(retry, redact)
            except Failure as second:
                raise (second if retry is not installation else failure) from None

    async def _retry(self, used: Installation, failure: Failure) -> Installation | None:
        if failure.state not in {State.FAILED_TO_START, State.NEEDS_AUTH, State.TIMED_OUT}:
            return None
        if self._package.registry_type == "pypi" and _BREAKS_ON_NEW_MCP.search(failure.reason):
            return await self._install((_OLD_MCP,))
        if self._shared.network and not self._network and "network" in failure.hint:
            self._network = True
            return used
        return None

    async def _install(self, extra: tuple[str, ...]) -> Installation:
        async with self._turns.install():
            try:
                found = await self._shared.installer.install(
                    self._package, scripts=self._scripts, extra=extra
                )
            except Failure as failure:
                if "another Python" not in failure.hint:
                    raise
                found = await self._other_python(extra, failure)
        self._installation = found
        return found

    async def _other_python(self, extra: tuple[str, ...], failure: Failure) -> Installation:
        for version in other_pythons():
            try:
                return await self._shared.installer.install(
                    self._package,
                    scripts=self._scripts,
                    extra=(*extra, f"{PYTHON_PREFIX}{version}"),
                )
            except Failure as again:
                failure = again
        raise failure

    async def _start(self, installation: Installation, redact: Callable[[str], str]) -> None:
        limits = self._shared.limits
        async with self._turns.start():
            loop = asyncio.get_running_loop()
            deadline = loop.time() + limits.stdio_seconds
            try:
                await self._once(installation, redact, limits.stdio_seconds, _PATIENCE)
            except Unanswered as first:
                left = deadline - loop.time()
                if left < 1 or _BREAKS_ON_NEW_MCP.search(first.reason):
                    raise
                self.era = other_era(self.era)
                try:
                    await self._once(installation, redact, left, 1.0)
                except Failure:
                    self.era = other_era(self.era)
                    raise first from None

    async def _once(
        self,
        installation: Installation,
        redact: Callable[[str], str],
        seconds: float,
        patience: float,
    ) -> None:
        shared = self._shared
        self._installation, self.record = installation, Record()
        cleaner = Cleaner(shared.limits, redact)
        async with self._started(installation) as child:
            bound = await talk(
                child,
                self.record,
                cleaner,
                shared.limits,
                era=self.era,
                seconds=seconds,
                patience=patience,
            )
        if bound:
            async with self._started(installation) as child:
                await ask_versions(child, self.record, shared.limits, seconds / 4)

    @contextlib.asynccontextmanager
    async def _started(self, installation: Installation) -> AsyncIterator[Child]:
        """Start the server; its processes and its folder are gone when the block is left."""
        async with cgroup.group(self._shared.limits) as group:
            child, folder = self._spawn(installation, group)
            watching = None
            if not group.folders:
                watching = asyncio.create_task(_watch(child, self._shared.limits))
            try:
                yield child
            except Failure as failure:
                if group.ran_out_of_memory:
                    failure.state = State.TOO_LARGE
                    failure.hint = "needs more memory than the limit allows"
                raise
            finally:
                if watching:
                    watching.cancel()
                child.kill()
                if folder and (not group.folders or group.kill()):
                    watch.kill_orphans(running())
                _remove(folder)

    def _spawn(self, installation: Installation, group: cgroup.Group) -> tuple[Child, str]:
        shared = self._shared
        folder = "" if shared.sandbox.is_isolated else self._folder()
        argv = shared.sandbox.command(
            [*installation.argv, *self._package.arguments],
            [*installation.binds, *self._fixtures(folder)],
            shared.limits,
            network=self._network,
            work=WORK if shared.sandbox.is_isolated else folder,
            joins=group.joins,
        )
        env = environment(shared.sandbox, folder, self._settings.values)
        try:
            return start(argv, env, folder or "/", shared.limits), folder
        except OSError as error:
            _remove(folder)
            raise Failure(State.FAILED_TO_START, f"cannot be started: {error.strerror}") from None

    def _fixtures(self, folder: str) -> Iterator[Bind]:
        """Make the files the server wants; a sandbox binds them, otherwise they are in place."""
        for path, text in self._settings.fixtures.items():
            name = f"fixture-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
            place = self._shared.scratch / name if not folder else Path(folder, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
            if not folder:
                yield Bind(str(place), path)

    def _folder(self) -> str:
        folder = f"{self._shared.scratch}/run-{secrets.token_hex(8)}"
        try:
            os.mkdir(folder, 0o700)  # noqa: PTH102  # once per server, and a path costs more
        except FileNotFoundError:
            self._shared.scratch.mkdir(parents=True, exist_ok=True)
            Path(folder).mkdir(0o700)
        return folder

    @property
    def source(self) -> Source:
        """Return what was started last, and how."""
        installation = self._installation
        version = installation.version if installation else self._package.version
        return Source(
            kind="stdio",
            package=_purl(self._package, version),
            version=version,
            integrity=installation.integrity if installation else "",
            env_names=tuple(self._settings.values),
            placeholders=self._settings.placeholders,
            isolation=self._shared.sandbox.isolation,
            network=self._network,
            scripts=installation.scripts if installation else self._scripts,
            notes=installation.notes if installation else (),
        )
