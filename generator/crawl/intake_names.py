"""Registry names, packages and addresses to slugs, titles, and keys that tell servers apart.

Called by `intake.py` and `mcp-risk check`. A slug is made of letters, digits and hyphens only, so
text of a registry never becomes a path; two servers never share one.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import Package, Remote, ServerSpec

_OTHERS = re.compile(r"[^a-z0-9]+")
_SLUG_CHARS = 64
_HASH_CHARS = (6, 16, 64)
_PYPI = re.compile(r"[-_.]+")
_HOSTS = ("io.github.", "io.gitlab.", "com.github.", "com.gitlab.")
_SPELT = {
    "mcp": "MCP", "api": "API", "aws": "AWS", "ai": "AI", "sql": "SQL", "url": "URL", "ui": "UI",
    "github": "GitHub", "gitlab": "GitLab", "openapi": "OpenAPI", "mysql": "MySQL", "pdf": "PDF",
    "graphql": "GraphQL", "sqlite": "SQLite", "postgresql": "PostgreSQL", "youtube": "YouTube",
}  # fmt: skip


class Slugs:
    """Slugs in use and the server each belongs to; gives a new one to a new server."""

    def __init__(self, specs: Iterable[ServerSpec] = (), reserved: Iterable[str] = ()) -> None:
        self._owners: dict[str, str] = dict.fromkeys(reserved, "")
        self._known: dict[str, str] = {}
        for spec in specs:
            self._owners[spec.slug] = f"slug:{spec.slug}"
            for key in keys(spec):
                self._known.setdefault(key, spec.slug)

    def existing(self, wanted: Iterable[str]) -> str:
        """Return the slug of a server that has one of the keys, empty when none has."""
        return next((self._known[key] for key in wanted if key in self._known), "")

    def new(self, readable: str, own: tuple[str, ...]) -> str:
        """Return an unused slug for a server with these keys, and remember both."""
        first = own[0]
        base = _OTHERS.sub("-", readable.lower()).strip("-")
        digest = hashlib.sha256(first.encode("utf-8", "replace")).hexdigest()
        candidates = [base] if base and len(base) <= _SLUG_CHARS else []
        short = base[:_SLUG_CHARS].strip("-") or "server"
        candidates += [f"{short}-{digest[:size]}" for size in _HASH_CHARS]
        slug = next(c for c in candidates if self._owners.get(c, first) == first)
        self._owners[slug] = first
        for key in own:
            self._known.setdefault(key, slug)
        return slug


def keys(spec: ServerSpec) -> tuple[str, ...]:
    """Return what tells a server apart: its registry name, then its packages, then its remotes."""
    found = [f"name:{spec.name.lower()}"] if spec.name else []
    found += [package_key(package) for package in spec.packages]
    found += [remote_key(remote) for remote in spec.remotes]
    return tuple(found) or (f"slug:{spec.slug}",)


def package_key(package: Package) -> str:
    """Return a package's identity without its version, spelt as its ecosystem compares names."""
    name = package.identifier.lower()
    if package.registry_type == "pypi":
        name = _PYPI.sub("-", name)
    elif package.registry_type == "oci":
        name = name.partition("@")[0].removeprefix("docker.io/").removeprefix("library/")
        head, _, tail = name.rpartition("/")
        name = f"{head}/{tail.partition(':')[0]}" if head else tail.partition(":")[0]
    return f"{package.registry_type}:{name}"


def remote_key(remote: Remote) -> str:
    """Return a remote's identity: its address without query, default port and final slash."""
    parts = urlsplit(remote.url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return f"url:{(parts.hostname or '').lower()}{port}{parts.path.rstrip('/')}"


def of_name(name: str) -> str:
    """Return `acme-demo` for io.github.acme/demo and `stripe-mcp` for com.stripe/mcp."""
    space, _, last = name.lower().partition("/")
    for host in _HOSTS:
        space = space.removeprefix(host)
    labels = space.split(".")
    known = "." in space and len(labels[0]) <= 3  # noqa: PLR2004 - com, org, io, dev, app
    readable = "-".join(reversed(labels[1:])) if known else space
    return last if last.startswith(f"{readable}-") else f"{readable}-{last}"


def of_package(package: Package) -> str:
    """Return `playwright-mcp` for @playwright/mcp."""
    name = package_key(package).partition(":")[2].removeprefix("@")
    owner, _, last = name.rpartition("/")
    if package.registry_type == "oci" and "." in owner.partition("/")[0]:
        owner = owner.partition("/")[2]
    return last if not owner or last.startswith(f"{owner}-") else f"{owner}-{last}"


def of_remote(remote: Remote) -> str:
    """Return the host of a remote, and its path where that says more than `/mcp`."""
    parts = urlsplit(remote.url)
    steps = [s for s in parts.path.split("/") if s and s not in {"mcp", "sse", "{secret}"}]
    return "-".join([(parts.hostname or "").removeprefix("www."), *steps[:2]])


def of_address(base: str) -> str:
    """Return a folder's name for the copy of a registry: its host, and a hash of all of it."""
    host = _OTHERS.sub("-", (urlsplit(base).hostname or "").lower()).strip("-")[:_SLUG_CHARS]
    return f"{host}-{hashlib.sha256(base.encode('utf-8', 'replace')).hexdigest()[:8]}"


def title_of(readable: str) -> str:
    """Return words a person would print: `GitHub MCP` for github-mcp."""
    words = [word for word in re.split(r"[^A-Za-z0-9]+", readable) if word]
    return " ".join(_SPELT.get(word.lower(), word[:1].upper() + word[1:]) for word in words)
