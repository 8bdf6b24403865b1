"""Rate the tools of a saved tools/list answer.

  mcp-risk classify tools.json
  mcp-risk classify tools.json --format json
  mcp-risk classify - --format sarif --fail-on high < tools.json

FILE is a result of tools/list, its JSON-RPC envelope, a list of tools, one tool, or a snapshot.
With --fail-on the exit code is 1 when a tool has that level or a higher one, so that CI can stop.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generator.classify import engine
from generator.cli import console, saved
from generator.cli.options import content_folders
from generator.render import sarif
from generator.taxonomy import Axis, Category, Level, Status, Verdict
from generator.text import cut, one_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from generator.classify.registry import Rulebook
    from generator.model import Assessment, Server

NOTHING_READ = 2
_NAME, _REASON, _REASONS = 32, 90, 3


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", metavar="FILE", help="a saved tools/list answer, or -")
    parser.add_argument(
        "--format", choices=("text", "json", "sarif"), default="text", help="how to print"
    )
    parser.add_argument(
        "--fail-on",
        choices=[level.value for level in Level],
        metavar="LEVEL",
        help="exit with 1 when a tool is rated low, medium, high or critical, or above",
    )
    parser.add_argument("--server", default="file", metavar="SLUG", help="the name of the server")
    content_folders(parser)


def run(args: argparse.Namespace) -> int:
    """Print the ratings; return 1 when a tool reaches --fail-on or an entry is unusable."""
    server, problems = saved.server(args.file, args.server)
    code = console.report(problems)
    if server is None:
        return NOTHING_READ
    book = saved.rules(args.content)
    found = engine.assess_server(server, book, today=datetime.now(tz=UTC).date())
    print(_printed(args, server, found, book))
    if args.fail_on and any(a.level.rank >= Level(args.fail_on).rank for a in found):
        return 1
    return code


def _printed(
    args: argparse.Namespace, server: Server, found: Sequence[Assessment], book: Rulebook
) -> str:
    if args.format == "json":
        return _json(server, found, book)
    if args.format == "sarif":
        log = sarif.log(server.slug, found, book.rules, artifact=args.file, ruleset=book.ruleset)
        return json.dumps(log, indent=1)
    return "\n".join(_text(found))


def _json(server: Server, found: Sequence[Assessment], book: Rulebook) -> str:
    data = {
        "ruleset": book.ruleset,
        "server": server.slug,
        "tools": [asdict(assessment) for assessment in found],
    }
    return json.dumps(data, indent=2, ensure_ascii=False, default=str)


def _text(found: Sequence[Assessment]) -> list[str]:
    """Return a line per tool, riskiest first, its reasons below, and a summary."""
    lines: list[str] = []
    for a in sorted(found, key=lambda a: (-a.score, a.tool)):
        head = f"{a.level.title:<8} {a.score:>3}  {a.category:<12} {one_line(a.tool, _NAME)}"
        if a.confidence.word == "needs review":
            head += "  (needs review)"
        lines.append(head)
        lines += [f"{'':15}{one_line(text, _REASON)}" for text in _reasons(a)]
    return [*lines, "", _summary(found)]


def _reasons(assessment: Assessment) -> list[str]:
    """Return what decided the category, what moved the score most, and what hygiene found."""
    counted = [
        s
        for s in assessment.signals
        if s.axis is Axis.RISK and s.points and s.status is Status.APPLIED
    ]
    texts = [f"{s.points:+d} {s.text}" for s in counted[:_REASONS]]
    if len(counted) > _REASONS:
        texts.append(f"and {console.counted(len(counted) - _REASONS, 'smaller signal')}")
    return texts + [
        f"{f.verdict}: {f.text}: {cut(f.quote or '', 40)}"
        for f in assessment.findings
        if f.verdict.rank >= Verdict.REVIEW.rank
    ]


def _summary(found: Sequence[Assessment]) -> str:
    levels = [f"{sum(a.level is level for a in found)} {level}" for level in reversed(Level)]
    unclear = sum(a.category is Category.UNCLASSIFIED for a in found)
    tail = f"; {unclear} could not be classified" if unclear else ""
    return f"{console.counted(len(found), 'tool')}: {', '.join(levels)}{tail}."
