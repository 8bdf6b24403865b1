"""Every string of a raw definition with its JSON pointer: names are parts "key"."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.schema import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model import Json

_MAX_DEPTH = 250


class Text(NamedTuple):
    """One string, where it stands, and whether it is a property's name or a value."""

    raw: str
    pointer: str
    part: str
    low: str = ""
    """The lower-case text, for cheap tests before an expression is tried."""


def strings(raw: Json) -> Iterator[Text]:
    """Return all keys and strings in order; whatever is nested deeper than 250 levels is left."""
    stack: list[tuple[Json, str, int]] = [(raw, "", 0)]
    while stack:
        value, pointer, depth = stack.pop()
        if isinstance(value, str):
            yield Text(value, pointer, "value")
        elif isinstance(value, dict) and depth < _MAX_DEPTH:
            children = [
                (item, f"{pointer}/{escape(key)}", depth + 1) for key, item in value.items()
            ]
            for key, (_, place, _) in zip(value, children, strict=True):
                yield Text(key, place, "key")
            stack.extend(reversed(children))
        elif isinstance(value, list) and depth < _MAX_DEPTH:
            stack.extend(
                (item, f"{pointer}/{i}", depth + 1) for i, item in reversed(list(enumerate(value)))
            )
