"""The first half of a build: survey every server, rate those that changed, index them all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator import lint
from generator.derive import overview
from generator.errors import Problem, in_order
from generator.executors import run_few, run_unordered
from generator.executors.own import Serial
from generator.pipeline_job import BATCH, told
from generator.pipeline_store import StoreError
from generator.pipeline_tasks import (
    MakeJob,
    kit,
    make,
    make_far,
    surveys,
)
from generator.pipeline_units import foreign, held, owners

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.model import Index
    from generator.pipeline_job import Job, Spill
    from generator.pipeline_tasks import Made

_READ = 20
"""Servers of one task that only reads them."""
_COMMIT = 20
"""Batches of ratings after which the memory keeps them."""


def survey_all(job: Job) -> None:
    """Find out what every server is; read only the files that changed."""
    store = job.means.store
    states = {unit.slug: unit.state for unit in job.plan.units}
    found = store.surveys(states)
    unknown = [unit for unit in job.plan.units if unit.slug not in found]
    portions = [unknown[at : at + _READ] for at in range(0, len(unknown), _READ)]
    executor = job.means.executor if job.means.is_near else Serial()
    with told(job, len(unknown), "servers read") as progress:
        for portion in run_few(executor, surveys, portions):
            for one in portion:
                found[one.slug] = one
                store.put_survey(one, states[one.slug])
            progress.add(len(portion))
    owned = owners(found.values())
    for unit in job.plan.units:
        one = found[unit.slug]
        near = foreign(one, owned)
        job.jobs[unit.slug] = MakeJob(unit, near)
        job.keys[unit.slug] = one.key(job.given.digest, near, job.plan.today)
        # A server without tools is work too.
        job.sizes[unit.slug] = max(1, len(one.names))


def rate(job: Job, spill: Spill) -> None:
    """Rate the servers that changed; take the others from the last build."""
    store, done = job.means.store, 0
    known = store.part_keys()
    todo = [one for slug, one in job.jobs.items() if known.get(slug) != job.keys[slug]]
    batches = _batches(todo, job.sizes)
    tasks = ([sent(job, one) for one in batch] for batch in batches)
    with told(job, sum(job.sizes[one.unit.slug] for one in todo), "tools rated") as progress:
        task, run = (make, run_few) if job.means.is_near else (make_far, run_unordered)
        for found, spent in run(job.means.executor, task, tasks, given=(job.shared,)):
            job.times.add(spent)
            for made in found:
                _keep(job, made, spill)
            progress.add(sum(job.sizes[made.slug] for made in found))
            done += 1
            if done % _COMMIT == 0:
                # An interrupted build has not rated these for nothing.
                store.commit()
    store.forget_servers(store.servers() - job.jobs.keys())
    store.commit()


def gather(job: Job) -> None:
    """Take the parts of all servers from the store.

    Only now: what the workers of the next stage inherit is small then, and stays shared.

    Raises:
        StoreError: the store lost one.
    """
    found = dict(job.means.store.parts(job.keys)) | job.parts
    missing = sorted(job.jobs.keys() - found.keys())
    if missing:
        raise StoreError(f"no part of {missing[0]}")
    job.parts = {slug: found[slug] for slug in sorted(found)}


def sent(job: Job, one: MakeJob) -> MakeJob:
    """Return a job as it travels: with what its files hold, for a machine that has none."""
    if job.means.is_near:
        return one
    return replace(one, unit=replace(one.unit, files=held(one.unit.files)))


def _keep(job: Job, made: Made, spill: Spill) -> None:
    # The key is that of the files as they were listed, and these may be others by now.
    if job.jobs[made.slug].unit.is_as_listed:
        job.means.store.put_part(made.slug, job.keys[made.slug], made.part, made.details)
    else:
        job.parts[made.slug] = made.part
        job.passing[made.slug] = made.details
    spill.put(made.slug, made.entry)


def _batches(jobs: Sequence[MakeJob], sizes: Mapping[str, int]) -> list[list[MakeJob]]:
    """Return jobs in batches of about as many tools, the largest servers first."""
    found: list[list[MakeJob]] = []
    room = 0
    for one in sorted(jobs, key=lambda one: sizes[one.unit.slug], reverse=True):
        if room <= 0:
            found.append([])
            room = BATCH
        found[-1].append(one)
        room -= sizes[one.unit.slug]
    return found


def problems_of(job: Job) -> list[Problem]:
    """Return what is wrong with the servers, alone and beside each other."""
    named = ((part.name, part.path) for part in job.parts.values())
    found = [problem for part in job.parts.values() for problem in part.problems]
    return in_order([*found, *lint.check_names(named)])


def index_of(job: Job) -> Index:
    """Return what spans the servers."""
    parts = job.parts.values()
    return overview.index(
        job.plan.content,
        [part.server for part in parts if part.server],
        [tool for part in parts for tool in part.tools],
        changes=[change for part in parts for change in part.changes],
        ruleset=kit(job.given).shop.book.ruleset,
        measured=job.plan.measured,
    )
