"""Sitemaps and feeds against the site: well-formed, and every address has a page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESS = re.compile(r"(?:<loc>|<link [^>]*href=\")([^<\"]*)")
GARBLED = (KeyError, TypeError, AttributeError, ValueError, IndexError, RecursionError)
"""What a value of another shape than expected can raise."""
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def is_feed(path: str) -> bool:
    """Return whether a file holds addresses of the site: a sitemap, a feed, a badge."""
    feed = path.endswith("feed.json") or path.startswith("feeds/")
    return feed or path.endswith((".xml", ".atom", ".svg"))


def form(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (rule, message) for what is wrong with the form of an XML file or a JSON feed."""
    if not path.endswith(".json"):
        try:
            yield from _xml(data.decode())
        except UnicodeDecodeError as error:
            yield "form.encoding", f"no UTF-8 (byte {error.start + 1})"
        return
    try:
        _json(data)
    except (ValueError, RecursionError):
        return  # no JSON: that is told of every JSON file
    except GARBLED as error:
        yield "form.shape", f"not a JSON feed ({type(error).__name__}: {error})"


def targets(path: str, data: bytes, base: str) -> Iterator[tuple[str, str]]:
    """Yield each address of this site in a feed, and the file it leads to; none if it is broken."""
    try:
        found = _json(data) if path.endswith(".json") else _ADDRESS.findall(data.decode())
    except GARBLED:
        return
    for address in found:
        if base and address.startswith(base):
            target = address[len(base) :].partition("#")[0]
            yield address, f"{target}index.html" if not target or target.endswith("/") else target


def _json(data: bytes) -> list[str]:
    feed = json.loads(data)
    found = [feed.get("home_page_url", ""), *(one.get("url", "") for one in feed["items"])]
    if not all(isinstance(one, str) for one in found):
        raise TypeError("an address is no text")
    return found


def _xml(text: str) -> Iterator[tuple[str, str]]:
    """Yield what keeps our own small XML from being well-formed: balance, and declarations."""
    if _DOCTYPE.search(text):
        yield "safety.element", "a document type or entity declaration"
    stack: list[str] = []
    for piece in text.split("<")[1:]:
        tag, closed, _ = piece.partition(">")
        if not closed:
            yield "form.parse", f"a tag never ends: {tag[:40]!r}"
            return
        if tag.startswith(("?", "!")) or tag.endswith("/"):
            continue
        name = tag.split(" ")[0]
        if not name.startswith("/"):
            stack.append(name)
        elif not stack or stack.pop() != name[1:]:
            yield "form.parse", f"<{name}> closes nothing"
            return
    if stack:
        yield "form.parse", f"never closed: <{stack[-1]}>"
