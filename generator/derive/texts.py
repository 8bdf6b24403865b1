"""The content that derived values quote, looked up once: rules, attacks, questions, pages.

Built by the hallway from loaded content and handed to `catalogue.server_entry`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.derive.related import links

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.derive.related import Links
    from generator.model import AttackEntry, FaqEntry, Prose, Rule
    from generator.taxonomy import Category


@dataclass(frozen=True, slots=True)
class Texts:
    """Prose by the key that asks for it; questions in the order in which a page shows them."""

    rules: Mapping[str, Rule]
    attacks: tuple[AttackEntry, ...]
    links: Links
    """The same entries, by the preconditions that link them to tools."""
    faq: Mapping[str, tuple[FaqEntry, ...]]
    """By scope, each by `order`, then slug."""
    pages: Mapping[str, Prose]

    def advice(self, category: Category) -> str:
        """Return the category's one-line advice, empty when its page is not there."""
        page = self.pages.get(f"category-{category.slug}")
        return page.advice if page else ""

    def purpose(self, category: Category) -> str:
        """Return what agents use tools of the category for, empty when nobody wrote it."""
        page = self.pages.get(f"category-{category.slug}")
        return page.purpose if page else ""


def texts(
    rules: Iterable[Rule],
    attacks: Iterable[AttackEntry],
    faq: Iterable[FaqEntry],
    pages: Iterable[Prose],
) -> Texts:
    """Return the lookups over loaded content."""
    entries = tuple(attacks)
    scopes: dict[str, list[FaqEntry]] = {}
    for entry in sorted(faq, key=lambda e: (e.order, e.slug)):
        scopes.setdefault(entry.scope, []).append(entry)
    return Texts(
        rules={rule.id: rule for rule in rules},
        attacks=entries,
        links=links(entries),
        faq={scope: tuple(entries) for scope, entries in scopes.items()},
        pages={page.slug: page for page in pages},
    )
