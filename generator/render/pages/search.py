"""Search: a way to browse without script, and results as you type with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.model.kinds import kinds
from generator.render import texts, urls
from generator.render.parts import Head, Link
from generator.taxonomy import Category, Facet, Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.render.context import Context


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`/search/`."""

    template: ClassVar[str] = "search"

    head: Head
    title: str
    lede: str
    shards: str
    facet_bits: str
    """All facets in the order of the bits in a shard."""
    script: str
    levels: tuple[Choice, ...]
    categories: tuple[Choice, ...]
    facets: tuple[Choice, ...]
    ways: tuple[tuple[Link, str], ...]


def page(context: Context) -> SearchPage:
    """Return the search page."""
    root = urls.root(urls.SEARCH)
    index = context.index
    facets = {facet for kind in kinds(index.tools) for facet in kind.facets}
    return SearchPage(
        head=context.head(
            urls.SEARCH,
            "Search",
            "Find a tool by name, server, package, parameter or description.",
        ),
        title="Search",
        lede=f"{texts.count(len(index.tools), 'tool').capitalize()} of "
        f"{texts.count(len(index.servers), 'server')}.",
        shards=root + urls.api("search/"),
        facet_bits=" ".join(Facet),
        script=root + urls.static("search.js"),
        levels=_choices((level.value, level.title) for level in Level),
        categories=_choices((item.value, item.value) for item in Category),
        facets=_choices((facet.value, facet.words) for facet in Facet if facet in facets),
        ways=(
            (Link("Servers", root + urls.SERVERS), "every server, riskiest first"),
            (Link("All tools, A to Z", root + urls.TOOLS), "every tool by name"),
            *(
                (
                    Link(f"{category.value} tools", root + urls.category(category)),
                    texts.count(context.by_category[category], "tool"),
                )
                for category in Category
                if context.by_category[category]
            ),
        ),
    )


def _choices(pairs: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(value, text) for value, text in pairs)
