"""JSON pointers (RFC 6901): the place of a value in a raw definition, and back to the value.

Used by schema.py for parameters, by classify and derive for the places of evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.model import Json


def escape(token: str) -> str:
    """Return one key as a JSON pointer token (RFC 6901)."""
    if "~" in token or "/" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def raw_at(raw: Json, pointer: str) -> Json:
    """Return the value a JSON pointer addresses.

    Raises:
        LookupError: the pointer leads nowhere.
    """
    value = raw
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value[key]
        elif isinstance(value, list) and key.isascii() and key.isdigit():
            value = value[int(key)]
        else:
            raise LookupError(f"no {token!r} on the way to {pointer!r}")
    return value
