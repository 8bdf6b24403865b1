"""Definitions with the days they were seen to the levels of a server, and of all, over time.

`spans` runs per server, `rows` over the spans of one or of all. A definition counts from the first
day it was observed to the day its successor was, or to the last day it was seen when it has none.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

from generator.model import LevelSpan, TimelineRow
from generator.taxonomy import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.model import Assessment, EarlierTool, Server

_MOST_ROWS = 24


def spans(
    server: Server, assessments: Sequence[Assessment], earlier: Sequence[EarlierTool]
) -> tuple[LevelSpan, ...]:
    """Return how many tools had which level from which day to which."""
    snapshot = server.snapshot
    if snapshot is None or not server.is_observed:
        return ()
    chains: dict[str, list[EarlierTool]] = {}
    for one in sorted(earlier, key=lambda e: (e.last_on, e.first_on, e.tool.digest)):
        chains.setdefault(one.tool.name, []).append(one)
    first_on = {digest.sha256: digest.first_on for digest in snapshot.tool_digests}
    found: Counter[tuple[str, str, Level]] = Counter()
    current: dict[str, str] = {}
    for tool, assessment in zip(server.tools, assessments, strict=True):
        start = first_on.get(tool.digest) or snapshot.observed_on
        current.setdefault(tool.name, start)
        found[start, "", assessment.level] += 1
    for name, chain in chains.items():
        ends = [*(one.first_on for one in chain[1:]), current.get(name, "")]
        for one, successor in zip(chain, ends, strict=True):
            end = max(successor, one.first_on) if successor else _day_after(one.last_on)
            found[one.first_on, end, one.assessment.level] += 1
    return tuple(LevelSpan(*key, number) for key, number in sorted(found.items(), key=_order))


def _order(item: tuple[tuple[str, str, Level], int]) -> tuple[str, str, int]:
    (start, end, level), _ = item
    return start, end, level.rank


def rows(found: Iterable[LevelSpan]) -> tuple[TimelineRow, ...]:
    """Return the levels on each day on which they moved, by month when there are many days.

    Fewer than two days are no history, and give no row.
    """
    known = tuple(found)
    days = sorted({span.first_on for span in known} | {span.until for span in known if span.until})
    if len(days) > _MOST_ROWS:
        # The last day of a month stands for it.
        days = sorted({day[:7]: day for day in days}.values())[-_MOST_ROWS:]
    if len(days) < 2:  # noqa: PLR2004 - a change needs a before and an after
        return ()
    return tuple(_row(day, known) for day in days)


def _row(day: str, known: Sequence[LevelSpan]) -> TimelineRow:
    counts: Counter[Level] = Counter()
    for span in known:
        if span.first_on <= day and (not span.until or day < span.until):
            counts[span.level] += span.tools
    return TimelineRow(day, tuple((level, counts[level]) for level in Level))


def _day_after(day: str) -> str:
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except ValueError:
        # A snapshot typed by hand may hold a month; it ends with itself.
        return day
