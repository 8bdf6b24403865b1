"""Servers, tools and everything else to URLs and slugs: one function each, used by all of render.

A URL is a path below the site's root without a leading slash and ends in `/` for a page. No path
is ever made from a raw name, only from slugs (`generator.slugs`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.model import Rendered
    from generator.taxonomy import Category, Level

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
