"""One HTML page to its facts and the problems that the page alone shows.

The builder escapes `<`, `>` and quotes everywhere, so a tag is whatever stands between `<` and the
next `>`: a scanner of that grammar is exact for our own output and reports any other page.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field

from generator import text

VOID = frozenset({"meta", "link", "img", "input", "br", "hr", "wbr", "path", "rect", "use"})
_ATTRIBUTE = re.compile(r'([^\s="<>]+)(?:="([^"]*)")?')
_BLOCKS = frozenset(
    {"div", "section", "article", "aside", "nav", "ul", "ol", "dl", "table", "figure", "pre"}
    | {"details", "form", "h1", "h2", "h3", "h4", "p"}
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_FIELDS = frozenset({"input", "select", "textarea"})
_LINKED = frozenset({"stylesheet", "icon", "search", "alternate"})


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
    """Open links, buttons and headings: tag, and where their text began."""
    words: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


def read(page: str) -> PageFacts:
    """Return the facts of a page; nothing raises, whatever the page holds."""
    facts = PageFacts()
    state = _State(facts)
    _characters(page, facts)
    if not page.lower().lstrip().startswith("<!doctype html>"):
        facts.problems.append(("form.doctype", "expected <!doctype html> first"))
    pieces = page.split("<")
    for piece in pieces[1:]:
        tag, closed, rest = piece.partition(">")
        if not closed:
            facts.problems.append(("form.parse", f"a tag never ends: {tag[:40]!r}"))
            break
        if tag.startswith("!"):
            continue
        if tag.startswith("/"):
            _close(state, tag[1:])
        else:
            _open(state, tag)
        if rest:
            _text(state, rest)
    _finish(state)
    return facts


def _characters(page: str, facts: PageFacts) -> None:
    """Report characters that hide; a join or selector inside an emoji is how emoji are spelt."""
    odd = [char for char in set(page) if text.has_hidden(char)]
    if odd and text.has_hidden(page):
        facts.problems.append(
            ("safety.hidden", f"raw hidden character {', '.join(sorted(map(text.chip, odd)))}")
        )


def _open(state: _State, tag: str) -> None:
    name, _, tail = tag.partition(" ")
    self_closed = name.endswith("/") or tail.endswith("/")
    name = name.rstrip("/")
    values = dict(_ATTRIBUTE.findall(tail.rstrip("/"))) if tail else {}
    problems = state.facts.problems
    if tail:
        _attributes(state, name, values)
    if name in _BLOCKS and state.stack and state.stack[-1] == "p":
        problems.append(("form.parse", f"<{name}> inside <p>"))
    if name in {"a", "button", "summary"} and "a" in state.stack:
        problems.append(("form.parse", f"<{name}> inside <a>"))
    _special(state, name, values)
    if name in VOID or self_closed:
        return
    state.stack.append(name)
    if name in {"a", "button", "summary", "h1", "h2", "h3", "th"}:
        if not values.get("aria-label"):
            state.named.append((name, len(state.words)))
        else:
            state.named.append((f"={name}", 0))


def _attributes(state: _State, name: str, values: dict[str, str]) -> None:
    facts, problems = state.facts, state.facts.problems
    for key, value in values.items():
        if key == "style" or key.startswith("on"):
            problems.append(("safety.inline", f"<{name}> has an inline {key}"))
        elif key == "id":
            if value in facts.ids:
                problems.append(("form.id", f'id "{value}" occurs twice'))
            facts.ids.add(value)
        elif key in {"href", "src", "action"}:
            _address(state, name, key, html.unescape(value), values)


def _address(state: _State, name: str, key: str, url: str, values: dict[str, str]) -> None:
    facts, problems = state.facts, state.facts.problems
    lowered = url.strip().lower()
    if lowered.startswith(("javascript:", "data:", "vbscript:")):
        problems.append(("safety.url", f"<{name}> leads to {lowered.split(':')[0]}:"))
        return
    is_external = lowered.startswith(("http:", "https:", "//"))
    rel = values.get("rel", "")
    if name == "link" and rel == "canonical":
        facts.canonical = url
        return
    if is_external:
        if key == "src" or (name == "link" and rel in _LINKED):
            problems.append(("safety.external", f"<{name}> requests {url[:80]}"))
        elif name == "a" and not lowered.startswith("https:"):
            problems.append(("safety.external", f"a link is not https: {url[:80]}"))
        return
    if not lowered.startswith("mailto:") and name != "use":
        facts.links.add(url)


def _special(state: _State, name: str, values: dict[str, str]) -> None:
    facts, problems = state.facts, state.facts.problems
    if name == "meta" and values.get("http-equiv") == "Content-Security-Policy":
        facts.csp = html.unescape(values.get("content", ""))
    elif name == "script":
        if "src" not in values and values.get("type") != "application/ld+json":
            problems.append(("safety.inline", "a script without src"))
    elif name in {"style", "iframe", "object", "embed", "base"}:
        problems.append(("safety.element", f"<{name}> is not used on this site"))
    elif name == "img" and "alt" not in values:
        problems.append(("access.alt", "an image without alt"))
    elif name in _HEADINGS:
        state.headings.append(_HEADINGS[name])
    elif name in _FIELDS or name == "label":
        _labelled(state, name, values)
    elif name == "th" and "scope" not in values:
        problems.append(("access.scope", "a table header without scope"))


def _labelled(state: _State, name: str, values: dict[str, str]) -> None:
    if name == "label":
        state.labels.add(values.get("for", ""))
    elif values.get("type") != "hidden":
        state.fields.append((values.get("id", ""), values.get("aria-label", "")))


def _close(state: _State, name: str) -> None:
    name = name.strip()
    if not state.stack or state.stack[-1] != name:
        inside = state.stack[-1] if state.stack else "nothing"
        state.facts.problems.append(("form.parse", f"</{name}> closes <{inside}>"))
        if name in state.stack:
            while state.stack.pop() != name:
                pass
        return
    state.stack.pop()
    if state.named and state.named[-1][0].lstrip("=") == name:
        marker, start = state.named.pop()
        if not marker.startswith("=") and not any(w.strip() for w in state.words[start:]):
            state.facts.problems.append(("access.name", f"<{name}> without text"))


def _text(state: _State, found: str) -> None:
    state.words.append(found)
    if not state.stack:
        return
    if state.stack[-1] == "title" and "svg" not in state.stack:
        state.facts.title += html.unescape(found)
    elif state.stack[-1] == "script":
        state.data.append(found)


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
    shown = html.unescape("".join(state.words)) if state.data else ""
    for data in state.data:
        _structured(state, data, _folded(shown))


def _structured(state: _State, data: str, shown: str) -> None:
    """Report JSON-LD that is no JSON, or whose answers are not the words on the page."""
    problems = state.facts.problems
    try:
        value = json.loads(data)
    except ValueError:
        problems.append(("form.structured", "JSON-LD is no JSON"))
        return
    if not isinstance(value, dict) or value.get("@type") != "FAQPage":
        return
    for item in value["mainEntity"]:
        answer = item["acceptedAnswer"]["text"]
        if _folded(item["name"]) not in shown or _folded(answer) not in shown:
            problems.append(
                ("form.structured", f"JSON-LD differs from the page: {item['name'][:60]!r}")
            )


def _folded(words: str) -> str:
    return "".join(words.split())
