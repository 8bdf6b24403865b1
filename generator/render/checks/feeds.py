"""Sitemaps and feeds against the site: well-formed, and every address has a page."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ADDRESS = re.compile(r"<loc>([^<]*)</loc>|<link [^>]*href=\"([^\"]*)\"")
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check(folder: Path, files: frozenset[str], base: str) -> Iterator[tuple[str, str, str]]:
    """Yield (path, rule, message) for every XML file and JSON feed of a folder."""
    for path in sorted(files):
        if not is_feed(path):
            continue
        data = (folder / path).read_bytes()
        yield from ((path, rule, message) for rule, message in form(path, data))
        for address, target in targets(path, data, base):
            if target not in files:
                yield path, "links.dead", f"{address} has no page"


def is_feed(path: str) -> bool:
    """Return whether a file holds addresses of the site: a sitemap, a feed, a badge."""
    feed = path.endswith("feed.json") or path.startswith("feeds/")
    return feed or path.endswith((".xml", ".atom", ".svg"))


def form(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield (rule, message) for what is wrong with the form of an XML file."""
    if not path.endswith(".json"):
        yield from _xml(data.decode())


def targets(path: str, data: bytes, base: str) -> Iterator[tuple[str, str]]:
    """Yield each address of this site in a feed, and the file it leads to."""
    if path.endswith(".json"):
        feed = json.loads(data)
        found = [feed.get("home_page_url", ""), *(i.get("url", "") for i in feed["items"])]
    else:
        found = [first or second for first, second in _ADDRESS.findall(data.decode())]
    for address in found:
        if base and address.startswith(base):
            target = address[len(base) :].partition("#")[0]
            yield address, f"{target}index.html" if not target or target.endswith("/") else target


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
