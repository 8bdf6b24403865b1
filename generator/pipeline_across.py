"""The end of a build: what is wrong between its lots, and which files no lot has any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import Location, Problem
from generator.pipeline_tasks import (
    kit,
)
from generator.render import build as folder
from generator.render.checks.named import named
from generator.render.checks.numbers import number, unpacked
from generator.render.files import File

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from generator.pipeline_job import Job
    from generator.pipeline_tasks import Record

_FEW = 1_000
"""Lots made up to which what is asked about them is looked for among all, instead of sorted."""


def across(job: Job) -> list[Problem]:
    """Return what is wrong within the lots made, and between all lots."""
    _add_kept(job)
    whole = job.across.close(_asked(job))
    twice = whole.twice()
    found = list(_claimed_twice(job, twice)) if twice else []
    if not job.plan.verify:
        return found
    found += [*job.wrong, *job.across.sizes()]
    suspects = set(job.fresh)
    vanished = job.means.store.names() - job.names if job.plan.is_known else set()
    if job.gone or vanished or job.lost.matters(whole):
        suspects, whole = job.names, job.across.close()
    expected = kit(job.given).press.expected
    for name, facts in job.means.store.facts(sorted(suspects)):
        if whole.is_wrong(facts):
            files = _files_of(job.plan.out, job.means.store.records(name))
            found += named(files, expected, whole, facts)
    return found


def _add_kept(job: Job) -> None:
    """Add what the lots say that the folder holds as they must be."""
    kept = job.names - job.fresh
    for name, paths, facts in job.means.store.all_facts() if kept else ():
        if name in kept:
            if facts is None:
                job.across.add_paths(paths)
            else:
                job.across.add(facts)


def _asked(job: Job) -> set[int] | None:
    """Return all numbers that will be asked about, None when they are many.

    Lots that were kept were compared with each other when the folder got them, so that only what
    this build made, and what it lost, can meet or miss something.
    """
    if not job.plan.is_known or len(job.fresh) > _FEW:
        return None
    store, found = job.means.store, set(job.lost.targets | job.lost.links)
    for name in job.fresh:
        found.update(unpacked(store.paths(name)))
    for _, facts in store.facts(job.fresh):
        for numbers in (facts.wanted, facts.titles, facts.cased):
            found.update(unpacked(numbers))
    return found


def _claimed_twice(job: Job, twice: frozenset[int]) -> Iterator[Problem]:
    """Yield the paths that two lots make, or one lot twice, by name."""
    makers: dict[str, list[str]] = {}
    for name in sorted(job.names):
        for path, _size in job.means.store.records(name):
            if number(path) in twice:
                makers.setdefault(path, []).append(name)
    for path, names in sorted(makers.items()):
        message = f"two pages claim this path ({' and '.join(names)})"
        yield Problem("truth.site", Location(path), message)


def _files_of(out: Path, records: Iterable[Record]) -> Iterator[File]:
    """Yield the files of a lot as they will stand: staged ones first."""
    for path, _size in records:
        staged = out / folder.STAGING / "files" / path
        yield File(path, (staged if staged.is_file() else out / path).read_bytes())


def removed_files(job: Job, staging: folder.Staging) -> list[str]:
    """Return the files of the folder that no lot has any more."""
    store = job.means.store
    vanished = store.names() - job.names
    found = list(job.gone)
    for name in vanished:
        found += [one.path for one in store.records(name)]
        store.forget(name)
    if not job.plan.is_known:
        return staging.stale(job.across.close().holds)
    if not found:
        return []
    whole = job.across.close(frozenset(map(number, found)))
    return sorted({path for path in found if not whole.holds(path)})
