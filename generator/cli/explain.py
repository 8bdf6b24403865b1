"""Show why a tool is rated as it is, what would change that, and which hints to declare.

  mcp-risk explain sprintra work_sessions
  mcp-risk explain --file tools.json work_sessions

Prints the ledger that adds up to the score, the level without each part of it, and the block of
annotations that fits the definition. For authors of servers.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generator import pipeline
from generator.classify import engine
from generator.cli import console, saved
from generator.cli.options import content_folders
from generator.errors import ContentError
from generator.taxonomy import MAX_SCORE, Axis, Category, Facet, Status, level_of
from generator.text import one_line

if TYPE_CHECKING:
    import argparse

    from generator.classify.registry import Rulebook
    from generator.model import Assessment, Override, Server, Signal, Tool

_TEXT, _QUOTE = 78, 60
_OPEN_WORLD = frozenset(
    (Facet.EGRESS, Facet.ARBITRARY_URL, Facet.UNTRUSTED_CONTENT, Facet.PUBLIC_SINK)
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("names", nargs="+", metavar="SERVER TOOL", help="with --file: TOOL only")
    parser.add_argument("--file", metavar="FILE", help="a saved tools/list answer, or -")
    content_folders(parser)


def run(args: argparse.Namespace) -> int:
    """Print everything about one tool's rating."""
    server, book, overrides = _chosen(args)
    name = args.names[-1]
    found = engine.assess_server(server, book, overrides, today=datetime.now(tz=UTC).date())
    pairs = zip(server.tools, found, strict=True)
    pair = next(((tool, a) for tool, a in pairs if tool.name == name), None)
    if pair is None:
        known = ", ".join(one_line(tool.name, 40) for tool in server.tools[:12]) or "none"
        raise ContentError(f"{server.slug} has no tool {name!r}; it has {known}")
    print("\n".join(_lines(*pair, book)))
    return 0


def _chosen(args: argparse.Namespace) -> tuple[Server, Rulebook, tuple[Override, ...]]:
    if args.file:
        server, problems = saved.server(args.file, "file")
        console.report(problems)
        if server is None:
            raise ContentError(f"{args.file} holds no tools")
        return server, saved.rules(args.content), ()
    if len(args.names) != 2:  # noqa: PLR2004 - a server and a tool
        raise ContentError("expected SERVER TOOL, or --file FILE TOOL")
    loaded = pipeline.load(args.content, datetime.now(tz=UTC).date())
    if loaded.workshop is None:
        raise ContentError("the rules are not sound; see mcp-risk lint")
    slug = args.names[0]
    server = next((s for s in loaded.content.servers if s.slug == slug), None)
    if server is None:
        raise ContentError(f"there is no server {slug!r} in the catalogue")
    return server, loaded.workshop.book, loaded.workshop.overrides.get(slug, ())


def _lines(tool: Tool, found: Assessment, book: Rulebook) -> list[str]:
    title = f"{one_line(tool.name, _TEXT)}: {found.category}, {found.level} ({found.score})"
    lines = [title, f"Confidence in the category: {found.confidence.word}.", "", "Category"]
    lines += [_line(f"{s.support:>3}  ", s) for s in found.signals if s.axis is Axis.CATEGORY]
    lines += ["", "Score" + (f" (method {found.deciding_method})" if found.deciding_method else "")]
    lines += [_line(f"{s.points:>+4} ", s) for s in found.signals if s.axis is Axis.RISK]
    lines += [f"{found.score:>4} {found.level}"]
    if found.methods:
        lines += ["", "Methods"]
        lines += [f"{m.score:>4}  {m.category:<12} {one_line(m.method, 40)}" for m in found.methods]
    if found.facets:
        lines += ["", "Can: " + ", ".join(facet.words for facet in found.facets)]
    lines += ["", "What would change the rating", *_changes(found, book)]
    lines += ["", "Annotations to declare", *_annotations(tool, found)]
    return lines


def _line(head: str, record: Signal) -> str:
    quote = f'  "{one_line(record.quote, _QUOTE)}"' if record.quote else ""
    status = "" if record.status is Status.APPLIED else f"  [{record.status} by {record.by}]"
    return f"  {head}{record.rule:<22} {one_line(record.text, _TEXT)}{quote}{status}"


def _changes(found: Assessment, book: Rulebook) -> list[str]:
    """Return the level without each counted part of the score, and how to get there."""
    lines: list[str] = []
    for record in found.signals:
        if record.axis is not Axis.RISK or not record.points or record.rule not in book.rules:
            continue
        without = level_of(max(0, min(MAX_SCORE, found.score - record.points)))
        if without is found.level or record.rule.startswith("base."):
            continue
        remedy = book.rules[record.rule].remediation
        lines.append(f"  without {record.rule}: {without}. {remedy}".rstrip())
    if found.methods:
        worst = max(found.methods, key=lambda m: m.score)
        rest = [m for m in found.methods if m.score < worst.score]
        if rest:
            best = max(rest, key=lambda m: m.score)
            lines.append(
                f"  split off {one_line(worst.method, 40)} and its like: "
                f"{best.category}, {best.level}"
            )
    if not lines:
        lines.append("  Only another effect would: the level follows from the category.")
    return lines


def _annotations(tool: Tool, found: Assessment) -> list[str]:
    """Return the hints that say what the definition says; title and order as in the protocol."""
    reads = found.category is Category.READ
    block: dict[str, object] = {}
    if tool.title or tool.annotations.title:
        block["title"] = tool.annotations.title or tool.title
    block["readOnlyHint"] = reads
    if not reads:
        overwrites = any(s.rule == "text.overwrite" for s in found.signals)
        block["destructiveHint"] = found.category is Category.DESTRUCTIVE or overwrites
    block["openWorldHint"] = bool(_OPEN_WORLD & set(found.facets))
    text = json.dumps({"annotations": block}, indent=2, ensure_ascii=True)
    return [f"  {line}" for line in text.splitlines()]
