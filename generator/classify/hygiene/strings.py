"""The strings of a raw definition that can tell anything, each with the way to its place.

The names of properties are parts "key". Called by scan.py for every tool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from generator.classify.hygiene.checks import LONGEST_PLAIN, is_plain, is_plain_name
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


def telling(raw: Json) -> list[tuple[str, str, _Way]]:
    """Return the keys and strings in which a check can hold, in no order: raw, part and way.

    Whatever is nested deeper than 250 levels is left. Most strings are short words, and in most
    others nothing is found: their pointers are never asked for.
    """
    found: list[tuple[str, str, _Way]] = [(raw, "value", None)] if isinstance(raw, str) else []
    stack: list[tuple[Json, int, _Way]] = [(raw, 0, None)]
    while stack:
        holder, depth, way = stack.pop()
        for key, item in _members(holder):
            if type(key) is str and not is_plain_name(key):
                found.append((key, "key", (way, key)))
            kind = type(item)
            if kind is str:
                if len(item) > LONGEST_PLAIN or not is_plain(item):
                    found.append((item, "value", (way, key)))
            elif (kind is dict or kind is list) and item and depth + 1 < _MAX_DEPTH:
                stack.append((item, depth + 1, (way, key)))
    return found


def _members(value: Json) -> Iterable[tuple[str | int, Json]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def pointer(way: _Way) -> str:
    """Return the JSON pointer of the place that a way leads to."""
    tokens: list[str] = []
    while way is not None:
        way, key = way
        tokens.append(f"/{escape(str(key))}")
    return "".join(reversed(tokens))
