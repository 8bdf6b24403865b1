"""Figures to what is printed, and to the generated part of docs/benchmarks.md.

`results.json` keeps the last figures of each size, so that a run of one size alone replaces its own
and no others. Ratios come first; seconds stand only where a goal is about seconds.
"""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import figures as records
from tests.bench import goals
from tests.bench.measure import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.bench.figures import Figures

KEPT = Path(__file__).parent / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- begin of what `make bench` wrote -->", "<!-- end of what `make bench` wrote -->"
SIZES_HEAD = (
    "Tools",
    "Whole build, CPU, against writing the same bytes",
    "against a naive jinja2 build of the tool pages",
    "against Hugo for the tool pages",
    "Tool pages alone: Hugo against our rendering and writing",
    "reading a line of facts included",
    "making the facts included",
    "One server changed, CPU, against a clean build",
    "Peak memory: ours with two processes, Hugo",
)
GOALS_HEAD = ("#", "What", "Must", "Aim", "Result", "At tools", "Met")


def versions(hugo: str = "") -> str:
    """Return what was measured with, in one line; nothing in it names a machine."""
    names = ("jinja2", "PyYAML", "markdown")
    parts = [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in names)]
    parts += [f"Hugo {hugo}"] if hugo else []
    return ", ".join([*parts, f"{platform.system()} {platform.machine()}"])


def kept() -> dict[int, Figures]:
    """Return the figures of the last runs by size."""
    if not KEPT.exists():
        return {}
    return {row["tools"]: records.of_json(row) for row in json.loads(KEPT.read_text())}


def keep(sizes: Mapping[int, Figures]) -> None:
    """Write figures and the generated part of the document."""
    rows = [sizes[size].as_json() for size in sorted(sizes)]
    KEPT.write_text(json.dumps(rows, indent=1) + "\n")
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{markdown(sizes)}\n{END}{after}", "utf-8")


def markdown(sizes: Mapping[int, Figures]) -> str:
    """Return both tables and what they were measured with."""
    text = ["### Goals", "", *_table(GOALS_HEAD, map(_goal_row, goals.table(sizes)))]
    text += ["", "### Each size", ""]
    text += _table(SIZES_HEAD, (_size_row(sizes[size]) for size in sorted(sizes)))
    text += ["", *(_measured_with(sizes[size]) for size in sorted(sizes)), ""]
    return "\n".join(text)


def _goal_row(goal: goals.Goal) -> tuple[str, ...]:
    met = {True: "yes", False: "**no**", None: "–"}[goal.met]  # noqa: RUF001 (dash for no value)
    at = f"{goal.tools:,}" if goal.tools else ""
    return (goal.number, goal.what, goal.must, goal.aim, goal.result, at, met)


def _size_row(one: Figures) -> tuple[str, ...]:
    return (
        f"{one.tools:,}",
        ratio(one.build, one.floor),
        ratio(one.build, one.naive),
        ratio(one.build, one.hugo),
        ratio(one.hugo, one.ours_html),
        ratio(one.hugo, one.ours_ready),
        ratio(one.hugo, one.ours),
        ratio(one.changed, one.build),
        f"{megabytes(one.two_peak)}, {megabytes(one.hugo_peak)}",
    )


def _measured_with(one: Figures) -> str:
    return (
        f"- {one.tools:,} tools of {one.servers:,} servers, {one.files:,} files, "
        f"{one.site_mb:,.0f} MB, output to {one.where}, {one.taken_on}"
        f"{', on a busy machine' if one.is_busy else ''}. {one.versions}. "
        f"Bytes of a tool page: ours {one.ours_page or 0:,.0f}, naive {one.naive_page or 0:,.0f}, "
        f"Hugo {one.hugo_page or 0:,.0f}."
    )


def ratio(above: float | None, below: float | None) -> str:
    """Return how many times one figure is another, or a dash."""
    return f"{above / below:.2f} x" if above and below else "–"  # noqa: RUF001 (dash for no value)


def megabytes(value: float | None) -> str:
    """Return megabytes in words, or a dash."""
    return f"{value:,.0f} MB" if value else "–"  # noqa: RUF001 (dash for no value)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]


def show_goals(sizes: Mapping[int, Figures]) -> None:
    """Print the goals table."""
    print("\nGoals")
    for goal in goals.table(sizes):
        met = {True: "met", False: "NOT MET", None: "-"}[goal.met]
        at = f"at {goal.tools:,}" if goal.tools else ""
        must = f"{goal.must}; {goal.aim}" if goal.aim else goal.must
        print(f"  {goal.number:>2} {goal.what:64} {goal.result:>16} {at:>10}  {met:8} ({must})")
    sys.stdout.flush()


def show(one: Figures) -> None:
    """Print the figures of one size, the ratios side by side."""
    for what, value, more in [*_pages_alone(one), *_whole(one)]:
        print(f"  {what:34} {value:>16}   {more}".rstrip())
    print(f"  {_measured_with(one).removeprefix('- ')}", flush=True)


def _pages_alone(one: Figures) -> list[tuple[str, str, str]]:
    per = 1000 / one.tools
    return [
        ("tool pages: naive / ours", ratio(one.naive, one.ours_ready), "both read their facts"),
        ("tool pages: Hugo / ours", ratio(one.hugo, one.ours_html), "goal 4 x"),
        ("  reading a line of facts included", ratio(one.hugo, one.ours_ready), "as theirs is"),
        ("  making the facts included", ratio(one.hugo, one.ours), "as theirs is not"),
        ("whole build / Hugo's tool pages", ratio(one.build, one.hugo), "goal 2 x"),
        ("whole build / naive tool pages", ratio(one.build, one.naive), ""),
        ("whole build, CPU per tool", f"{(one.build or 0) * per:.2f} ms", "one process"),
        ("peak memory: naive", megabytes(one.naive_peak), ""),
        ("peak memory: Hugo", megabytes(one.hugo_peak), ""),
        ("rated per second and core", f"{one.rated_per_second or 0:,.0f}", "goal 1,500"),
    ]


def _whole(one: Figures) -> list[tuple[str, str, str]]:
    if one.changed is None:
        return []
    written = f"{one.changed_written:,} files written for {one.changed_pages} tool pages"
    return [
        ("whole build / writing the bytes", ratio(one.build, one.floor), "the same files"),
        ("wall, one process / two", ratio(one.build_wall, one.two_wall), "goal 1.7 x"),
        ("peak memory: one process", megabytes(one.build_peak), ""),
        ("peak memory: two processes", megabytes(one.two_peak), "goal 500 MB"),
        ("nothing changed / clean build", ratio(one.unchanged, one.build),
         f"CPU; wall {one.unchanged_wall:.2f} s, goal 1 s"),
        ("one server changed / clean build", ratio(one.changed, one.build),
         f"CPU; wall {one.changed_wall:.2f} s, goal 5 s; {written}"),
        ("  equals a clean build", "yes" if one.same_as_clean else "NO", "byte for byte"),
        ("mcp-risk verify / clean build", ratio(one.verify, one.build), "CPU"),
        ("peak memory: mcp-risk verify", megabytes(one.verify_peak), ""),
        ("search index, gzip", f"{(one.search_whole or 0) / 1000:,.0f} KB",
         f"one word loads {(one.search_first or 0) / 1000:,.0f} KB at most; goals 4 MB, 150 KB"),
        ("--help, wall", f"{1000 * (one.help_wall or 0):.0f} ms", "goal 50 ms"),
    ]  # fmt: skip
