"""The registry of hygiene checks and the shape of what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from generator.classify.registry import elsewhere
from generator.taxonomy import Verdict

if TYPE_CHECKING:
    from generator.classify.hygiene.strings import Text
    from generator.classify.view import Context

VALUES = {Verdict.HARD: 90, Verdict.REVIEW: 50, Verdict.NOTE: 20}
HARD_FROM, REVIEW_FROM, NOTE_FROM = 70, 40, 10


class Found(NamedTuple):
    """One place where a check holds: slice, tier before the discount, and what it says."""

    start: int
    end: int
    tier: Verdict
    text: str
    decoded: str = ""
    discounts: bool = True
    """Whether the position of the sentence lowers the value; characters get no discount."""


Check: TypeAlias = Callable[["Text", "Context"], Iterable[Found]]
CHECKS: dict[str, Check] = {}


def check(rule_id: str) -> Callable[[Check], Check]:
    """Register the check of one hygiene rule."""

    def register(predicate: Check) -> Check:
        elsewhere(rule_id)
        CHECKS[rule_id] = predicate
        return predicate

    return register


def verdict_of(value: int) -> Verdict:
    """Return the verdict of a value after its discount."""
    if value >= HARD_FROM:
        return Verdict.HARD
    if value >= REVIEW_FROM:
        return Verdict.REVIEW
    return Verdict.NOTE if value >= NOTE_FROM else Verdict.NONE
