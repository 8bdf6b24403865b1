"""What makes a destructive call less bad: little is lost, one thing is lost, or it can return."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify import nouns
from generator.classify.registry import Case, Hit, rule
from generator.classify.rules import arguments as kinds
from generator.classify.rules.needs import needs
from generator.classify.wordset import word_set
from generator.taxonomy import Category, Facet

if TYPE_CHECKING:
    from collections.abc import Iterable

_ONE = word_set("id uuid name key path iid number title slug index url uid identifier")


_EVERYTHING = re.compile(r"\b(?:removes? all|deletes? all|from all|entire system)\b", re.IGNORECASE)
_OWN_THINGS = frozenset(("log", "cart"))
_MANY = frozenset(("all", "bulk", "batch", "multiple", "many", "every"))


@rule("dest.recoverable", Category.DESTRUCTIVE)
@needs(Facet.SOFT_DELETE)
def recoverable(case: Case) -> Iterable[Hit]:
    """Fire when trash, soft delete, versions or git history are stated."""
    if Facet.SOFT_DELETE in case.facets:
        yield Hit(claim=True)


@rule("dest.one_item", Category.DESTRUCTIVE)
def one_item(case: Case) -> Iterable[Hit]:
    """Fire when one thing is named by id and nothing else hangs on it."""
    if case.heads & nouns.CATASTROPHIC:
        return
    if case.view.name_words & _MANY or case.view.lead_words & _MANY:
        return
    if any(
        _EVERYTHING.search(case.view.tool.description, s.start, s.end) for s in case.view.running
    ):
        return
    view = case.view
    if view.those(kinds.is_bulk) or any("array" in a.parameter.types for a in view.arguments):
        return
    for argument in case.view.arguments:
        if argument.words and argument.words[-1] in _ONE and argument.parameter.required:
            yield Hit(place=argument.place, subject=argument.parameter.name)
            return
    one = next((e for e in case.effects.evidence if e.is_one and e.category is case.category), None)
    if one is not None and not one.by:
        yield Hit(place=one.place, subject=f"{one.verb} a {one.governed.head}")


@rule("dest.trivial", Category.DESTRUCTIVE)
@needs(heads=nouns.TRIVIAL | _OWN_THINGS)
def trivial(case: Case) -> Iterable[Hit]:
    """Fire when what is lost costs little: a cache, a draft, a label, an own memory."""
    if "resource" in case.objects:
        return
    found = case.heads & nouns.TRIVIAL
    if "local" in case.view.lead_words:
        found = found | (case.heads & _OWN_THINGS)
    place = case.view.mentioned(found) if found else None
    if place is not None:
        yield Hit(place=place, subject=place.quote)
