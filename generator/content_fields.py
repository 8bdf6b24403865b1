"""One mapping of a content file, read field by field; every wrong value is a Problem at its line.

Called by the `content_*` modules of the kinds. Reading never stops: a wrong value gives the
default, so that one run reports everything that is wrong with a file. Call `done` at the end:
keys that nobody asked for are refused then, with the keys that would have been known.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import yaml

from generator.content_yaml import BOOL, DAY, INT, NULL, STR, Sink, kind, plain
from generator.model import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from enum import StrEnum

    from generator.model import Json, JsonObject

    Choice = TypeVar("Choice", bound=StrEnum)

_PARTIAL_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_HTTPS = re.compile(r"https://[^\s/]+\S*")


def listed(names: Iterable[str]) -> str:
    """Return `a, b or c`."""
    *head, last = names
    return f"{', '.join(head)} or {last}" if head else last


@dataclass(slots=True)
class Fields:
    """The keys of one mapping and where it stands: `at` is the path of keys for messages."""

    node: yaml.MappingNode
    sink: Sink
    at: str = ""
    asked: dict[str, None] = field(default_factory=dict)

    def has(self, key: str) -> bool:
        """Return whether the key is written, with any value."""
        return any(name.value == key for name, _ in self.node.value)

    def line(self, key: str = "") -> int:
        """Return the 1-based line of a key, or of the mapping itself."""
        for name, _ in self.node.value:
            if name.value == key:
                return self.sink.first_line + int(name.start_mark.line)
        return self.sink.first_line + int(self.node.start_mark.line)

    def lines(self) -> tuple[tuple[str, int], ...]:
        """Return every written key with its 1-based line."""
        names = (str(name.value) for name, _ in self.node.value)
        return tuple((name, self.line(name)) for name in names)

    def wrong(self, key: str, expected: str, got: str, rule: str = "value") -> None:
        """Report the value of a key."""
        line = self.line(key) - self.sink.first_line
        self.sink.report(rule, f"{self.at}{key} (expected {expected}, got {got})", line)

    def text(self, key: str, *, required: bool = False, default: str = "") -> str:
        """Return a text; a date without quotes counts as the text it was written as."""
        node = self._find(key, required=required, expected="text")
        if node is None:
            return default
        if isinstance(node, yaml.ScalarNode) and node.tag in (STR, DAY):
            value = str(node.value).strip("\n")
            if required and not value.strip():
                self.wrong(key, "text", "an empty one", "missing")
            return value
        self.wrong(key, "text, in quotes if it looks like something else", kind(node), "type")
        return default

    def matching(
        self, key: str, pattern: re.Pattern[str], expected: str, *, required: bool = False
    ) -> str:
        """Return a text that matches the whole pattern, or is not written."""
        value = self.text(key, required=required)
        if value and not pattern.fullmatch(value):
            self.wrong(key, expected, f'"{value}"')
            return ""
        return value

    def https(self, key: str, *, required: bool = False) -> str:
        """Return an https address."""
        return self.matching(key, _HTTPS, "an https address", required=required)

    def day(self, key: str, *, required: bool = False) -> date | None:
        """Return a whole date."""
        value = self.text(key, required=required)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.wrong(key, "a date like 2026-11-20", f'"{value}"')
            return None

    def partial_day(self, key: str, *, required: bool = False) -> str:
        """Return a date of which month and day may be unknown: 2026, 2026-11, 2026-11-20."""
        expected = "a date like 2026, 2026-11 or 2026-11-20"
        value = self.matching(key, _PARTIAL_DAY, expected, required=required)
        try:
            date.fromisoformat(value + "2000-01-01"[len(value) :])
        except ValueError:
            self.wrong(key, expected, f'"{value}"')
            return ""
        return value

    def flag(self, key: str) -> bool:
        """Return true or false; false when not written."""
        node = self._find(key)
        if node is None:
            return False
        if node.tag == BOOL:
            return bool(plain(node))
        self.wrong(key, "true or false", kind(node), "type")
        return False

    def whole(self, key: str, low: int, high: int, *, required: bool = False) -> int:
        """Return a whole number from `low` to `high`; 0 when not written."""
        expected = f"a whole number from {low} to {high}"
        node = self._find(key, required=required, expected=expected)
        if node is None:
            return 0
        value = plain(node) if node.tag == INT else None
        if isinstance(value, int) and low <= value <= high:
            return value
        self.wrong(key, expected, kind(node), "type" if value is None else "value")
        return 0

    def choice(
        self, key: str, known: Sequence[str], *, required: bool = False, default: str = ""
    ) -> str:
        """Return one of the known words."""
        value = self.text(key, required=required, default=default)
        if value and value not in known:
            self.wrong(key, listed(known) + _near(value, known), f'"{value}"')
            return default
        return value

    def member(self, key: str, known: type[Choice], default: Choice) -> Choice:
        """Return one member of an enumeration, required."""
        value = self.choice(key, [member.value for member in known], required=True)
        return known(value) if value else default

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty when not written."""
        node = self._find(key)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(key, "a list of texts", kind(node), "type")
            return ()
        found: list[str] = []
        for position, item in enumerate(node.value):
            if isinstance(item, yaml.ScalarNode) and item.tag in (STR, DAY):
                found.append(str(item.value))
            else:
                self.wrong_item(key, position, item, "text, in quotes if it looks otherwise")
        return tuple(found)

    def members(self, key: str, known: type[Choice]) -> tuple[Choice, ...]:
        """Return a list of members of an enumeration."""
        words = [member.value for member in known]
        found: list[Choice] = []
        for value in self.texts(key):
            if value in words:
                found.append(known(value))
            else:
                self.wrong(key, listed(words) + _near(value, words), f'"{value}"')
        return tuple(found)

    def below(self, key: str, *, required: bool = False) -> Fields | None:
        """Return the mapping under a key, None when not written."""
        node = self._find(key, required=required, expected="keys and values")
        if node is None:
            return None
        if isinstance(node, yaml.MappingNode):
            return Fields(node, self.sink, f"{self.at}{key}.")
        self.wrong(key, "keys and values", kind(node), "type")
        return None

    def rows(self, key: str, *, required: bool = False) -> list[Fields]:
        """Return the mappings of a list; empty when not written."""
        found = []
        for position, item in enumerate(self.items(key, required=required)):
            if isinstance(item, yaml.MappingNode):
                found.append(Fields(item, self.sink, f"{self.at}{key}[{position}]."))
            else:
                self.wrong_item(key, position, item, "keys and values")
        return found

    def items(self, key: str, *, required: bool = False) -> list[yaml.Node]:
        """Return the nodes of a list; empty when not written."""
        node = self._find(key, required=required, expected="a list")
        if node is None:
            return []
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.wrong(key, "a list", kind(node), "type")
        return []

    def json(self, key: str) -> JsonObject:
        """Return a mapping as the JSON object it is; used for tool definitions in examples."""
        node = self._find(key, required=True, expected="a tool definition")
        if isinstance(node, yaml.MappingNode):
            value: Json = plain(node)
            return dict(value)
        if node is not None:
            self.wrong(key, "a tool definition", kind(node), "type")
        return {}

    def done(self) -> None:
        """Refuse the keys that nobody asked for."""
        for name, _ in self.node.value:
            if name.value not in self.asked:
                known = list(self.asked)
                expected = listed(known) + _near(name.value, known)
                message = f"{self.at}{name.value} (expected {expected}, got an unknown key)"
                self.sink.report("unknown-key", message, name.start_mark.line)

    def _find(
        self, key: str, *, required: bool = False, expected: str = "a value"
    ) -> yaml.Node | None:
        self.asked[key] = None
        found: list[yaml.Node] = [value for name, value in self.node.value if name.value == key]
        node = found[0] if found else None
        if node is not None and node.tag != NULL:
            return node
        if required:
            self.wrong(key, expected, "nothing", "missing")
        return None

    def wrong_item(self, key: str, position: int, item: yaml.Node, expected: str) -> None:
        """Report one item of a list at the item's own line."""
        place = f"{self.at}{key}[{position}]"
        message = f"{place} (expected {expected}, got {kind(item)})"
        self.sink.report("type", message, item.start_mark.line)


def _near(value: str, known: Sequence[str]) -> str:
    """Return a hint at the word that was probably meant."""
    close = difflib.get_close_matches(value, known, 1)
    return f" (perhaps {close[0]})" if close else ""


def references(fields: Fields) -> tuple[Reference, ...]:
    """Return the published sources of a rule or an attack."""
    found = []
    for row in fields.rows("references"):
        found.append(
            Reference(
                title=row.text("title", required=True),
                url=row.https("url"),
                publisher=row.text("publisher"),
                date=row.partial_day("date"),
            )
        )
        row.done()
    return tuple(found)
