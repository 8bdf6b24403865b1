"""The parts of servers to small bytes and back: what the memory keeps of hundreds of thousands.

Called by `pipeline_store.py`. Most of what summaries say is said by thousands of tools: sentences,
decisions, sets of rules, names. A `Shelf` gives each distinct value once, whoever says it, so
that all parts together need less than half of the room, and are read in less than half of the time
that pickled summaries need.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from generator.model import ToolSummary
from generator.pipeline_tasks import Part
from generator.taxonomy import Category, Confidence, Facet, Level, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

_CATEGORY = {one.value: one for one in Category}
_LEVEL = {one.value: one for one in Level}
_CONFIDENCE = {one.value: one for one in Confidence}
_FACET = {one.value: one for one in Facet}
_VERDICT = {one.value: one for one in Verdict}


def packed(part: Part) -> bytes:
    """Return a part as bytes."""
    tools = part.tools
    whose = (tools[0].server, tools[0].server_title) if tools else ("", "")
    others = (part.server, part.changes, part.problems, part.name, part.path, part.example)
    return pickle.dumps((others, whose, [_row(tool) for tool in tools]), 5)


def _row(tool: ToolSummary) -> tuple[object, ...]:
    """Return a tool as plain values, what is its name again left out."""
    name = tool.name
    return (
        name,
        tool.category.value,
        tool.level.value,
        tool.score,
        tool.confidence.value,
        tuple([facet.value for facet in tool.facets]),
        tool.verdict.value,
        tool.rules,
        tool.headline,
        tool.decision,
        tool.occurrence,
        None if tool.letters == name else tool.letters,
        None if tool.slug == name else tool.slug,
        tool.digest,
    )


class Shelf:
    """Reads parts; equal values of the parts it has read are one object."""

    def __init__(self) -> None:
        self._same: dict[object, Any] = {}
        self._facets: dict[tuple[str, ...], tuple[Facet, ...]] = {}

    def part(self, data: bytes) -> Part:
        """Return the part that was packed."""
        others, whose, rows = pickle.loads(data)  # noqa: S301 - written by this program into its own cache
        server, changes, problems, name, path, example = others
        tools = tuple(self._tools(whose, rows))
        return Part(server, tools, changes, problems, name, path, example)

    def _tools(
        self, whose: tuple[str, str], rows: Iterable[tuple[Any, ...]]
    ) -> Iterable[ToolSummary]:
        server, title = whose
        same, facets_of = self._same.setdefault, self._facets
        for (
            name, category, level, score, confidence, facets, verdict, rules, headline, decision,
            occurrence, letters, slug, digest,
        ) in rows:  # fmt: skip
            if facets not in facets_of:
                facets_of[facets] = tuple([_FACET[one] for one in facets])
            known = same(name, name)
            yield ToolSummary(
                server,
                title,
                known,
                _CATEGORY[category],
                _LEVEL[level],
                score,
                _CONFIDENCE[confidence],
                facets_of[facets],
                _VERDICT[verdict],
                same(rules, rules),
                same(headline, headline),
                same(decision, decision),
                occurrence,
                known if letters is None else same(letters, letters),
                known if slug is None else same(slug, slug),
                digest,
            )
