"""Words of a tool's object to a hit: what the majors of several categories ask for alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import Case, Hit

if TYPE_CHECKING:
    from collections.abc import Iterable


def named(case: Case, words: frozenset[str]) -> Iterable[Hit]:
    """Return a hit where one of the words is among the objects."""
    return _mentioned(case, words & case.objects)


def headed(case: Case, words: frozenset[str]) -> Iterable[Hit]:
    """Return a hit where one of the words is the head noun of an object."""
    return _mentioned(case, words & case.heads)


def _mentioned(case: Case, found: frozenset[str]) -> Iterable[Hit]:
    place = case.view.mentioned(found) if found else None
    return [Hit(place=place, subject=place.quote)] if place else []
