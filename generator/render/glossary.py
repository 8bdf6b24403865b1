"""The glossary's terms to anchors, and the first mention of each in our prose to a link.

Used by context.py for every page of prose. Only terms that a reader may not know are linked.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.render import urls

if TYPE_CHECKING:
    from collections.abc import Iterable

_TERM = re.compile(r"^### +(.+?) *$", re.MULTILINE)
_TAG = re.compile(r"(<[^>]+>)")
_HEADING = re.compile(r"<h3>(.*?)</h3>")
_NAME = re.compile(r"</?([a-z0-9]+)")
_CLOSED = frozenset({"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "th"})
"""Elements whose text is not ours to link: links, code and headings."""
_KNOWN = frozenset(
    {
        "agent", "annotations", "category", "client", "context", "cve", "definition", "intercept",
        "level", "mcp", "mcp server", "policy", "rule", "score", "session", "tool",
    }
)  # fmt: skip
"""Words of nearly every paragraph; a link at each would be noise."""


def terms(body: str) -> tuple[str, ...]:
    """Return the terms of the glossary's text, in its order."""
    return tuple(_TERM.findall(body))


def anchor(term: str) -> str:
    """Return a term's anchor: `lethal-trifecta`."""
    return re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def anchored(html: Markup) -> Markup:
    """Return the glossary with an anchor at each term."""
    named = _HEADING.sub(lambda m: f'<h3 id="{anchor(m[1])}">{m[1]}</h3>', html)
    return Markup(named)  # noqa: S704 - our own text, converted with raw HTML escaped


def linked(html: Markup, known: Iterable[str], root: str) -> Markup:
    """Return our prose with the first mention of each term as a link to the glossary."""
    anchors = {term.lower(): anchor(term) for term in known if term.lower() not in _KNOWN}
    if not anchors:
        return html
    longest = sorted(anchors, key=lambda term: (-len(term), term))
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, longest))})s?\b", re.IGNORECASE)

    def link(found: re.Match[str]) -> str:
        target = anchors.pop(found[1].lower(), "")
        if not target:
            return found[0]
        return f'<a href="{root}{urls.GLOSSARY}#{target}">{found[0]}</a>'

    parts, depth = [], 0
    for part in _TAG.split(html):
        tag = _NAME.match(part)
        if tag:
            step = -1 if part.startswith("</") else 1
            depth += step if tag[1] in _CLOSED else 0
            parts.append(part)
        else:
            parts.append(part if depth else pattern.sub(link, part))
    return Markup("".join(parts))  # noqa: S704 - our own text, converted with raw HTML escaped
