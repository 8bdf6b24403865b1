"""Bytes of one message to a clean JSON value, with a note for every repair.

Called by the transports before anything else sees a value. The result holds no lone surrogate,
no NaN, no integer that JSON readers refuse and no nesting that could exhaust a stack; a
definition is otherwise exactly what was sent.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.crawl.outcome import Failure
from generator.model import Loss
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.crawl.limits import Limits
    from generator.model import Json

_SURROGATE = re.compile("[\ud800-\udfff]")
# Possessive, and an unfinished string is a token too: no text makes this search its tail twice.
_TOKEN = re.compile(rb'(?s)"(?:[^"\\]++|\\.)*+"?|[\[\]{}]')
_INTEGER_DIGITS = 4300
"""What `json.loads` reads as an integer; a longer one is kept as text."""
_NOTES = 50
_INDENT = 2
_POINTER_CHARS = 200
_BETWEEN = "\0"
"""Between texts that are searched together; a hit across two of them only costs the longer way."""


@dataclass(slots=True)
class Parsed:
    """A JSON value and what was repaired to read it."""

    value: Json
    notes: list[Loss] = field(default_factory=list)


def parse(data: bytes, limits: Limits) -> Parsed:
    """Return the value of one message.

    Raises:
        Failure: too many values to hold in memory.
        ValueError: the bytes are not JSON.
    """
    _refuse_too_many(data, limits)
    try:
        # Nearly every message needs no repair, and repairs cost as much as reading.
        return Parsed(_STRICT.decode(data.decode()))
    except (UnicodeDecodeError, _OddError, RecursionError):
        return _repaired(data, limits)


def _repaired(data: bytes, limits: Limits) -> Parsed:
    notes: dict[str, str] = {}
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode(errors="replace")
        notes["bytes that are not UTF-8"] = "replaced by U+FFFD"
    try:
        value = _loads(text, notes)
    except RecursionError:
        text = _cut_depth(data, limits.depth + 8).decode(errors="replace")
        notes["very deep nesting"] = "cut before reading"
        value = _loads(text, notes)
    return Parsed(value, [Loss(what, why) for what, why in list(notes.items())[:_NOTES]])


def _refuse_too_many(data: bytes, limits: Limits) -> None:
    values = data.count(b",") + data.count(b"[") + data.count(b"{")
    if values > limits.message_values:
        raise Failure(
            State.TOO_LARGE, f"one message holds more than {limits.message_values:,} JSON values"
        )


class _OddError(Exception):
    """A value that JSON readers do not agree on."""


def _odd(_name: str) -> None:
    raise _OddError


def _short_integer(digits: str) -> int:
    if len(digits) > _INTEGER_DIGITS:
        raise _OddError
    return int(digits)


def _distinct(items: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(items)
    if len(result) != len(items):
        raise _OddError
    return result


_STRICT = json.JSONDecoder(
    parse_constant=_odd, parse_int=_short_integer, object_pairs_hook=_distinct
)


def _loads(text: str, notes: dict[str, str]) -> Json:
    def constant(name: str) -> None:
        notes[f"the number {name}"] = "kept as null, it is no JSON"

    def integer(digits: str) -> int | str:
        if len(digits) <= _INTEGER_DIGITS:
            return int(digits)
        notes["an integer of more than 4,300 digits"] = "kept as text"
        return digits

    def pairs(items: list[tuple[str, Json]]) -> dict[str, Json]:
        result = dict(items)
        if len(result) != len(items) and len(notes) < _NOTES:
            seen: set[str] = set()
            for key, _ in items:
                if key in seen:
                    notes[f"the key {key[:60]!r} twice in one object"] = "kept the last"
                seen.add(key)
        return result

    return json.loads(text, parse_constant=constant, parse_int=integer, object_pairs_hook=pairs)


def _cut_depth(data: bytes, limit: int) -> bytes:
    """Replace everything nested deeper than `limit` by null, without recursion."""
    kept: list[bytes] = []
    depth, start = 0, 0
    for match in _TOKEN.finditer(data):
        token = match[0]
        if token in b"[{":
            depth += 1
            if depth == limit + 1:
                kept += [data[start : match.start()], b"null"]
        elif token in b"]}":
            if depth == limit + 1:
                start = match.end()
            depth -= 1
    kept.append(data[start:] if depth <= limit else b"")
    return b"".join(kept)


@dataclass(slots=True)
class Cleaner:
    """Repairs one definition at a time and counts what it takes to print."""

    limits: Limits
    redact: Callable[[str], str]
    notes: list[Loss] = field(default_factory=list)
    printed: int = 0

    def clean(self, value: Json) -> Json:
        """Return the value without what a strict JSON reader refuses; resets the notes."""
        self.notes, self.printed = [], 0
        texts: list[str] = []
        margins = _margins(value, 1, self.limits.depth, texts)
        everything = _BETWEEN.join(texts)
        if margins and not self._is_dirty(everything):
            self.printed = margins + sum(map(len, texts))
            return value
        return self._clean(value, "", 1)

    def _is_dirty(self, text: str) -> bool:
        if not text.isascii() and _SURROGATE.search(text):
            return True
        return self.redact(text) != text

    def _note(self, pointer: str, what: str, why: str) -> None:
        if len(self.notes) < _NOTES:
            self.notes.append(Loss(what, why, pointer=pointer))

    def _clean(self, value: Json, at: str, depth: int) -> Json:
        if isinstance(value, str):
            return self._text(value, at, depth)
        self.printed += depth * _INDENT + 8
        if isinstance(value, float) and not math.isfinite(value):
            self._note(at, "a number beyond every bound", "kept as null")
            return None
        if not isinstance(value, dict | list):
            return value
        if depth > self.limits.depth:
            self._note(at, f"nesting deeper than {self.limits.depth}", "cut to null")
            return None
        if isinstance(value, list):
            return [self._clean(v, _step(at, str(i)), depth + 1) for i, v in enumerate(value)]
        return {
            self._text(k, at, depth): self._clean(v, _step(at, k), depth + 1)
            for k, v in value.items()
        }

    def _text(self, text: str, at: str, depth: int) -> str:
        self.printed += depth * _INDENT + len(text) + 8
        if not text.isascii() and _SURROGATE.search(text):
            self._note(at, "a lone surrogate", "replaced by U+FFFD")
            text = _SURROGATE.sub("\ufffd", text)
        redacted = self.redact(text)
        if redacted != text:
            self._note(at, "a secret or a path of the crawling machine", "redacted")
        return redacted


def _margins(value: Json, depth: int, deepest: int, texts: list[str]) -> int:
    """Return what a value takes to print beside its texts, and collect those.

    Return 0 when the value holds what must be repaired.
    """
    margin = depth * _INDENT + 8
    if isinstance(value, str):
        texts.append(value)
        return margin
    if not isinstance(value, dict | list):
        return 0 if isinstance(value, float) and not math.isfinite(value) else margin
    if depth > deepest:
        return 0
    total = margin
    if isinstance(value, dict):
        texts += value
        total += margin * len(value)
        value = value.values()
    for item in value:
        if isinstance(item, str):
            texts.append(item)
            total += margin + _INDENT
            continue
        inner = _margins(item, depth + 1, deepest, texts)
        if not inner:
            return 0
        total += inner
    return total


def _step(at: str, key: str) -> str:
    """Return the pointer one step down; a long one stays short, keys can be megabytes."""
    if len(at) > _POINTER_CHARS:
        return at
    return f"{at}/{key[:_POINTER_CHARS].replace('~', '~0').replace('/', '~1')}"
