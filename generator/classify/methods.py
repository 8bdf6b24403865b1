"""A tool that is many: the values of its method argument, or the methods its prose lists.

Turns a View into Methods, each with the evidence of its own verb phrase. States (open, closed)
and formats are no methods: at least half of the values must start with a verb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator import tokens
from generator.classify import names
from generator.classify.lexicon import FIRM, HOMOGRAPHS, VERBS, base_form, singular
from generator.classify.parameters import is_http
from generator.classify.view import Place
from generator.classify.wordset import word_set
from generator.model.quick import quick
from generator.taxonomy import Category
from generator.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.evidence import Evidence
    from generator.classify.view import View
    from generator.model import Parameter

SELECTORS = word_set(
    """method action operation op mode command verb event type act tool subcommand function
    task"""
)
_STRICT = word_set("mode type event command tool function task")
"""Names that select a kind of thing as often as an operation: all values must be verbs."""
_STATES = word_set(
    """open close closed read done asc desc draft published json markdown active inactive
    pending enabled disabled merged all any none true false public private on off up down
    ascending descending opened locked unlocked success failure completed approve"""
)
_WRAPPERS = frozenset(
    [
        "params",
        "input",
        "request",
        "args",
        "arguments",
        "operation",
        "operations",
        "actions",
        "action",
    ]
)
_MOST = 500
_FEWEST = 2
_ENUM_SUPPORT, _PROSE_SUPPORT, _NOUN_SUPPORT = 4, 3, 2
# An allow-list of a shell names programs, not methods: "Allowed commands: cat, ls".
_LIST_START = re.compile(
    r"(?<!\ballowed )(?<!\bpermitted )"
    r"\b(methods?|actions?|operations?|modes?|commands?|subcommands?)\b( has| are| is| include|"
    r" includes| supported| available)?\s*[:=]?\s*",
    re.IGNORECASE,
)
_LISTED_WORDS = ("method", "action", "operation", "mode", "command")
"""Without one of them no list starts; most descriptions have none."""
_ITEM = re.compile(r"[\s`\"'*\u2022-]*([A-Za-z][A-Za-z0-9_-]*)[`\"'*]*")
_BRACKET = re.compile(r"\((?=[a-z]+, )")
_FILTERING = re.compile(r"\b(?:filter|only|limit(?:s|ed)? to|include|exclude)", re.IGNORECASE)
_MAX_LIST = 4000


@quick
@dataclass(frozen=True, slots=True)
class Method:
    """One value as sent, the argument that selects it, where it stands, and what it does."""

    value: str
    argument: str
    place: Place
    evidence: tuple[Evidence, ...]

    @property
    def category(self) -> Category:
        """Return the strongest effect of this value; a bare noun names what is returned."""
        found = [e.category for e in self.evidence if e.support]
        return max(found, key=lambda c: c.strength, default=Category.READ)


def find(view: View, found: Iterable[Evidence] = ()) -> tuple[Method, ...]:
    """Return the methods of a tool, none when it does one thing.

    A firm reading verb in the name means that a list in prose, and a filter, is no method.
    """
    reads = any(e.place.pointer == "/name" and FIRM.get(e.verb) is Category.READ for e in found)
    for argument in _selectors(view.tool.parameters):
        if reads and _is_filter(argument):
            continue
        methods = _of_enum(view, argument)
        if methods:
            return methods
    return () if reads else _of_prose(view)


def _is_filter(parameter: Parameter) -> bool:
    """Return whether an argument of a reading tool narrows what is read."""
    last = singular(tokens.identifier(parameter.name)[-1].text)
    return last in _STRICT or bool(_FILTERING.search(parameter.description[:400]))


def _selectors(parameters: tuple[Parameter, ...]) -> Iterable[Parameter]:
    """Return the arguments that may select an operation: on top, or in a plain wrapper."""
    for parameter in parameters:
        words = tokens.identifier(parameter.name)
        if not words:
            continue
        if singular(words[-1].text) in SELECTORS:
            yield parameter
        if parameter.name.lower() in _WRAPPERS:
            yield from _selectors(parameter.nested)


def _of_enum(view: View, parameter: Parameter) -> tuple[Method, ...]:
    values = [v for v in parameter.enum[:_MOST] if isinstance(v, str)]
    if len(values) < _FEWEST:
        return ()
    if is_http(parameter):
        return ()
    strict = singular(tokens.identifier(parameter.name)[-1].text) in _STRICT
    if not _are_operations(values, strict=strict):
        return ()
    found = []
    for position, value in enumerate(parameter.enum[:_MOST]):
        if isinstance(value, str):
            pointer = f"{parameter.enum_pointer}/{position}"
            place = Place(pointer, "value", 0, len(value), value)
            found.append(_method(view, value, parameter.name, place, "mux.enum"))
    return tuple(found)


def _are_operations(values: Iterable[str], *, strict: bool = False) -> bool:
    firsts = [tokens.identifier(value) for value in values]
    words = [found[0].text for found in firsts if found]
    if not words:
        return False
    verbs = [w for w in words if base_form(w) == w and w not in _STATES]
    if strict:
        verbs = [w for w in verbs if w not in HOMOGRAPHS]
        return len(verbs) >= len(words) * 0.7 and len(verbs) > 1
    return len(verbs) * 2 >= len(words)


def _of_prose(view: View) -> tuple[Method, ...]:
    """Return the methods listed as `Methods: a, b (what it does), c` in the description."""
    text = view.tool.description[:_MAX_LIST]
    for start in _LIST_START.finditer(text) if view.has(*_LISTED_WORDS) else ():
        marked = text[start.end() - 1 : start.end()] in ":=" or ":" in start.group()
        if not marked and not start.group(2):
            continue
        items = _items(text, start.end())
        if len(items) >= _FEWEST and _are_operations(value for value, _ in items):
            return _listed(view, items)
    for bracket in _BRACKET.finditer(text):
        items = _items(text, bracket.start() + 1)
        values = [value for value, _ in items]
        closed = text[items[-1][1] + len(values[-1]) :].lstrip()[:1] == ")" if items else False
        if closed and len(items) > _FEWEST and all(base_form(v) == v for v in values):
            return _listed(view, items)
    return ()


def _listed(view: View, items: list[tuple[str, int]]) -> tuple[Method, ...]:
    selector = _selector(view)
    return tuple(
        _method(view, value, selector, view.in_description(at, at + len(value)), "mux.prose")
        for value, at in items
    )


def _selector(view: View) -> str:
    for argument in view.arguments:
        if argument.depth == 0 and argument.words and argument.words[-1] in SELECTORS:
            return argument.parameter.name
    return ""


def _items(text: str, start: int) -> list[tuple[str, int]]:
    """Return the comma-separated names from here on, skipping what stands in parentheses."""
    found: list[tuple[str, int]] = []
    at = start
    while len(found) < _MOST:
        match = _ITEM.match(text, at)
        if match is None:
            break
        found.append((match.group(1), match.start(1)))
        at = _skip_parentheses(text, match.end())
        separator = re.compile(r"\s*(?:,|/|\||\bor\b|\band\b)\s*").match(text, at)
        if separator is None:
            break
        at = separator.end()
    return found


def _skip_parentheses(text: str, at: int) -> int:
    position = at
    while position < len(text) and text[position] == " ":
        position += 1
    if text[position : position + 1] != "(":
        return at
    depth = 0
    for end in range(position, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return end + 1
    return len(text)


def _method(view: View, value: str, argument: str, place: Place, rule: str) -> Method:
    """Return one method, its verb judged with the tool's object when it names none itself."""
    own = tokens.identifier(value)
    if not any(base_form(token.text) for token in own):
        return Method(value, argument, place, ())
    objects = [t.text for t in view.name if t.text not in VERBS - HOMOGRAPHS]
    words = own if len(own) > 1 else (*own, *(Token(w, 0, 0) for w in objects))
    found = names.phrase(words, lambda start, end: replace_place(place, start, end))
    support = _ENUM_SUPPORT if rule == "mux.enum" else _PROSE_SUPPORT
    if _gives_back(view, argument):
        found = [replace(e, category=Category.WRITE) if e.verb == "remove" else e for e in found]
    evidence = tuple(
        replace(e, rule=rule, support=support, place=place, text=_said(value, e)) for e in found
    )
    return Method(value, argument, place, evidence)


def _said(value: str, evidence: Evidence) -> str:
    """Return what a method does: `method "delete" acts on "application"`."""
    text, verb = evidence.text.removesuffix(" in the name"), f'"{evidence.verb}"'
    if not value.lower().startswith(evidence.verb) or not text.startswith(verb):
        return f'method "{value}": {text}'
    if text == f"{verb} is the verb of the name":
        return f'method "{value}" names the effect'
    return f'method "{value}"{text.removeprefix(verb)}'


def replace_place(place: Place, start: int, end: int) -> Place:
    """Return the slice of a value inside the string that holds it."""
    return place._replace(start=place.start + start, end=place.start + end)


def _gives_back(view: View, argument: str) -> bool:
    """Return whether the same argument also offers to add what it removes."""
    parameter = next((p for p in view.tool.parameters if p.name == argument), None)
    return parameter is not None and "add" in parameter.enum
