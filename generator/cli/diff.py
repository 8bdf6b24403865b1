"""Compare two observations of a server: what changed, the changes that matter most first.

  mcp-risk diff before.json after.json
  mcp-risk diff content/snapshots/acme.json answer.json --fail-on breaking
  mcp-risk diff before.json after.json --format markdown

A side is a snapshot file or a saved tools/list answer. Each change has a class, from cosmetic to
alarm; the exit code is 1 when a change is at or above --fail-on. What breaks callers or raises
risk without a new package version is an alarm.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli import console, diff_report
from generator.cli.options import content_folders
from generator.errors import ContentError, Location, Problem
from generator.taxonomy import ChangeClass

if TYPE_CHECKING:
    import argparse

    from generator.classify.registry import Rulebook
    from generator.model import Observation, Snapshot

NEVER = "never"
MAX_BYTES = 64_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("before", type=Path, help="a snapshot or a saved tools/list answer")
    parser.add_argument("after", type=Path, help="a later one of the same server")
    parser.add_argument(
        "--fail-on",
        choices=[*(kind.value for kind in ChangeClass), NEVER],
        default=ChangeClass.RISK.value,
        help="exit 1 when a change is of this class or above (default: risk)",
    )
    parser.add_argument(
        "--format", choices=["text", "json", "markdown"], default="text", help="default: text"
    )
    parser.add_argument(
        "--definitions", action="store_true", help="compare definitions only; needs no rules"
    )
    content_folders(parser)


def run(args: argparse.Namespace) -> int:
    """Print the changes; return 1 when one is at or above the class to fail on, 2 on bad input."""
    from generator.derive import drift  # noqa: PLC0415 - help must answer at once

    book = None if args.definitions else _rulebook(args.content)
    if book is None and not args.definitions:
        return 2
    problems: list[Problem] = []
    sides = [_snapshot(path, problems) for path in (args.before, args.after)]
    if problems or None in sides:
        console.report(problems)
        return 2
    before, after = (_observation(side, book) for side in _alike(sides))
    changes = drift.compare(before, after)
    if args.format == "json":
        print(json.dumps(diff_report.as_json(before, after, changes), indent=2, sort_keys=True))
    else:
        made = diff_report.markdown if args.format == "markdown" else diff_report.text
        print("\n".join(made(before, after, changes)))
    if args.fail_on == NEVER:
        return 0
    threshold = ChangeClass(args.fail_on).rank
    return int(any(change.change_class.rank >= threshold for change in changes))


def _rulebook(folders: list[Path]) -> Rulebook | None:
    """Return the rules, None after reporting why they cannot be used."""
    from generator import content  # noqa: PLC0415
    from generator.classify import registry  # noqa: PLC0415

    rules, problems = content.load_rules(folders)
    if console.report(problems):
        return None
    return registry.rulebook(rules)


def _alike(sides: list[Snapshot | None]) -> list[Snapshot]:
    """Return both sides under one name: a saved answer says nothing about its server.

    Ratings look at the server's name, so two names would show as changes.
    """
    found = [side for side in sides if side is not None]
    known = next((side for side in found if side.source.kind != "dump"), found[0])
    return [
        side
        if side.source.kind != "dump"
        else replace(side, server=known.server, server_info=known.server_info)
        for side in found
    ]


def _observation(snapshot: Snapshot, book: Rulebook | None) -> Observation:
    """Return one side with its tools and, with rules, their ratings."""
    from generator.classify import engine  # noqa: PLC0415
    from generator.definition import tools_of  # noqa: PLC0415
    from generator.model import Observation, Server, ServerSpec  # noqa: PLC0415

    tools = tools_of(snapshot)
    server = Server(ServerSpec(snapshot.server, snapshot.server), snapshot, tools)
    today = datetime.now(tz=UTC).date()
    return Observation(
        server=snapshot.server,
        tools=tools,
        assessments=engine.assess_server(server, book, today=today) if book else (),
        version=_version(snapshot),
        observed_on=snapshot.observed_on,
        instructions=snapshot.instructions,
    )


def _version(snapshot: Snapshot) -> str:
    """Return the package's version, or what a hosted server says of itself; a dump has none."""
    if snapshot.source.kind == "dump":
        return ""
    told = snapshot.server_info.get("version")
    return snapshot.source.version or (told if isinstance(told, str) else "")


def _snapshot(path: Path, problems: list[Problem]) -> Snapshot | None:
    """Return a snapshot file, or a saved answer as a snapshot, None after reporting why not."""
    from generator import snapshots  # noqa: PLC0415
    from generator.crawl import intake_dump  # noqa: PLC0415

    text = _text(path)
    if _is_snapshot(text):
        try:
            found = snapshots.load(text)
        except snapshots.SnapshotFormatError as error:
            problems.append(_problem(path, f"{error.pointer or 'the file'} ({error})"))
            return None
        if not found.tools and not found.digest:
            problems.append(_problem(path, f"tools (expected a list, got state {found.state})"))
            return None
        return found
    dump, wrong = intake_dump.read(text, str(path), path.stem, "", str)
    problems += wrong
    return dump


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ContentError(f"{path} is larger than {MAX_BYTES:,} bytes")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ContentError(f"cannot read {path}: {reason}") from error


def _is_snapshot(text: str) -> bool:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "format" in value and "tool_digests" in value


def _problem(path: Path, message: str) -> Problem:
    return Problem("diff", Location(str(path)), message)
