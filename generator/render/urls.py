"""Servers, tools and everything else to URLs and slugs: one function each, used by all of render.

A URL is a path below the site's root without a leading slash and ends in `/` for a page. No path
is ever made from a raw name: `tool_slugs` is injective per server, also when case is ignored.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.model import Rendered
    from generator.taxonomy import Category, Level

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_UNCLEAN = re.compile(r"[^a-z0-9_-]+")
_DEVICES = {f"{name}{digit}" for name in ("com", "lpt") for digit in range(10)}
RESERVED = frozenset({"page", "index", "con", "prn", "aux", "nul", "feed", *_DEVICES})
"""Words no tool slug may be: our own folders, and names that some file systems refuse."""
_SHORT_HASH, _CLEAN_LENGTH = 10, 40

# ------------------------------------------------------------------------------- slugs


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


# ------------------------------------------------------------------------------- pages

HOME = ""
SERVERS, TOOLS, LEVELS, CATEGORIES = "servers/", "tools/", "risk/", "categories/"
ATTACKS, RULES, METHODOLOGY, FAQ, GLOSSARY = (
    "attacks/",
    "rules/",
    "methodology/",
    "faq/",
    "glossary/",
)
ATTACKS_LOOKUP = "attacks/look-up/"
SEARCH, STACK, COMPARE, API_GUIDE = "search/", "stack/", "compare/", "api/"
CONTACT_SENT, NOT_FOUND = "contact/sent/", "404.html"


def root(url: str) -> str:
    """Return the relative way from a page back to the site's root: `../` per folder, or `./`."""
    return "../" * url.count("/") or "./"


def bucket(base: str, key: str) -> str:
    """Return the URL of one part of a long list: `<base>page/<key>/`."""
    return f"{base}page/{key}/"


def server(slug: str) -> str:
    """Return the URL of a server's page."""
    return f"servers/{slug}/"


def server_tools(slug: str) -> str:
    """Return the URL of the A to Z list of one server's tools."""
    return f"tools/{slug}/"


def tool(server_slug: str, slug: str) -> str:
    """Return the URL of a tool's page."""
    return f"tools/{server_slug}/{slug}/"


def level(value: Level) -> str:
    """Return the URL of a risk level."""
    return f"risk/{value.value}/"


def level_server(value: Level, slug: str) -> str:
    """Return the URL of one server's tools of one level."""
    return f"risk/{value.value}/{slug}/"


def category(value: Category) -> str:
    """Return the URL of a category."""
    return f"categories/{value.slug}/"


def cell(value: Category, band: Level) -> str:
    """Return the URL of one cell of the matrix category by level."""
    return f"categories/{value.slug}/{band.value}/"


def attack(slug: str) -> str:
    """Return the URL of an attack entry."""
    return f"attacks/{slug}/"


def attack_tools(slug: str) -> str:
    """Return the URL of the tools that share an attack's preconditions."""
    return f"attacks/{slug}/tools/"


def rule(rule_id: str) -> str:
    """Return the URL of a rule."""
    return f"rules/{rule_id}/"


# ------------------------------------------------------------------------------- files


def policy(rendered: Rendered) -> str:
    """Return the path of a policy download."""
    return f"policies/{rendered.file_name}"


def static(name: str) -> str:
    """Return the path of a style sheet, script or icon."""
    return f"static/{name}"


def api(name: str) -> str:
    """Return the path of a file of the JSON API."""
    return f"api/v1/{name}"


def api_server(slug: str) -> str:
    """Return the path of a server's JSON."""
    return f"api/v1/servers/{slug}.json"


def api_tool(server_slug: str, slug: str) -> str:
    """Return the path of a tool's JSON."""
    return f"api/v1/tools/{server_slug}/{slug}.json"


def sarif(slug: str) -> str:
    """Return the path of a server's SARIF file."""
    return f"api/v1/sarif/{slug}.sarif"


def badge(slug: str) -> str:
    """Return the path of a server's badge picture."""
    return f"badges/{slug}.svg"


def badge_data(slug: str) -> str:
    """Return the path of a server's badge as data for badge services."""
    return f"api/v1/badges/{slug}.json"
