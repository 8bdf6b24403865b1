"""The strings of a raw definition that can tell anything, each with the way to its place.

The names of properties are parts "key". Called by scan.py for every tool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from generator.classify.hygiene.checks import REMEMBERED, is_silent, is_silent_name
from generator.classify.wordset import word_set
from generator.pointers import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import Json

_MAX_DEPTH = 250
_Way: TypeAlias = "tuple[_Way, str | int] | None"
"""The keys and positions that lead to a place, the last one first."""


class Text(NamedTuple):
    """One string, where it stands, and whether it is a property's name or a value."""

    raw: str
    pointer: str
    part: str
    low: str = ""
    """The lower-case text, for cheap tests before an expression is tried."""


_USUAL = word_set(
    """name title description inputSchema outputSchema annotations type properties required items
    enum default format anyOf additionalProperties minimum maximum id readOnlyHint destructiveHint
    idempotentHint openWorldHint"""
)
"""Names that need no look: half of those of a catalogue are the same few words."""


def telling(raw: Json, *, is_foreign: bool) -> list[tuple[str, str, _Way]]:
    """Return the keys and strings in which a check can hold, in no order: raw, part and way.

    Whatever is nested deeper than 250 levels is left. In most strings nothing can be found: their
    pointers are never asked for. `is_foreign` says that tools of other servers are looked for.
    """
    found: list[tuple[str, str, _Way]] = [(raw, "value", None)] if isinstance(raw, str) else []
    holders: list[tuple[Json, int, _Way]] = [(raw, 1, None)]
    for holder, depth, way in holders:  # it grows while it is read
        items: Iterable[tuple[str | int, Json]]
        if isinstance(holder, dict):
            items = holder.items()
            for key in holder:
                if key not in _USUAL and not is_silent_name(key):
                    found.append((key, "key", (way, key)))  # noqa: PERF401 - hardly ever one
        else:
            items = enumerate(holder) if isinstance(holder, list) else ()
        for key, item in items:
            kind = type(item)
            if kind is str:
                is_known = len(item) < REMEMBERED and is_silent(item)
                if not is_known or (is_foreign and ("_" in item or "-" in item)):
                    found.append((item, "value", (way, key)))
            elif (kind is dict or kind is list) and depth < _MAX_DEPTH:
                holders.append((item, depth + 1, (way, key)))
    return found


def pointer(way: _Way) -> str:
    """Return the JSON pointer of the place that a way leads to."""
    tokens: list[str] = []
    while way is not None:
        way, key = way
        tokens.append(f"/{escape(str(key))}")
    return "".join(reversed(tokens))
