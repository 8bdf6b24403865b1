"""How ratings come about, and how often they are wrong: prose beside figures of this very build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.model.kinds import kinds
from generator.render import texts, urls
from generator.render.parts import Head, Table
from generator.taxonomy import Category, Facet, Level
from generator.text import Crawled

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.render.context import Context

_MISSES = 60


@dataclass(frozen=True, slots=True)
class MethodologyPage:
    """`/methodology/`."""

    template: ClassVar[str] = "methodology"

    head: Head
    title: str
    lede: str
    body: Markup
    bands: Table
    accuracy: Table | None
    confusion: Table | None
    misses: Table | None
    misses_note: str
    policy: Table | None
    facets: Table


def page(context: Context) -> MethodologyPage:
    """Return the page; tables without figures are left out."""
    root = urls.root(urls.METHODOLOGY)
    prose = context.prose("methodology")
    index = context.index
    return MethodologyPage(
        head=context.head(urls.METHODOLOGY, prose.title or "Methodology", prose.summary),
        title=prose.title or "Methodology",
        lede=prose.summary or "How category, score, level, confidence and policy come about.",
        body=context.article(prose.body, root),
        bands=_bands(context),
        accuracy=_accuracy(context) if index.accuracy else None,
        confusion=_confusion(context) if index.confusion else None,
        misses=_misses(context) if index.misses else None,
        misses_note=f"{texts.count(len(index.misses), 'labelled tool').capitalize()} that we rate "
        "differently from the label; the first ones by server.",
        policy=_policy(context) if index.policy_table else None,
        facets=_facets(context),
    )


def _bands(context: Context) -> Table:
    return Table(
        "Levels are bands of the score.",
        ("Level", "From", "To", "Tools"),
        tuple(
            (
                level.title,
                str(level.first_score),
                str(level.last_score),
                texts.number(context.by_level[level]),
            )
            for level in Level
        ),
        numeric=True,
    )


def _accuracy(context: Context) -> Table:
    return Table(
        "Agreement with people on labelled tools, ours first, then simple baselines: category "
        "exactly the label, the label or an alternative, an acting tool called Read; level the "
        "label or an alternative, at most one level off.",
        (
            "Method",
            "Tools",
            "Exact",
            "Accepted",
            "Missed effect",
            "Level",
            "Level ±1",
        ),
        tuple(
            (
                row.name,
                texts.number(row.total),
                *(
                    texts.share(part, row.total)
                    for part in (
                        row.strict,
                        row.accepted,
                        row.under,
                        row.level_accepted,
                        row.level_within_one,
                    )
                ),
            )
            for row in context.index.accuracy
        ),
        numeric=True,
    )


def _confusion(context: Context) -> Table:
    counts = {(label, ours): n for label, ours, n in context.index.confusion}
    used = [item for item in Category if any(item in pair for pair in counts)]
    return Table(
        "Labels by row, our categories by column.",
        ("Labelled", *(item.value for item in used)),
        tuple(
            (label.value, *(str(counts.get((label, ours), "")) for ours in used)) for label in used
        ),
        numeric=True,
    )


def _misses(context: Context) -> Table:
    return Table(
        "Known misses.",
        ("Tool", "Server", "Label", "Ours", "Note"),
        tuple(
            (
                Crawled(miss.tool, 80),
                Crawled(miss.server, 60),
                f"{miss.label_category.value}, {miss.label_level.value}",
                f"{miss.our_category.value}, {miss.our_level.value}",
                texts.prose(miss.note, 300),
            )
            for miss in context.index.misses[:_MISSES]
        ),
    )


def _policy(context: Context) -> Table:
    return Table(
        "The first row that matches decides.",
        ("Row", "Matches", "Balanced", "Locked", "Observe", "Limits"),
        tuple(
            (
                texts.prose(f"`{row.row}`"),
                texts.prose(row.matches),
                texts.prose(row.balanced),
                texts.prose(row.locked),
                texts.prose(row.observe),
                texts.prose(row.limits),
            )
            for row in context.index.policy_table
        ),
    )


def _facets(context: Context) -> Table:
    counts = dict.fromkeys(Facet, 0)
    for kind, ranks in kinds(context.index.tools).items():
        for facet in kind.facets:
            counts[facet] += len(ranks)
    return Table(
        "Facets: capabilities beside the category.",
        ("Facet", "Set when", "Tools"),
        tuple(
            (
                facet.words,
                texts.prose(context.prose(f"facet-{facet.value.replace('_', '-')}").summary),
                texts.number(counts[facet]),
            )
            for facet in Facet
        ),
    )
