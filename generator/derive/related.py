"""Tools to the attack entries whose preconditions they share, and attacks to their tools.

A statement about definitions, never about incidents. Rules come first, then facets; a category
alone links only an attack that names neither, and confines an attack matched by facets alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model import AttackFacts, RelatedAttack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.model import AttackEntry, ToolSummary

MOST_PER_TOOL = 6
MOST_TOOLS = 500
_OVER_TIME = "drift."


def shared(attack: AttackEntry, tool: ToolSummary) -> tuple[str, ...]:
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


def attacks_of(tool: ToolSummary, attacks: Sequence[AttackEntry]) -> tuple[RelatedAttack, ...]:
    """Return the attacks that share most with a tool: rules weigh double, then by title."""
    found = [(attack, common) for attack in attacks if (common := shared(attack, tool))]
    found.sort(key=lambda pair: (-_weight(pair[0], pair[1]), pair[0].title, pair[0].slug))
    return tuple(RelatedAttack(a.slug, a.title, common) for a, common in found[:MOST_PER_TOOL])


def facts_of(attack: AttackEntry, tools: Iterable[ToolSummary]) -> AttackFacts:
    """Return how many tools and servers share an attack's preconditions; tools keep their order."""
    sharing = [tool for tool in tools if shared(attack, tool)]
    return AttackFacts(
        attack=attack.slug,
        tools_total=len(sharing),
        servers_total=len({tool.server for tool in sharing}),
        tools=tuple(sharing[:MOST_TOOLS]),
    )


def _weight(attack: AttackEntry, common: Sequence[str]) -> int:
    return sum(2 if item in attack.applies_rules else 1 for item in common)
