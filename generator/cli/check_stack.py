"""Servers of a configuration and the catalogue's ratings to what they are, alone and together.

Called by `check.py`; the forms it is printed in are `check_report.py` and `check_sarif.py`. What
is switched off is listed and counts for nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator import pipeline
from generator.crawl import intake, intake_names
from generator.derive import evidence
from generator.derive.exposure import collisions, exposure
from generator.taxonomy import Level
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.crawl.intake_clients import ConfiguredServer
    from generator.model import Assessment, Exposure, Server, Tool
    from generator.pipeline import Workshop

_REASON_CHARS = 200


@dataclass(frozen=True, slots=True)
class RatedTool:
    """One tool of a configured server (name is c) and why it has its level."""

    name: str
    category: str
    level: Level
    score: int
    reason: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """One configured server (name is c): what the catalogue knows, or why it knows nothing."""

    name: str
    client: str
    starts: str
    """The package, the address, or what else it is, in words."""
    is_enabled: bool
    slug: str = ""
    title: str = ""
    unknown: str = ""
    """Why there is no rating; empty when there is one."""
    tools: tuple[RatedTool, ...] = ()
    """Riskiest first."""
    tokens: int = 0
    configured_version: str = ""
    rated_version: str = ""
    observed_on: str = ""
    is_crawled: bool = False
    """Whether it was looked at for this check rather than taken from the catalogue."""

    @property
    def level(self) -> Level | None:
        """Return the highest level of its tools; None when it has no rated tool."""
        return max((tool.level for tool in self.tools), key=lambda one: one.rank, default=None)

    @property
    def by_level(self) -> tuple[tuple[Level, int], ...]:
        """Return how many tools have each level, highest first, zero counts left out."""
        counts = Counter(tool.level for tool in self.tools)
        return tuple((level, counts[level]) for level in reversed(Level) if counts[level])


@dataclass(frozen=True, slots=True)
class Stack:
    """All servers of a configuration, and what the enabled ones can do together."""

    servers: tuple[Checked, ...]
    together: Exposure
    same_names: tuple[tuple[str, tuple[str, ...]], ...]
    """(tool name (c), slugs) of the names that two or more enabled servers use."""

    @property
    def level(self) -> Level | None:
        """Return the highest level of the enabled servers."""
        levels = [s.level for s in self.servers if s.is_enabled and s.level is not None]
        return max(levels, key=lambda one: one.rank, default=None)

    @property
    def unknown(self) -> tuple[Checked, ...]:
        """Return the enabled servers without a rating."""
        return tuple(s for s in self.servers if s.is_enabled and s.unknown)


def check(
    configured: Sequence[ConfiguredServer],
    servers: Sequence[Server],
    shop: Workshop,
    crawled: Sequence[Server] = (),
) -> Stack:
    """Return what the catalogue, or a crawl made for this check, knows about configured servers."""
    by_slug = {server.slug: server for server in (*servers, *crawled)}
    slugs = intake_names.Slugs(server.spec for server in by_slug.values())
    now = {server.slug for server in crawled}
    rated: dict[str, list[tuple[Tool, Assessment]]] = {}
    active: dict[str, list[tuple[Tool, Assessment]]] = {}
    found = []
    for one in configured:
        slug = slugs.existing(keys_of(one))
        if slug and slug not in rated:
            rated[slug] = _assessed(by_slug[slug], shop)
        if slug and one.is_enabled:
            active[slug] = rated[slug]
        checked = _checked(one, by_slug.get(slug), rated)
        found.append(_of_now(checked, by_slug[slug]) if slug in now else checked)
    tools = [pair for slug in sorted(active) for pair in active[slug]]
    shared = collisions((tool.server, tool.name) for tool, _ in tools)
    names = tuple((name, tuple(who)) for name, who in shared)
    return Stack(tuple(found), exposure(tools), names)


def keys_of(one: ConfiguredServer) -> tuple[str, ...]:
    """Return what finds a server in the catalogue; some clients name it as the registry does."""
    spec = intake.configured_spec(one)
    return (*(intake_names.keys(spec) if spec else ()), f"name:{one.name.lower()}")


def _assessed(server: Server, shop: Workshop) -> list[tuple[Tool, Assessment]]:
    return list(zip(server.tools, pipeline.assessed(server, shop), strict=True))


def _checked(
    one: ConfiguredServer,
    server: Server | None,
    rated: Mapping[str, Sequence[tuple[Tool, Assessment]]],
) -> Checked:
    if server is None:
        unknown = one.reason or "is not in the catalogue"
        return Checked(one.name, one.client, starts(one), one.is_enabled, unknown=unknown)
    pairs = rated[server.slug]
    snapshot = server.snapshot
    unknown = ""
    if snapshot is None or not server.is_observed:
        state = snapshot.state.value if snapshot else "never crawled"
        unknown = f"is in the catalogue, but its tools are not known ({state})"
    return Checked(
        name=one.name,
        client=one.client,
        starts=starts(one),
        is_enabled=one.is_enabled,
        slug=server.slug,
        title=server.spec.title,
        unknown=unknown,
        tools=tuple(
            sorted((_tool(*pair) for pair in pairs), key=lambda tool: (-tool.score, tool.name))
        ),
        tokens=exposure(pairs).tokens,
        configured_version=one.package.version if one.package else "",
        rated_version=snapshot.source.version if snapshot else "",
        observed_on=snapshot.observed_on if snapshot else "",
    )


def _of_now(checked: Checked, server: Server) -> Checked:
    """Return what a crawl of this moment found, in its own words when it found nothing."""
    snapshot = server.snapshot
    if checked.unknown and snapshot is not None:
        reason = f": {one_line(snapshot.reason, _REASON_CHARS)}" if snapshot.reason else ""
        unknown = f"was crawled now, and listed no tools ({snapshot.state.value}{reason})"
        return replace(checked, is_crawled=True, unknown=unknown)
    return replace(checked, is_crawled=True)


def _tool(tool: Tool, assessment: Assessment) -> RatedTool:
    return RatedTool(
        name=tool.name,
        category=assessment.category.value,
        level=assessment.level,
        score=assessment.score,
        reason=evidence.reason(assessment),
        rules=evidence.rule_ids(assessment),
    )


def starts(one: ConfiguredServer) -> str:
    """Return what a configured server is: a package URL, an address, or neither."""
    if one.package is not None:
        return one.package.purl
    return one.remote.url if one.remote is not None else "a program"
