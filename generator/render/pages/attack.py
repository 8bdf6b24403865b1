"""One attack entry: what happened, what makes it possible, who shares that, what a policy does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import markdown, rows, texts, urls
from generator.render.pages.attacks import HELP_WORDS
from generator.render.parts import Fact, Head, Link, Question, ToolList

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.model import AttackEntry, AttackFacts, Reference
    from generator.render.context import Context

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Source:
    """A published source."""

    link: Link
    note: str


@dataclass(frozen=True, slots=True)
class AttackPage:
    """`/attacks/<slug>/`."""

    template: ClassVar[str] = "attack"

    head: Head
    title: str
    kind: str
    lede: Markup
    body: Markup
    rules: tuple[Link, ...]
    facets: tuple[str, ...]
    categories: tuple[Link, ...]
    tools: ToolList | None
    tools_note: str
    help: str
    prevention: tuple[Markup, ...]
    patterns: tuple[Link, ...]
    references: tuple[Source, ...]
    facts: tuple[Fact, ...]
    questions: tuple[Question, ...]


def page(context: Context, entry: AttackEntry, facts: AttackFacts | None) -> AttackPage:
    """Return the page of one entry."""
    url = urls.attack(entry.slug)
    root = urls.root(url)
    shown = facts.tools[:_SHOWN] if facts else ()
    return AttackPage(
        head=context.head(
            url,
            entry.title,
            entry.summary,
            (Link("Attacks", root + urls.ATTACKS), Link(entry.title)),
            section="attacks",
            json=urls.api(f"attacks/{entry.slug}.json"),
            edit=entry.path,
        ),
        title=entry.title,
        kind=entry.kind.capitalize(),
        lede=texts.prose(entry.summary, 800),
        body=markdown.to_html(entry.body, root),
        rules=tuple(
            Link(rule, root + urls.rule(rule) if rule in context.rules else "")
            for rule in entry.applies_rules
        ),
        facets=tuple(facet.words for facet in entry.applies_facets),
        categories=tuple(
            Link(item.value, root + urls.category(item)) for item in entry.applies_categories
        ),
        tools=rows.tool_list(
            context, shown, root, f"The {len(shown)} riskiest of them.", server=True
        )
        if shown
        else None,
        tools_note=_tools_note(facts),
        help=HELP_WORDS.get(entry.proxy_helps, ""),
        prevention=texts.paragraphs(entry.prevention),
        patterns=tuple(
            Link(context.attacks[slug].title, root + urls.attack(slug))
            for slug in entry.patterns
            if slug in context.attacks
        ),
        references=tuple(source(item) for item in entry.references),
        facts=_facts(entry),
        questions=context.attack_questions(entry.slug),
    )


def _tools_note(facts: AttackFacts | None) -> str:
    if facts is None or not facts.tools_total:
        return "No tool of the catalogue shares them now."
    verb = "shares" if facts.tools_total == 1 else "share"
    return (
        f"{texts.count(facts.tools_total, 'tool').capitalize()} of "
        f"{texts.count(facts.servers_total, 'server')} {verb} these preconditions. That is no "
        "statement about their authors or about any incident."
    )


def source(item: Reference) -> Source:
    """Return a reference as link (https only) with publisher and date."""
    note = ", ".join(
        part for part in (item.publisher, texts.day(item.date) if item.date else "") if part
    )
    return Source(Link(item.title, item.url if item.url.startswith("https://") else ""), note)


def _facts(entry: AttackEntry) -> tuple[Fact, ...]:
    confidence = {
        "corroborated": "Corroborated by several sources",
        "single-source": "One source",
    }.get(entry.confidence, entry.confidence)
    facts = (
        Fact("Kind", entry.kind.capitalize()),
        Fact("Date", texts.day(entry.date) if entry.date else ""),
        Fact("Affected", texts.prose(entry.affected)),
        Fact("Fixed", texts.prose(entry.fixed)),
        Fact("Sources", confidence),
        Fact("Sources checked on", texts.day(entry.checked_on) if entry.checked_on else ""),
        Fact("CVE", ", ".join(entry.cve), is_code=True),
        Fact("Frameworks", ", ".join(entry.frameworks)),
    )
    return tuple(fact for fact in facts if fact.value)
