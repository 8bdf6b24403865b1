"""Which servers have other surroundings than in the last build, told without working them out.

What the files of a server say of others follows from its own tools and from a few answers: which
tools are like those of a kind, who else uses a name, how servers are called. The answers of the
last build are kept as plain values; a server that asks none of those that changed, and is itself
the same, has the surroundings that it had. Called by the pipeline.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from generator.model.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.derive.similar import Neighbours
    from generator.model import ToolSummary


class Answers(NamedTuple):
    """What the surroundings of all servers follow from."""

    similar: Mapping[tuple[str, tuple[str, ...]], bytes]
    """What stands for the tools that are like those of a category and a set of rules."""
    names: Mapping[str, tuple[str, ...]]
    """The first servers of each name that several use."""
    titles: Mapping[str, str]
    """What servers are called, by slug."""


def answers(
    tools: Sequence[ToolSummary], near: Neighbours, titles: Mapping[str, str]
) -> tuple[Answers, set[str]]:
    """Return the answers of now, and the servers that asked for more than is kept of them."""
    similar: dict[tuple[str, tuple[str, ...]], bytes] = {}
    apart: set[str] = set()
    for kind, ranks in kinds(tools).items():
        key = (kind.category.value, kind.rules)
        if key not in similar:
            similar[key], owners = near.stands_for(tools[ranks[0]])
            apart |= owners
    return Answers(similar, near.names, titles), apart


def touched(tools: Sequence[ToolSummary], before: Answers, now: Answers) -> set[str]:
    """Return the servers that ask something whose answer is another now."""
    similar = {key for key, mark in now.similar.items() if before.similar.get(key) != mark}
    found = {
        tools[rank].server
        for kind, ranks in kinds(tools).items()
        if (kind.category.value, kind.rules) in similar
        for rank in ranks
    }
    names = _differing(before.names, now.names)
    renamed = _differing(before.titles, now.titles)
    if renamed:
        names |= {name for name, who in now.names.items() if not renamed.isdisjoint(who)}
        shared = _shared(before.titles) ^ _shared(now.titles)
        found |= {slug for slug, title in now.titles.items() if title.casefold() in shared}
    if names:
        found |= {tool.server for tool in tools if tool.name in names}
    return found


def _differing(before: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    found = {key for key, value in now.items() if before.get(key) != value}
    return found | (before.keys() - now.keys())


def _shared(titles: Mapping[str, str]) -> set[str]:
    times = Counter(title.casefold() for title in titles.values())
    return {title for title, many in times.items() if many > 1}
