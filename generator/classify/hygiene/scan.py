"""Runs every hygiene check over every string and turns what it finds into findings."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from generator.classify.hygiene import (
    cross,
    ctl,
    enc,
    html,
    param,
    path,
    phrase,
    secret,
    tag,
    uni,
)
from generator.classify.hygiene import len as length
from generator.classify.hygiene.checks import (
    CHECKS,
    FOREIGN,
    KINDS,
    PLACED,
    REMEMBERED,
    VALUES,
    WIDE,
    Found,
    checks_of,
    kinds_of,
    verdict_of,
    worth_asking,
)
from generator.classify.hygiene.position import discount
from generator.classify.hygiene.strings import Text, pointer, telling
from generator.classify.view import MAX_TEXT, Context
from generator.model import HygieneFinding
from generator.tokens import lowered

if TYPE_CHECKING:
    from typing import TypeAlias

    from generator.classify.registry import Rulebook
    from generator.classify.view import View

    _Hits: TypeAlias = list[tuple[str, Found]]

MAX_QUOTE = 200
MAX_HITS = 20
"""The same rule is listed so often in one string; more would say nothing new."""
WHOLE = frozenset(KINDS[WIDE]) | {"ctl.ansi", "len.description"}
"""Character checks read all of a text; the others stop after a million characters."""
_NOWHERE = Context()
_NOTHING: tuple[_Hits, list[str]] = ([], [])
MODULES = (uni, ctl, phrase, tag, html, enc, param, path, secret, cross, length)
"""Imported so that their checks register themselves."""


def of_tool(view: View, book: Rulebook) -> tuple[HygieneFinding, ...]:
    """Return the findings in all strings of one definition."""
    found: list[HygieneFinding] = []
    is_foreign = bool(view.context.foreign_names)
    for raw, part, way in telling(view.tool.raw, is_foreign=is_foreign):
        hits, placed = _asked(raw, part)
        if placed and not is_foreign:
            placed = [rule_id for rule_id in placed if rule_id not in FOREIGN]
        if hits or placed:
            text = Text(raw, pointer(way), part)
            found += _findings(text, hits, placed, view.context, book)
    return _in_order(found)


def of_text(raw: str, place: str, context: Context, book: Rulebook) -> tuple[HygieneFinding, ...]:
    """Return the findings in one text that belongs to no tool; `place` is its pointer."""
    hits, placed = _asked(raw, "value")
    return _in_order(_findings(Text(raw, place, "value"), hits, placed, context, book))


def _findings(
    text: Text, hits: _Hits, placed: list[str], context: Context, book: Rulebook
) -> list[HygieneFinding]:
    if placed:
        hits = [*hits, *_hits(placed, text, context)]
    return [_finding(rule_id, text, found) for rule_id, found in hits if rule_id in book.rules]


def _asked(raw: str, part: str) -> tuple[_Hits, list[str]]:
    """Return what `_read` does, from memory where the text may be there."""
    return (_read if len(raw) < REMEMBERED else _read.__wrapped__)(raw, part)


@lru_cache(maxsize=4096)
def _read(raw: str, part: str) -> tuple[_Hits, list[str]]:
    """Return what the characters of a string say wherever it stands, and the checks left to ask.

    Half of the texts of a catalogue are repeated: the same parameter of another tool.
    """
    kinds, low = kinds_of(raw, part), lowered(raw)
    ids = worth_asking(kinds, raw, low) if part == "value" else checks_of(kinds)
    if not ids:
        return _NOTHING
    placed = [rule_id for rule_id in ids if rule_id in PLACED]
    others = [rule_id for rule_id in ids if rule_id not in PLACED]
    return _hits(others, Text(raw, "", part, low), _NOWHERE), placed


def _hits(ids: list[str], text: Text, context: Context) -> _Hits:
    read = text
    if len(text.raw) > MAX_TEXT:
        read = Text(text.raw[:MAX_TEXT], text.pointer, text.part, text.low[:MAX_TEXT])
    return [
        (rule_id, found)
        for rule_id in ids
        for found in islice(CHECKS[rule_id](text if rule_id in WHOLE else read, context), MAX_HITS)
    ]


def _finding(rule_id: str, text: Text, found: Found) -> HygieneFinding:
    value, position = VALUES[found.tier], "instruction"
    if found.discounts:
        factor, position = discount(text.raw, found.start)
        value = round(value * factor)
    end = min(found.end, found.start + MAX_QUOTE)
    return HygieneFinding(
        rule=rule_id,
        verdict=verdict_of(value),
        value=value,
        text=found.text,
        pointer=text.pointer,
        part=text.part,
        span=(found.start, end),
        quote=text.raw[found.start : end],
        decoded=found.decoded,
        position=position,
    )


def _in_order(found: list[HygieneFinding]) -> tuple[HygieneFinding, ...]:
    return tuple(
        sorted(found, key=lambda f: (-f.value, f.pointer, f.part, f.span or (0, 0), f.rule))
    )
