"""A source a person names to what can be added to the catalogue: specs, snapshots, reasons.

Called by `mcp-risk import`, which writes. A source is the text of a file (a client's
configuration, saved answers of a registry, a saved tools/list answer) or the local copy of a
registry that `intake_sync.py` keeps.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from generator.crawl import intake_clients, intake_dump, intake_names, intake_registry
from generator.crawl.intake_text import json_values
from generator.model import ServerSpec, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from generator.crawl.intake_clients import ConfiguredServer
    from generator.crawl.intake_names import Slugs
    from generator.crawl.intake_registry import Listed
    from generator.errors import Problem
    from generator.model import Json

_LOOPBACK = ("http://localhost", "http://127.", "http://[::1]", "https://localhost")


class Kind(StrEnum):
    """What a source holds."""

    REGISTRY = "registry"
    CONFIG = "config"
    DUMP = "dump"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One server of a source (name is c): a spec to write, a snapshot to write, or the reason.

    `known_as` is the slug of the server in the catalogue that this one is, empty when it is new.
    """

    name: str
    spec: ServerSpec | None = None
    snapshot: Snapshot | None = None
    known_as: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """All servers of one source and what was wrong in it."""

    incoming: tuple[Incoming, ...] = ()
    problems: tuple[Problem, ...] = ()


def kind_of(text: str, filename: str) -> Kind | None:
    """Return what a file holds, None when it is none of the three."""
    if filename.lower().endswith(".toml"):
        return Kind.CONFIG
    try:
        values = json_values(text)
    except ValueError:
        # A broken configuration is the likeliest, and its reader names the line.
        return Kind.CONFIG if "ervers" in text else None
    first = values[0]
    if isinstance(first, list) and first and intake_registry.is_registry(first[0]):
        return Kind.REGISTRY
    if intake_registry.is_registry(first):
        return Kind.REGISTRY
    if intake_dump.is_dump(first):
        return Kind.DUMP
    is_config = isinstance(first, dict) and intake_clients.is_configuration(first)
    return Kind.CONFIG if is_config else None


def from_registry(
    pages: Iterable[Json],
    path: str,
    slugs: Slugs,
    wanted: Sequence[str] = (),
    *,
    with_deprecated: bool = False,
) -> Intake:
    """Return the servers of a registry whose names match one of the patterns, all without any."""
    listed, problems = intake_registry.read(pages, path)
    chosen = [one for one in listed if _matches(one.spec.name, wanted)]
    incoming = tuple(_listed(one, slugs, with_deprecated=with_deprecated) for one in chosen)
    return Intake(incoming, problems)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    lower = name.lower()
    return not patterns or any(fnmatchcase(lower, pattern.lower()) for pattern in patterns)


def _listed(one: Listed, slugs: Slugs, *, with_deprecated: bool) -> Incoming:
    spec = one.spec
    own = intake_names.keys(spec)
    known_as = slugs.existing(own)
    reason = ""
    if one.status == "deleted":
        reason = "is deleted in the registry"
    elif one.status != "active" and not with_deprecated:
        reason = f"is {one.status} in the registry"
    elif not spec.packages and not spec.remotes:
        reason = "names no package and no remote that can be recorded"
    if reason:
        return Incoming(spec.name, known_as=known_as, reason=reason)
    slug = known_as or slugs.new(intake_names.of_name(spec.name), own)
    notes = () if one.status == "active" else (one.status,)
    return Incoming(spec.name, replace(spec, slug=slug), known_as=known_as, notes=notes)


def from_configuration(text: str, filename: str, slugs: Slugs) -> Intake:
    """Return the servers of a client's configuration, each package and address once."""
    servers, problems = intake_clients.parse(text, filename)
    found: list[Incoming] = []
    seen: set[str] = set()
    for server in servers:
        one = _configured(server, slugs, seen)
        if one is not None:
            found.append(one)
    return Intake(tuple(found), problems)


def _configured(server: ConfiguredServer, slugs: Slugs, seen: set[str]) -> Incoming | None:
    spec = configured_spec(server)
    reason = server.reason
    if spec is not None and not spec.packages:
        url = spec.remotes[0].url
        if url.startswith(_LOOPBACK):
            reason = "its address is on this machine, where nobody else finds it"
        elif not url.startswith("https://"):
            reason = "its address is not https"
        elif "{secret}" in url:
            reason = "its address is itself a secret"
    if spec is None or reason:
        return Incoming(server.name, reason=reason)
    own = intake_names.keys(spec)
    if own[0] in seen:
        return None
    seen.update(own)
    known_as = slugs.existing(own)
    slug = known_as or slugs.new(spec.slug, own)
    notes = (f"left out: {', '.join(server.removed)}",) if server.removed else ()
    return Incoming(server.name, replace(spec, slug=slug), known_as=known_as, notes=notes)


def configured_spec(server: ConfiguredServer) -> ServerSpec | None:
    """Return the spec of a configured server with a readable word for a slug; None for neither.

    The name it has in the file is its owner's and is not used.
    """
    if server.package is not None:
        readable = intake_names.of_package(server.package)
        title = intake_names.title_of(readable)
        return ServerSpec(slug=readable, title=title, packages=(server.package,))
    if server.remote is not None:
        readable = intake_names.of_remote(server.remote)
        title = intake_names.title_of(readable)
        return ServerSpec(slug=readable, title=title, remotes=(server.remote,))
    return None


def from_dump(
    text: str,
    filename: str,
    spec: ServerSpec,
    today: str,
    redact: Callable[[str], str],
) -> Intake:
    """Return the snapshot of a saved answer for a server, which may be new."""
    taken, problems = intake_dump.read(text, filename, spec.slug, today, redact)
    if taken is None:
        return Intake((), problems)
    counts = Counter(loss.what for loss in taken.problems)
    notes = tuple(f"{what}: {number}" for what, number in sorted(counts.items())[:5])
    return Intake((Incoming(spec.slug, spec, taken, notes=notes),), problems)


def merged(old: ServerSpec, new: ServerSpec) -> ServerSpec:
    """Return a spec updated from its source; what people wrote about it by hand is kept."""
    packages = {intake_names.package_key(package): package for package in old.packages}
    kept = []
    for package in new.packages:
        before = packages.get(intake_names.package_key(package))
        if before is not None:
            fakes = {v.name: v.placeholder for v in before.environment}
            declared = {v.name for v in package.environment}
            environment = (
                *(replace(v, placeholder=fakes.get(v.name, "")) for v in package.environment),
                *(v for v in before.environment if v.name not in declared),
            )
            package = replace(  # noqa: PLW2901 - the same package with what is known about it
                package,
                executable=before.executable or package.executable,
                arguments=before.arguments or package.arguments,
                version=package.version or before.version,
                environment=environment,
            )
        kept.append(package)
    return replace(
        old,
        name=new.name or old.name,
        description=new.description or old.description,
        website_url=new.website_url or old.website_url,
        repository_url=new.repository_url or old.repository_url,
        packages=tuple(kept) or old.packages,
        remotes=new.remotes or old.remotes,
    )
