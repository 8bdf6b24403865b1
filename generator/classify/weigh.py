"""Name against description: which evidence settles which. Called by effects.py.

Losing evidence is kept and carries the id of the rule that beat it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.classify.lexicon import AMBIGUOUS, FIRM, WEAK_INVERTERS
from generator.classify.nouns import CODE
from generator.classify.parameters import is_read_only
from generator.taxonomy import Category

if TYPE_CHECKING:
    from generator.classify.evidence import Evidence
    from generator.classify.view import View

_GIVING = ("add", "assign")
_TAKING = ("remove", "unassign")


def settled(found: list[Evidence], view: View) -> list[Evidence]:
    """Return the evidence with everything that one word settles about another."""
    found = _same_verb(found)
    found = _undone(found)
    found = _given_and_taken(_plain_reading(found, view))
    inverted = next((e for e in found if e.rule == "name.inverted"), None)
    if inverted is None:
        return found
    return [replace(e, by="name.inverted") if _loses_to(e, inverted) else e for e in found]


def _named(found: list[Evidence]) -> Evidence | None:
    return next((e for e in found if e.place.pointer == "/name"), None)


def _same_verb(found: list[Evidence]) -> list[Evidence]:
    """Let the object decide wherever the same verb stands: in the name or in the description.

    `remove_watcher`, "Remove a user from watching": the name has the telling object. `drop`,
    "Drop files onto an element": the description has it.
    """
    name = _named(found)
    if name is None:
        return found
    told = next((e for e in found if e.verb == name.verb and e.is_decided), None)
    if told is None:
        return found
    keep = told is name or not name.governed.direct
    return [
        replace(e, category=told.category)
        if keep and e.verb == name.verb and not e.is_decided and e.category is not told.category
        else e
        for e in found
    ]


def _undone(found: list[Evidence]) -> list[Evidence]:
    """Let unschedule, unprotect and their like say what "remove" means in the description."""
    name = _named(found)
    if name is None or not name.verb.startswith("un") or FIRM.get(name.verb) is not Category.WRITE:
        return found
    return [
        replace(e, category=Category.WRITE)
        if e.verb in ("remove", "clear", "reset") and e.place.pointer == "/description"
        else e
        for e in found
    ]


def _plain_reading(found: list[Evidence], view: View) -> list[Evidence]:
    """Return the evidence with what a firm reading verb in the name settles.

    `aggregate` stays Read although its description says "Run an aggregation pipeline": an
    ambiguous verb of the description does not overrule an unambiguous one of the name. What
    sends, or runs the caller's code, is never settled away.
    """
    name = _named(found)
    if name is None or name.category is not Category.READ or name.verb not in FIRM:
        return found
    return [
        replace(e, by=name.rule)
        if e.place.pointer == "/description"
        and e.verb in AMBIGUOUS
        and e.category.strength > Category.READ.strength
        and not e.by
        and (CODE.isdisjoint(e.governed.direct) or is_read_only(view))
        else e
        for e in found
    ]


def _given_and_taken(found: list[Evidence]) -> list[Evidence]:
    """Return the evidence with "add or remove" as a change that the same tool takes back."""
    if not any(e.verb in _GIVING for e in found):
        return found
    return [replace(e, category=Category.WRITE) if e.verb in _TAKING else e for e in found]


def _loses_to(evidence: Evidence, inverted: Evidence) -> bool:
    """Return whether a preview or an undo in the name settles what the description says.

    Checking and validating settle only ambiguous verbs: `verify_address`, "Sends a code", sends.
    """
    if evidence.by or evidence is inverted:
        return False
    if inverted.verb in WEAK_INVERTERS and evidence.verb not in AMBIGUOUS:
        return False
    overwrites = evidence.category.strength > Category.EXECUTE.strength
    if evidence.verb == inverted.verb and overwrites:
        return False
    return evidence.category.strength > inverted.category.strength
