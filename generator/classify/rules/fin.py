"""Money: the verbs and objects that move it, and what makes a call less bad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import Case, Hit, rule
from generator.classify.rules.evidence import lists_evidence
from generator.classify.rules.needs import needs
from generator.classify.wordset import word_set
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable

lists_evidence("fin.verb")
lists_evidence("fin.verb_object")

_FIRST_STEPS = word_set(
    """invoice coupon price link quote draft dispute promotion discount subscription"""
)
_CANCELLING = word_set("cancel void")


@rule("fin.nothing_moves", Category.FINANCIAL)
@needs(verbs=_CANCELLING, objects=_FIRST_STEPS | {"order"})
def nothing_moves(case: Case) -> Iterable[Hit]:
    """Fire when another step is needed before money moves, or a commitment is cancelled."""
    if case.verb in _CANCELLING:
        return [Hit(place=case.place, subject=case.verb)]
    found = case.objects & _FIRST_STEPS
    if case.verb == "create" and "order" in case.objects:
        found = found | {"order"}
    place = case.view.mentioned(found) if found else None
    return [Hit(place=place, subject=place.quote)] if place else []
