"""One attack entry: what happened, what makes it possible, who shares that, what a policy does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import frameworks, lots, rows, texts, urls
from generator.render.pages.attacks import HELP_WORDS
from generator.render.parts import Fact, Head, Link, Question, ToolList

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.model import AttackEntry, AttackFacts, Reference
    from generator.render.context import Context

SHOWN = 10
"""Tools on the page of an entry; more of them get a list of their own."""
_SERVERS = 30
_NEAR, _RELATED = 2, 5
PATTERNS = {
    "allow-values": "Admit named values only",
    "allowlist-servers": "Install reviewed servers from pinned packages",
    "hide-destructive": "Hide tools that remove for good",
    "hide-secret-readers": "Hide tools that return credentials",
    "outside": "Outside a proxy: patch, isolate, authenticate",
    "path-prefix": "Admit paths below one folder",
    "pin-definitions": "Pin definitions by digest",
    "rate-limit": "Limit calls",
    "read-only-set": "Leave reading tools only",
    "recipient-allowlist": "Admit known recipients",
    "spend-cap": "Cap what is spent",
    "split-trifecta": "Keep the three legs apart",
    "url-allowlist": "Admit known addresses",
}
"""What a policy does in each named pattern of `patterns`."""


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
    all_tools: Link
    servers: tuple[Fact, ...]
    """Servers with most sharing tools: title, count in words, link."""
    servers_note: str
    help: str
    prevention: tuple[Markup, ...]
    patterns: tuple[str, ...]
    related: tuple[Link, ...]
    references: tuple[Source, ...]
    facts: tuple[Fact, ...]
    questions: tuple[Question, ...]


def page(context: Context, entry: AttackEntry, facts: AttackFacts | None) -> AttackPage:
    """Return the page of one entry."""
    url = urls.attack(entry.slug)
    root = urls.root(url)
    shown = facts.tools[:SHOWN] if facts else ()
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
        body=context.article(entry.body, root),
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
        all_tools=_all_tools(entry, facts, root),
        servers=tuple(
            Fact(context.server_title(slug), texts.count(count, "tool"), root + urls.server(slug))
            for slug, count in (facts.by_server[:_SERVERS] if facts else ())
            if slug in context.servers
        ),
        servers_note=_servers_note(facts),
        help=HELP_WORDS.get(entry.proxy_helps, ""),
        prevention=texts.paragraphs(entry.prevention),
        patterns=tuple(PATTERNS.get(word, word) for word in entry.patterns),
        related=tuple(
            Link(near.title, root + urls.attack(near.slug))
            for near in _related(entry, context.index.attacks)
        ),
        references=tuple(source(item) for item in entry.references),
        facts=_facts(entry),
        questions=context.attack_questions(entry.slug),
    )


def key(context: Context, entry: AttackEntry, facts: AttackFacts | None) -> str:
    """Return what stands for the page of an entry, beside the entries themselves."""
    if facts is None:
        return lots.key()
    servers = facts.by_server[:_SERVERS]
    return lots.key(
        (facts.tools_total, facts.servers_total),
        lots.rows_key(facts.tools[:SHOWN]),
        [(slug, count, context.server_title(slug)) for slug, count in servers],
        context.attack_questions(entry.slug),
    )


def _related(entry: AttackEntry, others: tuple[AttackEntry, ...]) -> list[AttackEntry]:
    """Return the entries that share most preconditions with one: rules weigh double."""
    weights = {
        other.slug: 2 * len(set(entry.applies_rules) & set(other.applies_rules))
        + len(set(entry.applies_facets) & set(other.applies_facets))
        for other in others
        if other.slug != entry.slug
    }
    near = [other for other in others if weights.get(other.slug, 0) >= _NEAR]
    return sorted(near, key=lambda other: (-weights[other.slug], other.title))[:_RELATED]


def _tools_note(facts: AttackFacts | None) -> str:
    if facts is None or not facts.tools_total:
        return "No tool of the catalogue shares them now."
    verb = "shares" if facts.tools_total == 1 else "share"
    return (
        f"{texts.count(facts.tools_total, 'tool').capitalize()} of "
        f"{texts.count(facts.servers_total, 'server')} {verb} these preconditions. That is no "
        "statement about their authors or about any incident."
    )


def _all_tools(entry: AttackEntry, facts: AttackFacts | None, root: str) -> Link:
    if facts is None or facts.tools_total <= SHOWN:
        return Link("")
    words = f"All {texts.number(facts.tools_total)} tools, by server"
    return Link(words, root + urls.attack_tools(entry.slug))


def _servers_note(facts: AttackFacts | None) -> str:
    total = facts.servers_total if facts else 0
    if total > _SERVERS:
        return f"The {_SERVERS} servers with most such tools, of {texts.number(total)}."
    return ""


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
        Fact("Frameworks", "; ".join(frameworks.named(one) for one in entry.frameworks)),
    )
    return tuple(fact for fact in facts if fact.value)
