"""What a person names on the command line to servers whose tools can be rated.

Called by `mcp-risk policy`. A slug and the entries of a client's configuration are looked up in
the catalogue; a saved tools/list answer is taken as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator import content_listing, lint
from generator.crawl import intake, intake_names, redact
from generator.crawl.intake import Kind
from generator.crawl.intake_dump import is_dump
from generator.crawl.intake_names import Slugs
from generator.crawl.intake_text import decode, json_values
from generator.definition import tools_of
from generator.errors import CatalogueError, Location, Problem, Severity
from generator.model import Server, ServerSpec
from generator.text import one_line

if TYPE_CHECKING:
    from generator.model import Content

MAX_BYTES = 64 * 1024 * 1024
_OTHERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Named:
    """A server, the key a client's file has for it, and the source that named it."""

    server: Server
    key: str
    origin: str


def named(
    sources: list[str], dumped_as: str, content: Content, today: str
) -> tuple[list[Named], list[Problem]]:
    """Return the servers of all sources, each key once, and what could not be used.

    Raises:
        CatalogueError: a source is neither a server of the catalogue nor a readable file.
    """
    known = {server.slug: server for server in content.servers}
    found: dict[str, Named] = {}
    problems: list[Problem] = []
    for source in sources:
        if source in known:
            servers = [Named(known[source], source, source)]
        else:
            servers, wrong = _from_file(source, dumped_as, known, today)
            problems += wrong
        for one in servers:
            found.setdefault(one.key, one)
    return list(found.values()), problems


def _from_file(
    source: str, dumped_as: str, known: dict[str, Server], today: str
) -> tuple[list[Named], list[Problem]]:
    text = _text(source)
    kind = intake.kind_of(text, source)
    if kind is Kind.CONFIG:
        return _from_configuration(text, source, known)
    if not _is_dump(text):
        raise CatalogueError(
            f"{one_line(source)} is no server of the catalogue, no client's configuration and no "
            "tools/list answer"
        )
    slug = dumped_as or _OTHERS.sub("-", Path(source).stem.lower()).strip("-") or "server"
    if not content_listing.SLUG.fullmatch(slug):
        raise CatalogueError("--server expects lower-case letters, digits and hyphens")
    spec = known[slug].spec if slug in known else ServerSpec(slug, intake_names.title_of(slug))
    taken = intake.from_dump(text, source, spec, today, redact.redactor({}, ()))
    servers = [
        Server(spec, one.snapshot, tools_of(one.snapshot))
        for one in taken.incoming
        if one.snapshot is not None
    ]
    return [Named(server, slug, source) for server in servers], list(taken.problems)


def _is_dump(text: str) -> bool:
    """Return whether a file holds tools, whatever else stands beside them."""
    try:
        return is_dump(json_values(text)[0])
    except ValueError:
        return False


def _from_configuration(
    text: str, source: str, known: dict[str, Server]
) -> tuple[list[Named], list[Problem]]:
    slugs = Slugs((server.spec for server in known.values()), lint.RESERVED)
    taken = intake.from_configuration(text, source, slugs)
    found: list[Named] = []
    problems = list(taken.problems)
    place = Location(source)
    for one in taken.incoming:
        name = one_line(one.name, 60)
        if one.known_as not in known:
            reason = one.reason or "it is not in the catalogue; add it with mcp-risk import"
            problems.append(Problem("policy.unknown-server", place, f"{name}: {reason}"))
            continue
        key = one.name if content_listing.SLUG.fullmatch(one.name) else one.known_as
        if key != one.name:
            text = f"{name}: rename it to {key} in your file, or the rules do not match"
            problems.append(Problem("policy.server-name", place, text, Severity.WARNING))
        found.append(Named(known[one.known_as], key, source))
    return found, problems


def _text(source: str) -> str:
    try:
        path = Path(source).expanduser()
        if path.stat().st_size > MAX_BYTES:
            raise CatalogueError(f"{one_line(source)} is larger than {MAX_BYTES:,} bytes")
        return decode(path.read_bytes())
    except OSError as error:
        raise CatalogueError(
            f"{one_line(source)} is no server of the catalogue and cannot be read as a file: "
            f"{error.strerror}"
        ) from error
