"""The rules of question files: which cases and placeholders a question may use, and filling them.

Prose is content, choice is code. A question that the code knows names the cases of its answers; an
answer joins the texts of the chosen cases. A question the code does not know may be added with
one file: its cases must be `always`, or all members of one family of its scope (levels,
categories, outcomes). `problems` finds everything an author can get wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from generator.derive import defaults, wording
from generator.errors import Location, Problem
from generator.model import Answer
from generator.model.quick import maker
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from generator.model import FaqEntry

RULE = "faq"
ALWAYS = "always"
Facts = TypeVar("Facts")
_new_answer = maker(Answer)
_NONE: Mapping[str, Any] = {}
OPENS = "^"
"""Stands before the name of a placeholder that opens a sentence; no name holds it."""
_PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
_SPAN = re.compile(r"`[^`]*`|“[^”]*”")
_LEVELS = tuple(level.value for level in Level)
_CATEGORIES = tuple(category.slug for category in Category)
_OUTCOMES = (defaults.HIDDEN, defaults.DENIED, defaults.WAITS, defaults.ALLOWED)
FAMILIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "tool": (_LEVELS, _CATEGORIES, _OUTCOMES),
    "server": (_LEVELS,),
    "category": (_CATEGORIES,),
    "level": (_LEVELS,),
    "level-server": (_LEVELS,),
    "attack": (("pattern", "incident", "vulnerability", "research"), ("full", "partly", "none")),
    "site": (),
}
"""For each scope the families of cases that a question unknown to the code may choose from."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name that texts may use in braces; a crawled one belongs in backticks or “…”."""

    meaning: str
    is_crawled: bool = False


class Values(dict[str, str]):
    """The value of each placeholder of one page, made when a text first asks for it.

    A name behind `OPENS` asks for the value as it opens a sentence: counts get their capital.
    """

    def __init__(
        self,
        known: Mapping[str, str],
        makers: Mapping[str, Callable[[Facts], str]] = _NONE,
        facts: Facts | None = None,
    ) -> None:
        """Remember the values that are known, and what makes the others of the facts."""
        super().__init__(known)
        self._makers: Mapping[str, Callable[[Any], str]] = makers
        self._facts = facts

    def __missing__(self, name: str) -> str:
        """Return a value asked for first, and keep it."""
        if name[0] == OPENS:
            value = self[name[1:]]
            value = wording.capital(value) if wording.is_count(value) else value
        else:
            value = self._makers[name](self._facts)
        self[name] = value
        return value


class _Form(NamedTuple):
    """A template taken apart: its pieces, and which of them are to be filled with which value."""

    pieces: list[str]
    slots: list[tuple[int, str]]

    def filled(self, values: Values) -> str:
        """Return the text with all values in place; they are never read as templates."""
        pieces = self.pieces.copy()
        for place, name in self.slots:
            pieces[place] = values[name]
        return "".join(pieces)


def _form(template: str) -> _Form:
    """Return a template as a form; white space is folded."""
    folded = " ".join(template.split())
    form = _Form([], [])
    position = 0
    for found in _PLACEHOLDER.finditer(folded):
        before = folded[: found.start()]
        opens = not before or before.endswith((". ", "! ", "? "))
        form.pieces.append(folded[position : found.start()])
        if found[1]:
            form.slots.append((len(form.pieces), f"{OPENS if opens else ''}{found[1]}"))
            form.pieces.append("")
        position = found.end()
    form.pieces.append(folded[position:])
    return form


