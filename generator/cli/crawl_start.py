"""Targets and the options of a run to Results: consent, isolation, and the one event loop.

Called by `crawl.py` and `check_crawl.py`. Third-party code is started isolated, or not at all
unless a person takes the risk on the command line.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
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
    import argparse
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from generator.crawl.journal import Journal
    from generator.crawl.limits import Limits
    from generator.crawl.plan import Target
    from generator.crawl.run import Result

_THREADS = 48


@dataclass(frozen=True, slots=True)
class Start:
    """How a run goes: what it keeps and where, the day it writes, its limits and its freedoms."""

    cache: Path
    folder: Path
    """Where snapshots are read and written."""
    journal: Journal
    today: str
    limits: Limits
    isolation: str = sandbox.BWRAP
    allow_network: bool = False
    allow_private: bool = False
    era: str = ""
    jobs: int = 0
    """Servers at once; 0 means twice the cores."""
    force: bool = False


def isolation_arguments(group: argparse._ArgumentGroup) -> None:
    """Declare what a started server may do, and the consent to do without isolation."""
    group.add_argument(
        "--isolation",
        choices=sandbox.ISOLATIONS,
        default=sandbox.BWRAP,
        help="bwrap (default), or none: third-party code runs with your rights",
    )
    group.add_argument(
        "--allow-network",
        action="store_true",
        help="start a server again with the network when it says it needs it",
    )
    group.add_argument(
        "--allow-private",
        action="store_true",
        help="ask remotes at private and loopback addresses too",
    )
    group.add_argument("--yes", action="store_true", help="do not ask before --isolation none")


def command(target: Target) -> str:
    """Return what a target starts or asks, as a person would type it."""
    package = target.package
    if package is not None:
        program = [package.executable] if package.executable else []
        version = f"@{package.version}" if package.version else ""
        words = [f"{package.identifier}{version}", *program, *package.arguments]
        names = " ".join(f"{variable.name}=..." for variable in package.environment)
        return f"{package.registry_type} {shlex.join(words)}{f'  with {names}' if names else ''}"
    if target.remote is not None:
        return f"{target.remote.transport} {target.remote.url}"
    return f"not asked: {target.why_not}"


def may_start(targets: Sequence[Target], args: argparse.Namespace, name: str) -> bool:
    """Return whether targets may be started: isolated, or with the consent of the person.

    `name` is the command's. What is asked goes to the error stream: the other may be a report.
    """
    starting = [target for target in targets if target.package]
    if not starting:
        return True
    if args.isolation == sandbox.BWRAP:
        why = sandbox.why_unavailable()
        if why:
            print(
                f"mcp-risk {name}: {why}. Servers are third-party code and are not started without "
                "isolation; --isolation none starts them with your rights.",
                file=sys.stderr,
            )
        return not why
    print(
        "Without isolation these commands run with your rights and see your files:", file=sys.stderr
    )
    for target in starting:
        print(f"  {command(target)}", file=sys.stderr)
    if args.yes:
        return True
    if not sys.stdin.isatty():
        print(f"mcp-risk {name}: --isolation none needs --yes here", file=sys.stderr)
        return False
    print("Start them? [y/N] ", end="", file=sys.stderr, flush=True)
    return input().strip().lower() in {"y", "yes"}


async def crawl(
    start: Start, targets: Sequence[Target], done: Callable[[Result], None]
) -> list[Result]:
    """Crawl the targets; `done` is called with each result as it is written."""
    # More threads than hostile answers to parse: an ordinary one must not wait behind them.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
    task = asyncio.current_task()
    if task is not None:
        # As Ctrl-C: every child ends, what is finished stays.
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    scratch = start.cache / "scratch"
    box = sandbox.Sandbox(start.isolation, scratch)
    installer = Installer(
        start.cache / "packages", box, start.limits, start.today, force=start.force
    )
    shared = Environment(installer, box, start.limits, os.environ, start.allow_network, scratch)
    starts = start.jobs or 2 * (os.cpu_count() or 1)
    async with client(start.limits, with_tls=any(t.remote for t in targets)) as web_client:
        web = Web(web_client, start.limits, os.environ, start.allow_private)
        run = Crawl(shared, web, start.folder, start.today, start.journal, start.era, starts=starts)
        return await run.run(targets, done)
