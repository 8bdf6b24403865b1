"""Values of the model to the bytes of a JSON file; called by all that writes for programs.

The encoder is pydantic's, which comes with the `mcp` package: it reads dataclasses, enums and dates
as they are and takes a third of the time that the standard library needs. What it refuses, such as
half a surrogate pair or a definition nested too deeply, takes the slow way to the same result.
"""

from __future__ import annotations

import codecs
import json
import math
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticSerializationError, to_json

if TYPE_CHECKING:
    from generator.model import Json

_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_VISIBLE = "mcp-risk-visible"


def dumps(data: Any) -> bytes:  # noqa: ANN401 (any model value)
    """Return compact ASCII JSON, so that no hidden character of a server stays hidden in it.

    Dataclasses become objects, enums their value; a number JSON does not know becomes null.
    """
    try:
        found = to_json(data, inf_nan_mode="null")
    except PydanticSerializationError:
        return _ENCODER.encode(_plain(data)).encode()
    return found if found.isascii() else found.decode().encode("ascii", _VISIBLE)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Return what a run of characters beyond ASCII is in JSON, and where the run ends."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be")
    pairs = zip(units[::2], units[1::2], strict=True)
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in pairs), error.end


codecs.register_error(_VISIBLE, _escaped)


def _plain(value: Any) -> Json:  # noqa: ANN401 (any model value)
    if is_dataclass(value):
        value = {item.name: getattr(value, item.name) for item in fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
