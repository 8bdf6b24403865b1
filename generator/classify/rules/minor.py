"""What a facet adds to a score where it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import CHANGING, Case, Hit, rule
from generator.classify.rules.needs import needs
from generator.taxonomy import Category, Facet

if TYPE_CHECKING:
    from collections.abc import Iterable


def _with(facet: Facet, *on: Category) -> None:
    @rule(f"minor.{facet.value}", *on)
    @needs(facet)
    def predicate(case: Case) -> Iterable[Hit]:
        return [Hit(subject=facet.words)] if facet in case.facets else ()


_with(Facet.UNTRUSTED_CONTENT, Category.READ)
_with(Facet.PERSISTENCE, *CHANGING)
_with(Facet.EVIDENCE_TAMPER, *CHANGING)
_with(Facet.SELF_APPROVAL)
_with(Facet.METERED_COST)
_with(Facet.EGRESS, Category.WRITE)
_with(Facet.PUBLIC_SINK, Category.WRITE)
