"""Add servers from a registry, a client's configuration or a saved tools/list answer.

  mcp-risk import registry --match 'io.github.acme/*' --dry-run
  mcp-risk import ~/.cursor/mcp.json
  mcp-risk import tools.json --server acme-demo --title 'Acme Demo'

SOURCE is a file, `-` for the standard input, `registry` for the official registry, or the https
address of another one. Values of variables, headers and secrets are never kept, only names; what
looks like a secret elsewhere is replaced and named. Files that exist stay as they are unless
--update is given, which keeps titles, licences and settings and loses comments. A registry is
asked once per hour at most, and an interrupted run goes on where it stopped. Exits 0 when all is
well, 1 when something in the source was wrong, 2 when nothing could be read.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator import __version__, content, content_listing, lint
from generator.cli import console
from generator.cli.import_write import Writer, table
from generator.cli.source import text_of
from generator.crawl import intake, intake_names, redact
from generator.crawl.intake import Intake, Kind
from generator.crawl.intake_names import Slugs
from generator.crawl.intake_sync import OFFICIAL, Registry
from generator.crawl.intake_text import json_values
from generator.errors import CatalogueError
from generator.model import Content, ServerSpec, Site
from generator.text import one_line

if TYPE_CHECKING:
    import argparse

    from generator.crawl.intake_sync import Outcome

NOTHING_READ = 2
_EMPTY = Content(Site("", ""), (), (), (), (), (), ())


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("source", metavar="SOURCE", help="a file, -, registry, or an address")
    parser.add_argument(
        "--kind",
        choices=("auto", *(kind.value for kind in Kind)),
        default="auto",
        help="what a file holds (default: found out from its keys)",
    )
    parser.add_argument(
        "--content",
        type=Path,
        default=Path("content"),
        metavar="DIR",
        help="the content folder to write to (default: content)",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be written")
    parser.add_argument("--update", action="store_true", help="renew files that exist")
    registry = parser.add_argument_group("of a registry")
    registry.add_argument(
        "--match", nargs="+", default=[], metavar="NAME", help="these names; * and ? match more"
    )
    registry.add_argument("--limit", type=int, default=0, metavar="N", help="at most N new servers")
    registry.add_argument("--deprecated", action="store_true", help="deprecated servers as well")
    registry.add_argument("--full", action="store_true", help="ask for all of it, not for changes")
    registry.add_argument(
        "--cache", type=Path, metavar="DIR", help="local copies (default: .cache/registry)"
    )
    dump = parser.add_argument_group("of a saved tools/list answer")
    dump.add_argument("--server", metavar="SLUG", default="", help="the server that gave it")
    dump.add_argument("--title", metavar="TEXT", default="", help="its title, if it is new")


def run(args: argparse.Namespace) -> int:
    """Import one source; return the exit code."""
    loaded = content.load([args.content])[0] if args.content.is_dir() else _EMPTY
    specs = {server.slug: server.spec for server in loaded.servers}
    slugs = Slugs(specs.values(), lint.RESERVED)
    stopped = ""
    if args.source == "registry" or args.source.startswith(("https://", "http://")):
        taken, stopped = _from_registry(args, slugs, loaded.site.base_url)
    else:
        taken = _from_file(args, slugs, specs)
    writer = Writer(args.content, specs, update=args.update, dry_run=args.dry_run)
    rows = writer.rows(taken.incoming, limit=args.limit)
    code = console.report([*taken.problems, *writer.problems])
    print(table(rows, dry_run=args.dry_run))
    if stopped:
        print(f"mcp-risk import: {one_line(stopped, 300)}", file=sys.stderr)
    if not rows and (stopped or code):
        return NOTHING_READ
    return 1 if stopped or any(row.outcome == "wrong" for row in rows) else code


def _from_registry(args: argparse.Namespace, slugs: Slugs, site: str) -> tuple[Intake, str]:
    base = OFFICIAL if args.source == "registry" else args.source.rstrip("/")
    folder = (args.cache or Path(".cache/registry")) / intake_names.of_address(base)
    live = sys.stderr.isatty()
    agent = (
        f"mcp-tool-risk-catalogue/{__version__}{f' (+{site})' if site.isascii() and site else ''}"
    )

    def say(text: str) -> None:
        if live:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    registry = Registry(base, folder, agent, time.sleep, say)
    outcome = registry.sync(datetime.now(tz=UTC), full=args.full)
    say("")
    print(_told(base, outcome), file=sys.stderr)
    taken = intake.from_registry(
        registry.pages(), base, slugs, args.match, with_deprecated=args.deprecated
    )
    return taken, outcome.stopped


def _told(base: str, outcome: Outcome) -> str:
    if outcome.is_recent:
        return f"{base}: the local copy is younger than an hour and is used as it is"
    pages = console.counted(outcome.asked, "page")
    return f"{base}: {pages}, {outcome.unchanged} unchanged"


def _from_file(args: argparse.Namespace, slugs: Slugs, specs: dict[str, ServerSpec]) -> Intake:
    text, name = text_of(args.source)
    kind = intake.kind_of(text, name) if args.kind == "auto" else Kind(args.kind)
    if kind is Kind.REGISTRY:
        try:
            pages = json_values(text)
        except ValueError as error:
            raise CatalogueError(f"{name} cannot be read: {error}") from None
        return intake.from_registry(pages, name, slugs, args.match, with_deprecated=args.deprecated)
    if kind is Kind.CONFIG:
        return intake.from_configuration(text, name, slugs)
    if kind is None:
        raise CatalogueError(
            f"{name} is no client's configuration, no answer of a registry and no tools/list "
            "answer; say which it is with --kind"
        )
    today = datetime.now(tz=UTC).date().isoformat()
    spec = _dumped_spec(args, specs)
    return intake.from_dump(text, name, spec, today, redact.redactor({}, ()))


def _dumped_spec(args: argparse.Namespace, specs: dict[str, ServerSpec]) -> ServerSpec:
    """Return the server that a saved answer is from: one of the catalogue, or a new one."""
    slug = args.server
    if not content_listing.SLUG.fullmatch(slug) or slug in lint.RESERVED:
        raise CatalogueError(
            "a saved tools/list answer needs --server SLUG, in lower-case letters, digits, hyphens"
        )
    if slug in specs:
        return replace(specs[slug], title=args.title or specs[slug].title)
    return ServerSpec(slug, one_line(args.title, 100) or intake_names.title_of(slug))
