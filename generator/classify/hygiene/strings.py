"""The strings of a raw definition that can tell anything, each with its JSON pointer.

The names of properties are parts "key". Called by scan.py for every tool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.classify.hygiene.checks import LONGEST_PLAIN, is_plain, is_plain_name
from generator.schema import escape

if TYPE_CHECKING:
    from generator.model import Json

_MAX_DEPTH = 250


class Text(NamedTuple):
    """One string, where it stands, and whether it is a property's name or a value."""

    raw: str
    pointer: str
    part: str
    low: str = ""
    """The lower-case text, for cheap tests before an expression is tried."""


def telling(raw: Json) -> list[Text]:
    """Return the keys and strings in which a check can hold, in no order.

    Whatever is nested deeper than 250 levels is left. Most strings are short words, for which no
    place is worked out.
    """
    found = [Text(raw, "", "value")] if isinstance(raw, str) else []
    stack: list[tuple[Json, str, int]] = [(raw, "", 0)]
    while stack:
        holder, pointer, depth = stack.pop()
        if depth >= _MAX_DEPTH or not isinstance(holder, dict | list):
            continue
        if isinstance(holder, dict):
            found += [
                Text(key, f"{pointer}/{escape(key)}", "key")
                for key in holder
                if not is_plain_name(key)
            ]
        for key, item in holder.items() if isinstance(holder, dict) else enumerate(holder):
            if isinstance(item, str):
                if len(item) > LONGEST_PLAIN or not is_plain(item):
                    found.append(Text(item, f"{pointer}/{escape(str(key))}", "value"))
            elif item and isinstance(item, dict | list):
                stack.append((item, f"{pointer}/{escape(str(key))}", depth + 1))
    return found
