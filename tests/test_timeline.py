"""Levels over time: what counts from which day, and when there is a history at all."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import golden_site
import site_sample
import typed_site
from derive_samples import rated, server, signal, snapshot, tool

from generator.crawl.snapshot import digests, merged
from generator.derive import timeline
from generator.model import EarlierTool, LevelSpan, Snapshot, ToolDigest
from generator.render import rows
from generator.taxonomy import Category, Level, State

if TYPE_CHECKING:
    from pathlib import Path

LOW = rated("run", Category.READ, signal("base.read", 12))
HIGH = rated("run", Category.EXECUTE, signal("base.execute", 62))


def by_day(spans: tuple[LevelSpan, ...]) -> list[tuple[str, int, int]]:
    """Return (day, low tools, high tools) of each row."""
    found = [(row.day, dict(row.by_level)) for row in timeline.rows(spans)]
    return [(day, levels[Level.LOW], levels[Level.HIGH]) for day, levels in found]


def test_definitions_count_until_their_successor_was_seen() -> None:
    """A riskier definition replaces a milder one, a removed tool ends, an unchanged one stays."""
    same, run = tool("same", "Same."), tool("run", "Two.")
    seen = replace(
        snapshot(),
        observed_on="2026-11-24",
        tool_digests=(
            ToolDigest("run", run.digest, "", "2026-11-03"),
            ToolDigest("same", same.digest, "", "2026-11-01"),
        ),
    )
    earlier = (
        EarlierTool(tool("run", "One."), LOW, "2026-11-01", "2026-11-02", "1"),
        EarlierTool(tool("old", "Old."), HIGH, "2026-11-01", "2026-11-04", "1"),
    )
    spans = timeline.spans(server(run, same, snapshot=seen), (HIGH, LOW), earlier)
    expected = [("2026-11-01", 2, 1), ("2026-11-03", 1, 2), ("2026-11-05", 1, 1)]
    assert expected == by_day(spans)


def test_one_day_is_no_history() -> None:
    """A catalogue crawled once has no row, and a page without rows has no table."""
    assert timeline.rows(timeline.spans(server(tool("run"), snapshot=snapshot()), (LOW,), ())) == ()
    assert timeline.rows([]) == ()
    assert rows.timeline((), "Caption.") is None


def test_many_days_become_months() -> None:
    """A long history is shown by the last known day of each month."""
    days = [f"2026-{month:02}-{day:02}" for month in (9, 10, 11) for day in range(1, 28)]
    spans = tuple(LevelSpan(day, "", Level.LOW, 1) for day in days)
    expected = [("2026-09-27", 27, 0), ("2026-10-27", 54, 0), ("2026-11-27", 81, 0)]
    assert expected == by_day(spans)


def test_bars_have_one_scale() -> None:
    """A day with half the tools has a bar of half the length, and its figures beside it."""
    spans = (
        LevelSpan("2026-11-01", "", Level.LOW, 4),
        LevelSpan("2026-11-02", "", Level.HIGH, 4),
    )
    shown = rows.timeline(timeline.rows(spans), "Caption.")
    assert shown is not None
    first, last = shown.lines
    assert (first.total, first.counts, first.bar.width) == ("4", ("4", "0", "0", "0"), 2000)
    assert (last.total, last.counts, last.bar.width) == ("8", ("4", "0", "4", "0"), 1000)
    assert "Of 8 tools: 4 high and 4 low" in last.bar.label


def test_a_definition_remembers_its_first_day() -> None:
    """Crawling again moves no first day; what replaces a definition begins on its own."""

    def seen(day: str, description: str, earlier: Snapshot | None) -> Snapshot:
        raws = ({"name": "run", "description": description}, {"name": "same"})
        now = Snapshot("demo", day, State.OBSERVED, tools=raws, tool_digests=digests(raws))
        return merged(earlier, now)

    first = seen("2026-11-01", "One.", None)
    again = seen("2026-11-02", "One.", first)
    last = seen("2026-11-03", "Two.", again)
    assert replace(again, observed_on=first.observed_on) == first
    assert [d.first_on for d in last.tool_digests] == ["2026-11-03", "2026-11-01"]
    assert [(r.first_on, r.last_on) for r in last.replaced] == [("2026-11-01", "2026-11-02")]


def test_the_front_page_draws_the_history_it_has(tmp_path: Path) -> None:
    """A catalogue crawled on several days shows them in figures; one of a single day shows none."""
    golden_site.built(tmp_path / "mini")
    home = (tmp_path / "mini" / "index.html").read_text(encoding="utf-8")
    part = home.partition('id="timeline"')[2].partition("</section>")[0]
    assert re.findall(r'<time datetime="([^"]+)"', part) == [
        "2026-10-01",
        "2026-11-20",
        "2026-11-22",
    ]
    assert part.count('role="img" aria-label="Of ') == 3
    assert "style" not in part
    catalogue = site_sample.catalogue()
    typed_site.build(catalogue, tmp_path / "one")
    assert 'id="timeline"' not in (tmp_path / "one" / "index.html").read_text(encoding="utf-8")
