"""One HTML page to its facts and the problems that the page alone shows.

The builder escapes `<`, `>` and quotes everywhere, so a tag is whatever stands between `<` and the
next `>`: a scanner of that grammar is exact for our own output and reports any other page.
"""

from __future__ import annotations

import html
import json
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator import text
from generator.render.checks import tags

if TYPE_CHECKING:
    from generator.render.checks.tags import Tag

_KEPT = frozenset({"title", "script"})
_PLAIN = bytes(set(string.printable.encode()) - set(b"\r\v\f"))


@dataclass(slots=True)
class PageFacts:
    """What other checks need to know about one page."""

    title: str = ""
    csp: str = ""
    canonical: str = ""
    ids: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    problems: list[tuple[str, str]] = field(default_factory=list)
    """(rule, message)."""


@dataclass(slots=True)
class _State:
    """The scan of one page."""

    facts: PageFacts
    stack: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    fields: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    named: list[tuple[str, int]] = field(default_factory=list)
    """Open links, buttons and headings: tag, and where their text began, -1 with a label."""
    words: list[str] = field(default_factory=list)
    """The text of the page but for white space between tags."""


def read(page: str) -> PageFacts:
    """Return the facts of a page; nothing raises, whatever the page holds."""
    facts = PageFacts()
    state = _State(facts)
    _characters(page, facts)
    if not page.lstrip()[:15].lower().startswith("<!doctype html>"):
        facts.problems.append(("form.doctype", "expected <!doctype html> first"))
    _scan(state, page)
    _finish(state)
    return facts


def _scan(state: _State, page: str) -> None:  # noqa: C901 - a call per tag costs a third more
    """Walk over the tags. This loop runs a thousand times a page: what is common stands in it."""
    stack, words, known = state.stack, state.words, tags.KNOWN
    for piece in page.split("<")[1:]:
        inside, closed, rest = piece.partition(">")
        if not closed:
            state.facts.problems.append(("form.parse", f"a tag never ends: {inside[:40]!r}"))
            break
        tag = known[inside]
        kind = tag.kind
        if kind == tags.CLOSE:
            if not stack or stack[-1] != tag.name:
                _close_another(state, tag.name)
            else:
                stack.pop()
                if tag.is_named:
                    _close_named(state, tag.name)
        elif kind == tags.OPEN:
            stack.append(tag.name)
        elif kind == tags.FULL:
            _open(state, tag)
        elif tag.is_comment:
            continue
        if rest:
            if not rest.isspace():
                words.append(rest)
            if stack and stack[-1] in _KEPT:
                _text(state, rest)


def _characters(page: str, facts: PageFacts) -> None:
    """Report characters that hide; a join or selector inside an emoji is how emoji are spelt."""
    rare = page.encode("utf-8", "surrogatepass").translate(None, delete=_PLAIN)
    odd = [char for char in set(rare.decode("utf-8", "surrogatepass")) if text.has_hidden(char)]
    if odd and text.has_hidden(page):
        facts.problems.append(
            ("safety.hidden", f"raw hidden character {', '.join(sorted(map(text.chip, odd)))}")
        )


def _open(state: _State, tag: Tag) -> None:
    """Note what a tag says, and what is wrong with where it stands."""
    facts, problems, name = state.facts, state.facts.problems, tag.name
    for known in tag.ids:
        if known in facts.ids:
            problems.append(("form.id", f'id "{known}" occurs twice'))
        facts.ids.add(known)
    if tag.links:
        facts.links.update(tag.links)
    problems += tag.problems
    if tag.is_block and state.stack and state.stack[-1] == "p":
        problems.append(("form.parse", f"<{name}> inside <p>"))
    if tag.is_pressed and "a" in state.stack:
        problems.append(("form.parse", f"<{name}> inside <a>"))
    if tag.is_rare:
        _note(state, tag)
    if tag.is_empty:
        return
    state.stack.append(name)
    if tag.is_named:
        state.named.append((name, -1 if tag.label else len(state.words)))


def _note(state: _State, tag: Tag) -> None:
    """Note headings, the head of the page, and parts of forms."""
    if tag.heading:
        state.headings.append(tag.heading)
    if tag.csp is not None:
        state.facts.csp = tag.csp
    if tag.canonical is not None:
        state.facts.canonical = tag.canonical
    if tag.label_for is not None:
        state.labels.add(tag.label_for)
    if tag.form_field:
        state.fields.append(tag.form_field)


def _close_another(state: _State, name: str) -> None:
    """Report an end tag that does not end the innermost element, and go on as browsers do."""
    stack = state.stack
    inside = stack[-1] if stack else "nothing"
    state.facts.problems.append(("form.parse", f"</{name}> closes <{inside}>"))
    if name in stack:
        while stack.pop() != name:
            pass


def _close_named(state: _State, name: str) -> None:
    """Report an element that had to have words and had none."""
    named = state.named
    if named and named[-1][0] == name and named.pop()[1] == len(state.words):
        state.facts.problems.append(("access.name", f"<{name}> without text"))


def _text(state: _State, found: str) -> None:
    """Keep the words of the title and of data blocks."""
    if state.stack[-1] == "script":
        state.data.append(found)
    elif "svg" not in state.stack:
        state.facts.title += html.unescape(found)


def _finish(state: _State) -> None:
    problems = state.facts.problems
    if state.stack:
        problems.append(("form.parse", f"never closed: <{state.stack[-1]}>"))
    if not state.facts.title.strip():
        problems.append(("form.title", "no title"))
    if state.headings.count(1) != 1:
        problems.append(("form.heading", f"expected one h1, got {state.headings.count(1)}"))
    for before, after in zip(state.headings, state.headings[1:], strict=False):
        if after > before + 1:
            problems.append(("form.heading", f"h{after} follows h{before}"))
    for known, label in state.fields:
        if not label and known not in state.labels:
            problems.append(("access.label", f'a field without label: "{known}"'))
    for data in state.data:
        _structured(state, data)


def _structured(state: _State, data: str) -> None:
    """Report JSON-LD that is no JSON, or whose answers are not the words on the page."""
    problems = state.facts.problems
    try:
        value = json.loads(data)
    except ValueError:
        problems.append(("form.structured", "JSON-LD is no JSON"))
        return
    if not isinstance(value, dict) or value.get("@type") != "FAQPage":
        return
    shown = _folded(html.unescape("".join(state.words)))
    for item in value["mainEntity"]:
        answer = item["acceptedAnswer"]["text"]
        if _folded(item["name"]) not in shown or _folded(answer) not in shown:
            problems.append(
                ("form.structured", f"JSON-LD differs from the page: {item['name'][:60]!r}")
            )


def _folded(words: str) -> str:
    return "".join(words.split())
