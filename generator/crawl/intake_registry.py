"""Answers of the official registry, live or saved, to specs with their status, one per server.

Called by `intake.py`. The API is a preview: an unknown key is reported and refuses nothing. What
our form has no place for (icons, checksums, arguments of the runner) is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.crawl import intake_names
from generator.crawl.intake_arguments import arguments, has_template, variables
from generator.crawl.intake_secrets import clean_url
from generator.crawl.intake_text import kind, problem
from generator.errors import Location, Problem, Severity
from generator.model import Json, JsonObject, Package, Remote, ServerSpec
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OFFICIAL = "io.modelcontextprotocol.registry/official"
REGISTRY_TYPES = ("npm", "pypi", "oci", "nuget", "mcpb", "cargo")
_NAME = re.compile(r"[a-zA-Z0-9.-]{1,200}/[a-zA-Z0-9._-]{1,200}")
_HTTPS = re.compile(r"https://[^\s/]+\S*")
_ADDRESS = re.compile(r"https://[^\s/]+\S*|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/\S*)?")
_TRANSPORTS = {"stdio", "streamable-http", "sse"}
_KNOWN = {
    "server": {
        *("$schema", "name", "title", "description", "version", "websiteUrl", "repository"),
        *("icons", "packages", "remotes", "_meta", "status"),
    },
    "packages": {
        *("registryType", "registryBaseUrl", "identifier", "version", "fileSha256", "runtimeHint"),
        *("transport", "runtimeArguments", "packageArguments", "environmentVariables"),
    },
    "remotes": {"type", "url", "headers", "variables"},
}
_TEXT_CHARS = 400
_SHOWN_KEYS = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """One server of the registry: its spec (without a slug of its own), status and last change."""

    spec: ServerSpec
    status: str = "active"
    updated: str = ""


def read(pages: Iterable[Json], path: str) -> tuple[tuple[Listed, ...], tuple[Problem, ...]]:
    """Return the newest record of each server in the answers, by name, and what is wrong."""
    newest: dict[str, tuple[bool, str, JsonObject, JsonObject]] = {}
    wrong: list[Problem] = []
    unknown: Counter[str] = Counter()
    for position, (server, meta) in enumerate(_records(pages, path, wrong)):
        name = server.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            got = f'"{one_line(name, 80)}"' if isinstance(name, str) else kind(name)
            message = f"server {position + 1} (expected a name like io.github.acme/demo, got {got})"
            wrong.append(problem("registry.name", path, message))
            continue
        rank = (meta.get("isLatest") is not False, _text(meta, "updatedAt"))
        known = newest.get(name.lower())
        if known is None or rank >= known[:2]:
            newest[name.lower()] = (*rank, server, meta)
    found = []
    for _, updated, server, meta in (newest[name] for name in sorted(newest)):
        unknown.update(_unknown_keys(server))
        status = _text(meta, "status") or _text(server, "status") or "active"
        found.append(Listed(_spec(server, path, wrong), one_line(status, 20), updated))
    wrong += [
        _odd(
            "registry.unknown-key",
            path,
            f"{one_line(key, 60)} (expected a known key, got one of no place here, {number} times)",
        )
        for key, number in unknown.most_common(_SHOWN_KEYS)
    ]
    return tuple(found), tuple(wrong)


def _odd(rule: str, path: str, message: str) -> Problem:
    """Return a warning: what one record has in excess costs none of the rest."""
    return Problem(f"intake.{rule}", Location(path), message, Severity.WARNING)


def is_registry(value: Json) -> bool:
    """Return whether a JSON value is an answer of the registry or a server.json."""
    if not isinstance(value, dict):
        return False
    return (
        isinstance(value.get("servers"), list)
        or isinstance(value.get("server"), dict)
        or (isinstance(value.get("name"), str) and {"packages", "remotes"} & set(value) != set())
    )


def _records(
    pages: Iterable[Json], path: str, wrong: list[Problem]
) -> Iterator[tuple[JsonObject, JsonObject]]:
    """Yield (server.json, official metadata) of every record in pages, lists or alone."""
    for page in pages:
        rows = page.get("servers", [page]) if isinstance(page, dict) else page
        if not isinstance(rows, list):
            message = f"servers (expected a list, got {kind(rows)})"
            wrong.append(problem("registry.type", path, message))
            continue
        for row in rows:
            server = row.get("server", row) if isinstance(row, dict) else row
            if not isinstance(server, dict):
                message = f"a server (expected an object, got {kind(server)})"
                wrong.append(problem("registry.type", path, message))
                continue
            yield server, {**_official(server), **_official(row)}


def _official(row: JsonObject) -> JsonObject:
    meta = row.get("_meta")
    official = meta.get(OFFICIAL) if isinstance(meta, dict) else None
    return official if isinstance(official, dict) else {}


def _unknown_keys(server: JsonObject) -> Iterator[str]:
    yield from (str(key) for key in server if key not in _KNOWN["server"])
    for part in ("packages", "remotes"):
        for row in _rows(server, part):
            yield from (f"{part}.{key}" for key in row if key not in _KNOWN[part])


def _text(row: JsonObject, key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _rows(row: JsonObject, key: str) -> list[JsonObject]:
    value = row.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _spec(server: JsonObject, path: str, wrong: list[Problem]) -> ServerSpec:
    name = _text(server, "name")
    readable = intake_names.of_name(name)
    remotes = tuple(filter(None, (_remote(row, name, path, wrong) for row in _remotes(server))))
    packages = tuple(
        filter(None, (_package(row, name, path, wrong) for row in _rows(server, "packages")))
    )
    repository = server.get("repository")
    url = _text(repository, "url") if isinstance(repository, dict) else ""
    return ServerSpec(
        slug="",
        title=one_line(_text(server, "title"), 100) or intake_names.title_of(readable),
        name=name,
        description=one_line(_text(server, "description"), _TEXT_CHARS),
        website_url=_https(_text(server, "websiteUrl")),
        repository_url=_https(url),
        packages=packages,
        remotes=remotes,
    )


def _https(url: str) -> str:
    clean = clean_url(url)
    return clean.url if clean and _HTTPS.fullmatch(clean.url) else ""


def _remotes(server: JsonObject) -> list[JsonObject]:
    """Return the remotes, those that need neither credentials nor a value in the address first."""

    def cost(row: JsonObject) -> int:
        needs = any(header.get("isRequired") is True for header in _rows(row, "headers"))
        return 2 * has_template(_text(row, "url")) + needs

    return sorted(_rows(server, "remotes"), key=cost)


def _remote(row: JsonObject, name: str, path: str, wrong: list[Problem]) -> Remote | None:
    kind_of, raw = _text(row, "type"), _text(row, "url")
    clean = clean_url(raw)
    if kind_of not in _TRANSPORTS - {"stdio"} or clean is None or not _ADDRESS.fullmatch(clean.url):
        message = f"{name}: a remote (expected streamable-http or sse and an https address)"
        wrong.append(_odd("registry.remote", path, message))
        return None
    return Remote(kind_of, clean.url, variables(_rows(row, "headers")))


def _package(row: JsonObject, name: str, path: str, wrong: list[Problem]) -> Package | None:
    kind_of, identifier = _text(row, "registryType"), _text(row, "identifier")
    if kind_of not in REGISTRY_TYPES or not identifier or identifier != one_line(identifier, 400):
        expected = f"{', '.join(REGISTRY_TYPES)} and an identifier"
        message = f"{name}: a package (expected {expected}, got another)"
        wrong.append(_odd("registry.package", path, message))
        return None
    transport = row.get("transport")
    over = _text(transport, "type") if isinstance(transport, dict) else "stdio"
    version = _text(row, "version")
    return Package(
        registry_type=kind_of,
        identifier=identifier,
        version="" if version == "latest" else one_line(version, 100),
        runtime_hint=one_line(_text(row, "runtimeHint"), 40),
        arguments=arguments(_rows(row, "packageArguments")),
        environment=variables(_rows(row, "environmentVariables")),
        transport=over if over in _TRANSPORTS else "stdio",
    )
