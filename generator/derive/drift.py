"""Two observations of a server to typed Changes, the ones that matter most first.

`compare` runs after both sides are assessed; without assessments it compares definitions only.
Used by catalogue.py for the changes of a page and by the command line for terminal output. The
classes are those of the crawler specification: wording alone is no alarm, but what breaks or
raises risk without a new package version is treated as one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from generator.definition import tools_from
from generator.derive import definition_drift, rating_drift
from generator.derive.deltas import Delta, shown, shown_pair
from generator.model import Change, Observation
from generator.taxonomy import Category, ChangeClass, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model import Assessment, Json, Tool

_QUIET = (ChangeClass.BREAKING, ChangeClass.RISK)
"""Raised to an alarm when the package version did not change."""
_Key = tuple[str, int]
_Sides = dict[_Key, tuple["Tool", "Assessment | None"]]


def compare(before: Observation, after: Observation) -> tuple[Change, ...]:
    """Return the changes from one observation to a later one, by class down, then by tool."""
    old, new = _by_name(before), _by_name(after)
    found: list[tuple[str, Delta]] = [("", delta) for delta in _server(before, after)]
    for key, (tool, assessment) in new.items():
        known = old.get(key)
        if known is None:
            found.append((tool.name, _added(tool, assessment)))
        else:
            deltas = tool_deltas(known[0], tool, known[1], assessment)
            found += ((tool.name, delta) for delta in deltas)
    found += (
        (tool.name, Delta(ChangeClass.BREAKING, "tool-removed", "was removed", _rating(assessment)))
        for key, (tool, assessment) in old.items()
        if key not in new
    )
    return in_order(change(tool, delta, before, after) for tool, delta in found)


def definition_changes(
    server: str, before: Iterable[Json], after: Iterable[Json], version: tuple[str, str] = ("", "")
) -> tuple[Change, ...]:
    """Return what changed between two lists of raw definitions, without any rating."""
    return compare(
        Observation(server, tools_from(server, before), version=version[0]),
        Observation(server, tools_from(server, after), version=version[1]),
    )


def tool_deltas(
    before: Tool, after: Tool, rated_before: Assessment | None, rated_after: Assessment | None
) -> Iterator[Delta]:
    """Yield the differences of one tool; a rating counts only when the definition moved."""
    definition = definition_drift.compare(before, after)
    if not definition:
        return
    if rated_before is None or rated_after is None:
        yield from definition
        return
    moved = rating_drift.compare(rated_before, rated_after)
    yield from moved
    harmless = rated_after.category is Category.READ
    for delta in definition:
        if delta.kind == "hint" and delta.before == "not declared" and harmless:
            # A tool that only reads and now says so tells clients nothing but the truth.
            yield replace(delta, change_class=ChangeClass.COMPATIBLE)
        else:
            yield delta


def change(tool: str, delta: Delta, before: Observation, after: Observation) -> Change:
    """Return a difference as a Change of a server; an unchanged version makes it an alarm."""
    kind = delta.change_class
    unchanged = bool(before.version) and before.version == after.version
    if unchanged and kind in _QUIET:
        kind = ChangeClass.ALARM
    return Change(
        server=after.server,
        tool=tool,
        change_class=kind,
        kind=delta.kind,
        text=delta.text,
        before=delta.before,
        after=delta.after,
        observed_on=after.observed_on,
        version_before=before.version,
        version_after=after.version,
    )


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return changes newest first, then by class down, server, tool and kind."""
    by_place = sorted(changes, key=lambda c: (c.server, c.tool, c.kind, c.text))
    by_class = sorted(by_place, key=lambda c: -c.change_class.rank)
    return tuple(sorted(by_class, key=lambda c: c.observed_on, reverse=True))


def _by_name(side: Observation) -> _Sides:
    """Return the tools by name and occurrence, so that equal names stay apart."""
    rated: Iterable[Assessment | None] = side.assessments or (None,) * len(side.tools)
    found: _Sides = {}
    seen: Counter[str] = Counter()
    for tool, assessment in zip(side.tools, rated, strict=True):
        found[tool.name, seen[tool.name]] = (tool, assessment)
        seen[tool.name] += 1
    return found


def _added(tool: Tool, assessment: Assessment | None) -> Delta:
    """Return a new tool as a change: a risk unless it is known to read at level low."""
    harmless = (
        assessment is not None
        and assessment.category is Category.READ
        and assessment.level is Level.LOW
    )
    kind = ChangeClass.COMPATIBLE if harmless else ChangeClass.RISK
    after = _rating(assessment) or shown(tool.description)
    return Delta(kind, "tool-added", "is new", after=after)


def _rating(assessment: Assessment | None) -> str:
    return rating_drift.rating(assessment) if assessment else ""


def _server(before: Observation, after: Observation) -> Iterator[Delta]:
    if before.instructions == after.instructions:
        return
    same = before.instructions.split() == after.instructions.split()
    yield Delta(
        ChangeClass.COSMETIC if same else ChangeClass.WORDING,
        "instructions",
        "changed the server's instructions",
        *shown_pair(before.instructions, after.instructions),
    )
    yield from definition_drift.smuggled([before.instructions], [after.instructions])
