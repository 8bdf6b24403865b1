"""Tool names to the words that stand for them in paths: injective per server, case ignored.

Called by derive, which notes the slug of each tool, and by render for names it meets in texts.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_UNCLEAN = re.compile(r"[^a-z0-9_-]+")
_DEVICES = {f"{name}{digit}" for name in ("com", "lpt") for digit in range(10)}
RESERVED = frozenset({"page", "index", "con", "prn", "aux", "nul", "feed", *_DEVICES})
"""Words no tool slug may be: our own folders, and names that some file systems refuse."""
_SHORT_HASH, _CLEAN_LENGTH = 10, 40


def is_plain(name: str) -> bool:
    """Return whether a tool name is its own slug."""
    return _PLAIN.fullmatch(name) is not None and name not in RESERVED


def hashed_slug(name: str, occurrence: int, digits: int = _SHORT_HASH) -> str:
    """Return the cleaned name, `~`, and hex digits of the name's (and occurrence's) SHA-256."""
    seed = name.encode("utf-8", "surrogatepass")
    if occurrence:
        seed += f"\0{occurrence}".encode()
    return f"{cleaned(name) or 'unnamed'}~{hashlib.sha256(seed).hexdigest()[:digits]}"


def cleaned(name: str) -> str:
    """Return the readable part of a hashed slug; search.js does the same."""
    return _UNCLEAN.sub("-", name[: _CLEAN_LENGTH * 2].lower()).strip("-_")[:_CLEAN_LENGTH]


def tool_slug(name: str, occurrence: int = 0) -> str:
    """Return the slug of one tool, before collisions of hashes are resolved."""
    return name if occurrence == 0 and is_plain(name) else hashed_slug(name, occurrence)


def tool_slugs(tools: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return a different slug for each (name, occurrence) of one server.

    Plain names never hold `~`, so only two hashed slugs can meet; both are lengthened then.
    """
    slugs = {tool: tool_slug(*tool) for tool in tools}
    if len(set(slugs.values())) == len(slugs):
        return slugs
    owners: dict[str, list[tuple[str, int]]] = {}
    for tool, slug in slugs.items():
        owners.setdefault(slug, []).append(tool)
    for tool in (tool for group in owners.values() if len(group) > 1 for tool in group):
        slugs[tool] = hashed_slug(*tool, digits=64)
    return slugs


def occurrences(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Return each name with how often it occurred before."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        result.append((name, seen.get(name, 0)))
        seen[name] = seen.get(name, 0) + 1
    return tuple(result)
