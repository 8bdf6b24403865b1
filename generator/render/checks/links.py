"""A link on a page to the file of the site that a server answers it with. Called by the checks."""

from __future__ import annotations

import posixpath
from functools import lru_cache
from urllib.parse import unquote, urlsplit

_REMEMBERED = 1 << 12


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
    try:
        parts = urlsplit(link)
    except ValueError:
        return None, ""  # no server can be asked for it
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
