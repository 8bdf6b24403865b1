"""A TOML file in the shapes we write it, to plain values, many times faster than `tomllib`.

Called by codex.py and gemini.py first. Each line must be a comment, a table of one server, a key
with texts, an item of a list or the end of one; for whatever else the answer is None, and `tomllib`
reads the file and says what is wrong with it. The tests hold both readings against each other.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from generator.policy.formats.intercept_sound import TEXT

if TYPE_CHECKING:
    from generator.model import Json, JsonObject

_TEXTS = rf"\[(?:{TEXT}(?:, {TEXT})*)?\]"
_END = r"(?: +#[ -~]*)?\Z"
_COMMENT = re.compile(r"#[ -~]*\Z")
_TABLE = re.compile(r"\[([a-z_]+)\.([A-Za-z0-9_-]+)\]\Z")
_PAIR = re.compile(rf"([a-z_]+) = ({TEXT}|{_TEXTS}){_END}")
_DOTTED = re.compile(rf"([a-z_]+)\.({TEXT})\.([a-z_]+) = ({TEXT})\Z")
_OPENED = re.compile(r"([a-z_]+) = \[\Z")
_ITEM = re.compile(rf"  ({TEXT}),\Z")
_RULE = re.compile(
    rf"  \{{mcpName = ({TEXT}), toolName = ({TEXT}|{_TEXTS}), decision = ({TEXT}), "
    rf"priority = ([1-9][0-9]{{0,3}})(?:, denyMessage = ({TEXT}))?\}},\Z"
)
_RULE_KEYS = ("mcpName", "toolName", "decision", "priority", "denyMessage")


def load(text: str) -> JsonObject:
    """Return what a file holds.

    Raises:
        tomllib.TOMLDecodeError: it is no TOML.
        RecursionError: it is nested too deep.
    """
    found = read(text)
    return tomllib.loads(text) if found is None else found


def read(text: str) -> JsonObject | None:
    """Return what a file holds, None when any part of it is not in our shape."""
    root: JsonObject = {}
    table = root
    items: list[Json] | None = None
    for line in text.split("\n"):
        if items is not None:
            if line == "]":
                items = None
            elif not _takes_item(items, line):
                return None
        elif opened := _OPENED.match(line):
            items = []
            if not _takes(table, opened[1], items):
                return None
        elif head := _TABLE.match(line):
            table = {}
            if not _takes(root.setdefault(head[1], {}), head[2], table):
                return None
        elif not _takes_line(table, line):
            return None
    return root if items is None else None


def _takes(table: Json, key: str, value: Json) -> bool:
    """Add a value to a table; return whether there is one, and its key is new."""
    if not isinstance(table, dict) or key in table:
        return False
    table[key] = value
    return True


def _takes_item(items: list[Json], line: str) -> bool:
    if item := _ITEM.match(line):
        items.append(_read(item[1]))
    elif rule := _RULE.match(line):
        values = json.loads(f"[{', '.join(filter(None, rule.groups()))}]")
        items.append(dict(zip(_RULE_KEYS, values, strict=False)))
    else:
        return False
    return True


def _takes_line(table: JsonObject, line: str) -> bool:
    """Add a line that stands alone to its table; return whether it can stand here."""
    if pair := _PAIR.match(line):
        return _takes(table, pair[1], _read(pair[2]))
    if dotted := _DOTTED.match(line):
        inner: JsonObject = {dotted[3]: _read(dotted[4])}
        return _takes(table.setdefault(dotted[1], {}), _read(dotted[2]), inner)
    return not line or _COMMENT.match(line) is not None


def _read(written: str) -> Json:
    """Return a text or a list of texts: JSON reads them as TOML does."""
    if written[0] == '"' and "\\" not in written:
        return written[1:-1]
    return json.loads(written)
