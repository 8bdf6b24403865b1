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

_QUESTION = "q-"
"""How the id of a question's element begins."""
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
    """The scan of one page: what stands between two `<`, cut at its `>`, and what is open."""

    facts: PageFacts
    pieces: list[tuple[str, str, str]]
    stack: list[Tag] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    """Where the open elements began whose words are looked at when they end."""
    links: int = 0
    """Links that are open: nothing in them may be pressed."""
    asked: int = 0
    """Where the first question stands."""
    headings: list[int] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    fields: list[tuple[str, str]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)

    def words(self, start: int, end: int | None = None) -> str:
        """Return the text after some tags."""
        return "".join([rest for _, _, rest in self.pieces[start:end]])


def read(page: str) -> PageFacts:
    """Return the facts of a page; nothing raises, whatever the page holds."""
    facts = PageFacts()
    _characters(page, facts)
    if not page.lstrip()[:15].lower().startswith("<!doctype html>"):
        facts.problems.append(("form.doctype", "expected <!doctype html> first"))
    state = _State(facts, [piece.partition(">") for piece in page.split("<")[1:]])
    _scan(state)
    _finish(state)
    return facts


def _scan(state: _State) -> None:  # noqa: C901 - a call per tag costs a third more
    """Walk over the tags. This loop runs a thousand times a page: what is common stands in it."""
    stack, known = state.stack, tags.KNOWN
    for at, (inside, closed, _) in enumerate(state.pieces):
        if not closed:
            state.facts.problems.append(("form.parse", f"a tag never ends: {inside[:40]!r}"))
            continue
        tag = known[inside]
        kind = tag.kind
        if kind == tags.CLOSE:
            if not stack or stack[-1].name != tag.name:
                _close_another(state, tag.name)
            elif (opened := stack.pop()).is_ended:
                _ended(state, opened, state.starts.pop(), at)
        elif kind == tags.OPEN:
            stack.append(tag)
        elif kind == tags.WORDED:
            stack.append(tag)
            state.starts.append(at)
        elif kind != tags.SKIP:
            if tag.is_block and stack and stack[-1].name == "p":
                state.facts.problems.append(("form.parse", f"<{tag.name}> inside <p>"))
            if kind == tags.FULL:
                _note(state, tag, at)
            if not tag.is_empty:
                stack.append(tag)


def _characters(page: str, facts: PageFacts) -> None:
    """Report characters that hide; a join or selector inside an emoji is how emoji are spelt."""
    rare = page.encode("utf-8", "surrogatepass").translate(None, delete=_PLAIN)
    odd = [char for char in set(rare.decode("utf-8", "surrogatepass")) if text.has_hidden(char)]
    if odd and text.has_hidden(page):
        facts.problems.append(
            ("safety.hidden", f"raw hidden character {', '.join(sorted(map(text.chip, odd)))}")
        )


def _note(state: _State, tag: Tag, at: int) -> None:
    """Note what a tag says."""
    facts = state.facts
    for name in tag.ids:
        if name in facts.ids:
            facts.problems.append(("form.id", f'id "{name}" occurs twice'))
        facts.ids.add(name)
        if name.startswith(_QUESTION):
            state.asked = state.asked or at
    if tag.links:
        facts.links.update(tag.links)
    if tag.is_pressed:
        if state.links:
            facts.problems.append(("form.parse", f"<{tag.name}> inside <a>"))
        state.links += tag.name == "a"
    if tag.is_ended:
        state.starts.append(at)
    if tag.problems:
        facts.problems += tag.problems
    if tag.is_rare:
        _note_rare(state, tag)


def _note_rare(state: _State, tag: Tag) -> None:
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
    inside = stack[-1].name if stack else "nothing"
    state.facts.problems.append(("form.parse", f"</{name}> closes <{inside}>"))
    if any(tag.name == name for tag in stack):
        ended = ""
        while ended != name:
            tag = stack.pop()
            ended = tag.name
            if tag.is_ended:
                state.starts.pop()
        state.links = sum(tag.name == "a" for tag in stack)


def _ended(state: _State, tag: Tag, start: int, end: int) -> None:
    """Report an element that had to have words and had none; keep title and data blocks."""
    if tag.name == "script":
        state.data.append(state.words(start, end))
    elif tag.name == "title":
        if not any(tag.name == "svg" for tag in state.stack):
            state.facts.title += html.unescape(state.words(start, end))
    elif not (state.pieces[start][2].strip() or tag.label or state.words(start + 1, end).strip()):
        state.facts.problems.append(("access.name", f"<{tag.name}> without text"))
    if tag.name == "a":
        state.links -= 1


def _finish(state: _State) -> None:
    problems = state.facts.problems
    if state.stack:
        problems.append(("form.parse", f"never closed: <{state.stack[-1].name}>"))
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
    for data in filter(None, state.data):
        _structured(state, data)


def _structured(state: _State, data: str) -> None:
    """Report JSON-LD that is no JSON, or whose answers are not the words on the page."""
    problems = state.facts.problems
    try:
        value = json.loads(data)
        if not isinstance(value, dict) or value.get("@type") != "FAQPage":
            return
        asked = [(item["name"], item["acceptedAnswer"]["text"]) for item in value["mainEntity"]]
        told = [(name, _folded(name), _folded(answer)) for name, answer in asked]
    except (ValueError, RecursionError):
        problems.append(("form.structured", "JSON-LD is no JSON"))
        return
    except (KeyError, TypeError, AttributeError):
        problems.append(("form.structured", "JSON-LD lacks a question or its answer"))
        return
    shown = _folded(text.unescaped(state.words(state.asked))) if state.asked else ""
    at = 0
    for name, *said in told:
        for words in said:
            # They stand on the page in the same order, so the search goes on where it was.
            place = shown.find(words, at)
            at = place if place >= 0 else shown.find(words)
            if at < 0:
                problems.append(
                    ("form.structured", f"JSON-LD differs from the page: {name[:60]!r}")
                )


def _folded(words: str) -> str:
    return "".join(words.split())
