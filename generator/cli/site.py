"""Build the site from content folders, then verify it.

  mcp-risk site
  mcp-risk site --content content ../our-content --out public --base-url https://risk.example.org

Every problem of every content file is printed in one run; while there is one, the site that was
built before stays as it is. Building twice writes nothing the second time: only changed bytes
are put in place, and an untouched folder is recognised before anything is loaded.
"""

from __future__ import annotations

import gc
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli import console, freshness
from generator.cli.options import content_folders, site_folder

if TYPE_CHECKING:
    import argparse
    from datetime import date

_COLLECT = (50_000, 20, 100)
"""A build makes millions of values and few cycles: looking for cycles less often saves time."""
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    content_folders(parser)
    site_folder(parser)
    parser.add_argument(
        "--base-url", default="", metavar="URL", help="where it will be published, over site.yaml"
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=0,
        metavar="N",
        help="processes (default: one per core); any number gives the same bytes",
    )
    parser.add_argument("--no-verify", action="store_true", help="leave out the check at the end")
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")


def run(args: argparse.Namespace) -> int:
    """Build and verify; return 1 when anything stands in the way."""
    started = time.monotonic()
    today = datetime.now(tz=UTC).date()
    sources = (*args.content, TEMPLATES, TEMPLATES.parent / "generator")
    state = freshness.State(sources, args.out, (args.base_url, str(today)))
    if not args.force and state.is_fresh():
        print(f"Nothing changed since {args.out} was built.")
        return 0
    code = _build(args, today, started)
    if code == 0:
        state.remember()
    return code


def _build(args: argparse.Namespace, today: date, started: float) -> int:
    from generator import pipeline  # noqa: PLC0415 - the rooms are slow to import

    gc.set_threshold(*_COLLECT)
    loaded = pipeline.load(args.content, today)
    if console.report(loaded.problems):
        return _kept(args.out)
    if args.base_url:
        loaded = pipeline.at_base_url(loaded, args.base_url)
    jobs = args.jobs or os.cpu_count() or 1
    built = pipeline.build(loaded, args.out, TEMPLATES, jobs)
    if console.report(built.problems):
        return _kept(args.out)
    print(
        f"Built {console.counted(built.servers, 'server')} and "
        f"{console.counted(built.tools, 'tool')} into {args.out}: "
        f"{console.counted(built.report.files, 'file')} "
        f"({built.report.bytes / 1e6:,.1f} MB), {built.report.written:,} written, "
        f"{built.report.removed:,} removed, {time.monotonic() - started:.1f} s."
    )
    return 0 if args.no_verify else console.report(pipeline.verified(args.out, jobs))


def _kept(out: Path) -> int:
    if (out / "index.html").is_file():
        print(f"The site in {out} is still the one that was built before.")
    return 1
