"""The attack entries by year, category and framework. The list of all attacks is by kind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import frameworks, urls
from generator.render.parts import Head, Link
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import AttackEntry
    from generator.render.context import Context


@dataclass(frozen=True, slots=True)
class IndexGroup:
    """Entries under one word: a year, a category or a framework's id."""

    word: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class AttackIndex:
    """One way to look entries up."""

    anchor: str
    title: str
    groups: tuple[IndexGroup, ...]


@dataclass(frozen=True, slots=True)
class AttacksLookupPage:
    """`/attacks/look-up/`."""

    template: ClassVar[str] = "attacks_lookup"

    head: Head
    title: str
    lede: str
    indexes: tuple[AttackIndex, ...]


def page(context: Context) -> AttacksLookupPage:
    """Return the page that leads to every entry by what a reader knows of it."""
    url = urls.ATTACKS_LOOKUP
    root = urls.root(url)
    title = "Attacks by year, category and framework"
    lede = (
        f"{len(context.index.attacks)} entries. Ids and titles of frameworks are those of their "
        "publishers; the placing is ours."
    )
    crumbs = (Link("Attacks", root + urls.ATTACKS), Link("Look up"))
    return AttacksLookupPage(
        head=context.head(
            url, title, lede, crumbs, section="attacks", json=urls.api("attacks.json")
        ),
        title=title,
        lede=lede,
        indexes=_indexes(context, root),
    )


def _indexes(context: Context, root: str) -> tuple[AttackIndex, ...]:
    """Return the entries by year, by category and by each framework in use."""
    entries = context.index.attacks
    years = sorted({entry.date[:4] for entry in entries if entry.date}, reverse=True)
    found = [
        AttackIndex(
            "by-year",
            "By year",
            tuple(_group(y, (e for e in entries if e.date[:4] == y), root) for y in years),
        ),
        AttackIndex(
            "by-category",
            "By category",
            tuple(
                _group(
                    category.value, (e for e in entries if category in e.applies_categories), root
                )
                for category in Category
            ),
        ),
    ]
    families: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for identity in entry.frameworks:
            families[frameworks.prefix(identity)].add(identity)
    for prefix, identities in sorted(families.items()):
        groups = tuple(
            _group(frameworks.named(one), (e for e in entries if one in e.frameworks), root)
            for one in sorted(identities)
        )
        title = f"By {frameworks.family(prefix)}"
        found.append(AttackIndex(f"by-{prefix.lower()}", title, groups))
    whole = (
        AttackIndex(item.anchor, item.title, tuple(g for g in item.groups if g.links))
        for item in found
    )
    return tuple(item for item in whole if item.groups)


def _group(word: str, entries: Iterable[AttackEntry], root: str) -> IndexGroup:
    ordered = sorted(entries, key=lambda entry: entry.title.casefold())
    return IndexGroup(word, tuple(Link(e.title, root + urls.attack(e.slug)) for e in ordered))
