"""The categories: what each means, and where its tools are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import rows, texts, urls
from generator.render.pages.levels import catalogue_matrix
from generator.render.parts import Bar, Head, Link, Matrix
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.render.context import Context


@dataclass(frozen=True, slots=True)
class CategoryCard:
    """One category in a sentence, with the levels of its tools."""

    link: Link
    summary: Markup
    count: str
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class CategoriesPage:
    """`/categories/`."""

    template: ClassVar[str] = "categories"

    head: Head
    title: str
    lede: str
    intro: Markup
    cards: tuple[CategoryCard, ...]
    matrix: Matrix


def page(context: Context) -> CategoriesPage:
    """Return the page about all categories."""
    root = urls.root(urls.CATEGORIES)
    prose = context.prose("categories")
    return CategoriesPage(
        head=context.head(urls.CATEGORIES, "Categories", prose.summary, section="categories"),
        title="Categories",
        lede=prose.summary,
        intro=context.article(prose.body, root),
        cards=tuple(_card(context, category, root) for category in Category),
        matrix=catalogue_matrix(context, root),
    )


def _card(context: Context, category: Category, root: str) -> CategoryCard:
    total = context.by_category[category]
    levels = {level: context.cells[category, level] for level in Level}
    return CategoryCard(
        Link(category.value, root + urls.category(category)),
        texts.prose(context.prose(f"category-{category.slug}").summary),
        texts.count(total, "tool"),
        rows.bar(levels) if total else None,
    )
