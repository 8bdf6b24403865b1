"""Targets and the options of a run to Results: isolation, the shared client, the event loop.

Called by the command line and by the workers of a cluster. Whether third-party code may be
started here was decided before.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.crawl import sandbox
from generator.crawl.install import Installer
from generator.crawl.remote import Web
from generator.crawl.run import Crawl
from generator.crawl.stdio import Environment
from generator.crawl.web import client

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from generator.crawl.journal import Journal
    from generator.crawl.limits import Limits
    from generator.crawl.plan import Target
    from generator.crawl.run import Result

_THREADS = 48


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run goes, wherever it runs: the day it writes, its limits and its freedoms."""

    today: str
    limits: Limits
    isolation: str = sandbox.BWRAP
    allow_network: bool = False
    allow_private: bool = False
    era: str = ""
    jobs: int = 0
    """Servers at once; 0 means twice the cores."""
    force: bool = False
    """Whether packages are installed again."""
    discard: bool = False
    """Whether packages are removed as soon as their servers were asked."""


@dataclass(frozen=True, slots=True)
class Start:
    """One run on one machine: how it goes, and what it keeps where."""

    manner: Manner
    cache: Path
    folder: Path
    """Where snapshots are read and written."""
    journal: Journal
    before: Path | None = None
    """Where earlier snapshots are that the folder lacks."""
    scratch: Path | None = None
    """Where sandboxed processes get their few files; None: in the cache."""


async def crawl(
    start: Start,
    targets: Sequence[Target],
    environment: Mapping[str, str],
    done: Callable[[Result], None],
) -> None:
    """Crawl the targets; `done` is called with each result as it is written.

    Of the environment only the variables that a spec declares are read.
    """
    # More threads than hostile answers to parse: an ordinary one must not wait behind them.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
    task = asyncio.current_task()
    if task is not None and threading.current_thread() is threading.main_thread():
        # As Ctrl-C: every child ends, what is finished stays.
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    how, scratch = start.manner, start.scratch or start.cache / "scratch"
    box = sandbox.Sandbox(how.isolation, scratch)
    installer = Installer(start.cache / "packages", box, how.limits, how.today, force=how.force)
    shared = Environment(installer, box, how.limits, environment, how.allow_network, scratch)
    starts = how.jobs or 2 * (os.cpu_count() or 1)
    async with client(how.limits, with_tls=any(t.remote for t in targets)) as web_client:
        web = Web(web_client, how.limits, environment, how.allow_private)
        run = Crawl(
            shared,
            web,
            start.folder,
            how.today,
            start.journal,
            how.era,
            starts=starts,
            before=start.before,
            discard=how.discard,
        )
        await run.run(targets, done)
