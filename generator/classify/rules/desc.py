"""Category rules: what the description says. The evidence itself is found by effects.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import Case, Hit, rule
from generator.classify.rules.evidence import lists_evidence
from generator.classify.rules.needs import needs

if TYPE_CHECKING:
    from collections.abc import Iterable

lists_evidence("desc.lead_verb")
lists_evidence("desc.coordinated")
lists_evidence("desc.noun")


@rule("desc.negation")
@needs("desc.negation")
def negation(case: Case) -> Iterable[Hit]:
    """Name each verb that the description itself takes back."""
    return [
        Hit(place=evidence.place, subject=evidence.verb, claim=True)
        for evidence in case.effects.evidence
        if evidence.by == "desc.negation"
    ]
