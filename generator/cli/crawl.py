"""List the tools of MCP servers and keep what they said in content/snapshots.

  mcp-risk crawl --all
  mcp-risk crawl --server mcp-server-time stripe-mcp
  mcp-risk crawl --all --resume --jobs 4
  mcp-risk crawl --stdio 'python3 server.py' --out /tmp

Only lists are read: no tool is ever called. Servers run isolated, without the network and without
your environment; packages are installed into a private cache with their scripts off. One server
never stops the others, and each ends in a state with a reason. Exits 0 when every server was
observed, 1 when some were not, 2 when none was.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator import content
from generator.cli import console, crawl_adhoc, crawl_start
from generator.cli.crawl_report import Progress, summary
from generator.cli.crawl_start import Start
from generator.cli.options import content_folders
from generator.crawl import plan
from generator.crawl.conversation import HANDSHAKE, STATELESS
from generator.crawl.journal import Journal
from generator.crawl.limits import Limits
from generator.crawl.run import is_good
from generator.errors import Severity

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from generator.crawl.plan import Target
    from generator.crawl.run import Result
    from generator.model import ServerSpec

NOTHING_REACHABLE = 2
ENDED = 143


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    which = parser.add_argument_group("which servers")
    which.add_argument("--all", action="store_true", help="every server in the content folders")
    which.add_argument(
        "--server",
        nargs="+",
        action="extend",
        default=[],
        metavar="SLUG",
        help="these servers, by file name",
    )
    which.add_argument("--resume", action="store_true", help="leave out those asked today")
    which.add_argument(
        "--retry",
        metavar="STATE",
        help="only those whose last attempt ended so; failed: not observed",
    )
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
    how.add_argument("--force", action="store_true", help="install packages again")
    how.add_argument("--dry-run", action="store_true", help="print the plan and start nothing")
    parser.add_argument(
        "--cache", type=Path, metavar="DIR", help="packages and journal (default: .cache/crawl)"
    )


def run(args: argparse.Namespace) -> int:
    """Crawl the chosen servers and print how each ended."""
    specs = _specs(args)
    if specs is None:
        return NOTHING_REACHABLE
    cache = (args.cache or Path(".cache/crawl")).absolute()
    journal = Journal.open(cache / "journal.json")
    today = datetime.now(tz=UTC).date().isoformat()
    targets = [plan.target(spec) for spec in _due(specs, journal, args, today)]
    if args.dry_run:
        return _print_plan(targets, args)
    if not crawl_start.may_start(targets, args, "crawl"):
        return NOTHING_REACHABLE
    progress = Progress(len(targets), sys.stdout)
    try:
        results = asyncio.run(
            crawl_start.crawl(_settings(args, cache, journal, today), targets, progress.finished)
        )
    except asyncio.CancelledError:
        print("mcp-risk crawl: ended by a signal", file=sys.stderr)
        return ENDED
    finally:
        progress.close()
    print(summary(results))
    return _exit_code(results)


def _settings(args: argparse.Namespace, cache: Path, journal: Journal, today: str) -> Start:
    limits = Limits(
        stdio_seconds=args.timeout,
        http_seconds=args.timeout / 2,
        install_seconds=args.install_timeout,
    )
    folder = args.out if args.stdio or args.url else args.content[-1] / "snapshots"
    return Start(
        cache=cache,
        folder=folder,
        journal=journal,
        today=today,
        limits=limits,
        isolation=args.isolation,
        allow_network=args.allow_network,
        allow_private=args.allow_private,
        era=args.era,
        jobs=args.jobs,
        force=args.force,
    )


def _exit_code(results: Sequence[Result]) -> int:
    good = sum(map(is_good, results))
    if good == len(results):
        return 0
    return 1 if good else NOTHING_REACHABLE


def _specs(args: argparse.Namespace) -> list[ServerSpec] | None:
    """Return the chosen specs; None when the choice or the content is wrong."""
    chosen = [args.all, args.server, args.stdio, args.url]
    if sum(map(bool, chosen)) != 1:
        print(
            "mcp-risk crawl: choose --all or --server SLUG ..., or --stdio COMMAND or --url URL",
            file=sys.stderr,
        )
        return None
    if args.stdio or args.url:
        return [crawl_adhoc.spec(args)]
    loaded, problems = content.load(args.content)
    specs = {server.slug: server.spec for server in loaded.servers}
    wanted = sorted(specs) if args.all else list(dict.fromkeys(args.server))
    unknown = [slug for slug in wanted if slug not in specs]
    if unknown:
        console.report([p for p in problems if p.severity is Severity.ERROR])
        print(f"mcp-risk crawl: no such server: {', '.join(unknown)}", file=sys.stderr)
        return None
    return [specs[slug] for slug in wanted]


def _due(
    specs: Sequence[ServerSpec], journal: Journal, args: argparse.Namespace, today: str
) -> list[ServerSpec]:
    due = list(specs)
    if args.resume:
        due = [spec for spec in due if journal.finished_on(spec.slug) != today]
    if args.retry == "failed":
        due = [spec for spec in due if journal.last_state(spec.slug) not in {"", "observed"}]
    elif args.retry:
        due = [spec for spec in due if journal.last_state(spec.slug) == args.retry]
    return due


def _print_plan(targets: Sequence[Target], args: argparse.Namespace) -> int:
    for target in targets:
        print(f"{target.slug}: {crawl_start.command(target)}")
    kinds = Counter(
        "package" if t.package else "remote" if t.remote else "not asked" for t in targets
    )
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    print(f"{console.counted(len(targets), 'server')}: {counts}; isolation {args.isolation}")
    return 0
