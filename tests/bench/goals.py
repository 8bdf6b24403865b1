"""Figures of all sizes to the goals: what, what must be, what is aimed at, the result, met or not.

A goal that names a size takes the figures of that size where there are some, else those of the
largest size that was measured, and says which. Wall time on a machine that others use says nothing
against us: a goal that is missed there is open, not missed.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.bench.figures import Figures

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the table; `result` is None when nothing was measured for it."""

    number: str
    what: str
    must: str
    aim: str
    result: str
    met: bool | None
    tools: int = 0


@dataclass(frozen=True, slots=True)
class _Rule:
    number: str
    what: str
    must: str
    aim: str
    size: int
    value: Callable[[Figures], float | None]
    within: Callable[[float], bool]
    shown: str
    is_wall: bool = False


def _ratio(above: str, below: str) -> Callable[[Figures], float | None]:
    def value(figures: Figures) -> float | None:
        one, other = getattr(figures, above), getattr(figures, below)
        return one / other if one and other else None

    return value


def _most(limit: float) -> Callable[[float], bool]:
    return lambda value: value <= limit


def _least(limit: float) -> Callable[[float], bool]:
    return lambda value: value >= limit


def _beyond(figures: Figures) -> float | None:
    """Return how many files a change wrote beyond the pages of the server."""
    written, pages = figures.changed_written, figures.changed_pages
    return None if written is None or pages is None else written - pages


FULL, LARGE = 224_000, 50_000
RULES = (
    _Rule("1", "whole pipeline, CPU, against Hugo for the HTML alone", "at most 2 x", "1 x",
          LARGE, _ratio("build", "hugo"), _most(2), "{:.2f} x"),
    _Rule("2", "Hugo's CPU for the HTML alone, against our rendering and writing", "4 x",
          "8 x", LARGE, _ratio("hugo", "ours_html"), _least(4), "{:.2f} x"),
    _Rule("3", "wall time of one process, against two", "1.7 x", "120 s in all",
          FULL, _ratio("build_wall", "two_wall"), _least(1.7), "{:.2f} x", is_wall=True),
    _Rule("4", "peak memory of the process tree, two processes", "500 MB", "250 MB",
          FULL, operator.attrgetter("two_peak"), _most(500), "{:,.0f} MB"),
    _Rule("5", "nothing changed, wall", "1 s", "0.2 s",
          FULL, operator.attrgetter("unchanged_wall"), _most(1), "{:.2f} s", is_wall=True),
    _Rule("6", "one server changed, wall", "5 s", "1 s",
          FULL, operator.attrgetter("changed_wall"), _most(5), "{:.2f} s", is_wall=True),
    _Rule("6", "one server changed, files written beyond its pages", "200", "",
          FULL, _beyond, _most(200), "{:,.0f}"),
    _Rule("7", "incremental result equals a clean build, byte for byte", "yes", "",
          FULL, operator.attrgetter("same_as_clean"), bool, "{}"),
    _Rule("8", "tools rated per second and core", "1,500", "3,000",
          LARGE, operator.attrgetter("rated_per_second"), _least(1500), "{:,.0f}"),
    _Rule("9", "search index, whole, gzip", "4 MB", "2.5 MB",
          FULL, operator.attrgetter("search_whole"), _most(4 * MB), "{:,.0f} bytes"),
    _Rule("9", "search index, what one word loads at most, gzip", "150 KB", "100 KB",
          FULL, operator.attrgetter("search_first"), _most(150_000), "{:,.0f} bytes"),
    _Rule("11", "`--help`, wall", "50 ms", "",
          0, operator.attrgetter("help_wall"), _most(0.05), "{:.3f} s", is_wall=True),
)  # fmt: skip
"""Goal 10 is about the crawler, which prints its own lines."""


def table(sizes: Mapping[int, Figures]) -> list[Goal]:
    """Return every goal with its result at the size it names or the largest below."""
    return [_judged(rule, [sizes[size] for size in sorted(sizes)]) for rule in RULES]


def _judged(rule: _Rule, sizes: Sequence[Figures]) -> Goal:
    fitting = [one for one in sizes if rule.value(one) is not None]
    fitting = [one for one in fitting if not rule.size or one.tools <= rule.size] or fitting[:1]
    if not fitting:
        return Goal(rule.number, rule.what, rule.must, rule.aim, "not measured", None)
    value = rule.value(fitting[-1])
    assert value is not None
    result = ("yes" if value else "no") if isinstance(value, bool) else rule.shown.format(value)
    met: bool | None = rule.within(value)
    if rule.is_wall and not met and fitting[-1].is_busy:
        result, met = f"{result}, on a busy machine", None
    return Goal(rule.number, rule.what, rule.must, rule.aim, result, met, fitting[-1].tools)
