"""The registry of hygiene checks and the shape of what they find."""

from __future__ import annotations

import re
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
NAMES, PROSE, WIDE, ANY = "names", "prose", "wide", "any"
"""Which strings a check looks at: names of properties, text with spaces, text beyond ASCII, all
but plain words."""
KINDS: dict[str, list[str]] = {NAMES: [], PROSE: [], WIDE: [], ANY: []}
_PLAIN = re.compile(r"[A-Za-z0-9_-]{0,19}\Z")
_SHORTEST_PROSE = 12
_START = 4
STARTS: set[str] = set()
_NOTHING: list[str] = []


def check(rule_id: str, *on: str, starts: Iterable[str] = ()) -> Callable[[Check], Check]:
    """Register the check of one hygiene rule, and the kinds of strings it looks at.

    `starts` are the first letters of the names that a check of names can hold for.
    """

    def register(predicate: Check) -> Check:
        elsewhere(rule_id)
        CHECKS[rule_id] = predicate
        STARTS.update(start[:_START] for start in starts)
        for kind in on or (ANY,):
            KINDS[kind].append(rule_id)
        return predicate

    return register


def checks_for(raw: str, part: str) -> list[str]:
    """Return the ids of the checks that can hold for a string, in a fixed order."""
    names = part == "key" and raw[:_START].lower() in STARTS
    ascii_only = raw.isascii()
    if ascii_only and _PLAIN.match(raw):
        return KINDS[NAMES] if names else _NOTHING
    found = [*KINDS[NAMES]] if names else []
    if not ascii_only:
        found += KINDS[WIDE]
    found += KINDS[ANY]
    if len(raw) >= _SHORTEST_PROSE and part == "value" and " " in raw:
        found += KINDS[PROSE]
    return found


def verdict_of(value: int) -> Verdict:
    """Return the verdict of a value after its discount."""
    if value >= HARD_FROM:
        return Verdict.HARD
    if value >= REVIEW_FROM:
        return Verdict.REVIEW
    return Verdict.NOTE if value >= NOTE_FROM else Verdict.NONE
