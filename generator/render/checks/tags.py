"""What a tag says by itself: read once per distinct text, however many pages hold it.

Most tags of a site are the same few thousand; `markup.py` asks here for each tag and adds what
depends on the page around it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

_VOID = frozenset({"meta", "link", "img", "input", "br", "hr", "wbr", "path", "rect", "use"})
_BLOCKS = frozenset(
    {"div", "section", "article", "aside", "nav", "ul", "ol", "dl", "table", "figure", "pre"}
    | {"details", "form", "h1", "h2", "h3", "h4", "p"}
)
_ENDED = frozenset({"a", "button", "summary", "h1", "h2", "h3", "th", "title", "script"})
_PRESSED = frozenset({"a", "button", "summary"})
_ATTRIBUTE = re.compile(r'([^\s="<>]+)(?:="([^"]*)")?')
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_FIELDS = frozenset({"input", "select", "textarea"})
_LINKED = frozenset({"stylesheet", "icon", "search", "alternate"})
_REMEMBERED = 1 << 12


# How a scan goes on after a tag. Plain numbers: they are compared a thousand times a page.
SKIP = 0
"""A comment, the document type, or an empty element that says nothing."""
CLOSE = 1
OPEN = 2
"""Opens an element and says nothing else."""
BLOCK = 3
"""Opens an element that must not stand in a paragraph, and says nothing else."""
WORDED = 4
"""Opens an element that needs words, and says nothing else."""
FULL = 5
"""Has to be looked at."""


@dataclass(slots=True)
class Tag:
    """One tag; read only once made."""

    kind: int
    name: str
    is_empty: bool = False
    """Whether no end tag follows."""
    is_block: bool = False
    """Whether it must not stand in a paragraph."""
    is_pressed: bool = False
    """Whether it must not stand in a link."""
    is_ended: bool = False
    """Whether its words are looked at when it ends."""
    is_rare: bool = False
    """Whether one of heading, canonical, csp, label_for or form_field is set."""
    label: str = ""
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    canonical: str | None = None
    csp: str | None = None
    heading: int = 0
    label_for: str | None = None
    form_field: tuple[str, str] | None = None
    """The id and label of something to fill in."""
    problems: list[tuple[str, str]] = field(default_factory=list)
    """(rule, message) of what is wrong with it on any page."""


class _Known(dict[str, Tag]):
    """The tags read so far; bounded, and faster than a general cache."""

    def __missing__(self, tag: str) -> Tag:
        """Read a tag that is not known yet."""
        if len(self) >= _REMEMBERED:
            self.clear()
        self[tag] = found = read(tag)
        return found


KNOWN = _Known()


def read(tag: str) -> Tag:
    """Return what stands between `<` and `>`."""
    if tag.startswith("!"):
        return Tag(SKIP, "")
    if tag.startswith("/"):
        return Tag(CLOSE, tag[1:].strip())
    name, _, tail = tag.partition(" ")
    is_empty = name.endswith("/") or tail.endswith("/")
    name = name.rstrip("/")
    values = dict(_ATTRIBUTE.findall(tail.rstrip("/"))) if tail else {}
    found = Tag(
        FULL,
        name,
        is_empty=is_empty or name in _VOID,
        is_block=name in _BLOCKS,
        is_pressed=name in _PRESSED,
        is_ended=name in _ENDED,
        label=values.get("aria-label", ""),
    )
    for key, value in values.items():
        _attribute(found, key, value, values)
    _special(found, values)
    if not (found.ids or found.links or found.problems or found.is_pressed or found.is_rare):
        found.kind = BLOCK if found.is_block else SKIP if found.is_empty else OPEN
        if found.is_ended and not found.is_block:
            found.kind = WORDED
    return found


def _attribute(tag: Tag, key: str, value: str, values: dict[str, str]) -> None:
    if key == "style" or key.startswith("on"):
        tag.problems.append(("safety.inline", f"<{tag.name}> has an inline {key}"))
    elif key == "id":
        tag.ids.append(value)
    elif key in {"href", "src", "action"}:
        _address(tag, key, html.unescape(value), values.get("rel", ""))


def _address(tag: Tag, key: str, url: str, rel: str) -> None:
    lowered = url.strip().lower()
    if lowered.startswith(("javascript:", "data:", "vbscript:")):
        tag.problems.append(("safety.url", f"<{tag.name}> leads to {lowered.split(':')[0]}:"))
    elif tag.name == "link" and rel == "canonical":
        tag.canonical = url
    elif lowered.startswith(("http:", "https:", "//")):
        if key == "src" or (tag.name == "link" and rel in _LINKED):
            tag.problems.append(("safety.external", f"<{tag.name}> requests {url[:80]}"))
        elif tag.name == "a" and not lowered.startswith("https:"):
            tag.problems.append(("safety.external", f"a link is not https: {url[:80]}"))
    elif not lowered.startswith("mailto:") and tag.name != "use":
        tag.links.append(url)


def _special(tag: Tag, values: dict[str, str]) -> None:
    name = tag.name
    if name == "meta" and values.get("http-equiv") == "Content-Security-Policy":
        tag.csp = html.unescape(values.get("content", ""))
    elif name == "script":
        if "src" not in values and values.get("type") != "application/ld+json":
            tag.problems.append(("safety.inline", "a script without src"))
    elif name in {"style", "iframe", "object", "embed", "base"}:
        tag.problems.append(("safety.element", f"<{name}> is not used on this site"))
    elif name == "img" and "alt" not in values:
        tag.problems.append(("access.alt", "an image without alt"))
    elif name == "label":
        tag.label_for = values.get("for", "")
    elif name in _FIELDS and values.get("type") != "hidden":
        tag.form_field = (values.get("id", ""), tag.label)
    elif name == "th" and "scope" not in values:
        tag.problems.append(("access.scope", "a table header without scope"))
    tag.heading = _HEADINGS.get(name, 0)
    tag.is_rare = bool(tag.heading or tag.form_field) or not (
        tag.csp is tag.canonical is tag.label_for is None
    )
