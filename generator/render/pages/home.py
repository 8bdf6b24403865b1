"""The front door: search, the catalogue as one matrix, what became riskier, one real ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import rows, texts, urls
from generator.render.blocks import ledger
from generator.render.context import Context, risk
from generator.render.pages.levels import catalogue_matrix
from generator.render.parts import (
    ChangeRow,
    Contact,
    Fact,
    Head,
    LedgerRow,
    Link,
    Matrix,
    Risk,
    ServerRow,
    Timeline,
)
from generator.taxonomy import Category, ChangeClass, Confidence, Level, State
from generator.text import Crawled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from generator.model import ToolEntry

_CHANGES, _NEWEST = 8, 8
_GOOD_LENGTH = range(3, 7)


@dataclass(frozen=True, slots=True)
class Example:
    """One real tool and its sum."""

    name: Crawled
    url: str
    server: Link
    risk: Risk
    rows: tuple[LedgerRow, ...]
    total: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """`/`."""

    template: ClassVar[str] = "home"

    head: Head
    title: str
    tagline: str
    figures: tuple[Fact, ...]
    matrix: Matrix
    timeline: Timeline | None
    intro: Markup
    example: Example | None
    changes: tuple[ChangeRow, ...]
    newest: tuple[ServerRow, ...]
    ways: tuple[tuple[Link, str], ...]
    contact: Contact | None


def page(context: Context, example: ToolEntry | None) -> HomePage:
    """Return the front page; `example` is the tool whose ledger explains a rating."""
    root = urls.root(urls.HOME)
    site, index = context.site, context.index
    observed = sum(item.state is State.OBSERVED for item in index.servers)
    riskier = [
        change for change in index.changes if change.change_class.rank >= ChangeClass.RISK.rank
    ]
    newest = sorted(index.servers, key=lambda item: item.observed_on, reverse=True)
    return HomePage(
        head=context.head(urls.HOME, site.name, site.tagline, json=urls.api("catalogue.json")),
        title=site.name,
        tagline=site.tagline,
        figures=(
            Fact("servers", texts.number(len(index.servers)), root + urls.SERVERS),
            Fact("observed", texts.number(observed)),
            Fact("tools", texts.number(len(index.tools)), root + urls.TOOLS),
            Fact("rules", texts.number(len(index.rules)), root + urls.RULES),
            Fact("last crawl", texts.day(context.newest)),
        ),
        matrix=catalogue_matrix(context, root),
        timeline=rows.timeline(
            index.timeline, "Tools known on each day, at the level of their definition of that day."
        ),
        intro=context.article(context.prose("home").body, root),
        example=_example(context, example, root) if example else None,
        changes=tuple(
            rows.change_row(context, item, root, server=True) for item in riskier[:_CHANGES]
        ),
        newest=tuple(rows.server_row(item, root) for item in newest[:_NEWEST]),
        ways=(
            (Link("Your stack", root + urls.STACK), "which of your servers combine badly"),
            (Link("Compare", root + urls.COMPARE), "two servers side by side"),
            (Link("Attacks", root + urls.ATTACKS), "what has already happened, with sources"),
            (
                Link("Methodology", root + urls.METHODOLOGY),
                "how a rating is made, and how often it is wrong",
            ),
            (Link("Data and API", root + urls.API_GUIDE), "everything as files"),
        ),
        contact=context.contact(site.name, urls.HOME),
    )


def _example(context: Context, entry: ToolEntry, root: str) -> Example:
    book = ledger.ledger(entry.assessment.signals, root, entry.assessment.deciding_method)
    return Example(
        name=Crawled(entry.tool.name, 80),
        url=root + context.tool_url(entry.summary),
        server=Link(entry.summary.server_title, root + urls.server(entry.tool.server)),
        risk=risk(entry.assessment.level),
        rows=book.rows,
        total=str(entry.assessment.score),
    )


def better_example(best: ToolEntry | None, entries: Iterable[ToolEntry]) -> ToolEntry | None:
    """Return the clearest ledger so far: High, a handful of rows, most rows first, then name."""
    for entry in entries:
        if example_rank(entry) > (example_rank(best) if best else (0, "")):
            best = entry
    return best


def example_rank(entry: ToolEntry) -> tuple[int, str]:
    """Return how well a tool's ledger explains a rating; (0, "") when it is no example."""
    lines = [signal for signal in entry.assessment.signals if signal.points]
    adds_up = all(signal.points > 0 for signal in lines)
    fits = adds_up and entry.assessment.level is Level.HIGH and len(lines) in _GOOD_LENGTH
    fits = fits and entry.assessment.confidence is Confidence.HIGH
    fits = fits and entry.assessment.category in (Category.EXECUTE, Category.DESTRUCTIVE)
    known = fits and not entry.assessment.overrides and not entry.assessment.findings
    return (len(lines) if known else 0, f"{entry.tool.server} {entry.tool.name}" if known else "")
