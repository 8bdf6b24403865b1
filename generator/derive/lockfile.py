"""What somebody accepted of a server, and what has changed since: the file `mcp.lock.json`.

`accepted` turns a rated server into its entry, `compare` an entry and today's server into
Changes; `dump` and `load` are the file's text. The file holds hashes, categories and levels, no
text of a rule and none of a server but tool names: a new rule set changes rating lines only.
Called by the command `lock`.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from generator.derive import drift
from generator.derive.deltas import Delta
from generator.taxonomy import Category, ChangeClass, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.model import Assessment, Change, Observation, Server, Tool

FORMAT = 1


class LockfileError(ValueError):
    """The text is no lockfile; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class LockedTool:
    """One accepted definition: its hash, how it was rated, who accepted it, when and why."""

    name: str
    sha256: str
    category: str
    level: str
    accepted_by: str
    accepted_on: str
    reason: str


@dataclass(frozen=True, slots=True)
class LockedServer:
    """One accepted server."""

    server: str
    package: str
    version: str
    protocols: tuple[str, ...]
    digest: str
    tools: tuple[LockedTool, ...]


@dataclass(frozen=True, slots=True)
class Consent:
    """Who accepts, on which day, and for what reason."""

    by: str
    on: str
    reason: str


def accepted(
    server: Server, assessments: Iterable[Assessment], earlier: LockedServer | None, now: Consent
) -> LockedServer:
    """Return the entry of a server; a tool that did not change keeps who accepted it."""
    known = {(tool.name, tool.sha256): tool for tool in earlier.tools} if earlier else {}
    tools = []
    for tool, rating in zip(server.tools, assessments, strict=True):
        old = known.get((tool.name, tool.digest))
        by, on, reason = (
            (old.accepted_by, old.accepted_on, old.reason) if old else (now.by, now.on, now.reason)
        )
        category, level = rating.category.value, rating.level.value
        tools.append(LockedTool(tool.name, tool.digest, category, level, by, on, reason))
    snapshot = server.snapshot
    return LockedServer(
        server=server.slug,
        package=snapshot.source.package if snapshot else "",
        version=snapshot.source.version if snapshot else "",
        protocols=snapshot.protocol.supported if snapshot else (),
        digest=snapshot.digest if snapshot else "",
        tools=tuple(sorted(tools, key=lambda t: (t.name, t.sha256))),
    )


def compare(
    locked: LockedServer, now: Observation, known: Mapping[str, tuple[Tool, Assessment]]
) -> tuple[Change, ...]:
    """Return what changed since a server was accepted, the changes that matter most first.

    `known` are earlier definitions by hash, so that a change can be told in detail; without the
    accepted one only the fact is told.
    """
    before = type(now)(locked.server, (), version=locked.version)
    old = _numbered((tool.name, tool) for tool in locked.tools)
    new = _numbered(
        (tool.name, (tool, rating)) for tool, rating in zip(now.tools, now.assessments, strict=True)
    )
    found: list[tuple[str, Delta]] = []
    for key, (tool, rating) in new.items():
        was = old.get(key)
        deltas = _added(rating) if was is None else _moved(was, tool, rating, known)
        found += ((tool.name, delta) for delta in deltas)
    found += (
        (tool.name, Delta(ChangeClass.BREAKING, "tool-removed", "was removed", _rated(tool)))
        for key, tool in old.items()
        if key not in new
    )
    return drift.in_order(drift.change(name, delta, before, now) for name, delta in found)


def _numbered(items: Iterable[tuple[str, Any]]) -> dict[tuple[str, int], Any]:
    """Return items by name and, for equal names, by their number."""
    count: Counter[str] = Counter()
    found = {}
    for name, item in items:
        found[name, count[name]] = item
        count[name] += 1
    return found


def _added(rating: Assessment) -> Iterator[Delta]:
    harmless = rating.category is Category.READ and rating.level is Level.LOW
    kind = ChangeClass.COMPATIBLE if harmless else ChangeClass.RISK
    yield Delta(kind, "tool-added", "is new and was never accepted", after=_rating(rating))


def _moved(
    was: LockedTool,
    tool: Tool,
    rating: Assessment,
    known: Mapping[str, tuple[Tool, Assessment]],
) -> Iterator[Delta]:
    moved = _rated(was) != _rating(rating)
    if was.sha256 == tool.digest:
        if moved:
            text = "is rated differently by other rules; its definition did not change"
            yield Delta(ChangeClass.COMPATIBLE, "rating", text, _rated(was), _rating(rating))
    elif was.sha256 in known:
        before, rated = known[was.sha256]
        yield from drift.tool_deltas(before, tool, rated, rating)
    elif moved:
        text = "has another definition and another rating"
        yield Delta(ChangeClass.RISK, "level", text, _rated(was), _rating(rating))
    else:
        text = "has another definition; the accepted one is not at hand to say what changed"
        yield Delta(ChangeClass.BREAKING, "definition", text)


def _rated(tool: LockedTool) -> str:
    return f"{tool.category}, {Level(tool.level).title}"


def _rating(assessment: Assessment) -> str:
    return f"{assessment.category.value}, {assessment.level.title}"


def dump(servers: Iterable[LockedServer]) -> str:
    """Return the file's text; equal entries give equal bytes."""
    entries = [asdict(server) for server in sorted(servers, key=lambda s: s.server)]
    data = {"format": FORMAT, "servers": entries}
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def load(text: str) -> dict[str, LockedServer]:
    """Return the entries of a file by server.

    Raises:
        LockfileError: no JSON, another format, or a value of the wrong shape.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LockfileError(f"expected JSON, got {error}") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise LockfileError(f"expected a lockfile of format {FORMAT}")
    try:
        found = [_server(entry) for entry in data["servers"]]
    except (KeyError, TypeError, ValueError) as error:
        raise LockfileError(f"expected entries as written by this program: {error}") from error
    return {server.server: server for server in found}


def _server(entry: Mapping[str, Any]) -> LockedServer:
    tools = tuple(LockedTool(**tool) for tool in entry["tools"])
    for tool in tools:
        Level(tool.level), Category(tool.category)
    return LockedServer(**{**entry, "protocols": tuple(entry["protocols"]), "tools": tools})
