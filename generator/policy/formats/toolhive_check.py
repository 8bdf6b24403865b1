"""A ToolHive authorization file to Problems: its JSON shape, and the Cedar subset we write.

A recogniser for permits with `has`, `contains`, decimal comparisons, `&&`, `||` and `!`. It
refuses a forbid with conditions, and an attribute that is read without its `has` before it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.policy.formats import client_sound, json_reading
from generator.policy.formats.base import problem

if TYPE_CHECKING:
    from generator.errors import Problem
    from generator.model import Json

PLACE = "toolhive"
_RULE = f"policy.{PLACE}"
_NOTHING = "forbid(principal, action, resource);"
_STRING = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\nrt0]|u\{[0-9a-f]{1,6}\}))*"'
_HEAD = re.compile(
    r'permit\(principal, action == Action::"call_tool", '
    rf"resource == Tool::({_STRING})\)(?: when \{{ (.*) \}})?;\Z",
    re.DOTALL,
)
_TOKEN = re.compile(
    rf"\s*(?:(?P<text>{_STRING})|(?P<word>context|has|true|false|decimal|contains"
    r"|greaterThanOrEqual|greaterThan|lessThanOrEqual|lessThan)\b"
    r"|(?P<name>arg_[A-Za-z0-9_]+)|(?P<sign>&&|\|\||[!()\[\].,]))"
)
_COMPARISONS = frozenset({"greaterThan", "greaterThanOrEqual", "lessThan", "lessThanOrEqual"})
_DECIMAL = re.compile(r'"-?[0-9]{1,15}\.[0-9]{1,4}"\Z')
_MAX_DEPTH = 20


class _WrongError(ValueError):
    """The text is outside the subset; the message says what was expected."""


def check(text: str) -> list[Problem]:
    """Return what ToolHive or Cedar would refuse, ignore or evaluate to an error."""
    if client_sound.toolhive(text):
        return []
    value, problems = json_reading.read(text, PLACE)
    if not value:
        return problems or [problem(PLACE, _RULE, "", "expected a document, got nothing")]
    problems += json_reading.unknown_keys(value, frozenset({"version", "type", "cedar"}), PLACE, "")
    for key, expected in (("version", "1.0"), ("type", "cedarv1")):
        if value.get(key) != expected:
            got = ascii(value.get(key))[:40]
            problems.append(problem(PLACE, _RULE, key, f'expected "{expected}", got {got}'))
    cedar = value.get("cedar")
    known = frozenset({"policies", "entities_json"})
    problems += json_reading.unknown_keys(cedar, known, PLACE, "cedar")
    if not isinstance(cedar, dict):
        return problems
    problems += _entities(cedar.get("entities_json"))
    policies = cedar.get("policies")
    if not isinstance(policies, list) or not policies:
        return [*problems, problem(PLACE, _RULE, "cedar.policies", "expected at least one policy")]
    seen: set[str] = set()
    for position, policy in enumerate(policies):
        wrong = _policy(policy, seen)
        if wrong:
            problems.append(problem(PLACE, _RULE, f"cedar.policies[{position}]", wrong))
    return problems


def _entities(value: Json) -> list[Problem]:
    try:
        entities = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        entities = None
    if isinstance(entities, list):
        return []
    return [problem(PLACE, _RULE, "cedar.entities_json", "expected a JSON list as text")]


def _policy(policy: Json, seen: set[str]) -> str:
    """Return what is wrong with one policy, empty when nothing is."""
    if policy == _NOTHING:
        return ""
    head = _HEAD.match(policy) if isinstance(policy, str) else None
    if head is None:
        return "expected a permit for call_tool of one tool, or the forbid of everything"
    if head[1] in seen:
        return f"expected each tool once, got {head[1]} again"
    seen.add(head[1])
    return _wrong(head[2]) if head[2] is not None else ""


@lru_cache(maxsize=4096)
def _wrong(tests: str) -> str:
    """Return what is wrong with the tests of one permit; profiles and tools share many."""
    try:
        _Reader(_tokens(tests)).whole()
    except _WrongError as error:
        return str(error)
    return ""


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise _WrongError(f"expected a test, got {text[at : at + 20]!a}")
        found.append((str(token.lastgroup), token[str(token.lastgroup)]))
        at = token.end()
    return found


@dataclass(slots=True)
class _Reader:
    """Reads `a && (b || !c)`; `known` are the attributes whose `has` holds at this place."""

    tokens: list[tuple[str, str]]
    at: int = 0
    depth: int = 0
    known: list[str] = field(default_factory=list)

    def whole(self) -> None:
        self._any()
        if self.at < len(self.tokens):
            raise _WrongError(f"expected the end, got {self.tokens[self.at][1]}")

    def _next(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _take(self, *expected: str) -> None:
        for text in expected:
            if self._next() != text:
                raise _WrongError(f"expected {text}, got {self._next() or 'the end'}")
            self.at += 1

    def _text(self) -> str:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "the end")
        if kind != "text":
            raise _WrongError(f"expected text, got {text}")
        self.at += 1
        return text

    def _any(self) -> None:
        """Read alternatives: what one of them knows, the next does not."""
        outer = list(self.known)
        self._all()
        while self._next() == "||":
            self.at += 1
            self.known = list(outer)
            self._all()
            self.known = list(outer)

    def _all(self) -> None:
        self._one()
        while self._next() == "&&":
            self.at += 1
            self._one()

    def _one(self) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise _WrongError(f"expected at most {_MAX_DEPTH} levels")
        if self._next() == "!":
            self.at += 1
            before = list(self.known)
            self._one()
            self.known = before
        elif self._next() == "(":
            self.at += 1
            self._any()
            self._take(")")
        elif self._next() == "[":
            self._contains()
        else:
            self._attribute()
        self.depth -= 1

    def _attribute(self) -> None:
        """Read `context has "x"` or `context["x"].lessThan(decimal("5.0"))`."""
        self._take("context")
        if self._next() == "has":
            self.at += 1
            self.known.append(self._name())
            return
        self._read_value()
        self._take(".")
        if self._next() not in _COMPARISONS:
            raise _WrongError(f"expected a comparison of decimals, got {self._next()}")
        self.at += 1
        self._take("(")
        self._decimal()
        self._take(")")

    def _name(self) -> str:
        """Read an attribute's name, as identifier or as text."""
        kind, name = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind == "name":
            self.at += 1
            return f'"{name}"'
        return self._text()

    def _read_value(self) -> None:
        """Read `.arg_x` or `["arg_x"]` after context."""
        if self._next() == "[":
            self.at += 1
            name = self._name()
            self._take("]")
        else:
            self._take(".")
            name = self._name()
        if name not in self.known:
            raise _WrongError(f"expected has {name} before it is read")

    def _contains(self) -> None:
        self._take("[")
        self._scalar()
        while self._next() == ",":
            self.at += 1
            self._scalar()
        self._take("]", ".", "contains", "(", "context")
        self._read_value()
        self._take(")")

    def _scalar(self) -> None:
        if self._next() in {"true", "false"}:
            self.at += 1
        elif self._next() == "decimal":
            self._decimal()
        else:
            self._text()

    def _decimal(self) -> None:
        self._take("decimal", "(")
        if not _DECIMAL.match(self._text()):
            raise _WrongError("expected a decimal with one to four digits after its point")
        self._take(")")
