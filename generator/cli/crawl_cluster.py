"""A crawl over the workers of an executor: batches go out, snapshots are written as they come.

Called by `crawl.py` for `--executor`; `work` runs on the workers. A worker starts servers in its
own sandbox, with packages in its own cache, and writes nothing that outlives the batch but that.
A worker that dies costs the batch it had, which another one crawls again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.crawl import run, sandbox, session
from generator.crawl.batches import PACKAGES, Answer, Away, Batch, batches
from generator.crawl.journal import Journal
from generator.executors import ExecutorError, open_executor, run_unordered, share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.crawl.plan import Target
    from generator.crawl.run import Result
    from generator.crawl.session import Start

_SCRATCH = "batch-"


def crawl(
    start: Start,
    targets: Sequence[Target],
    address: str,
    cache: str,
    done: Callable[[Result], None],
) -> None:
    """Crawl the targets on the workers of a cluster; `done` is called with each result.

    `cache` is where workers keep packages: a path of theirs, relative to where each runs.

    Raises:
        ExecutorError: the cluster cannot be used or is gone; what has come is written.
        asyncio.CancelledError: a signal ended the run.
    """
    eras = {target.slug: start.journal.era(target.slug) for target in targets}
    with contextlib.ExitStack() as stack:
        stack.callback(start.journal.write)
        stack.enter_context(_signals())
        executor = stack.enter_context(open_executor(address))
        given = (share(executor, Away(cache, start.manner)),)
        for answers in run_unordered(executor, work, batches(targets, eras), given=given):
            for answer in answers:
                done(_kept(start, answer))


def _kept(start: Start, answer: Answer) -> Result:
    result = run.keep(start.folder, start.before, answer.attempt, answer.seconds)
    if answer.era:
        start.journal.remember_era(result.slug, answer.era)
        start.journal.remember_freshness(result.slug, answer.fresh_seconds)
    start.journal.finish(result.slug, answer.attempt, answer.seconds)
    return result


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """End as on Ctrl-C when the process is asked to end."""

    def end(_number: int, _frame: object) -> None:
        raise asyncio.CancelledError

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def work(away: Away, batch: Batch) -> list[Answer]:
    """Crawl a batch on a worker.

    Raises:
        ExecutorError: this worker cannot isolate what it would start.
    """
    why = sandbox.why_unavailable() if away.manner.isolation == sandbox.BWRAP else ""
    if why and any(target.package for target in batch.targets):
        raise ExecutorError(f"the worker on {socket.gethostname()} starts no server: {why}")
    cache = Path(away.cache).absolute()
    answers: list[Answer] = []
    with _folder(cache / "scratch") as scratch:
        eras = {slug: {"era": era} for slug, era in batch.eras}
        journal = Journal(scratch / "journal.json", eras)
        start = session.Start(
            manner=replace(away.manner, jobs=away.manner.jobs or PACKAGES),
            cache=cache,
            folder=scratch / "snapshots",
            journal=journal,
            scratch=scratch,
        )

        def done(result: Result) -> None:
            slug = result.slug
            fresh = journal.fresh_seconds(slug)
            answers.append(Answer(result.attempt, result.seconds, journal.era(slug), fresh))

        asyncio.run(session.crawl(start, batch.targets, os.environ, done))
    return answers


@contextlib.contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    """Yield a folder of this batch alone; what killed workers left behind goes first."""
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob(f"{_SCRATCH}*"):
        owner = left.name.removeprefix(_SCRATCH).partition("-")[0]
        if not Path("/proc", owner).exists():
            shutil.rmtree(left, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=f"{_SCRATCH}{os.getpid()}-", dir=parent)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
