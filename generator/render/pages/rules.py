"""Every rule of the classifier and of the hygiene check, grouped by what it speaks about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import texts, urls
from generator.render.parts import Fact, Head
from generator.taxonomy import Axis

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.render.context import Context

AXES = {
    Axis.CATEGORY: ("Category", "Decide what a tool does."),
    Axis.RISK: ("Risk", "Add to the score or take from it."),
    Axis.FACET: ("Facets", "Name a capability beside the category."),
    Axis.QUALITY: ("Quality", "Note what makes a definition harder to use well."),
    Axis.HYGIENE: ("Hygiene", "Find text that addresses the model. Never a point."),
}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule in a line."""

    id: str
    url: str
    title: Markup
    points: str
    hits: str


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The rules of one axis."""

    anchor: str
    title: str
    note: str
    rows: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """`/rules/`."""

    template: ClassVar[str] = "rules"

    head: Head
    title: str
    lede: str
    intro: Markup
    groups: tuple[RuleGroup, ...]
    facts: tuple[Fact, ...]


def page(context: Context) -> RulesPage:
    """Return the list of all rules."""
    root = urls.root(urls.RULES)
    prose = context.prose("rules")
    hits = {facts.rule: facts.hits for facts in context.index.rule_facts}
    groups = []
    for axis, (title, note) in AXES.items():
        found = tuple(
            RuleRow(
                rule.id,
                root + urls.rule(rule.id),
                texts.prose(rule.title),
                texts.points(rule.points),
                texts.number(hits.get(rule.id, 0)),
            )
            for rule in context.index.rules
            if rule.axis is axis
        )
        if found:
            groups.append(RuleGroup(axis.value, title, note, found))
    return RulesPage(
        head=context.head(
            urls.RULES, "Rules", prose.summary, section="rules", json=urls.api("rules.json")
        ),
        title="Rules",
        lede=prose.summary,
        intro=context.article(prose.body, root),
        groups=tuple(groups),
        facts=(Fact("Ruleset", context.index.ruleset, is_code=True),),
    )
