"""Say what the servers of a client's configuration can do, by the ratings of the catalogue.

  mcp-risk check ~/.cursor/mcp.json
  mcp-risk check .mcp.json --fail-on critical --format sarif > mcp.sarif
  mcp-risk check .mcp.json --crawl

Nothing is started and nothing is asked over the network: a server is found by its package, its
address or its name in the registry. With --crawl, enabled servers that the catalogue cannot rate
are started isolated or asked now, without any value of the file. Files of Claude, VS Code, Cursor,
Windsurf, Codex, Gemini CLI, Copilot CLI, opencode and Zed are read. Exits 0, 1 when a tool is at
or above --fail-on or an entry cannot be read, 2 when the file or the catalogue cannot be used or
--crawl may not start a server.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generator import pipeline
from generator.cli import check_crawl, check_report, check_sarif, console
from generator.cli.check_stack import check
from generator.cli.options import content_folders
from generator.cli.source import text_of
from generator.crawl import intake_clients
from generator.errors import CatalogueError, Severity
from generator.taxonomy import Level

if TYPE_CHECKING:
    import argparse

    from generator.cli.check_stack import Stack

UNUSABLE = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("config", metavar="CONFIG", help="the client's file, or -")
    content_folders(parser)
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    parser.add_argument(
        "--fail-on",
        choices=[level.value for level in Level],
        metavar="LEVEL",
        help="exit 1 when a tool of an enabled server is at or above it",
    )
    parser.add_argument(
        "--fail-on-unknown",
        action="store_true",
        help="exit 1 when nothing is known about an enabled server",
    )
    check_crawl.arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Check one file; return the exit code."""
    source, name = text_of(args.config)
    configured, problems = intake_clients.parse(source, name)
    code = console.report(problems, annotate=args.format == "text")
    if not configured:
        if not problems:
            print(f"mcp-risk check: {name} names no server", file=sys.stderr)
        return UNUSABLE
    loaded = pipeline.load(args.content, datetime.now(tz=UTC).date())
    if loaded.workshop is None:
        errors = [p for p in loaded.problems if p.severity is Severity.ERROR]
        console.report(errors, annotate=args.format == "text")
        raise CatalogueError("the catalogue's rules cannot be used")
    servers = loaded.content.servers
    now = check_crawl.crawled(configured, servers, args) if args.crawl else ()
    if now is None:
        return UNUSABLE
    stack = check(configured, servers, loaded.workshop, now)
    if args.format == "text":
        print(check_report.text(stack))
    elif args.format == "json":
        print(json.dumps(check_report.data(stack), indent=2))
    else:
        log = check_sarif.sarif(stack, name, source, loaded.content.site.base_url)
        print(json.dumps(log, indent=2))
    return 1 if _exceeds(stack, args) else code


def _exceeds(stack: Stack, args: argparse.Namespace) -> bool:
    if args.fail_on_unknown and stack.unknown:
        return True
    reached = stack.level
    return bool(args.fail_on and reached and reached.rank >= Level(args.fail_on).rank)
