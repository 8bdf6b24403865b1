"""Runs every hygiene check over every string and turns what it finds into findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.hygiene import uni
from generator.classify.hygiene.checks import CHECKS, VALUES, Found, verdict_of
from generator.classify.hygiene.position import discount
from generator.classify.hygiene.strings import Text, strings
from generator.model import HygieneFinding

if TYPE_CHECKING:
    from generator.classify.registry import Rulebook
    from generator.classify.view import Context, View

MAX_QUOTE = 200
MODULES = (uni,)


def of_tool(view: View, book: Rulebook) -> tuple[HygieneFinding, ...]:
    """Return the findings in all strings of one definition."""
    found: list[HygieneFinding] = []
    for text in strings(view.tool.raw):
        found += _of(text, view.context, book)
    return _in_order(found)


def of_text(raw: str, pointer: str, context: Context, book: Rulebook) -> tuple[HygieneFinding, ...]:
    """Return the findings in one text that belongs to no tool."""
    return _in_order(_of(Text(raw, pointer, "value"), context, book))


def _of(text: Text, context: Context, book: Rulebook) -> list[HygieneFinding]:
    return [
        _finding(rule_id, text, found)
        for rule_id in CHECKS
        if rule_id in book.rules
        for found in CHECKS[rule_id](text, context)
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
