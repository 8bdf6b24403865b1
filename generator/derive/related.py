"""Tools to the attack entries whose preconditions they share, and attacks to their tools.

A statement about definitions, never about incidents. Rules come first, then facets; a category
alone links only an attack that names neither, and confines an attack matched by facets alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from operator import itemgetter
from typing import TYPE_CHECKING

from generator.latest import latest
from generator.model import AttackFacts, RelatedAttack
from generator.model.kinds import kind_of, kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.model import AttackEntry, ToolSummary
    from generator.model.kinds import Kind

MOST_PER_TOOL = 6
MOST_TOOLS = 500
_OVER_TIME = "drift."


def shared(attack: AttackEntry, tool: Kind | ToolSummary) -> tuple[str, ...]:
    """Return the preconditions of an attack that a tool shares, empty when it is not linked.

    One shared rule links. Without one, at least half of the attack's facets must be shared, two
    of them when the attack names rules as well, and the category must be one of the attack's,
    when it names any. Rules about change over time have no say: a definition cannot show them.
    """
    wanted = rules_of(attack)
    rules = tuple(rule for rule in wanted if rule in tool.rules)
    facets = tuple(facet for facet in attack.applies_facets if facet in tool.facets)
    if rules:
        return (*rules, *(facet.value for facet in facets))
    fits = not attack.applies_categories or tool.category in attack.applies_categories
    if attack.applies_facets:
        enough = 2 * len(facets) >= len(attack.applies_facets)
        enough = enough and len(facets) >= (2 if wanted else 1)
        return tuple(facet.value for facet in facets) if enough and fits else ()
    if wanted or not attack.applies_categories or not fits:
        return ()
    return (tool.category.value,)


def rules_of(attack: AttackEntry) -> tuple[str, ...]:
    """Return the rules of an attack that a single definition can show."""
    return tuple(rule for rule in attack.applies_rules if not rule.startswith(_OVER_TIME))


@dataclass(frozen=True, slots=True)
class Links:
    """Attack entries and where to look for those that a tool may share something with."""

    attacks: tuple[AttackEntry, ...]
    places: Mapping[str, tuple[int, ...]]
    """Positions of entries by rule id, facet, or category of entries that name neither."""

    def of(self, tool: Kind) -> list[tuple[int, tuple[str, ...]]]:
        """Return (position, shared preconditions) of every entry linked to tools of a kind."""
        keys = (*tool.rules, *tool.facets, tool.category)
        near = sorted({position for key in keys for position in self.places.get(key, ())})
        found = ((position, shared(self.attacks[position], tool)) for position in near)
        return [(position, common) for position, common in found if common]


def links(attacks: Sequence[AttackEntry]) -> Links:
    """Return the lookup over attack entries; built once."""
    places: dict[str, list[int]] = {}
    for position, attack in enumerate(attacks):
        keys: tuple[str, ...] = (*rules_of(attack), *attack.applies_facets)
        for key in dict.fromkeys(keys or attack.applies_categories):
            places.setdefault(key, []).append(position)
    return Links(tuple(attacks), {key: tuple(found) for key, found in places.items()})


def attacks_of(tool: ToolSummary, known: Links) -> tuple[RelatedAttack, ...]:
    """Return the attacks that share most with a tool: rules weigh double, then by title."""
    return _related(known)(kind_of(tool))


def _asking(known: Links) -> Callable[[Kind], tuple[RelatedAttack, ...]]:
    """Return the question about some attack entries, which remembers what it was asked."""

    @lru_cache(maxsize=4096)
    def related(tool: Kind) -> tuple[RelatedAttack, ...]:
        found = [(known.attacks[position], common) for position, common in known.of(tool)]
        found.sort(key=lambda pair: (-_weight(pair[0], pair[1]), pair[0].title, pair[0].slug))
        return tuple(RelatedAttack(a.slug, a.title, common) for a, common in found[:MOST_PER_TOOL])

    return related


_related = latest(_asking)


def facts(attacks: Sequence[AttackEntry], tools: Sequence[ToolSummary]) -> tuple[AttackFacts, ...]:
    """Return, parallel to the entries, how many tools and servers share their preconditions.

    The first tools are kept in the order given.
    """
    known = links(attacks)
    ranks: list[list[int]] = [[] for _ in attacks]
    for kind, same in kinds(tools).items():
        for position, _ in known.of(kind):
            ranks[position] += same
    owners = [tool.server for tool in tools]
    return tuple(
        _facts(attack.slug, own, tools, owners) for attack, own in zip(attacks, ranks, strict=True)
    )


def _facts(
    slug: str, ranks: Sequence[int], tools: Sequence[ToolSummary], owners: Sequence[str]
) -> AttackFacts:
    servers = Counter([owners[rank] for rank in ranks])
    # By name, then by count: two passes cost less than one over pairs.
    by_server = sorted(servers.items())
    by_server.sort(key=itemgetter(1), reverse=True)
    kept = tuple([tools[rank] for rank in nsmallest(MOST_TOOLS, ranks)])
    return AttackFacts(slug, len(ranks), len(servers), kept, tuple(by_server))


def _weight(attack: AttackEntry, common: Sequence[str]) -> int:
    return sum(2 if item in attack.applies_rules else 1 for item in common)
