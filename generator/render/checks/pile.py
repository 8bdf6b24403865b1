"""Built files to what each shows to be wrong by itself, and the facts that other checks need.

Called by `lot.py`, file by file; nothing raises, whatever a file holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.errors import Location, Problem
from generator.render.checks import feeds, markup, records, styles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.model import JsonObject
    from generator.render.checks.markup import PageFacts

    CheckPolicy = Callable[[str, str], list[Problem]]

KIB = 1024
PAGE, PAGE_EXTREME, SHARD, BADGE, THEME = 60 * KIB, 200 * KIB, 150 * KIB, 2 * KIB, KIB
STYLE, SCRIPT = 20 * KIB, 30 * KIB
_TOOLS, _SERVERS, _POLICIES = "api/v1/tools/", "api/v1/servers/", "policies/"
PERCENTILE = 0.95
"""The share of tool pages that must keep to PAGE."""


@dataclass(slots=True)
class Pile:
    """What some files say."""

    sizes: dict[str, int] = field(default_factory=dict)
    pages: dict[str, PageFacts] = field(default_factory=dict)
    servers: list[tuple[str, JsonObject]] = field(default_factory=list)
    """The path and record of each server."""
    policies: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: str, rule: str, message: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(rule, Location(path), message))

    def total(self, suffix: str) -> int:
        """Return the bytes of all files of a kind."""
        return sum(size for path, size in self.sizes.items() if path.endswith(suffix))


def is_read(path: str) -> bool:
    """Return whether a file's bytes or size are looked at, and not only whether it is there."""
    return bool(
        limit(path)
        or path.endswith((".json", ".sarif", ".css", ".js"))
        or path.startswith(_POLICIES)
        or feeds.is_feed(path)
    )


def read(pile: Pile, path: str, data: bytes, check_policy: CheckPolicy | None) -> None:
    """Note what one file says, and what it shows to be wrong by itself."""
    note(pile, path, len(data))
    if path.endswith((".json", ".sarif")):
        _json(pile, path, data)
    is_policy = path.startswith(_POLICIES)
    if not (is_policy or path.endswith((".html", ".css"))):
        return
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        pile.add(path, "form.encoding", f"no UTF-8 (byte {error.start + 1})")
        return
    if path.endswith(".html"):
        _page(pile, path, text)
    elif path.endswith(".css"):
        _note(pile, path, styles.check(text))
    elif is_policy:
        pile.policies[path] = text
        if check_policy:
            pile.problems += check_policy(path, text)


def note(pile: Pile, path: str, found: int) -> None:
    """Note a file's name and how many bytes of it were read."""
    pile.sizes[path] = found
    most = limit(path)
    if most and found > most:
        pile.add(path, "size", f"{found} bytes (expected at most {most})")
    if not (path.isascii() and path.isprintable()):
        pile.add(path, "safety.hidden", "a file name beyond printable ASCII")


def _page(pile: Pile, path: str, text: str) -> None:
    pile.pages[path] = facts = markup.read(text)
    _note(pile, path, facts.problems)
    facts.problems.clear()


def _json(pile: Pile, path: str, data: bytes) -> None:
    is_tool, is_server = path.startswith(_TOOLS), path.startswith(_SERVERS)
    record, found = records.read(data, is_kept=is_tool or is_server)
    _note(pile, path, found)
    if not (is_tool or is_server) or found:
        return
    if not isinstance(record, dict):
        pile.add(path, "form.shape", f"expected an object, got {type(record).__name__}")
    elif is_tool:
        _note(pile, path, records.tool(record))
    else:
        pile.servers.append((path, record))


def _note(pile: Pile, path: str, found: Iterable[tuple[str, str]]) -> None:
    """Note what a check says of a file, and that the file is not of the shape it expects."""
    try:
        for rule, message in found:
            pile.add(path, rule, message)
    except feeds.GARBLED as error:
        message = f"not a record as the API describes it ({type(error).__name__}: {error})"
        pile.add(path, "form.shape", message)


def policies_of_pages(pile: Pile, expected: str) -> None:
    """Report pages whose security policy is missing, weak, or not the expected one."""
    for path, facts in pile.pages.items():
        if not facts.csp:
            pile.add(path, "safety.csp", "no Content-Security-Policy")
        elif "unsafe-" in facts.csp or not facts.csp.startswith("default-src 'none'"):
            pile.add(path, "safety.csp", f"too weak: {facts.csp[:80]}")
        elif facts.csp != expected:
            pile.add(path, "safety.csp", "differs from the front page's")


def servers(pile: Pile) -> None:
    """Report what the record of a server says and its files do not: pages, counts, policies."""
    for path, record in pile.servers:
        _note(pile, path, records.server(record, pile.sizes))
        if not record.get("tools"):
            continue
        default = f"{_POLICIES}{record.get('slug')}.yaml"
        if default in pile.policies:
            _note(pile, default, records.policy(record, pile.policies[default]))
        elif default not in pile.sizes:
            pile.add(path, "truth.policy", f"no {default}")


def limit(path: str) -> int:
    """Return how many bytes a file may have, 0 where nothing is said."""
    if path.endswith(".html"):
        return PAGE_EXTREME if is_tool_page(path) else PAGE
    if path.startswith("api/v1/search/"):
        return SHARD
    if path.startswith("badges/"):
        return BADGE
    return THEME if path == "static/theme.js" else 0


def is_tool_page(path: str) -> bool:
    """Return whether a path is the page of one tool."""
    return path.startswith("tools/") and path.count("/") == 3 and "/page/" not in path  # noqa: PLR2004 - server, tool, file


def base(address: str) -> str:
    """Return the path of the site on its host: `/`, or longer for a site below a folder."""
    return f"/{address.split('/', 3)[3]}" if address.count("/") > 2 else "/"  # noqa: PLR2004 - a path behind the host