class Forms:
    """A question and the texts of its cases, ready to be filled."""

    def __init__(self, entry: FaqEntry) -> None:
        """Make the forms; the texts of chosen cases are joined when first asked for."""
        self._slug = entry.slug
        self._question = _form(entry.question)
        self._texts = {case.case: _form(case.text) for case in entry.cases}
        self._joined: dict[tuple[str, ...], _Form] = {}

    def answer(self, cases: tuple[str, ...], values: Values) -> Answer:
        """Return the question and the joined texts of its chosen cases, filled in."""
        form = self._joined.get(cases)
        if form is None:
            # Pages choose among a few.
            form = self._joined[cases] = _together([self._texts[case] for case in cases])
        return _new_answer(self._slug, self._question.filled(values), form.filled(values).strip())

    def general_cases(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return the case of a question the code does not know: `always`, or the key that fits."""
        found = tuple(key for key in keys if key in self._texts)
        return found or ((ALWAYS,) if ALWAYS in self._texts else ())


def _together(forms: Iterable[_Form]) -> _Form:
    """Return forms as one, a space between two."""
    pieces: list[str] = []
    slots: list[tuple[int, str]] = []
    for form in forms:
        if pieces:
            pieces.append(" ")
        slots += [(len(pieces) + place, name) for place, name in form.slots]
        pieces += form.pieces
    return _Form(pieces, slots)


def problems(
    faq: Iterable[FaqEntry],
    cases: Mapping[str, tuple[str, ...]],
    placeholders: Mapping[str, Mapping[str, Placeholder]],
    scopes: Mapping[str, str],
) -> list[Problem]:
    """Return what is wrong in question files: scopes, cases, placeholders, unfenced values.

    `cases` are those the code may choose by question, `scopes` the scope of each such question.
    """
    found: list[Problem] = []
    for entry in faq:
        if entry.scope not in placeholders:
            known = ", ".join(sorted(placeholders))
            found.append(_problem(entry, 0, f"scope expected one of {known}, got {entry.scope!r}"))
            continue
        expected_scope = scopes.get(entry.slug, entry.scope)
        if entry.scope != expected_scope:
            found.append(_problem(entry, 0, f"scope expected {expected_scope}, got {entry.scope}"))
            continue
        found += _case_problems(entry, cases.get(entry.slug))
        found += _text_problems(entry, placeholders[entry.scope])
    return found


def _case_problems(entry: FaqEntry, expected: tuple[str, ...] | None) -> list[Problem]:
    names = [case.case for case in entry.cases]
    if expected is None:
        families = (*FAMILIES[entry.scope], (ALWAYS,))
        if not any(set(names) - {ALWAYS} == set(f) - {ALWAYS} and names for f in families):
            options = "; or ".join(", ".join(family) for family in reversed(families))
            return [_problem(entry, 0, f"cases expected {options}; got {_names(names)}")]
        return []
    missing = [name for name in expected if name not in names]
    found = [_problem(entry, 0, f"case {name!r} expected, got none") for name in missing]
    return found + [
        _problem(entry, case.line, f"case expected one of {', '.join(expected)}, got {case.case!r}")
        for case in entry.cases
        if case.case not in expected
    ]


def _text_problems(entry: FaqEntry, known: Mapping[str, Placeholder]) -> list[Problem]:
    found: list[Problem] = []
    texts = [(0, entry.question), *((case.line, case.text) for case in entry.cases)]
    for line, words in texts:
        for name in _PLACEHOLDER.findall(words):
            if name not in known:
                options = ", ".join(sorted(known))
                found.append(
                    _problem(entry, line, f"placeholder expected one of {options}, got {name!r}")
                )
    for case in entry.cases:
        outside = _SPAN.sub("", case.text)
        found += [
            _problem(
                entry, case.line, f"{{{name}}} is a server's text: expected in backticks or “…”"
            )
            for name in dict.fromkeys(_PLACEHOLDER.findall(outside))
            if name in known and known[name].is_crawled
        ]
        if case.text.count("`") % 2:
            found.append(_problem(entry, case.line, "an even number of backticks expected"))
    return found


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


def _problem(entry: FaqEntry, line: int, message: str) -> Problem:
    return Problem(RULE, Location(entry.path or f"content/faq/{entry.slug}.md", line), message)
