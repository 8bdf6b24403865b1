"""The verb that governs a tool's name, as Evidence. Called by effects.py and methods.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.evidence import new_evidence
from generator.classify.grammar import FIRM_SUPPORT, Meaning, judge, object_of
from generator.classify.lexicon import (
    HOMOGRAPHS,
    INVERTERS,
    MOSTLY_VERBS,
    REPORTS,
    UNDOING,
    VERBS,
    base_form,
    singular,
)
from generator.classify.nouns import MEDIA
from generator.classify.wordset import word_set
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.classify.evidence import Evidence
    from generator.classify.view import Place, View
    from generator.tokens import Token

    PlaceOf = Callable[[int, int], Place]

_CRUD = frozenset(
    ["list", "get", "delete", "create", "update", "read", "write", "remove", "describe", "add"]
)
_JOINERS = frozenset(("or", "and"))
_LAST_INVERTERS = word_set("preview simulation dryrun diff estimate explain")
_REPORT_SUPPORT = 3
_NOUN_SUPPORT = 2


def read(view: View) -> list[Evidence]:
    """Return what the name says: one verb, each verb of a compound, an inverter, or a report."""
    return phrase(view.name, view.in_name)


def phrase(words: Sequence[Token], place: PlaceOf) -> list[Evidence]:
    """Return the evidence of one verb phrase; `place` turns a slice into a Place."""
    if not words:
        return []
    texts = [token.text for token in words]
    compound = _compound(words, place)
    inverted = _inverted(words, place)
    if inverted is not None:
        return [inverted]
    if compound:
        return compound
    position, rule = _governing(texts)
    if rule == "name.report":
        token = words[-1]
        return [_report(token, place, texts)]
    if position < 0:
        return _conversion(words, place)
    return [_evidence(words, position, rule, place)]


def _conversion(words: Sequence[Token], place: PlaceOf) -> list[Evidence]:
    """Return Execute for `text_to_speech` and its like: media are made, and mostly paid for."""
    texts = [token.text for token in words]
    if "to" not in texts[1:-1]:
        return []
    made = [t for t in words[texts.index("to") + 1 :] if singular(t.text) in MEDIA]
    if not made:
        return []
    token = made[0]
    return [
        new_evidence(
            rule="name.verb",
            category=Category.EXECUTE,
            support=FIRM_SUPPORT,
            place=place(token.start, token.end),
            text=f'"{" ".join(texts)}" makes {token.text}',
            verb="generate",
            governed=object_of([token.text]),
        )
    ]


def _evidence(words: Sequence[Token], position: int, rule: str, place: PlaceOf) -> Evidence:
    token = words[position]
    verb = base_form(token.text)
    objects = [t.text for t in (words[position + 1 :] or words[:position])]
    governed = object_of(objects)
    meaning = judge(verb, governed)
    may_be_noun = position > 0 and token.text in HOMOGRAPHS
    return new_evidence(
        rule=meaning.rule or rule,
        category=meaning.category,
        support=min(meaning.support, _NOUN_SUPPORT) if may_be_noun else meaning.support,
        place=place(token.start, token.end),
        text=_because(verb, meaning, objects, "name"),
        verb=verb,
        governed=governed,
        is_decided=bool(meaning.decided_by),
    )


def _because(verb: str, meaning: Meaning, objects: Sequence[str], where: str) -> str:
    """Return why, in the tool's own words."""
    if meaning.decided_by:
        return f'"{verb}" acts on "{meaning.decided_by}" in the {where}'
    if not objects:
        return f'"{verb}" is the verb of the {where}'
    return f'"{verb}" acts on "{" ".join(objects[:4])}" in the {where}'


def _report(token: Token, place: PlaceOf, texts: list[str]) -> Evidence:
    return new_evidence(
        rule="name.report",
        category=Category.READ,
        support=_REPORT_SUPPORT,
        place=place(token.start, token.end),
        text=f'"{" ".join(texts[-3:])}" names what is returned',
        verb="",
        governed=object_of(texts),
    )


