"""The registry of hygiene checks and the shape of what they find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from string import ascii_lowercase
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


class Needs(NamedTuple):
    """What a value must have for a check to hold, told at a glance; most values have none of it."""

    over: int
    """More characters than these."""
    run: int
    """A run of so many characters without white space."""
    words: tuple[frozenset[bytes], ...]
    """Of each group at least one as a whole word: letters between anything else."""
    parts: tuple[tuple[str, ...], ...]
    """Of each group at least one anywhere in the lower-case text."""


Check: TypeAlias = Callable[["Text", "Context"], Iterable[Found]]
CHECKS: dict[str, Check] = {}
NEEDS: dict[str, Needs] = {}
HINTS: dict[bytes, list[str]] = {}
"""The words of each check's first group, and the checks that need one of them."""
HINTED: set[str] = set()
PLACED: set[str] = set()
"""The checks that look at a string's pointer or at the server, not at its characters alone."""
FOREIGN: set[str] = set()
"""Of these the ones that find nothing unless a tool of another server is named."""
NAMES, PROSE, WIDE, ANY = "names", "prose", "wide", "any"
"""Which strings a check looks at: names of properties, text with spaces, text beyond ASCII, all
but plain words."""
KINDS: dict[str, list[str]] = {NAMES: [], PROSE: [], WIDE: [], ANY: []}
_PLAIN = re.compile(r"[A-Za-z0-9_-]*\Z")
LONGEST_PLAIN = 19
_SHORTEST_PROSE = 12
_START = 4
STARTS: set[str] = set()


def check(
    rule_id: str,
    *on: str,
    starts: Iterable[str] = (),
    over: int = 0,
    run: int = 0,
    words: tuple[frozenset[str], ...] = (),
    parts: tuple[tuple[str, ...], ...] = (),
    placed: bool = False,
    foreign: bool = False,
) -> Callable[[Check], Check]:
    """Register the check of one hygiene rule, and the kinds of strings it looks at.

    `starts` are the first letters of the names that a check of names can hold for; `over`, `run`,
    `words` and `parts` are what a value needs, and `placed` says that its place counts as well,
    `foreign` that it looks for names of tools of other servers.
    """

    def register(predicate: Check) -> Check:
        elsewhere(rule_id)
        CHECKS[rule_id] = predicate
        groups = tuple(frozenset(word.encode() for word in group) for group in words)
        NEEDS[rule_id] = Needs(over, run, groups, parts)
        for word in groups[0] if groups else ():
            HINTED.add(rule_id)
            HINTS.setdefault(word, []).append(rule_id)
        if placed:
            PLACED.add(rule_id)
        if foreign:
            FOREIGN.add(rule_id)
        STARTS.update(start[:_START] for start in starts)
        for kind in on or (ANY,):
            KINDS[kind].append(rule_id)
        return predicate

    return register


@lru_cache(maxsize=8192)
def is_plain(raw: str) -> bool:
    """Return whether a value is one short word, in which no check can hold."""
    return len(raw) <= LONGEST_PLAIN and _PLAIN.match(raw) is not None


@lru_cache(maxsize=8192)
def is_plain_name(raw: str) -> bool:
    """Return whether a property's name is one short word that no check looks for."""
    return raw[:_START].lower() not in STARTS and is_plain(raw)


def kinds_of(raw: str, part: str) -> tuple[str, ...]:
    """Return the kinds of checks that can hold for a string."""
    named = (NAMES,) if part == "key" and raw[:_START].lower() in STARTS else ()
    if is_plain(raw):
        return named
    wide = () if raw.isascii() else (WIDE,)
    prose = (PROSE,) if len(raw) >= _SHORTEST_PROSE and part == "value" and " " in raw else ()
    return (*named, *wide, ANY, *prose)


@cache
def checks_of(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids of the checks of some kinds."""
    return tuple(rule_id for kind in kinds for rule_id in KINDS[kind])


@cache
def _unhinted(kinds: tuple[str, ...]) -> tuple[tuple[str, Needs], ...]:
    """Return the checks of some kinds that need no word of their own, with what they need."""
    return tuple((one, NEEDS[one]) for one in checks_of(kinds) if one not in HINTED)


_ONLY_LETTERS_LEFT = bytes(
    code if chr(code) in ascii_lowercase else ord(" ") for code in range(256)
)


def _words(low: str) -> set[bytes]:
    """Return the runs of plain letters of a lower-case text; bytes are split much faster."""
    return set(low.encode("utf-8", "replace").translate(_ONLY_LETTERS_LEFT).split())


def worth_asking(kinds: tuple[str, ...], raw: str, low: str) -> list[str]:
    """Return the checks of some kinds that a value has everything for, in no order."""
    length, longest, words = len(raw), max(map(len, raw.split()), default=0), _words(low)
    asked = _unhinted(kinds)
    said = words & HINTS.keys()
    if said:
        hinted = {rule_id for word in said for rule_id in HINTS[word]}
        asked = (*asked, *((one, NEEDS[one]) for one in checks_of(kinds) if one in hinted))
    return [
        rule_id
        for rule_id, (over, run, groups, parts) in asked
        if over < length
        and run <= longest
        and (not parts or _has_parts(parts, low))
        and not any(group.isdisjoint(words) for group in groups)
    ]


def _has_parts(groups: tuple[tuple[str, ...], ...], low: str) -> bool:
    for group in groups:
        for part in group:
            if part in low:
                break
        else:
            return False
    return True


def verdict_of(value: int) -> Verdict:
    """Return the verdict of a value after its discount."""
    if value >= HARD_FROM:
        return Verdict.HARD
    if value >= REVIEW_FROM:
        return Verdict.REVIEW
    return Verdict.NOTE if value >= NOTE_FROM else Verdict.NONE
