"""List the tools of MCP servers and keep what they said in content/snapshots.

  mcp-risk crawl --all
  mcp-risk crawl --server mcp-server-time stripe-mcp
  mcp-risk crawl --all --resume --jobs 4
  mcp-risk crawl --all --max-age 7d
  mcp-risk crawl --stdio 'python3 server.py' --out /tmp
  mcp-risk crawl --all --shard 3/8
  mcp-risk crawl --all --executor dask://10.0.0.1:8786

Only lists are read: no tool is ever called. Servers run isolated, without the network and without
your environment; packages are installed into a private cache with their scripts off. One server
never stops the others, and each ends in a state with a reason. Exits 0 when every server was
observed, 1 when some were not, 2 when none was.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli import crawl_adhoc, crawl_choice, crawl_start
from generator.cli.crawl_report import NOTHING_REACHABLE, Report
from generator.cli.options import content_folders
from generator.crawl import parts, session
from generator.crawl.conversation import HANDSHAKE, STATELESS
from generator.crawl.limits import Limits

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from generator.crawl.plan import Target

ENDED = 143


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    which = parser.add_argument_group("which servers")
    crawl_choice.arguments(which)
    crawl_adhoc.arguments(parser)
    content_folders(parser)
    how = parser.add_argument_group("how")
    crawl_start.isolation_arguments(how)
    how.add_argument(
        "--timeout",
        type=float,
        default=60,
        metavar="S",
        help="per server started here (60); half of it per remote",
    )
    how.add_argument(
        "--install-timeout", type=float, default=300, metavar="S", help="per package (300)"
    )
    how.add_argument(
        "--era",
        choices=(HANDSHAKE, STATELESS),
        default="",
        help="protocol to try first (default: what worked last time)",
    )
    how.add_argument("--jobs", type=int, default=0, metavar="N", help="servers at once (2 x cores)")
    how.add_argument(
        "--executor",
        default="",
        metavar="ADDRESS",
        help="crawl on the workers of a Dask cluster: dask://HOST:PORT (extra [cluster])",
    )
    how.add_argument("--force", action="store_true", help="ask again, and install packages again")
    how.add_argument(
        "--discard-packages",
        action="store_true",
        help="remove each package once asked: for crawls larger than the disk",
    )
    how.add_argument("--dry-run", action="store_true", help="print the plan and start nothing")
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="packages and journal (default: .cache/crawl)"
    )
    part = parser.add_argument_group("a part of the catalogue, for several machines")
    part.add_argument(
        "--shard", default="", metavar="I/N", help="the I-th of N shares, into a folder for merge"
    )
    part.add_argument(
        "--part", type=Path, metavar="DIR", help="that folder (default: crawl-part-I-of-N)"
    )


def run(args: argparse.Namespace) -> int:
    """Crawl the chosen servers and print how each ended."""
    today = datetime.now(tz=UTC).date().isoformat()
    choice = crawl_choice.chosen(args, today)
    if choice is None:
        return NOTHING_REACHABLE
    targets = choice.due
    if args.dry_run:
        return crawl_choice.print_plan(choice, args.isolation)
    if not crawl_start.may_start(targets, args, "crawl"):
        return NOTHING_REACHABLE
    if choice.part is not None:
        parts.write(choice.part)
    report = Report(len(targets), sys.stdout)
    try:
        _crawl(_settings(args, choice, today), targets, args, report)
    except asyncio.CancelledError:
        print("mcp-risk crawl: ended by a signal", file=sys.stderr)
        return ENDED
    finally:
        report.close()
    print("\n".join(filter(None, (report.summary(), choice.waiting_words()))))
    if choice.part is not None:
        print(f"shard {choice.part.shard} is in {choice.part.folder}; join it with mcp-risk merge")
    return report.exit_code


def _crawl(
    start: session.Start, targets: Sequence[Target], args: argparse.Namespace, report: Report
) -> None:
    if args.executor:
        from generator.cli import crawl_cluster  # noqa: PLC0415  # only what is used is imported

        cache = str(args.cache or crawl_choice.CACHE)
        crawl_cluster.crawl(start, targets, args.executor, cache, report.finished)
        return
    asyncio.run(session.crawl(start, targets, os.environ, report.finished))


def _settings(args: argparse.Namespace, choice: crawl_choice.Choice, today: str) -> session.Start:
    limits = Limits(
        stdio_seconds=args.timeout,
        http_seconds=args.timeout / 2,
        install_seconds=args.install_timeout,
    )
    folder = args.out if args.stdio or args.url else args.content[-1] / "snapshots"
    before = None
    if choice.part is not None:
        folder, before = choice.part.folder / parts.SNAPSHOTS, folder
    manner = session.Manner(
        today=today,
        limits=limits,
        isolation=args.isolation,
        allow_network=args.allow_network,
        allow_private=args.allow_private,
        era=args.era,
        jobs=args.jobs,
        force=args.force,
        discard=args.discard_packages,
    )
    return session.Start(manner, choice.cache, folder, choice.journal, before)
