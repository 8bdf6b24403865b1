"""JSON to canonical bytes and digests: RFC 8785 for sha256, and the interoperable input hash.

Pure functions on parsed JSON. Called by `snapshots.py`, `definition.py` and the crawler.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from decimal import Decimal
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import Json, JsonObject

INPUT_KEYS = ("annotations", "description", "inputSchema", "name", "outputSchema", "title")
_PLAIN = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")
)
# A number with digits enough for 2**53, with a point or an exponent, and NaN and the infinities.
# What looks like one within a text only costs the longer way.
_NUMBER_TO_CHECK = re.compile(r"[:,[]-?(?:[0-9]+[.eE]|[0-9]{16}|[NI])")
_STARTS = bytes.maketrans(b"[,-123456789NI", b"::000000000000")
"""Makes `:0` of whatever starts a number: most definitions have none, which is told in no time."""
_HIGH = re.compile("[\ud800-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_JS_SAFE = 2**53
_FIXED_LOW, _FIXED_HIGH = 1e-6, 1e21


def number(value: float) -> str:
    """Return a number as ECMAScript prints it: 1.0 is `1`, 1e-7 is `1e-7`, NaN is `null`.

    Integers beyond 2**53 are printed as the double they become in JavaScript (RFC 8785, 3.2.2.3).
    """
    if isinstance(value, int):
        if abs(value) <= _JS_SAFE:
            return str(value)
        try:
            value = float(value)
        except OverflowError:
            return "null"
    if math.isnan(value) or math.isinf(value):
        return "null"
    if value == 0:
        return "0"
    size = abs(value)
    if _FIXED_LOW <= size < _FIXED_HIGH:
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    mantissa, exponent = repr(value).split("e")
    mantissa = mantissa.removesuffix(".0")
    sign = "-" if exponent.startswith("-") else "+"
    return f"{mantissa}e{sign}{exponent.lstrip('+-').lstrip('0')}"


def _text(value: str) -> str:
    quoted = encode_basestring(value)
    if value.isascii():
        return quoted
    return _SURROGATE.sub(lambda m: f"\\u{ord(m[0]):04x}", quoted)


def _key(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def dumps(value: Json) -> str:
    """Return the canonical JSON text: keys by UTF-16 code units, compact, JavaScript numbers."""
    try:
        text = _PLAIN.encode(value)
    except (TypeError, ValueError, RecursionError):
        return _dumps(value)
    # What the standard library prints differs for floats, for large integers and for the order
    # and escapes of some characters beyond ASCII; nearly no definition has any of them.
    if _has_number_to_check(f"[{text}") or (not text.isascii() and _HIGH.search(text)):
        return _dumps(value)
    return text


def _has_number_to_check(text: str) -> bool:
    found = text.encode("utf-8", "surrogatepass").translate(_STARTS)
    return b":0" in found and _NUMBER_TO_CHECK.search(text) is not None


def _dumps(value: Json) -> str:
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_dumps, value))}]"
    if isinstance(value, dict):
        names = sorted(value, key=_key)
        return f"{{{','.join(f'{_text(name)}:{_dumps(value[name])}' for name in names)}}}"
    raise TypeError(f"JSON value expected, got {type(value).__name__}")


def sha256(value: Json) -> str:
    """Return `sha256:<hex>` over the canonical JSON of a value."""
    return digest_of(dumps(value))


def digest_of(text: str) -> str:
    """Return `sha256:<hex>` over a canonical JSON text."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def input_hash(tool: JsonObject) -> str:
    """Return the 16 hex digits over exactly the six keys a model reads, absent as null.

    Compatible with the input hashes that Glama publishes for MCP tools.
    """
    subset = {key: tool.get(key) for key in INPUT_KEYS}
    return hashlib.sha256(dumps(subset).encode()).hexdigest()[:16]


def list_digest(digests: Iterable[tuple[str, str]]) -> str:
    """Return a server's digest over (tool name, sha256) pairs; order does not matter."""
    return sha256([list(pair) for pair in sorted(digests)])
