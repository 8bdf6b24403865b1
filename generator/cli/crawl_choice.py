"""The options of a crawl to the servers that are due, and to the journal that knows about them.

Called by `crawl.py`. Of the content folders only the specs are read: what the servers said may be
larger than the memory.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator import content, content_optout
from generator.cli import console, crawl_adhoc, crawl_start
from generator.crawl import parts, plan, snapshot, visits
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

    due: tuple[Target, ...]
    journal: Journal
    cache: Path
    part: Part | None
    waiting: Counter[str] = field(default_factory=Counter)
    """Servers that are not asked again now, by the reason."""

    def waiting_words(self) -> str:
        """Return what is said about those, empty when there are none."""
        if not self.waiting:
            return ""
        rows = [f"{number:>6} {reason}" for reason, number in self.waiting.most_common()]
        head = f"{console.counted(self.waiting.total(), 'server')} not asked again (--force asks)"
        return "\n".join([f"{head}:", *rows])


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
    which.add_argument(
        "--max-age",
        default="",
        metavar="AGE",
        help="leave out those observed within 7d, 12h or 30m, or as long as they say themselves",
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
        return Choice((plan.target(crawl_adhoc.spec(args)),), journal, cache, None)
    site, known, problems = content.load_specs(args.content)
    unheard = [p for p in problems if Path(p.location.path).name == content_optout.FILE]
    if unheard:
        # Who asked to be left alone must not be asked for a slip of the pen.
        console.report(unheard)
        return None
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
    targets = [plan.target(spec) for spec in _due(specs, journal, args, today)]
    due, waiting = _old_enough(targets, journal, args)
    if part is not None:
        part = _without(part, {target.slug for target in targets} - {one.slug for one in due})
    return Choice(tuple(due), journal, cache, part, waiting)


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


def _without(part: Part, waiting: set[str]) -> Part:
    """Return a part that promises no server which waits, unless it holds it already."""
    held = part.folder / parts.SNAPSHOTS
    servers = (s for s in part.servers if s not in waiting or (held / f"{s}.json").exists())
    return replace(part, servers=tuple(servers))


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


def _old_enough(
    targets: Sequence[Target], journal: Journal, args: argparse.Namespace
) -> tuple[list[Target], Counter[str]]:
    """Return the targets that are asked again now, and how many are not, by the reason."""
    waiting: Counter[str] = Counter()
    if not args.max_age:
        return list(targets), waiting
    due: list[Target] = []
    now, age = time.time(), visits.age(args.max_age)
    for target in targets:
        last = journal.last_visit(target.slug)
        if last is None and not journal.finished_on(target.slug):
            # Nobody remembers here, but the catalogue does.
            last = visits.of_snapshot(snapshot.read(args.content[-1] / "snapshots", target.slug))
        reason = "" if args.force else visits.why_not(target, last, now, age)
        if reason:
            waiting[reason] += 1
        else:
            due.append(target)
    return due, waiting


def print_plan(choice: Choice, isolation: str) -> int:
    """Print what would be started and asked, and return the exit code."""
    for target in choice.due:
        print(f"{target.slug}: {crawl_start.command(target)}")
    kinds = Counter(
        "package" if t.package else "remote" if t.remote else "not asked" for t in choice.due
    )
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    print(f"{console.counted(len(choice.due), 'server')}: {counts}; isolation {isolation}")
    if choice.waiting:
        print(choice.waiting_words())
    return 0