def _compound(words: Sequence[Token], place: PlaceOf) -> list[Evidence]:
    """Return one evidence per verb when verbs are joined by `or` or `and`."""
    texts = [token.text for token in words]
    joined = [
        i
        for i, word in enumerate(texts)
        if word in _JOINERS
        and 0 < i < len(texts) - 1
        and base_form(texts[i - 1])
        and texts[i + 1] in VERBS
    ]
    if not joined:
        return []
    verbs = sorted({i - 1 for i in joined} | {i + 1 for i in joined})
    rest = words[verbs[-1] + 1 :]
    found = []
    for i in verbs:
        verb = base_form(texts[i])
        governed = object_of(t.text for t in rest)
        meaning = judge(verb, governed)
        found.append(
            new_evidence(
                rule="name.compound",
                category=meaning.category,
                support=4,
                place=place(words[i].start, words[i].end),
                text=f'"{verb}" is one of the verbs in "{" ".join(texts)}"',
                verb=verb,
                governed=governed,
            )
        )
    return found


def _inverted(words: Sequence[Token], place: PlaceOf) -> Evidence | None:
    """Return Read for preview, plan and their like, Write for undo and its like."""
    texts = [token.text for token in words]
    verbs = [i for i, word in enumerate(texts) if word in VERBS]
    first = verbs[0] if verbs else -1
    if "dry" in texts[:-1] and texts[texts.index("dry") + 1] == "run":
        i = texts.index("dry")
        return _inversion(words[i], words[i + 1], Category.READ, place, texts)
    if (
        len(texts) > 1
        and texts[-1] in _LAST_INVERTERS
        and first in (0, 1)
        and first < len(texts) - 1
        and texts[first] not in ("create", "save", "update", "get", "list")
    ):
        return _inversion(words[-1], words[-1], Category.READ, place, texts)
    if first >= 0 and first == (0 if texts[0] in VERBS else first):
        word = texts[first]
        if word in INVERTERS and (first == 0 or first == len(texts) - 1):
            return _inversion(words[first], words[first], Category.READ, place, texts)
        if word in UNDOING and not _overwrites(words, first):
            return _inversion(words[first], words[first], Category.WRITE, place, texts)
    return None


def _overwrites(words: Sequence[Token], position: int) -> bool:
    """Return whether restoring this object overwrites what is there now: a snapshot, a backup."""
    governed = object_of(token.text for token in words[position + 1 :])
    return judge(words[position].text, governed).category is Category.DESTRUCTIVE


def _inversion(
    first: Token, last: Token, category: Category, place: PlaceOf, texts: list[str]
) -> Evidence:
    what = "only shows" if category is Category.READ else "puts back"
    return new_evidence(
        rule="name.inverted",
        category=category,
        support=4,
        place=place(first.start, last.end),
        text=f'"{first.text}" {what} what the name says',
        verb=first.text,
        governed=object_of(texts),
    )


def _governing(texts: list[str]) -> tuple[int, str]:
    """Return the position of the verb that governs the name and the rule that found it."""
    last = len(texts) - 1
    ends_with_crud = last > 0 and texts[-1] in _CRUD
    if texts[0] in VERBS and (
        texts[0] not in HOMOGRAPHS or (texts[0] in MOSTLY_VERBS and not ends_with_crud)
    ):
        return 0, "name.verb"
    for i in range(1, last):
        if texts[i] in VERBS and texts[i] not in HOMOGRAPHS:
            return i, "name.verb"
    if last > 0 and texts[-1] in VERBS and texts[-1] not in HOMOGRAPHS:
        return last, "name.suffix_verb"
    return _noun_or_verb(texts, last)


def _noun_or_verb(texts: list[str], last: int) -> tuple[int, str]:
    """Return the verb of a name that has only words which may also be nouns."""
    if last > 0 and (texts[-1] in REPORTS or singular(texts[-1]) in REPORTS):
        return last, "name.report"
    for i, word in enumerate(texts):
        if word in VERBS:
            return i, "name.suffix_verb" if i == last > 0 else "name.verb"
    return (0, "name.verb") if base_form(texts[0]) else (-1, "")
