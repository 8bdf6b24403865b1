"""The server's own hints: they may raise, and never lower."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import CHANGING, Case, Hit, rule
from generator.classify.rules.needs import DESTRUCTIVE_HINT, READ_ONLY_HINT, UNIFORM_HINTS, needs
from generator.classify.view import Place
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable

_FULL, _SMALL = 6, 4


def _at(name: str) -> Place:
    return Place(f"/annotations/{name}", "key", 0, len(name), name)


@rule("anno.contradicts", Category.READ, *CHANGING)
@needs(READ_ONLY_HINT)
def contradicts(case: Case) -> Iterable[Hit]:
    """Fire when readOnlyHint says the opposite of what the definition establishes."""
    hint = case.view.hints.read_only_hint
    if case.view.context.uniform_hints:
        return
    if hint is True and case.changes and case.category in case.effects.established:
        yield Hit(
            place=_at("readOnlyHint"),
            subject="true",
            points=_FULL,
            text=f"The server calls this read-only, the definition says {case.category}",
        )
    elif hint is False and case.read:
        yield Hit(
            place=_at("readOnlyHint"),
            subject="false",
            points=_SMALL,
            text="The server says this changes something, the definition only reads",
        )


@rule("anno.destructive", *CHANGING)
@needs(DESTRUCTIVE_HINT)
def destructive(case: Case) -> Iterable[Hit]:
    """Fire when the server itself calls a tool destructive."""
    hints = case.view.hints
    counts = not case.view.context.uniform_hints
    if counts and hints.destructive_hint and hints.read_only_hint is not True:
        yield Hit(place=_at("destructiveHint"), subject="true")


@rule("anno.only_evidence", Category.READ)
@needs("anno.only_evidence")
def only_evidence(case: Case) -> Iterable[Hit]:
    """Fire when nothing but readOnlyHint speaks for Read."""
    evidence = [e for e in case.effects.evidence if e.support and not e.by]
    if evidence and all(e.rule == "anno.only_evidence" for e in evidence):
        yield Hit(place=_at("readOnlyHint"), subject="true")


@rule("anno.uniform")
@needs(UNIFORM_HINTS)
def uniform(case: Case) -> Iterable[Hit]:
    """Fire when every tool of the server carries the very same hints."""
    if case.view.context.uniform_hints:
        yield Hit()
