"""Tools and servers to the few facts that lists, matrices and search need.

Summaries are all that spans servers, so they stay small: texts are cut, evidence is left out.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING

from generator import search_words, text
from generator.derive import evidence
from generator.model import ServerSummary, ToolDetails, ToolSummary
from generator.model.quick import changed
from generator.taxonomy import Category, Level, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.model import Assessment, Exposure, Server, Tool

DESCRIPTION_LIMIT = 160


def tool_summary(
    tool: Tool,
    assessment: Assessment,
    *,
    title: str,
    headline: str,
    decision: str,
    occurrence: int = 0,
    slug: str = "",
) -> ToolSummary:
    """Return a tool's summary with the number that stands for all that it says.

    `title` is its server's, `decision` the balanced default.
    """
    summary = ToolSummary(
        server=tool.server,
        server_title=title,
        name=tool.name,
        category=assessment.category,
        level=assessment.level,
        score=assessment.score,
        confidence=assessment.confidence,
        facets=assessment.facets,
        verdict=assessment.verdict,
        rules=evidence.rule_ids(assessment),
        headline=headline,
        decision=decision,
        letters=search_words.letters(tool.name),
        occurrence=occurrence,
        slug=slug,
    )
    return changed(summary, digest=_digest(_JSON.encode(_SAID(summary)).encode()))


def tool_details(tool: Tool) -> ToolDetails:
    """Return what only the dataset and the search index say of a tool."""
    description = text.cut(" ".join(tool.description[:2000].split()), DESCRIPTION_LIMIT)
    parameters = tuple(parameter.name for parameter in tool.parameters)
    words = search_words.of_tool(tool.name, parameters, description)
    return ToolDetails(description, parameters, words)


def server_summary(
    server: Server, tools: Sequence[ToolSummary], exposure: Exposure | None
) -> ServerSummary:
    """Return a server's summary; a server never observed has no level and no counts."""
    snapshot = server.snapshot
    top = riskiest(tools)
    levels = Counter(tool.level for tool in tools)
    categories = Counter(tool.category for tool in tools)
    return ServerSummary(
        slug=server.slug,
        title=server.spec.title,
        domain=server.spec.domain,
        package=_package(server),
        state=snapshot.state if snapshot else State.NOT_OBSERVED,
        complete=snapshot.complete if snapshot else True,
        observed_on=snapshot.observed_on if snapshot and server.is_observed else "",
        tools_total=len(tools),
        level=top.level if top else None,
        riskiest_tool=top.name if top else "",
        by_level=tuple((level, levels[level]) for level in Level if levels[level]),
        by_category=tuple((c, categories[c]) for c in Category if categories[c]),
        tokens=exposure.tokens if exposure else 0,
        is_trifecta=exposure.is_trifecta if exposure else False,
        spec=server.spec,
        letters=search_words.letters(server.spec.title),
    )


def with_digest(summary: ServerSummary) -> ServerSummary:
    """Return a server's summary with the number that stands for all that it says."""
    return changed(summary, digest=_digest(repr(summary).encode("utf-8", "surrogatepass")))


def _digest(said: bytes) -> bytes:
    return hashlib.blake2b(said, digest_size=8).digest()


_JSON = json.JSONEncoder()
_SAID = attrgetter(*[one.name for one in fields(ToolSummary) if one.name != "digest"])
"""All that a tool's summary says: texts, numbers and tuples of texts."""


def riskiest(tools: Iterable[ToolSummary]) -> ToolSummary | None:
    """Return the tool with the highest score, then the strongest category, then by name."""
    return min(tools, key=lambda t: (-t.score, -t.category.strength, t.name), default=None)


def matrix(tools: Iterable[ToolSummary]) -> tuple[tuple[Category, Level, int], ...]:
    """Return (category, level, count) in the order of the taxonomy, zero counts left out."""
    return in_order(Counter((tool.category, tool.level) for tool in tools))


def in_order(cells: Counter[tuple[Category, Level]]) -> tuple[tuple[Category, Level, int], ...]:
    """Return the counts of a matrix in the order of the taxonomy."""
    return tuple((c, lv, cells[c, lv]) for c in Category for lv in Level if cells[c, lv])


def _package(server: Server) -> str:
    """Return the purl that was observed, otherwise the declared one, empty for remotes."""
    if server.snapshot and server.snapshot.source.package:
        return server.snapshot.source.package
    return server.spec.packages[0].purl if server.spec.packages else ""
