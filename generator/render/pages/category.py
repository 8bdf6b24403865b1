"""One category: its meaning, and its riskiest tools on every level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import rows, texts, urls
from generator.render.parts import Bar, Head, Link, Question, ToolList

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.render.context import Context
    from generator.taxonomy import Category

_PER_LEVEL = 25


@dataclass(frozen=True, slots=True)
class LevelGroup:
    """The riskiest tools of one level, and the way to all of them."""

    anchor: str
    title: str
    tools: ToolList
    every: Link


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """`/categories/<category>/`."""

    template: ClassVar[str] = "category"

    head: Head
    title: str
    lede: Markup
    body: Markup
    advice: Markup
    bar: Bar | None
    groups: tuple[LevelGroup, ...]
    questions: tuple[Question, ...]


def page(context: Context, category: Category) -> CategoryPage:
    """Return the page of one category."""
    url = urls.category(category)
    root = urls.root(url)
    prose = context.prose(f"category-{category.slug}")
    groups, counts = [], {}
    for level in rows.LEVELS_DOWN:
        total = counts[level] = context.cells[category, level]
        if not total:
            continue
        shown = context.riskiest(category, level, _PER_LEVEL)
        caption = (
            f"The {len(shown)} riskiest of {texts.number(total)} tools."
            if len(shown) < total
            else f"{texts.count(total, 'tool').capitalize()}."
        )
        groups.append(
            LevelGroup(
                level.value,
                f"{level.title} {category.value} tools",
                rows.tool_list(context, shown, root, caption, server=True),
                Link(
                    f"All {level.title} {category.value} tools", root + urls.cell(category, level)
                ),
            )
        )
    return CategoryPage(
        head=context.head(
            url,
            f"{category.value} tools",
            prose.summary,
            (Link("Categories", root + urls.CATEGORIES), Link(category.value)),
            section="categories",
            json=urls.api(f"categories/{category.slug}.json"),
        ),
        title=f"{category.value} tools",
        lede=texts.prose(prose.summary),
        body=context.article(prose.body, root),
        advice=texts.prose(prose.advice),
        bar=rows.bar(counts, lambda level: root + urls.cell(category, level)) if groups else None,
        groups=tuple(groups),
        questions=context.category_questions(category),
    )
