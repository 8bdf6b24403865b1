"""Servers of a configuration that the catalogue cannot rate to servers as crawled just now.

Called by `check.py` for `--crawl`. The packages a file names are installed and started as in
`mcp-risk crawl`, isolated and with placeholders; its addresses are asked. Values of the file are
never used: a server gets a variable when your environment has it. What is switched off in the
file is not started. Nothing goes into the content folders; `--keep` says where snapshots go.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli import crawl_start
from generator.cli.check_stack import keys_of
from generator.cli.crawl_report import Report
from generator.crawl import intake, intake_names, plan, session
from generator.crawl.journal import Journal
from generator.crawl.limits import Limits
from generator.definition import tools_of
from generator.lint import RESERVED
from generator.model import Server

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from generator.crawl.intake_clients import ConfiguredServer
    from generator.crawl.run import Result
    from generator.model import ServerSpec


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    group = parser.add_argument_group("servers that the catalogue does not know")
    group.add_argument(
        "--crawl",
        action="store_true",
        help="start or ask them now, to list their tools; nothing is written into content",
    )
    crawl_start.isolation_arguments(group)
    group.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the snapshots of --crawl in this folder"
    )
    group.add_argument(
        "--cache", type=Path, metavar="DIR", help="packages of --crawl (default: .cache/crawl)"
    )


def crawled(
    configured: Sequence[ConfiguredServer], servers: Sequence[Server], args: argparse.Namespace
) -> tuple[Server, ...] | None:
    """Return the servers that were looked at now; None when none may be, or a signal came."""
    specs = wanted(configured, servers)
    targets = [plan.target(spec) for spec in specs]
    if not targets:
        return ()
    if not crawl_start.may_start(targets, args, "check"):
        return None
    report = Report(len(targets), sys.stderr)
    cache = (args.cache or Path(".cache/crawl")).absolute()
    with tempfile.TemporaryDirectory(prefix="mcp-risk-check-") as scratch:
        manner = session.Manner(
            today=datetime.now(tz=UTC).date().isoformat(),
            limits=Limits(),
            isolation=args.isolation,
            allow_network=args.allow_network,
            allow_private=args.allow_private,
        )
        journal = Journal.open(cache / "journal-check.json")
        start = session.Start(manner, cache, args.keep or Path(scratch), journal)
        results: list[Result] = []

        def done(result: Result) -> None:
            results.append(result)
            report.finished(result)

        try:
            asyncio.run(session.crawl(start, targets, os.environ, done))
        except asyncio.CancelledError:
            print("mcp-risk check: ended by a signal", file=sys.stderr)
            return None
        finally:
            report.close()
    by_slug = {spec.slug: spec for spec in specs}
    return tuple(_server(by_slug[result.slug], result) for result in results)


def wanted(
    configured: Sequence[ConfiguredServer], servers: Sequence[Server]
) -> tuple[ServerSpec, ...]:
    """Return each enabled server once that can be started or asked and has no rating yet."""
    slugs = intake_names.Slugs((server.spec for server in servers), RESERVED)
    known = {server.slug: server for server in servers}
    found: dict[str, ServerSpec] = {}
    for one in configured:
        if not one.is_enabled:
            continue
        slug = slugs.existing(keys_of(one))
        spec = intake.configured_spec(one)
        if slug in known and not known[slug].is_observed:
            found[slug] = known[slug].spec
        elif not slug and spec is not None:
            slug = slugs.new(spec.slug, intake_names.keys(spec))
            found[slug] = replace(spec, slug=slug)
    return tuple(found.values())


def _server(spec: ServerSpec, result: Result) -> Server:
    # Today's attempt, not what --keep had from an earlier day: the report says "now".
    return Server(spec, result.attempt, tools_of(result.attempt))
