"""All pages together: dead links and anchors, orphans, titles, and paths that differ in case."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.render.checks.markup import PageFacts

_REMEMBERED = 1 << 14
_UNREACHED = frozenset({"404.html", "contact/sent/index.html"})


def check(
    pages: Mapping[str, PageFacts], files: frozenset[str], prefix: str
) -> Iterator[tuple[str, str, str]]:
    """Yield (path, rule, message); `prefix` is the path of the site on its host, `/` or longer."""
    reached: dict[str, set[str]] = {}
    for path, facts in pages.items():
        targets: set[str] = set()
        for link in facts.links:
            target, anchor = resolved(path, link, prefix)
            if target is None:
                yield path, "links.outside", f"a link leaves the site: {link}"
            elif target not in files:
                yield path, "links.dead", f"{link} leads to no file ({target})"
            else:
                targets.add(target)
                if anchor and target in pages and anchor not in pages[target].ids:
                    yield path, "links.anchor", f"{link} names no id of {target}"
        reached[path] = targets
    yield from _orphans(reached)
    yield from _titles(pages)
    yield from same_but_case(files)


def resolved(path: str, link: str, prefix: str) -> tuple[str | None, str]:
    """Return the file a link leads to, None when it leaves the site, and its anchor."""
    if link.startswith("#"):
        return path, unquote(link[1:])
    folder = path.rpartition("/")[0]
    up = "../" * (folder.count("/") + 1) if folder else "./"
    if link.startswith(up) and not link.startswith("/", len(up)):
        # Leads up to the root first: the same file from every page of this depth.
        return _found("", f"./{link[len(up) :]}", prefix)
    target, anchor = _found(folder, link, prefix)
    return (path if target == "" else target), anchor


@lru_cache(maxsize=_REMEMBERED)
def _found(folder: str, link: str, prefix: str) -> tuple[str | None, str]:
    """Return file and anchor as a server reads a link; a link without a path names no file."""
    parts = urlsplit(link)
    where = unquote(parts.path)
    return _target(folder, where, prefix) if where else "", unquote(parts.fragment)


def _target(folder: str, where: str, prefix: str) -> str | None:
    """Return the file that a path leads to from a folder, None when it leaves the site."""
    if where.startswith("/"):
        if not where.startswith(prefix):
            return None
        target = where[len(prefix) :]
        joined = posixpath.normpath(target) if target else "."
    else:
        joined = posixpath.normpath(posixpath.join(folder, where))
    if joined.startswith(".."):
        return None
    joined = "" if joined == "." else joined
    if where.endswith("/") or not joined:
        joined = f"{joined}/index.html" if joined else "index.html"
    return joined


def _orphans(reached: Mapping[str, set[str]]) -> Iterator[tuple[str, str, str]]:
    """Yield pages that no chain of links from the front page leads to."""
    seen, waiting = {"index.html"}, ["index.html"]
    while waiting:
        for target in reached.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    for path in sorted(reached.keys() - seen - _UNREACHED):
        yield path, "links.orphan", "no link from the front page leads here"


def _titles(pages: Mapping[str, PageFacts]) -> Iterator[tuple[str, str, str]]:
    owners: dict[str, list[str]] = defaultdict(list)
    for path, facts in pages.items():
        owners[facts.title].append(path)
    for title, paths in owners.items():
        for path in paths[1:]:
            yield path, "form.title", f"{paths[0]} has the same title: {title!r}"


def same_but_case(files: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (path, rule, message) for paths that are one on a disk that knows no case."""
    folded: dict[str, str] = {}
    for path in sorted(files):
        other = folded.setdefault(path.casefold(), path)
        if other != path:
            yield path, "links.case", f"differs from {other} in case only"
