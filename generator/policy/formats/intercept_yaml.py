"""YAML text to plain values the way Go reads it, with every trap between YAML versions named.

Only `true`, `false`, `null` and plain decimal numbers are read as such; duplicate keys, aliases,
merge keys, tags and a second document are problems. Called by intercept_check.py for files that
`intercept_sound.py` does not recognise. PyYAML's C loader is used where it exists: it is ten times
faster.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

import yaml

from generator.policy.formats.base import problem

if TYPE_CHECKING:
    from generator.errors import Problem
    from generator.model import Json

PLACE = "intercept"
REFUSED, STRICT = "policy.intercept.refused", "policy.intercept.strict"
MAX_BYTES = 5_000_000
_TAG = "tag:yaml.org,2002:"
_BASE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?\Z")
_OTHER_NUMBER = re.compile(
    r"[-+]?(?:0[xob]?[0-9a-fA-F_]+|\.?[0-9][0-9_]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?)\Z"
)
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|nan)\Z", re.IGNORECASE)
_WORDS = {"true": True, "false": False, "null": None}


class _Loader(_BASE):  # type: ignore[misc, valid-type] # one of two classes, chosen at import
    """A loader that resolves no plain scalar: `_scalar` below decides."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


@dataclass(slots=True)
class Reading:
    """The document's value and everything that is wrong with how it is written."""

    value: Json = None
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def add(self, rule: str, pointer: str, message: str) -> None:
        """Collect one problem."""
        self.problems.append(problem(PLACE, rule, pointer, message))


def read(text: str) -> Reading:
    """Return the document, or the problems that keep it from being read."""
    reading = Reading()
    if len(text) > MAX_BYTES:
        reading.add(STRICT, "", f"expected at most {MAX_BYTES:,} characters, got {len(text):,}")
        return reading
    try:
        node = yaml.compose(text, _Loader)
    except yaml.YAMLError as error:
        reading.add(REFUSED, "", f"expected one YAML document, got an error: {_first_line(error)}")
        return reading
    except RecursionError:  # pragma: no cover - the C loader has a bound of its own
        reading.add(REFUSED, "", "expected YAML of bounded depth, got deeper")
        return reading
    reading.value = _value(reading, node, "") if node is not None else None
    return reading


def _first_line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f" in line {mark.line + 1}" if mark is not None else ""
    return f"{getattr(error, 'problem', None) or type(error).__name__}{line}"


def _value(reading: Reading, node: yaml.Node, pointer: str) -> Json:
    if not isinstance(node, yaml.ScalarNode):
        # Scalars that repeat may be one object; a list or mapping met twice is an alias.
        if id(node) in reading.seen:
            reading.add(STRICT, pointer, "expected no alias, got one")
            return None
        reading.seen.add(id(node))
    kind = node.tag.removeprefix(_TAG)
    if isinstance(node, yaml.MappingNode) and kind == "map":
        return _mapping(reading, node, pointer)
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return [_value(reading, item, f"{pointer}[{i}]") for i, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and kind == "str":
        return node.value if node.style else _plain(reading, node.value, pointer)
    reading.add(STRICT, pointer, f"expected no tag, got {node.tag!a}")
    return None


def _mapping(reading: Reading, node: yaml.MappingNode, pointer: str) -> dict[Json, Json]:
    mapping: dict[Json, Json] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            reading.add(REFUSED, pointer, "expected text as a key, got a list or mapping")
            continue
        key = _value(reading, key_node, pointer)
        if not isinstance(key, str):
            reading.add(STRICT, pointer, f"expected quoted text as a key, got {key_node.value!a}")
            key = key_node.value
        place = f"{pointer}.{key}" if pointer else key
        if key in mapping:
            reading.add(REFUSED, place, "expected each key once, got it again (already defined)")
        mapping[key] = _value(reading, value_node, place)
    return mapping


def _plain(reading: Reading, text: str, pointer: str) -> Json:
    """Return the value of an unquoted scalar; what YAML versions read differently is a problem."""
    value, message = _understood(text)
    if message:
        reading.add(STRICT, pointer, message)
    return value


@lru_cache(maxsize=4096)
def _understood(text: str) -> tuple[Json, str]:
    """Return the value of an unquoted scalar and what is wrong with it; keys repeat a lot."""
    if text in _WORDS:
        return _WORDS[text], ""
    if _INT.match(text):
        # int() is bounded by the interpreter; a number this long is out of every range anyway.
        return (int(text) if len(text) < 400 else float("inf")), ""  # noqa: PLR2004
    if _FLOAT.match(text):
        return float(text), ""
    if _NOT_FINITE.match(text):
        return float("nan"), f"expected a finite number, got {text}"
    if not text or _OTHER_NUMBER.match(text) or _is_special(text):
        shown = ascii(text[:40])
        return text or None, f"expected quotes: YAML versions read {shown} differently"
    return text, ""


def _is_special(text: str) -> bool:
    """Return whether YAML 1.1 reads a plain scalar as something else than text."""
    candidates = yaml.SafeLoader.yaml_implicit_resolvers.get(text[0], [])
    return any(pattern.match(text) for _, pattern in candidates)
