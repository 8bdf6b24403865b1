"""Built files to what each shows to be wrong by itself, and the facts that other checks need.

Used file by file: by `verify.py` for a finished folder, by `lot.py` for the files of one server
before they are put in place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.errors import Location, Problem
from generator.render.checks import markup, records, styles

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from generator.model import JsonObject
    from generator.render.checks.markup import PageFacts

    CheckPolicy = Callable[[str, str], list[Problem]]

KIB = 1024
PAGE, PAGE_EXTREME, SHARD, BADGE, THEME = 60 * KIB, 200 * KIB, 150 * KIB, 2 * KIB, KIB
STYLE, SCRIPT = 20 * KIB, 30 * KIB
PERCENTILE = 0.95
"""The share of tool pages that must keep to PAGE."""


@dataclass(slots=True)
class Pile:
    """What some files say."""

    sizes: dict[str, int] = field(default_factory=dict)
    pages: dict[str, PageFacts] = field(default_factory=dict)
    servers: list[JsonObject] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: str, rule: str, message: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(rule, Location(path), message))


def read(pile: Pile, path: str, data: bytes, check_policy: CheckPolicy | None) -> None:
    """Note what one file says, and what it shows to be wrong by itself."""
    size(pile, path, len(data))
    if path.endswith(".html"):
        _page(pile, path, data)
    elif path.endswith((".json", ".sarif")):
        record, found = records.read(data)
        for rule, message in found:
            pile.add(path, rule, message)
        if isinstance(record, dict):
            _record(pile, path, record)
    elif path.endswith(".css"):
        for rule, message in styles.check(data.decode()):
            pile.add(path, rule, message)
    if check_policy and path.startswith("policies/"):
        pile.problems += check_policy(path, data.decode())


def size(pile: Pile, path: str, found: int) -> None:
    """Note a file's size and name."""
    pile.sizes[path] = found
    limit = _limit(path)
    if limit and found > limit:
        pile.add(path, "size", f"{found} bytes (expected at most {limit})")
    if not (path.isascii() and path.isprintable()):
        pile.add(path, "safety.hidden", "a file name beyond printable ASCII")


def _page(pile: Pile, path: str, data: bytes) -> None:
    try:
        page = data.decode()
    except UnicodeDecodeError:
        pile.add(path, "form.encoding", "no UTF-8")
        return
    facts = markup.read(page)
    pile.pages[path] = facts
    for rule, message in facts.problems:
        pile.add(path, rule, message)
    facts.problems.clear()


def _record(pile: Pile, path: str, record: JsonObject) -> None:
    if path.startswith("api/v1/tools/"):
        for rule, message in records.tool(record):
            pile.add(path, rule, message)
    elif path.startswith("api/v1/servers/"):
        pile.servers.append(record)


def policies_of_pages(pile: Pile, expected: str) -> None:
    """Report pages whose security policy is missing, weak, or not the expected one."""
    for path, facts in pile.pages.items():
        if not facts.csp:
            pile.add(path, "safety.csp", "no Content-Security-Policy")
        elif "unsafe-" in facts.csp or not facts.csp.startswith("default-src 'none'"):
            pile.add(path, "safety.csp", f"too weak: {facts.csp[:80]}")
        elif facts.csp != expected:
            pile.add(path, "safety.csp", "differs from the front page's")


def servers(pile: Pile, files: Collection[str], text_of: Callable[[str], str]) -> None:
    """Report what the record of a server says and its files do not: pages, counts, policies."""
    for record in pile.servers:
        path = f"api/v1/servers/{record['slug']}.json"
        for rule, message in records.server(record, files):
            pile.add(path, rule, message)
        default = f"policies/{record['slug']}.yaml"
        if not record["tools"]:
            continue
        if default not in files:
            pile.add(path, "truth.policy", f"no {default}")
            continue
        for rule, message in records.policy(record, text_of(default)):
            pile.add(default, rule, message)


def assets(pile: Pile) -> None:
    """Report style sheets and scripts that are too large in all."""
    for kind, most in ((".css", STYLE), (".js", SCRIPT)):
        total = sum(size for path, size in pile.sizes.items() if path.endswith(kind))
        if total > most:
            pile.add("static/", "size", f"*{kind}: {total} bytes in all (expected at most {most})")


def _limit(path: str) -> int:
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
