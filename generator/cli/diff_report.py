"""Changes between two observations to lines for a terminal, for Markdown, and to JSON.

Called by diff.py. Everything a server said is on one line, visible and capped.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.cli.console import counted
from generator.taxonomy import ChangeClass
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import Change, JsonObject, Observation

_NAME, _VALUE = 60, 200
_SERVER = "(server)"
_WIDTH = max(len(kind.value) for kind in ChangeClass)


def text(before: Observation, after: Observation, changes: Sequence[Change]) -> list[str]:
    """Return the lines for a terminal: a head, one per change with both sides, a count."""
    lines = [head(before, after)]
    for change in changes:
        name = one_line(change.tool, _NAME) or _SERVER
        lines.append(f"{change.change_class.value:<{_WIDTH}}  {name}  {change.text}")
        lines += [f"{'':<{_WIDTH}}    {side}" for side in _sides(change)]
    return [*lines, summary(changes)]


def markdown(before: Observation, after: Observation, changes: Sequence[Change]) -> list[str]:
    """Return a list for a pull request; what a server said stands in code spans."""
    lines = [f"### {head(before, after)}", ""]
    for change in changes:
        name = _code(change.tool) if change.tool else _SERVER
        lines.append(f"- **{change.change_class.value}** {name}: {change.text}")
        lines += [f"  - {word}: {_code(value)}" for word, value in _pairs(change)]
    return [*lines, "", summary(changes)]


def as_json(before: Observation, after: Observation, changes: Sequence[Change]) -> JsonObject:
    """Return the comparison as data; values a server said are visible text."""
    return {
        "server": after.server,
        "before": {"observed_on": before.observed_on, "version": before.version},
        "after": {"observed_on": after.observed_on, "version": after.version},
        "counts": {kind.value: count for kind, count in _counts(changes).items()},
        "changes": [
            {
                "class": change.change_class.value,
                "tool": one_line(change.tool, _VALUE),
                "kind": change.kind,
                "text": change.text,
                "before": change.before,
                "after": change.after,
            }
            for change in changes
        ],
    }


def head(before: Observation, after: Observation) -> str:
    """Return what is compared: server, versions, days, numbers of tools."""
    sides = [
        " ".join(
            part
            for part in (
                one_line(side.version, _NAME),
                side.observed_on,
                f"({counted(len(side.tools), 'tool')})",
            )
            if part
        )
        for side in (before, after)
    ]
    return f"{one_line(after.server, _NAME)}: {sides[0]} to {sides[1]}"


def summary(changes: Sequence[Change]) -> str:
    """Return how many changes there are, by class from the top."""
    if not changes:
        return "No change."
    parts = [f"{count} {kind.value}" for kind, count in _counts(changes).items()]
    return f"{counted(len(changes), 'change')}: {', '.join(parts)}."


def _counts(changes: Sequence[Change]) -> dict[ChangeClass, int]:
    counts = Counter(change.change_class for change in changes)
    return {kind: counts[kind] for kind in reversed(ChangeClass) if counts[kind]}


def _pairs(change: Change) -> list[tuple[str, str]]:
    return [(w, v) for w, v in (("before", change.before), ("after", change.after)) if v]


def _sides(change: Change) -> list[str]:
    return [f"{word + ':':<8}{one_line(value, _VALUE)}" for word, value in _pairs(change)]


def _code(value: str) -> str:
    return f"`{one_line(value, _VALUE).replace('`', chr(39))}`"
