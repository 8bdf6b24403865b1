"""Assessed tools of a server, or of a stack of servers, to what they can do together.

Facts without a grade: three witnesses of the combination that leaks data, hints that agree or
contradict, and the size of the definitions. Names shared with other servers are filled in by
similar.py once the whole catalogue is known; a stack knows its own collisions at once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.derive import evidence
from generator.model import Exposure, Witness
from generator.taxonomy import Category, Facet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.model import Annotations, Assessment, Tool

Assessed = tuple["Tool", "Assessment"]
PRIVATE_DATA = (Facet.PRIVATE_DATA,)
UNTRUSTED_CONTENT = (Facet.UNTRUSTED_CONTENT,)
WAY_OUT = (Facet.EGRESS, Facet.PUBLIC_SINK, Facet.ARBITRARY_URL)
CHARACTERS_PER_TOKEN = 4
TOKENS_METHOD = "characters of the compact JSON of name, description and input schema, divided by 4"
SERVERS_PER_NAME = 3
_COMPACT = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_UNIFORM_FROM = 5


@dataclass(frozen=True, slots=True)
class Hints:
    """How a server's tools use annotations, and how often they are right about reading."""

    declared: int
    uniform: bool
    reassuring_wrong: int
    alarming_wrong: int
    agreeing: int
    read_only_declared: int


def exposure(tools: Sequence[Assessed]) -> Exposure:
    """Return what the tools of one server, or of a stack, can do together."""
    hints = hints_of(tools)
    sizes = [(tokens(tool), tool.name) for tool, _ in tools]
    heaviest = max(sizes, key=lambda s: s[0], default=(0, ""))
    shared = collisions((tool.server, tool.name) for tool, _ in tools)
    return Exposure(
        private_data=witness(tools, PRIVATE_DATA),
        untrusted_content=witness(tools, UNTRUSTED_CONTENT),
        way_out=witness(tools, WAY_OUT),
        shared_names=tuple(
            (name, server) for name, servers in shared for server in servers[:SERVERS_PER_NAME]
        ),
        hints_declared=hints.declared,
        hints_uniform=hints.uniform,
        hints_reassuring_wrong=hints.reassuring_wrong,
        hints_alarming_wrong=hints.alarming_wrong,
        tokens=sum(size for size, _ in sizes),
        heaviest_tool=heaviest[1],
        heaviest_tokens=heaviest[0],
        shared_total=len(shared),
        hints_agreeing=hints.agreeing,
        hints_read_only_declared=hints.read_only_declared,
        tools_total=len(tools),
    )


def witness(tools: Iterable[Assessed], facets: Sequence[Facet]) -> Witness | None:
    """Return the tool that shows one of the facets best: highest score, then name, server."""
    candidates = [
        (tool, assessment, facet)
        for tool, assessment in tools
        for facet in facets
        if facet in assessment.facets
    ]
    if not candidates:
        return None
    order = list(facets)
    tool, assessment, facet = min(
        candidates, key=lambda c: (-c[1].score, c[0].name, c[0].server, order.index(c[2]))
    )
    quotes = (s.quote for s in evidence.counted(assessment) if s.facet is facet and s.quote)
    return Witness(tool.name, facet, assessment.score, next(quotes, ""), tool.server)


def collisions(names: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Return the tool names that two or more servers use, with the servers, both sorted."""
    servers: dict[str, set[str]] = {}
    for server, name in names:
        servers.setdefault(name, set()).add(server)
    return sorted((name, sorted(who)) for name, who in servers.items() if len(who) > 1)


def hints_of(tools: Sequence[Assessed]) -> Hints:
    """Return coverage, uniformity and agreement of the hints; wrong ones in both directions."""
    declared = [t.annotations for t, _ in tools if _has_hint(t.annotations)]
    told = [
        (t.annotations.read_only_hint, a.category)
        for t, a in tools
        if t.annotations.read_only_hint is not None and a.category is not Category.UNCLASSIFIED
    ]
    reassuring = sum(hint is True and c is not Category.READ for hint, c in told)
    alarming = sum(hint is False and c is Category.READ for hint, c in told)
    return Hints(
        declared=len(declared),
        uniform=len(tools) >= _UNIFORM_FROM
        and len(declared) == len(tools)
        and len({_values(a) for a in declared}) == 1,
        reassuring_wrong=reassuring,
        alarming_wrong=alarming,
        agreeing=len(told) - reassuring - alarming,
        read_only_declared=len(told),
    )


def tokens(tool: Tool) -> int:
    """Return about how many tokens a definition costs in each request: see TOKENS_METHOD."""
    if not isinstance(tool.raw, dict):
        return 0
    loaded = {
        key: tool.raw[key] for key in ("name", "description", "inputSchema") if key in tool.raw
    }
    try:
        size = len(_COMPACT.encode(loaded))
    except RecursionError:
        size = len(tool.name) + len(tool.description)
    return -(-size // CHARACTERS_PER_TOKEN)


def _values(annotations: Annotations) -> tuple[bool | None, ...]:
    a = annotations
    return a.read_only_hint, a.destructive_hint, a.idempotent_hint, a.open_world_hint


def _has_hint(annotations: Annotations) -> bool:
    return any(value is not None for value in _values(annotations))
