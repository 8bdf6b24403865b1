"""Servers to the site in its folder: what changed is rated, printed, checked, and put in place.

The way of the data: survey (what is this server, whom does it mention), make (rate it), index (what
spans servers), print (its files, and those that span servers), commit. Each step skips what the
last build knew already; the result is the same bytes whether it knew or not. Nothing in the folder
changes before all is made and checked.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import Problem, Severity, in_order
from generator.executors import renew, rest, share
from generator.pipeline_across import across, removed_files
from generator.pipeline_job import Built, Job, Means, Plan, spilled, unspilled
from generator.pipeline_print import print_lists, print_servers
from generator.pipeline_rate import gather, index_of, problems_of, rate, survey_all
from generator.pipeline_store import StoreError
from generator.pipeline_tasks import collect_rarely, setting, staying
from generator.render import build as folder
from generator.render import html

if TYPE_CHECKING:
    from collections.abc import Iterable


def build(plan: Plan, means: Means) -> Built:
    """Build a site; with problems nothing is written.

    Raises:
        BuildError: the folder cannot be written or holds something else than a site.
    """
    try:
        return _build(plan, means)
    except StoreError:
        # Only the memory broke: what it knew is found out again.
        means.store.forget_all()
    finally:
        means.store.rollback()
    try:
        return _build(replace(plan, is_known=False), means)
    except StoreError as error:
        raise unspilled(Path(tempfile.gettempdir()), error) from error


def _build(plan: Plan, means: Means) -> Built:
    collect_rarely()
    sources = html.sources(plan.templates)
    given = setting(plan.content, plan.today, sources, plan.program, is_timed=plan.is_timed)
    job = Job(plan, means, given, share(means.executor, given))
    with spilled(plan.out) as spill:
        with job.times.stage("read"):
            survey_all(job)
        with job.times.stage("rate"):
            rate(job, spill)
            # The memories of rating are of no use for printing; new workers begin with little.
            renew(means.executor)
            with staying():
                gather(job)
        problems = problems_of(job)
        if any(one.severity is Severity.ERROR for one in problems):
            return _built(job, problems, folder.BuildReport(0, 0, 0, 0))
        with job.times.stage("index"), staying():
            index = index_of(job)
        with folder.Staging(plan.out, plan.is_known) as staging:
            with job.times.stage("print servers"):
                print_servers(job, index, spill, staging)
            rest(means.executor)
            with job.times.stage("print lists"):
                print_lists(job, index, spill, staging)
            with job.times.stage("check across"):
                wrong = across(job)
            if wrong:
                return _built(job, [*problems, *wrong], folder.BuildReport(0, 0, 0, 0))
            with job.times.stage("commit"):
                removed = removed_files(job, staging)
                means.store.begin_site()
                staging.commit(removed, job.staged)
                means.store.commit_site()
    report = folder.BuildReport(job.files, job.staged, len(removed), job.bytes)
    return _built(job, problems, report)


def _built(job: Job, problems: Iterable[Problem], report: folder.BuildReport) -> Built:
    tools = sum(len(part.tools) for part in job.parts.values())
    ordered = tuple(in_order(list(problems)))
    return Built(ordered, len(job.parts), tools, report, tuple(job.times.stages))
