"""One rule: what it looks for and why, what it hits and misses, and how often it is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import frameworks, lots, rows, texts, urls
from generator.render.pages.attack import Source, source
from generator.render.pages.rules import AXES
from generator.render.parts import Fact, Head, Link, ToolList
from generator.taxonomy import Axis

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.model import Rule, RuleFacts
    from generator.render.context import Context
    from generator.text import Crawled


@dataclass(frozen=True, slots=True)
class Example:
    """A definition that must trigger the rule, or must not."""

    note: Markup
    definition: Crawled


@dataclass(frozen=True, slots=True)
class RulePage:
    """`/rules/<id>/`."""

    template: ClassVar[str] = "rule"

    head: Head
    id: str
    title: Markup
    why: tuple[Markup, ...]
    headline: Markup
    consequence: Markup
    remediation: tuple[Markup, ...]
    hits: tuple[Example, ...]
    misses: tuple[Example, ...]
    tools: ToolList | None
    tools_note: str
    attacks: tuple[Link, ...]
    references: tuple[Source, ...]
    facts: tuple[Fact, ...]


def key(hits: RuleFacts | None) -> str:
    """Return what stands for what is said of a rule, beside the rule itself."""
    if hits is None:
        return lots.key()
    counts = (hits.hits, hits.servers, hits.labelled_hits, hits.labelled_right)
    return lots.key(counts, lots.rows_key(hits.examples))


def page(context: Context, rule: Rule, facts: RuleFacts | None) -> RulePage:
    """Return the page of one rule."""
    url = urls.rule(rule.id)
    root = urls.root(url)
    hit = facts.examples if facts else ()
    return RulePage(
        head=context.head(
            url,
            f"{rule.id}: {texts.plain(rule.title, 80)}",
            rule.why,
            (Link("Rules", root + urls.RULES), Link(rule.id)),
            section="rules",
            json=urls.api(f"rules/{rule.id}.json"),
            edit=rule.path,
        ),
        id=rule.id,
        title=texts.prose(rule.title),
        why=texts.paragraphs(rule.why),
        headline=texts.prose(_shown(rule.headline)),
        consequence=texts.prose(_shown(rule.consequence)),
        remediation=texts.paragraphs(rule.remediation),
        hits=_examples(rule, expected=True),
        misses=_examples(rule, expected=False),
        tools=rows.tool_list(context, hit, root, f"{len(hit)} of them.", server=True)
        if hit
        else None,
        tools_note=_tools_note(facts),
        attacks=tuple(
            Link(entry.title, root + urls.attack(entry.slug))
            for entry in context.index.attacks
            if rule.id in entry.applies_rules
        ),
        references=tuple(source(item) for item in rule.references),
        facts=_facts(rule, facts),
    )


def _shown(template: str) -> str:
    """Return a sentence of the rule with its placeholders readable."""
    return template.replace("{subject}", "…").replace("{value}", "…").replace("`…`", "…")


def _examples(rule: Rule, *, expected: bool) -> tuple[Example, ...]:
    return tuple(
        Example(texts.prose(item.note), texts.pretty(item.tool, 2_000))
        for item in rule.examples
        if item.expected is expected
    )


def _tools_note(facts: RuleFacts | None) -> str:
    if facts is None or not facts.hits:
        return "It hits no tool of the catalogue now."
    return f"It hits {texts.count(facts.hits, 'tool')} of {texts.count(facts.servers, 'server')}."


def _facts(rule: Rule, facts: RuleFacts | None) -> tuple[Fact, ...]:
    listed = [
        Fact("Axis", AXES[rule.axis][0]),
        Fact("Points", texts.points(rule.points) if rule.axis is not Axis.HYGIENE else "never"),
        Fact("Lifecycle", rule.lifecycle.value.capitalize()),
        Fact("Since", rule.since),
        Fact("Frameworks", "; ".join(frameworks.named(one) for one in rule.frameworks)),
    ]
    if facts and facts.labelled_hits:
        share = texts.share(facts.labelled_right, facts.labelled_hits)
        listed.append(
            Fact(
                "Right on the labelled tools",
                f"{facts.labelled_right} of {facts.labelled_hits} ({share})",
            )
        )
    return tuple(fact for fact in listed if fact.value)
