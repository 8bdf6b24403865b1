"""Summaries of the index to the rows, bars and matrices that several page kinds print."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.render import texts, urls
from generator.render.context import Context, risk
from generator.render.parts import (
    Bar,
    Cell,
    ChangeRow,
    Link,
    Matrix,
    MatrixRow,
    Segment,
    ServerRow,
    Timeline,
    TimelineLine,
    ToolList,
    ToolRow,
    new_tool_row,
)
from generator.taxonomy import Category, ChangeClass, Level, State
from generator.text import Crawled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from generator.model import Change, ServerSummary, TimelineRow, ToolSummary

LIST_LIMIT = 70
"""Rows on one page; a longer list shows its first rows and leads to complete parts."""
LEVELS_DOWN = tuple(reversed(Level))
STATE_WORDS = {
    State.OBSERVED: "Observed",
    State.NEEDS_AUTH: "Needs credentials",
    State.FAILED_TO_START: "Failed to start",
    State.TIMED_OUT: "Timed out",
    State.PROTOCOL_ERROR: "Protocol error",
    State.TOO_LARGE: "Too large",
    State.NOT_OBSERVED: "Not observed yet",
}
_BAR = 1000
_EMPTY = Cell("0", "")


def tool_row(context: Context, tool: ToolSummary, root: str, *, server: bool) -> ToolRow:
    """Return one tool as a row, with its server's name when the list spans servers."""
    return new_tool_row(
        risk=risk(tool.level),
        score=str(tool.score),
        name=texts.name(tool.name or "(no name)", 80),
        url=root + context.tool_url(tool),
        gist=texts.prose(tool.headline, 240),
        category=tool.category.value,
        decision=texts.prose(tool.decision, 120),
        server=tool.server_title if server else "",
        server_url=root + urls.server(tool.server) if server else "",
        facets=" ".join(tool.facets),
    )


@lru_cache(maxsize=1024)
def rule_links(rules: tuple[str, ...], root: str) -> tuple[Link, ...]:
    """Return links to rules; many tools and their policies come from the same ones."""
    return tuple(Link(rule, root + urls.rule(rule)) for rule in rules)


def tool_list(
    context: Context, tools: Iterable[ToolSummary], root: str, caption: str, *, server: bool
) -> ToolList:
    """Return tools as a list component."""
    rows = tuple([tool_row(context, tool, root, server=server) for tool in tools])
    return ToolList(caption, rows, has_servers=server)


def server_row(item: ServerSummary, root: str) -> ServerRow:
    """Return one server as a row."""
    if item.tools_total:
        tools = texts.number(item.tools_total)
    else:
        tools = "0" if item.state is State.OBSERVED else "–"  # noqa: RUF001 (dash for no value)
    return ServerRow(
        title=item.title,
        url=root + urls.server(item.slug),
        gist=texts.package(item.package) or item.domain,
        risk=risk(item.level) if item.level else None,
        state="No tools" if item.state is State.OBSERVED else STATE_WORDS[item.state],
        tools=tools,
        observed=texts.day(item.observed_on) if item.observed_on else "",
        observed_iso=item.observed_on,
        bar=bar(dict(item.by_level)) if item.tools_total else None,
    )


def bar(by_level: dict[Level, int], link: Callable[[Level], str] | None = None) -> Bar:
    """Return the distribution of levels, riskiest first, as whole pixels of a fixed width."""
    present = [(level, by_level.get(level, 0)) for level in LEVELS_DOWN if by_level.get(level, 0)]
    total = sum(amount for _, amount in present)
    gap = 4
    room = _BAR - gap * (len(present) - 1)
    segments, start, seen = [], 0, 0
    for position, (level, amount) in enumerate(present):
        seen += amount
        end = room * seen // total + gap * position
        link_url = link(level) if link else ""
        segments.append(
            Segment(
                level.value,
                level.title,
                texts.number(amount),
                start,
                max(end - start, 2),
                link_url,
            )
        )
        start = end + gap
    parts = texts.listing([f"{texts.number(n)} {level.value}" for level, n in present])
    return Bar(f"Of {texts.count(total, 'tool')}: {parts}", _BAR, tuple(segments))


def timeline(found: Sequence[TimelineRow], caption: str) -> Timeline | None:
    """Return levels over time, oldest day first; None without a history."""
    if not found:
        return None
    totals = [sum(number for _, number in row.by_level) for row in found]
    most = max(totals)
    lines = []
    for row, total in zip(found, totals, strict=True):
        drawn = bar(dict(row.by_level))
        # The frame grows instead of the bar shrinking: every bar has the scale of the longest.
        drawn = replace(drawn, width=_BAR * most // total if total else _BAR)
        counts = tuple(texts.number(number) for _, number in row.by_level)
        lines.append(TimelineLine(texts.day(row.day), row.day, texts.number(total), counts, drawn))
    return Timeline(caption, tuple(level.title for level, _ in found[0].by_level), tuple(lines))


def matrix(
    counts: Mapping[tuple[Category, Level], int],
    caption: str,
    *,
    column: Callable[[Level], str],
    row: Callable[[Category], str],
    cell: Callable[[Category, Level], str],
    label: str = "Category by risk level",
) -> Matrix:
    """Return categories by levels; categories without a tool are left out."""
    rows = []
    for category in Category:
        amounts = [counts.get((category, level), 0) for level in Level]
        if not any(amounts):
            continue
        cells = tuple(
            Cell(
                texts.number(amount),
                level.value,
                cell(category, level),
                f"{texts.count(amount, 'tool')}: {category.value}, {level.title}",
            )
            if amount
            else _EMPTY
            for level, amount in zip(Level, amounts, strict=True)
        )
        name = Link(category.value, row(category))
        rows.append(MatrixRow(name, cells, texts.number(sum(amounts))))
    totals = [sum(counts.get((item, level), 0) for item in Category) for level in Level]
    return Matrix(
        caption,
        label,
        tuple(
            Link(level.title, column(level) if total else "")
            for level, total in zip(Level, totals, strict=True)
        ),
        tuple(rows),
        tuple(texts.number(total) for total in totals),
        texts.number(sum(totals)),
    )


def counted(tools: Iterable[ToolSummary]) -> dict[tuple[Category, Level], int]:
    """Return how many tools each cell of the matrix holds."""
    return Counter((tool.category, tool.level) for tool in tools)


def change_row(context: Context, change: Change, root: str, *, server: bool = False) -> ChangeRow:
    """Return one change as a row."""
    before, after = change.version_before, change.version_after
    versions = f"{before} to {after}" if before and after and before != after else after or before
    known = any(item.name == change.tool for item in context.tools_of.get(change.server, ()))
    slug = context.tool_slug(change.server, change.tool)
    return ChangeRow(
        day=texts.day(change.observed_on),
        iso=change.observed_on,
        versions=Crawled(versions, 80),
        word=change.change_class.value,
        is_alarm=change.change_class.rank >= ChangeClass.RISK.rank,
        tool=Crawled(change.tool, 80),
        tool_url=root + urls.tool(change.server, slug) if known and change.tool else "",
        text=texts.prose(change.text, 600),
        before=Crawled(change.before, 2000),
        after=Crawled(change.after, 2000),
        server=context.servers[change.server].title if server else "",
        server_url=root + urls.server(change.server) if server else "",
    )
