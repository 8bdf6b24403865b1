"""Build the site from content folders, then verify it.

  mcp-risk site
  mcp-risk site --content content ../our-content --out public --base-url https://risk.example.org

Every problem of every content file is printed in one run; while there is one, the site that was
built before stays as it is. Building twice writes nothing the second time: only changed bytes
are put in place, and an untouched folder is recognised before anything is loaded. What changed is
built again and nothing else; a build that was interrupted is ended by the next one.
"""

from __future__ import annotations

import atexit
import gc
import json
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli import console, freshness, options
from generator.errors import BuildError

if TYPE_CHECKING:
    import argparse
    from datetime import date

    from generator.pipeline import Built

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    options.content_folders(parser)
    options.site_folder(parser)
    parser.add_argument(
        "--base-url", default="", metavar="URL", help="where it will be published, over site.yaml"
    )
    options.processes(parser, "gives the same bytes")
    parser.add_argument(
        "--executor",
        default="",
        metavar="ADDRESS",
        help="rate and print servers on a Dask cluster: dask://HOST:PORT (extra [cluster])",
    )
    parser.add_argument("--no-verify", action="store_true", help="leave out the check at the end")
    parser.add_argument(
        "--profile",
        type=Path,
        metavar="FILE",
        help="write where the time went, stage by stage, as JSON",
    )
    parser.add_argument("--force", action="store_true", help="build everything anew")


def run(args: argparse.Namespace) -> int:
    """Build and check; return 1 when anything stands in the way."""
    options.check_processes(args)
    started = time.monotonic()
    today = datetime.now(tz=UTC).date()
    sources = (*args.content, TEMPLATES, TEMPLATES.parent / "generator")
    # What `serve` builds unchecked is no site that was checked.
    words = (args.base_url, str(today), "unchecked" if args.no_verify else "")
    state = freshness.State(sources, args.out, words)
    seen = state.seen()
    if not args.force and state.is_fresh(seen):
        print(f"Nothing changed since {args.out} was built.")
        return 0
    # What a build leaves behind ends with the process; to look through it for cycles before took a
    # fifth of the time that a small change takes in a large catalogue.
    atexit.register(gc.freeze)
    built = _built(args, today, state, seen)
    if built is None:
        return _kept(args.out)
    if args.profile:
        _write_profile(args.profile, built)
    print(
        f"Built {console.counted(built.servers, 'server')} and "
        f"{console.counted(built.tools, 'tool')} into {args.out}: "
        f"{console.counted(built.report.files, 'file')} "
        f"({built.report.bytes / 1e6:,.1f} MB), {built.report.written:,} written, "
        f"{built.report.removed:,} removed, {time.monotonic() - started:.1f} s."
    )
    return 0


def _built(
    args: argparse.Namespace, today: date, state: freshness.State, seen: str
) -> Built | None:
    """Return what was built, None when problems stand in the way."""
    from generator import executors, pipeline  # noqa: PLC0415 - the rooms are slow to import

    if pipeline.is_half_done(args.out):
        # Whatever comes of this build, the last one is ended.
        with pipeline.hold(args.out):
            pass
    plan, problems = pipeline.planned(args.content, args.out, TEMPLATES, today)
    if console.report(problems) or plan is None:
        return None
    if args.base_url:
        plan = pipeline.at_base_url(plan, args.base_url)
    with (
        pipeline.hold(args.out),
        pipeline.Store(state.memory, plan.program) as store,
        executors.open_executor(args.executor, args.jobs) as executor,
    ):
        if args.force:
            store.clear()
        is_known = state.is_as_left(store.build)
        plan = replace(
            plan, verify=not args.no_verify, is_known=is_known, is_timed=bool(args.profile)
        )
        means = pipeline.Means(executor, store, sys.stderr, is_near=not args.executor)
        built = pipeline.build_site(plan, means)
        if console.report(built.problems):
            return None
        state.remember(seen, store.build)
        return built


def _write_profile(path: Path, built: Built) -> None:
    """Write the stages with wall seconds, and CPU seconds of this process and of tasks."""
    stages = [
        {
            "stage": stage.name,
            "wall_seconds": round(stage.wall, 3),
            "own_cpu_seconds": round(stage.own, 3),
            "task_cpu_seconds": {name: round(cpu, 3) for name, cpu in stage.tasks.items()},
        }
        for stage in built.stages
    ]
    whole = {"servers": built.servers, "tools": built.tools, "stages": stages}
    try:
        path.write_text(f"{json.dumps(whole, indent=2)}\n", "utf-8")
    except OSError as error:
        raise BuildError(f"{path} cannot be written: {error.strerror}") from error


def _kept(out: Path) -> int:
    if (out / "index.html").is_file():
        print(f"The site in {out} is still the one that was built before.")
    return 1
