"""Declared inputs of a server.json to arguments, variables and headers of a spec.

Called by `intake_registry.py`. What a person would have to fill in gets a stand-in that lets the
server start and list its tools; a secret never has a value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.crawl.intake_secrets import (
    PLACEHOLDER,
    WORKING_DIRECTORY,
    is_secret_name,
    looks_secret,
)
from generator.model import Variable
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.model import JsonObject

_TEMPLATE = re.compile(r"\{\s*[A-Za-z_][\w.-]*\s*\}")
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}")
_CHARS = 300
_STAND_INS = {"filepath": WORKING_DIRECTORY, "number": "1", "boolean": "false"}


def has_template(text: str) -> bool:
    """Return whether a text has a `{name}` that a user would replace."""
    return _TEMPLATE.search(text) is not None


def variables(rows: Iterable[JsonObject]) -> tuple[Variable, ...]:
    """Return declared variables or headers, each name once."""
    found: dict[str, Variable] = {}
    for row in rows:
        name = row.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name in found:
            continue
        is_secret = row.get("isSecret") is True or is_secret_name(name)
        found[name] = Variable(
            name=name,
            description=one_line(_text(row, "description"), _CHARS),
            is_required=row.get("isRequired") is True,
            is_secret=is_secret,
            default="" if is_secret else _public(_text(row, "default") or _text(row, "value")),
            choices=() if is_secret else _choices(row),
        )
    return tuple(found.values())


def arguments(rows: Iterable[JsonObject]) -> tuple[str, ...]:
    """Return the command line: fixed words, and stand-ins for what is required."""
    words: list[str] = []
    for row in rows:
        value = _value(row)
        name = one_line(_text(row, "name"), 100) if row.get("type") == "named" else ""
        is_flag = bool(name) and row.get("isRequired") is True and row.get("format") == "boolean"
        if value or is_flag:
            words += [word for word in (name, value) if word]
        elif name and not any(key in row for key in ("default", "valueHint", "isRequired")):
            words.append(name)  # A switch: it is written there and takes no value.
    return tuple(words)


def _value(row: JsonObject) -> str:
    """Return the value of an argument, empty when the server does without it."""
    if row.get("isSecret") is True:
        return PLACEHOLDER if row.get("isRequired") is True else ""
    value = _filled(_text(row, "value"), row)
    if value or row.get("isRequired") is not True:
        return value
    stand_in = _STAND_INS.get(_text(row, "format"), "placeholder")
    return _public(_text(row, "default")) or next(iter(_choices(row)), stand_in)


def _filled(value: str, row: JsonObject) -> str:
    """Return a value with its `{names}` replaced by their defaults or stand-ins."""
    inner = row.get("variables")

    def replaced(match: re.Match[str]) -> str:
        declared = inner.get(match[0].strip("{ }")) if isinstance(inner, dict) else None
        return _value({**declared, "isRequired": True}) if isinstance(declared, dict) else "x"

    return _public(_TEMPLATE.sub(replaced, value))


def _public(value: str) -> str:
    """Return a value that may be published, empty for one that looks like a secret."""
    kept = one_line(value, _CHARS)
    return "" if looks_secret(kept) or has_template(kept) else kept


def _choices(row: JsonObject) -> tuple[str, ...]:
    value = row.get("choices")
    rows: Sequence[object] = value if isinstance(value, list) else ()
    return tuple(one_line(item, _CHARS) for item in rows if isinstance(item, str) and item)


def _text(row: JsonObject, key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""
