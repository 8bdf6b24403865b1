"""A verb and its object to an effect: which of the five categories, how firmly, and why.

The heart of the classifier: used for names, descriptions and the values of multiplexers. Knows
no tool and no server, only words; the rows it looks them up in are in cases.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.classify.cases import CASES, DIRECT, HEAD, Case
from generator.classify.lexicon import AMBIGUOUS, FIRM, singular
from generator.classify.wordset import word_set
from generator.model.quick import maker, quick
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRM_SUPPORT, AMBIGUOUS_SUPPORT, OBJECT_SUPPORT = 4, 2, 2
# What ends a direct object: everything after it says where, how or which.
_ENDS = word_set(
    """to from for in on of with by at via into as using and or per against within across
    between based that which when if so where matching including through without under over
    about inside only after before until during upon onto like given containing such whose
    associated related named is are combining returning showing describing representing"""
)
_ED_NOUNS = frozenset(("feed", "embed", "seed", "speed", "bed", "red", "need"))
# Nouns that only say how much of something: `contents of a file` is about the file.
_GENERIC = word_set(
    """content detail list information info data set number metadata copy body value record
    summary batch history text array collection result item array full name page version
    entry group object amount instance type kind series pair"""
)


@quick
@dataclass(frozen=True, slots=True)
class Object:
    """What a verb governs: all its words, the direct object, and the noun that heads it."""

    words: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()
    head: str = ""
    last: str = ""
    """The noun that ends the direct object, even when it only says how much."""


NOTHING = Object()


@quick
@dataclass(frozen=True, slots=True)
class Meaning:
    """What a verb does to its object: category, support, the object that decided, and the rule."""

    category: Category
    support: int
    decided_by: str = ""
    rule: str = ""
    """The category rule that speaks when more than the verb decided, e.g. `send.verb`."""


_new_object, _new_meaning = maker(Object), maker(Meaning)


def object_of(words: Iterable[str]) -> Object:
    """Return the words after a verb as its object."""
    found = tuple([singular(word) for word in words])
    direct: list[str] = []
    head = ""
    for i, word in enumerate(found):
        if word in _ENDS:
            if word == "of" and head in _GENERIC:
                continue
            if not direct:
                continue
            break
        ends = i + 1 == len(found) or found[i + 1] in _ENDS
        if direct and ends and word.endswith("ed") and word not in _ED_NOUNS:
            break
        direct.append(word)
        if not word.isdigit():
            head = word
    last = head
    if head in _GENERIC and len(direct) > 1:
        head = next((w for w in reversed(direct) if w not in _GENERIC and not w.isdigit()), head)
    return _new_object(found, tuple(direct), head, last)


_BY_VERB: dict[str, tuple[Case, ...]] = {}
for _case in CASES:
    for _verb in _case.verbs:
        _BY_VERB[_verb] = (*_BY_VERB.get(_verb, ()), _case)


def judge(verb: str, governed: Object) -> Meaning:
    """Return what `verb` does to its object."""
    for case in _BY_VERB.get(verb, ()):
        found = _decides(case, governed)
        if found:
            support = FIRM_SUPPORT if verb in FIRM else AMBIGUOUS_SUPPORT + OBJECT_SUPPORT
            return _new_meaning(case.category, support, found, case.rule)
    if verb in FIRM:
        category = FIRM[verb]
        rule = "fin.verb" if category is Category.FINANCIAL else ""
        return _new_meaning(category, FIRM_SUPPORT, rule=rule)
    category = AMBIGUOUS.get(verb, Category.UNCLASSIFIED)
    return _new_meaning(category, AMBIGUOUS_SUPPORT if verb in AMBIGUOUS else 0)


def _decides(case: Case, governed: Object) -> str:
    """Return the word of the object that makes a row match, empty when none does."""
    if case.where == HEAD:
        return next((w for w in (governed.head, governed.last) if w in case.objects), "")
    if case.heads and governed.head not in case.heads:
        return ""
    words = governed.direct if case.where == DIRECT else governed.words
    return next((word for word in words if word in case.objects), "")
