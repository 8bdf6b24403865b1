"""An Intercept file in the shape we write it, to plain values, many times faster than any YAML.

Called by intercept_yaml.py first. Each line must be a key, a list item, a comment or one of a few
scalars that YAML and JSON read alike; for whatever else the answer is None, and a full YAML parser
reads the file and says what is wrong with it. The tests hold both readings against each other.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from generator.model import Json

_LONGEST_KEY = 1000
"""YAML finds no key behind more characters than 1,024."""
# Printable ASCII with the escapes that JSON and YAML share; half of a pair is left to YAML.
_PLAIN = r"[ !#-\[\]-~]*"
TEXT = rf'"{_PLAIN}(?:\\(?:["\\bfnrt]|u(?!d[89a-f])[0-9a-f]{{4}}){_PLAIN})*"'
_NUMBER = r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17}(?:e[-+]?[0-9]{1,2})?)?"
_SCALAR = rf"(?:{TEXT}|{_NUMBER}|true|false)"
_KEY = (
    "version|description|default|hide|tools|rules|name|action|rate_limit|conditions|on_deny"
    "|state|path|op|value|counter|window|increment|increment_from"
)
_LINE = re.compile(
    rf"(?P<indent>(?:  )*)(?P<dash>- )?(?:(?:(?P<word>{_KEY})|(?P<quoted>{TEXT})):(?= |\Z) ?)?"
    rf"(?P<value>{_SCALAR}|\[(?:{_SCALAR}(?:, {_SCALAR})*)?\]|\{{\}})?"
    r"(?:(?<![^ ]) *#[ -~]*| +#[ -~]*)?\Z"
)
_WRAPPED = re.compile(rf"( *value: \[{_SCALAR}(?:, {_SCALAR})*,)  +# [A-Za-z]+\Z")


class _Line(NamedTuple):
    """One line: its column, whether it starts a list item, its key and its value."""

    column: int
    is_item: bool
    key: str | None
    has_value: bool
    value: Json


def read(text: str) -> dict[str, Json] | None:
    """Return the mapping a file holds, None when any part of it is not in our shape."""
    file = _File()
    head = ""
    for written in text.split("\n"):
        line = _line(head + written.lstrip(" ") if head else written)
        if line is not None:
            if not file.takes(line):
                return None
            head = ""
        elif wrapped := _WRAPPED.match(head + written.lstrip(" ") if head else written):
            head = f"{wrapped[1]} "
        else:
            return None
    is_whole = file.root and file.above is None and not head
    return file.root if is_whole else None


class _File:
    """What the lines so far hold; `above` is the key that waits for what stands below it."""

    def __init__(self) -> None:
        self.root: dict[str, Json] = {}
        self.stack: list[tuple[int, Json]] = [(0, self.root)]
        self.above: tuple[dict[str, Json], str, int] | None = None

    def takes(self, line: _Line) -> bool:
        """Add one line; return whether it can stand here."""
        column, is_item, key, has_value, value = line
        if key is None and not has_value:
            return True
        stack = self.stack
        if self.above is not None:
            holder, name, outer = self.above
            self.above = None
            if column <= outer:
                return False
            inner: Json = [] if is_item else {}
            holder[name] = inner
            stack.append((column, inner))
        while column < stack[-1][0]:
            stack.pop()
        at, top = stack[-1]
        if column != at or isinstance(top, list) is not is_item:
            return False
        if key is None:
            top.append(value)
            return True
        if is_item:
            column += 2
            item: dict[str, Json] = {}
            top.append(item)
            stack.append((column, item))
            top = item
        if key in top:
            return False
        top[key] = value
        if not has_value:
            self.above = (top, key, column)
        return True


@lru_cache(maxsize=16384)
def _line(written: str) -> _Line | None:
    """Return what one line says, None when it is not in our shape; lines repeat a lot."""
    found = _LINE.match(written)
    if found is None:
        return None
    indent, dash, word, quoted, value = found.groups()
    key = word or (_read(quoted) if quoted else None)
    is_lone = key is None and (dash is None) is not (value is None)
    if is_lone or (quoted and len(quoted) > _LONGEST_KEY):
        return None
    read = _read(value) if value else None
    return _Line(len(indent), dash is not None, key, value is not None, read)


def _read(written: str) -> Json:
    if written[0] == '"' and "\\" not in written:
        return written[1:-1]
    return json.loads(written)
