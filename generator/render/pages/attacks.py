"""The attack database as one list: patterns first, then what happened, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import texts, urls
from generator.render.blocks.exposure import Exposure, exposure
from generator.render.parts import Head, Link

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.render.context import Context

KINDS = {
    "pattern": "Patterns",
    "incident": "Incidents",
    "vulnerability": "Vulnerabilities",
    "research": "Research",
}
HELP_WORDS = {
    "full": "A policy can stop it",
    "partly": "A policy helps in part",
    "none": "A policy does not help",
}


@dataclass(frozen=True, slots=True)
class AttackRow:
    """One entry in a sentence."""

    link: Link
    date: str
    iso: str
    summary: Markup
    tools: str
    help: str


@dataclass(frozen=True, slots=True)
class AttacksPage:
    """`/attacks/`."""

    template: ClassVar[str] = "attacks"

    head: Head
    title: str
    lede: str
    intro: Markup
    exposure: Exposure
    lookup: str
    groups: tuple[tuple[str, str, tuple[AttackRow, ...]], ...]
    feed: str


def page(context: Context) -> AttacksPage:
    """Return the list of all attack entries."""
    root = urls.root(urls.ATTACKS)
    prose = context.prose("attacks")
    totals = {facts.attack: facts.tools_total for facts in context.index.attack_facts}
    groups = []
    for kind, title in KINDS.items():
        entries = [entry for entry in context.index.attacks if entry.kind == kind]
        entries.sort(key=lambda entry: entry.date, reverse=True)
        found = tuple(
            AttackRow(
                Link(entry.title, root + urls.attack(entry.slug)),
                texts.day(entry.date) if entry.date else "",
                entry.date,
                texts.prose(entry.summary, 400),
                texts.count(totals.get(entry.slug, 0), "tool"),
                HELP_WORDS.get(entry.proxy_helps, ""),
            )
            for entry in entries
        )
        if found:
            groups.append((kind, title, found))
    return AttacksPage(
        head=context.head(
            urls.ATTACKS,
            "Attacks",
            prose.summary,
            section="attacks",
            json=urls.api("attacks.json"),
        ),
        title="Attacks",
        lede=prose.summary,
        intro=context.article(prose.body, root),
        exposure=exposure(context, root),
        lookup=root + urls.ATTACKS_LOOKUP,
        groups=tuple(groups),
        feed=f"{root}feeds/attacks.atom" if context.base else "",
    )
