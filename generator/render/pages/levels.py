"""The four risk levels: what each means, and how many tools of each category it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import rows, texts, urls
from generator.render.context import Context, risk

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.render.parts import Head, Matrix, Risk


@dataclass(frozen=True, slots=True)
class LevelCard:
    """One level in a sentence."""

    risk: Risk
    band: str
    summary: Markup
    count: str


@dataclass(frozen=True, slots=True)
class LevelsPage:
    """`/risk/`."""

    template: ClassVar[str] = "levels"

    head: Head
    title: str
    lede: str
    intro: Markup
    cards: tuple[LevelCard, ...]
    matrix: Matrix


def page(context: Context) -> LevelsPage:
    """Return the page about all levels."""
    root = urls.root(urls.LEVELS)
    prose = context.prose("levels")
    return LevelsPage(
        head=context.head(urls.LEVELS, "Risk levels", prose.summary, section="risk"),
        title="Risk levels",
        lede=prose.summary,
        intro=context.article(prose.body, root),
        cards=tuple(
            LevelCard(
                risk(level, root),
                f"{level.first_score} to {level.last_score}",
                texts.prose(context.prose(f"level-{level.value}").summary),
                texts.count(context.by_level[level], "tool"),
            )
            for level in rows.LEVELS_DOWN
        ),
        matrix=catalogue_matrix(context, root),
    )


def catalogue_matrix(context: Context, root: str) -> Matrix:
    """Return the matrix of the whole catalogue, every count a link."""
    return rows.matrix(
        context.cells,
        "All tools by what they do and how much harm a call can do.",
        column=lambda level: root + urls.level(level),
        row=lambda category: root + urls.category(category),
        cell=lambda category, level: root + urls.cell(category, level),
    )
