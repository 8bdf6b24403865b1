"""The second half of a build: the files of servers and of lists, staged where they differ."""

from __future__ import annotations

import hashlib
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from generator.executors import run_few, run_unordered
from generator.pipeline_around import Around
from generator.pipeline_job import BATCH, told
from generator.pipeline_rate import sent
from generator.pipeline_tasks import (
    Printed,
    PrintJob,
    Sink,
    Where,
    entry_of,
    kit,
    opened,
    prints,
    stage,
    staying,
)
from generator.pipeline_times import Laps
from generator.render import build as folder
from generator.render import site
from generator.render.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.model import Index, ServerEntry, ToolDetails, ToolEntry
    from generator.pipeline_job import Job, Spill

_DETAILS = 500
"""Servers whose details are kept at hand while lists are made."""


def print_servers(job: Job, index: Index, spill: Spill, staging: folder.Staging) -> None:
    """Make the files of every server whose rating or surroundings changed."""
    with staying():
        around = Around(job, index)
    job.known = job.means.store.lots() if job.plan.is_known else {}
    sink = _sink(job, staging) if job.means.is_near else None
    where = Where(sink, job.plan.verify)
    keys: dict[str, bytes] = {}

    def jobs() -> Iterator[tuple[Where, list[PrintJob]]]:
        batch: list[PrintJob] = []
        room = BATCH
        for slug, part in job.parts.items():
            if part.server is None:
                continue
            keys[slug] = _print_key(job.keys[slug], around.mark(part.server))
            if _is_kept(job, _server_lot(slug), keys[slug]):
                progress.add(job.sizes[slug])
                continue
            entry = spill.get(slug)
            rated = job.jobs[slug] if entry else sent(job, job.jobs[slug])
            batch.append(PrintJob(rated, entry, around.of(part.server)))
            room -= job.sizes[slug]
            if room <= 0:
                yield where, batch
                batch, room = [], BATCH
        if batch:
            yield where, batch

    with told(job, sum(job.sizes.values()), "tools printed") as progress:
        run = run_few if job.means.is_near else run_unordered
        for found, spent in run(job.means.executor, prints, jobs(), given=(job.shared,)):
            job.times.add(spent)
            for printed in found:
                listed = job.jobs[printed.slug].unit.is_as_listed
                key = keys[printed.slug] if listed else b""
                _take(job, _server_lot(printed.slug), key, printed, staging)
            progress.add(sum(job.sizes[printed.slug] for printed in found))
    around.keep()


def _sink(job: Job, staging: folder.Staging) -> Sink:
    return Sink(str(job.plan.out), staging.linked, staging.is_empty)


def _server_lot(slug: str) -> str:
    return f"server/{slug}"


def _print_key(rated: bytes, mark: bytes) -> bytes:
    """Return what stands for the files of a server: its rating, and what it says of others."""
    return hashlib.blake2b(rated + mark, digest_size=16).digest()


def _is_kept(job: Job, name: str, key: bytes) -> bool:
    """Return whether the folder holds a lot as it must be, and count it in then."""
    job.names.add(name)
    kept = job.known.get(name)
    if kept is None or kept.key != key or (job.plan.verify and not kept.is_checked):
        return False
    job.files += kept.files
    job.bytes += kept.bytes
    return True


def print_lists(job: Job, index: Index, spill: Spill, staging: folder.Staging) -> None:
    """Make the files that span servers, those whose key is not that of the last build."""
    press = kit(job.given).press
    expected = press.expected if job.plan.verify else None
    sink, laps = _sink(job, staging), Laps(is_on=False)
    details = lru_cache(maxsize=_DETAILS)(partial(_details, job))
    context, static = Context(index, details, _Memory(job)), job.plan.templates / "static"
    for one in site.shared_lots(context, press.render, _example(job, spill), static):
        name = f"shared/{one.name}"
        key = hashlib.blake2b(f"{job.given.digest} {one.key}".encode(), digest_size=16).digest()
        # A lot without a key is always made: no build has its empty key.
        if _is_kept(job, name, key if one.key else b""):
            continue
        _take(job, name, key, stage(name, one.make(), expected, sink, laps), staging)


class _Memory:
    """What the store keeps for the rooms."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.recall, self.keep = job.means.store.recall, job.means.store.keep

    def stamp(self, server: str) -> bytes:
        """Return the key of a server's rating, empty when its files changed while it was read."""
        return b"" if server in self._job.passing else self._job.keys[server]


def _take(job: Job, name: str, key: bytes, printed: Printed, staging: folder.Staging) -> None:
    """Note what was made of a lot."""
    store = job.means.store
    if job.plan.is_known:
        mine = {one.path for one in printed.records}
        job.gone += [one.path for one in store.records(name) if one.path not in mine]
        if name in job.known and printed.facts:
            before = next((facts for _, facts in store.facts([name])), None)
            job.lost.add(before, printed.facts)
    for file in printed.files:
        job.staged += folder.put(job.plan.out, file, staging.linked)
    job.staged += printed.staged
    job.files += len(printed.records)
    job.bytes += sum(one.size for one in printed.records)
    job.fresh.add(name)
    store.put_lot(name, key, printed.records, printed.facts)
    if printed.facts:
        job.across.add(printed.facts)
        job.wrong += printed.facts.problems
    else:
        job.across.add_paths(store.paths(name))


def _details(job: Job, slug: str) -> Mapping[str, ToolDetails]:
    return job.passing.get(slug) or job.means.store.details(slug)


def _example(job: Job, spill: Spill) -> ToolEntry | None:
    """Return the tool whose ledger explains a rating best, for the front page."""
    slug = max(job.parts, key=lambda one: job.parts[one].example, default=None)
    if slug is None or not job.parts[slug].example[0]:
        return None
    kept = job.means.store.example(slug, job.keys[slug])
    if kept is not None:
        return kept
    made = spill.get(slug)
    if made:
        entry: ServerEntry | None = opened(made, is_near=job.means.is_near)
    else:
        entry = entry_of(job.given, job.jobs[slug])
    found = site.best_example(entry.tools) if entry else None
    if found is not None and job.jobs[slug].unit.is_as_listed:
        job.means.store.put_example(slug, job.keys[slug], found)
    return found
