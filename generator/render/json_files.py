"""Values of the model to the bytes of a JSON file; called by all that writes for programs.

The encoder is pydantic's, which comes with the `mcp` package: it reads dataclasses, enums and dates
as they are and takes a third of the time that the standard library needs. What it refuses, such as
half a surrogate pair or a definition nested too deeply, takes the slow way to the same result.
It asks each value what it is; the classes of which a site writes the most tell it beforehand what
their fields hold, and are written in half the time.
"""

from __future__ import annotations

import codecs
import json
import math
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from pydantic_core import PydanticSerializationError, SchemaSerializer, core_schema, to_json

from generator import model, taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core.core_schema import CoreSchema

    from generator.model import Json, JsonObject

_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_VISIBLE = "mcp-risk-visible"
_PUNCTUATION = b"\xe2"
"""How dashes, quotation marks and dots beyond ASCII begin: three bytes each, on every page."""
_OFTEN = (
    model.Answer,
    model.Consideration,
    model.DryRun,
    model.HygieneFinding,
    model.Measure,
    model.ParameterNote,
    model.ProfileEffect,
    model.RelatedAttack,
    model.Signal,
    model.TargetLoss,
)


def dumps(data: Any) -> bytes:  # noqa: ANN401 (any model value)
    """Return compact ASCII JSON, so that no hidden character of a server stays hidden in it.

    Dataclasses become objects, enums their value; a number JSON does not know becomes null.
    """
    try:
        found = to_json(data, inf_nan_mode="null")
    except PydanticSerializationError:
        return _ENCODER.encode(_plain(data)).encode()
    if found.isascii():
        return found
    return _all_escaped(b"".join(_punctuation_escaped(found)))


def spliced(before: JsonObject, name: str, written: bytes, after: JsonObject) -> bytes:
    """Return an object of which one value between others was written before."""
    return b"".join(
        (dumps(before)[:-1], b',"', name.encode(), b'":', written, b",", dumps(after)[1:])
    )


def _punctuation_escaped(found: bytes) -> Iterator[bytes]:
    """Yield JSON in pieces; mostly punctuation is all there is to escape, and it is soon found."""
    start = 0
    while (at := found.find(_PUNCTUATION, start)) >= 0:
        yield found[start:at]
        start = at + 3
        yield _char_escaped(found[at:start])
    yield found[start:]


@lru_cache(maxsize=64)
def _char_escaped(char: bytes) -> bytes:
    return _all_escaped(char)


def _all_escaped(found: bytes) -> bytes:
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


def _schema(hint: Any) -> CoreSchema:  # noqa: ANN401 (any type)
    """Return what values of a type are: text, a number, perhaps nothing, or anything."""
    if hint is bool:
        return core_schema.bool_schema()
    if hint is int:
        return core_schema.int_schema()
    if isinstance(hint, type) and issubclass(hint, str):
        return core_schema.str_schema()
    parts = get_args(hint)
    if parts and parts[1:] == (type(None),):
        return core_schema.nullable_schema(_schema(parts[0]))
    return core_schema.any_schema()


def _tell_fields(cls: type[Any]) -> None:
    """Let the encoder know what the fields of a dataclass hold."""
    hints = get_type_hints(cls, localns={**vars(model), **vars(taxonomy)})
    names = [item.name for item in fields(cls)]
    held = [core_schema.dataclass_field(name, _schema(hints[name])) for name in names]
    arguments = core_schema.dataclass_args_schema(cls.__name__, held)
    whole = core_schema.dataclass_schema(cls, arguments, names, slots=True)
    _tell(cls, whole)


def _tell(cls: Any, held: CoreSchema) -> None:  # noqa: ANN401 (any class)
    """Let the encoder know what an object of a class holds."""
    cls.__pydantic_serializer__ = SchemaSerializer(held)


for _cls in _OFTEN:
    _tell_fields(_cls)
for _cls in vars(taxonomy).values():
    if isinstance(_cls, type) and issubclass(_cls, StrEnum):
        _tell(_cls, core_schema.str_schema())
