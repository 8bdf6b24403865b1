"""What a facet adds to a score where it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import Case, Hit, rule
from generator.taxonomy import Category, Facet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def _with(facet: Facet, applies: Callable[[Case], bool]) -> None:
    @rule(f"minor.{facet.value}")
    def predicate(case: Case) -> Iterable[Hit]:
        if facet in case.facets and applies(case):
            yield Hit(subject=facet.words)


_with(Facet.UNTRUSTED_CONTENT, lambda case: case.read)
_with(Facet.PERSISTENCE, lambda case: case.changes)
_with(Facet.EVIDENCE_TAMPER, lambda case: case.changes)
_with(Facet.SELF_APPROVAL, lambda _: True)
_with(Facet.METERED_COST, lambda _: True)
_with(Facet.EGRESS, lambda case: case.category is Category.WRITE)
_with(Facet.PUBLIC_SINK, lambda case: case.category is Category.WRITE)
