"""The options of a crawl to the servers that are due, and to the journal that knows about them.

Called by `crawl.py`. Of the content folders only the specs are read: what the servers said may be
larger than the memory.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator import content
from generator.cli import console, crawl_adhoc, crawl_start
from generator.crawl import parts
from generator.crawl.journal import Journal
from generator.crawl.parts import Part
from generator.errors import CatalogueError, Severity

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from generator.crawl.plan import Target
    from generator.model import ServerSpec

CACHE = Path(".cache/crawl")
JOURNAL = "journal.json"


@dataclass(frozen=True, slots=True)
class Choice:
    """The servers to crawl now, and where the run keeps what it needs."""

    due: tuple[ServerSpec, ...]
    journal: Journal
    cache: Path
    part: Part | None


def arguments(which: argparse._ArgumentGroup) -> None:
    """Declare which servers of the content folders are crawled."""
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


def chosen(args: argparse.Namespace, today: str) -> Choice | None:
    """Return what is crawled; None when the choice or the content is wrong, which is said.

    Raises:
        CatalogueError: a folder cannot be read, or the shard is none.
    """
    options = [args.all, args.server, args.stdio, args.url]
    if sum(map(bool, options)) != 1:
        print(
            "mcp-risk crawl: choose --all or --server SLUG ..., or --stdio COMMAND or --url URL",
            file=sys.stderr,
        )
        return None
    cache = (args.cache or CACHE).absolute()
    journal = Journal.open(cache / JOURNAL)
    if args.stdio or args.url:
        if args.shard or args.part:
            raise CatalogueError("--shard and --part expected --all or --server beside them")
        return Choice((crawl_adhoc.spec(args),), journal, cache, None)
    site, known, problems = content.load_specs(args.content)
    specs = _named({spec.slug: spec for spec in known}, args)
    if specs is None:
        console.report([p for p in problems if p.severity is Severity.ERROR])
        return None
    part = None
    if args.shard or args.part:
        share = parts.shard(args.shard or "1/1")
        specs = [spec for spec in specs if share.holds(spec.slug)]
        folder = args.part or Path(f"crawl-part-{share.number}-of-{share.of}")
        part = Part(site.name, share, today, tuple(spec.slug for spec in specs), folder)
        journal = _part_journal(journal, part)
    return Choice(tuple(_due(specs, journal, args, today)), journal, cache, part)


def _named(specs: dict[str, ServerSpec], args: argparse.Namespace) -> list[ServerSpec] | None:
    wanted = sorted(specs) if args.all else list(dict.fromkeys(args.server))
    unknown = [slug for slug in wanted if slug not in specs]
    if unknown:
        print(f"mcp-risk crawl: no such server: {', '.join(unknown)}", file=sys.stderr)
        return None
    return [specs[slug] for slug in wanted]


def _part_journal(whole: Journal, part: Part) -> Journal:
    """Return the journal of a part; a new one begins with what the cache knows of its servers.

    But for the day: what was asked elsewhere today is not in this part.
    """
    journal = Journal.open(part.folder / parts.JOURNAL)
    for slug in part.servers:
        known = {key: value for key, value in whole.servers.get(slug, {}).items() if key != "on"}
        if known:
            journal.servers.setdefault(slug, known)
    return journal


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


def print_plan(targets: Sequence[Target], isolation: str) -> int:
    """Print what would be started and asked, and return the exit code."""
    for target in targets:
        print(f"{target.slug}: {crawl_start.command(target)}")
    kinds = Counter(
        "package" if t.package else "remote" if t.remote else "not asked" for t in targets
    )
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    print(f"{console.counted(len(targets), 'server')}: {counts}; isolation {isolation}")
    return 0
