"""Join the parts of a crawl into a content folder: mcp-risk merge PART... --into content.

  mcp-risk crawl --all --shard 1/2        on one machine
  mcp-risk crawl --all --shard 2/2        on another
  mcp-risk merge crawl-part-1-of-2 crawl-part-2-of-2 --into content

Each part is a folder made by `crawl --shard`. The newest observation of a server is kept; what it
replaced goes into its history, and a failed attempt never replaces an observation. Merging again
changes nothing, in whatever order. Exits 0 when every file was read (warnings tell which servers
nobody asked), 1 when one could not be, 2 when a folder is no part of this catalogue.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from generator import content
from generator.cli import console
from generator.cli.crawl_choice import CACHE, JOURNAL
from generator.crawl import parts, parts_merge
from generator.crawl.journal import Journal

if TYPE_CHECKING:
    import argparse

REFUSED = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("part", nargs="+", type=Path, metavar="PART", help="folders of `--shard`")
    parser.add_argument(
        "--into",
        type=Path,
        default=Path("content"),
        metavar="DIR",
        help="the content folder they belong to (default: content)",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="whose journal learns how the crawls ended (default: .cache/crawl)",
    )


def run(args: argparse.Namespace) -> int:
    """Merge the parts and print what they came to."""
    found = [parts.read(folder) for folder in args.part]
    site, specs, _ = content.load_specs([args.into])
    known = {spec.slug for spec in specs}
    reasons = parts_merge.refused(found, site.name, known)
    if reasons:
        for reason in reasons:
            print(f"mcp-risk merge: {reason}", file=sys.stderr)
        print("mcp-risk merge: nothing was merged", file=sys.stderr)
        return REFUSED
    merged = parts_merge.merge(found, args.into / parts.SNAPSHOTS, known, content.read_snapshot)
    journal = Journal.open((args.cache or CACHE) / JOURNAL)
    parts_merge.join_journals(found, journal)
    journal.write()
    print(
        f"{console.counted(len(found), 'part')}: {console.counted(merged.servers, 'server')}, "
        f"{merged.changed:,} changed"
    )
    return console.report(merged.problems)
