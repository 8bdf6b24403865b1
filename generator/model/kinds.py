"""Tools of the index to kinds: what is said of a kind is said of each of its tools.

A catalogue has some thousand kinds, however many tools. Whoever counts tools by category, level,
rules or facets looks at kinds, in derive and in render.
"""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from generator.latest import Latest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.model.derived import ToolSummary
    from generator.taxonomy import Category, Facet, Level


class Kind(NamedTuple):
    """What the tools of a kind have in common."""

    category: Category
    level: Level
    rules: tuple[str, ...]
    facets: tuple[Facet, ...]


def kind_of(tool: ToolSummary) -> Kind:
    """Return the kind of a tool."""
    return Kind(tool.category, tool.level, tool.rules, tool.facets)


def _kinds(tools: Sequence[ToolSummary]) -> Mapping[Kind, Sequence[int]]:
    """Return the ranks of the tools of each kind, rising; kinds in the order of their first."""
    found: dict[tuple[Category, Level, tuple[str, ...], tuple[Facet, ...]], array[int]] = {}
    for rank, tool in enumerate(tools):
        key = (tool.category, tool.level, tool.rules, tool.facets)
        ranks = found.get(key)
        if ranks is None:
            ranks = found[key] = array("I")
        ranks.append(rank)
    return {Kind(*key): ranks for key, ranks in found.items()}


kinds = Latest(_kinds, kept=1)
"""Asked about the tools of the index by everybody; see `_kinds`."""


def cells(tools: Sequence[ToolSummary]) -> Counter[tuple[Category, Level]]:
    """Return how many tools of the index each category has in each level."""
    found: Counter[tuple[Category, Level]] = Counter()
    for kind, ranks in kinds(tools).items():
        found[kind.category, kind.level] += len(ranks)
    return found
