"""The readers of content files to JSON Schemas, so that an editor knows what the loader accepts.

Called by `mcp-risk schema`. Nothing is described twice: each reader runs once over a recorder that
notes which keys it asks for and how. A test compares content/schema/ with what this returns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import yaml

from generator import content_prose
from generator.content_fields import Fields
from generator.content_optout import opt_outs
from generator.content_overrides import overrides
from generator.content_rules import rule
from generator.content_servers import server_spec
from generator.content_site import merged_site
from generator.content_yaml import Sink

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence
    from datetime import date
    from enum import StrEnum

    from generator.model import JsonObject

    Choice = TypeVar("Choice", bound=StrEnum)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: JsonObject = {"type": "string"}
_DAY: JsonObject = {"type": "string", "format": "date"}


@dataclass(slots=True)
class Recorder(Fields):
    """A mapping that holds nothing and notes what is asked of it."""

    properties: JsonObject = field(default_factory=dict)
    required: list[str] = field(default_factory=list)

    def schema(self) -> JsonObject:
        """Return what was asked as the schema of an object."""
        found: JsonObject = {"type": "object", "properties": self.properties}
        if self.required:
            found["required"] = self.required
        return found | {"additionalProperties": False}

    def has(self, key: str) -> bool:
        """Return that nothing is written."""
        del key
        return False

    def line(self, key: str = "") -> int:
        """Return no line: nothing is written."""
        del key
        return 0

    def text(self, key: str, *, required: bool = False, default: str = "") -> str:
        """Note a text."""
        self._note(key, {**_TEXT, "minLength": 1} if required else _TEXT, required=required)
        return default

    def matching(
        self, key: str, pattern: re.Pattern[str], expected: str, *, required: bool = False
    ) -> str:
        """Note a text of a form; an empty one counts as not written."""
        form = f"^(?:{pattern.pattern})$" if required else f"^(?:{pattern.pattern})?$"
        self._note(key, {**_TEXT, "pattern": form, "description": expected}, required=required)
        return ""

    def day(self, key: str, *, required: bool = False) -> date | None:
        """Note a date."""
        self._note(key, _DAY, required=required)
        return None

    def flag(self, key: str) -> bool:
        """Note true or false."""
        self._note(key, {"type": "boolean"})
        return False

    def whole(self, key: str, low: int, high: int, *, required: bool = False) -> int:
        """Note a whole number."""
        limits = {"type": "integer", "minimum": low, "maximum": high}
        self._note(key, limits, required=required)
        return 0

    def choice(
        self, key: str, known: Sequence[str], *, required: bool = False, default: str = ""
    ) -> str:
        """Note one of some words; without words any text."""
        self._note(key, {"enum": list(known)} if known else _TEXT, required=required)
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """Note a list of texts."""
        self._note(key, {"type": "array", "items": _TEXT})
        return ()

    def members(self, key: str, known: type[Choice]) -> tuple[Choice, ...]:
        """Note a list of known words."""
        words = [member.value for member in known]
        self._note(key, {"type": "array", "items": {"enum": words}})
        return ()

    def below(self, key: str, *, required: bool = False) -> Recorder:
        """Note a mapping and record what is asked of it."""
        child = _recorder()
        self._note(key, child, required=required)
        return child

    def rows(self, key: str, *, required: bool = False) -> list[Fields]:
        """Note a list of mappings and record what is asked of one of them."""
        child = _recorder()
        self._note(key, {"type": "array", "items": child}, required=required)
        return [child]

    def items(self, key: str, *, required: bool = False) -> list[yaml.Node]:
        """Note a list whose items are texts or mappings."""
        items = {"type": ["string", "object"]}
        self._note(key, {"type": "array", "items": items}, required=required)
        return []

    def json(self, key: str) -> JsonObject:
        """Note a tool definition."""
        self._note(key, {"type": "object"}, required=True)
        return {}

    def wrong(self, key: str, expected: str, got: str, rule: str = "value") -> None:
        """Ignore complaints: nothing was written."""

    def done(self) -> None:
        """End the record; keys nobody asked for are refused by `additionalProperties`."""

    def _note(self, key: str, schema: object, *, required: bool = False) -> None:
        self.properties[key] = schema
        if required:
            self.required.append(key)


def _recorder() -> Recorder:
    return Recorder(yaml.MappingNode("tag:yaml.org,2002:map", []), Sink(""))


def _plain(schema: object) -> object:
    """Return the schema with every recorder replaced by what it recorded."""
    if isinstance(schema, Recorder):
        return _plain(schema.schema())
    if isinstance(schema, dict):
        return {key: _plain(value) for key, value in schema.items()}
    return schema


def schemas() -> dict[str, JsonObject]:
    """Return the schema of each kind of content file, by the name of its own file."""
    readers: dict[str, Callable[[Recorder], object]] = {
        "server": lambda record: server_spec(record, ""),
        "override": lambda record: overrides(record, ""),
        "rule": lambda record: rule(record, ""),
        "attack": lambda record: content_prose.attack(record, "", "", 0),
        "faq": lambda record: content_prose.faq(record, "", "", 0),
        "page": lambda record: content_prose.page(record, "", "", 0),
        "site": lambda record: merged_site(record, None),
        "opt-out": opt_outs,
    }
    found: dict[str, JsonObject] = {}
    for name, read in readers.items():
        record = _recorder()
        read(record)
        schema = _plain(record)
        assert isinstance(schema, dict)  # noqa: S101 - what a recorder gives
        if name == "override":  # The value is a word or a list: that depends on the field.
            row = schema["properties"]["overrides"]["items"]["properties"]
            row["value"] = {"type": ["string", "array"], "items": _TEXT}
        found[f"{name}.json"] = {"$schema": DIALECT, "title": f"{name} file", **schema}
    return found
