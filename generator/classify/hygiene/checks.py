"""The registry of hygiene checks and the shape of what they find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from string import ascii_letters
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from generator.classify.registry import elsewhere
from generator.taxonomy import Verdict
from generator.tokens import lowered

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
    """A run of so many characters without a space."""
    words: tuple[frozenset[bytes], ...]
    """Of each group at least one as a whole word: letters between anything else."""
    parts: tuple[tuple[str, ...], ...]
    """Of each group at least one anywhere in the lower-case text."""


Check: TypeAlias = Callable[["Text", "Context"], Iterable[Found]]
CHECKS: dict[str, Check] = {}
NEEDS: dict[str, Needs] = {}
HINTS: dict[bytes, list[str]] = {}
"""The words of each check's first group, and the checks that need one of them."""
_SIGNS = frozenset((*b"<[~", *range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0x9B))
"""Control characters and what opens markup, escapes and secret places: few texts have one."""
_SIGN = b"\x01"
"""Stands as a word for every sign."""
GLUED: dict[str, bytes] = {}
"""What says as much as a word of the first group but has no end, and the word it stands for."""
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
REMEMBERED = 1000
"""What was found in longer texts is not kept: they are rarely repeated."""
_START = 4
STARTS: set[str] = set()


def check(
    rule_id: str,
    *on: str,
    starts: Iterable[str] = (),
    over: int = 0,
    run: int = 0,
    words: tuple[frozenset[str], ...] = (),
    signed: bool = False,
    glued: Iterable[str] = (),
    parts: tuple[tuple[str, ...], ...] = (),
    placed: bool = False,
    foreign: bool = False,
) -> Callable[[Check], Check]:
    """Register the check of one hygiene rule, and the kinds of strings it looks at.

    `starts` are the first letters of the names that a check of names can hold for; `over`, `run`,
    `words` and `parts` are what a value needs; a sign (with `signed`) and what is `glued` to
    others will do in place of a word of the first group. `placed` says that the place of a text
    counts as well, `foreign` that the check looks for names of tools of other servers.
    """

    def register(predicate: Check) -> Check:
        elsewhere(rule_id)
        CHECKS[rule_id] = predicate
        groups = [frozenset(word.encode() for word in group) for group in words]
        ways = {_SIGN} if signed else set[bytes]()
        for part in glued:
            ways.add(GLUED.setdefault(part, part.encode()))
        if ways:
            groups = [(groups[0] if groups else frozenset()) | ways, *groups[1:]]
        NEEDS[rule_id] = Needs(over, run, tuple(groups), parts)
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


def is_plain(raw: str) -> bool:
    """Return whether a value is one short word, in which no check can hold."""
    return len(raw) <= LONGEST_PLAIN and _PLAIN.match(raw) is not None


@lru_cache(maxsize=8192)
def is_silent_name(raw: str) -> bool:
    """Return whether no check has anything to find in the name of a property."""
    return raw[:_START].lower() not in STARTS and is_silent(raw)


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


_ONLY_WORDS_LEFT = bytes(
    _SIGN[0] if code in _SIGNS else ord(chr(code).lower() if chr(code) in ascii_letters else " ")
    for code in range(256)
)


def _words(raw: str, low: str) -> list[bytes]:
    """Return the runs of plain letters and the signs of a lower-case text, and what is glued.

    Bytes are split much faster than an expression finds words.
    """
    left = low.encode("utf-8", "replace").translate(_ONLY_WORDS_LEFT)
    words = (left.replace(_SIGN, b" %b " % _SIGN) if _SIGN in left else left).split()
    words += [word for part, word in GLUED.items() if part in raw]
    return words


def _has_run(raw: str, length: int) -> bool:
    """Return whether so many characters stand in a row, going from space to space."""
    start, last = 0, len(raw) - length
    while start <= last:
        space = raw.rfind(" ", start, start + length)
        if space < 0:
            return True
        start = space + 1
    return False


def worth_asking(kinds: tuple[str, ...], raw: str, low: str) -> list[str]:
    """Return the checks of some kinds that a value has everything for, in no order."""
    length, words = len(raw), _words(raw, low)
    asked = _unhinted(kinds)
    if said := HINTS.keys() & words:
        hinted = {rule_id for word in said for rule_id in HINTS[word]}
        asked = (*asked, *((one, NEEDS[one]) for one in checks_of(kinds) if one in hinted))
    return [
        rule_id
        for rule_id, (over, run, groups, parts) in asked
        if over < length
        and (not run or _has_run(raw, run))
        and (not parts or _has_parts(parts, low))
        and (not groups or not any(group.isdisjoint(words) for group in groups))
    ]


@cache
def _bounds() -> tuple[int, int]:
    """Return the length up to which, and the run from which on, a check needs no hint."""
    asked = [needs for one, needs in _unhinted((ANY, PROSE)) if one not in FOREIGN]
    return min(n.over for n in asked if not n.run), min(n.run for n in asked if n.run)


@lru_cache(maxsize=16384)
def is_silent(raw: str) -> bool:
    """Return whether no check has anything to find in a value, wherever it stands.

    Names of tools of other servers are left out of account. Half of the texts of a catalogue are
    repeated: the same parameter of another tool. Of the others most hold no hint at all.
    """
    if is_plain(raw) or (raw.isascii() and _is_bare(raw)):
        return True
    return FOREIGN.issuperset(worth_asking(kinds_of(raw, "value"), raw, lowered(raw)))


def _is_bare(raw: str) -> bool:
    """Return whether an ASCII text has no hint for any check, and neither length nor run."""
    left = raw.encode().translate(_ONLY_WORDS_LEFT)
    if _SIGN in left or not HINTS.keys().isdisjoint(left.split()):
        return False
    for part in GLUED:
        if part in raw:
            return False
    length, run = _bounds()
    return len(raw) <= length and not _has_run(raw, run)


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
