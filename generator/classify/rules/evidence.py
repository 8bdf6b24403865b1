"""The one predicate that all category rules share: list the evidence that carries their id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import LISTING, Case, Hit, rule
from generator.model.quick import maker

if TYPE_CHECKING:
    from collections.abc import Iterable


_new_hit = maker(Hit)


def lists_evidence(rule_id: str) -> None:
    """Register a category rule whose hits the effect grammar has already found."""
    LISTING.add(rule_id)

    @rule(rule_id)
    def predicate(case: Case) -> Iterable[Hit]:
        return [
            _new_hit(
                place=evidence.place,
                subject=evidence.verb,
                text=evidence.text,
                category=evidence.category,
                support=evidence.support,
                by=evidence.by,
            )
            for evidence in case.effects.evidence
            if evidence.rule == rule_id
        ]
