"""Everything a page is made of: entries of tools and servers, and the index that spans them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.model.derived import ToolDetails

if TYPE_CHECKING:
    from generator.model.derived import (
        Answer,
        Change,
        Exposure,
        ParameterNote,
        ProfileEffect,
        RelatedAttack,
        ServerSummary,
        TimelineRow,
        ToolSummary,
    )
    from generator.model.measured import Accuracy, AttackFacts, Miss, PolicyRow, RuleFacts
    from generator.model.policy import DryRun, Policy, Rendered
    from generator.model.prose import AttackEntry, FaqEntry, Prose, Site
    from generator.model.rating import Assessment, HygieneFinding
    from generator.model.rules import Rule
    from generator.model.tools import Server, Tool
    from generator.model.wire import JsonObject
    from generator.taxonomy import Category, Level


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """All about one tool; what its page, JSON and Markdown are made of."""

    tool: Tool
    assessment: Assessment
    summary: ToolSummary
    allowed: DryRun | None
    blocked: DryRun | None
    no_dry_run: str
    """Why nothing can be blocked or allowed, when one of the two is None."""
    call_template: JsonObject
    """Required arguments filled by type, `<string>` and the like."""
    parameter_notes: tuple[ParameterNote, ...]
    method_decisions: tuple[tuple[str, str], ...] = ()
    """(method, what the balanced policy does with it), in the order of the assessment."""
    profile_effects: tuple[ProfileEffect, ...] = ()
    changes: tuple[Change, ...] = ()
    answers: tuple[Answer, ...] = ()
    attacks: tuple[RelatedAttack, ...] = ()
    similar: tuple[ToolSummary, ...] = ()
    """Tools of other servers in the category by most shared rules; filled once the index is."""
    verdict_sentence: str = ""
    """One sentence of ours from the two largest signals; `code` in backticks, as in answers."""
    purpose: str = ""
    """What agents use it for: the category's sentence, then methods or required parameters."""
    details: ToolDetails = field(default_factory=ToolDetails)
    why_policy: tuple[str, ...] = ()
    """Why it needs a policy: consequences of the top signals; the category's advice is last."""
    definition: bytes = b""
    """The raw definition as JSON, once it was written; then `tool.raw` is not kept."""


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """All about one server. Independent of other servers, so it can be made in parallel."""

    server: Server
    tools: tuple[ToolEntry, ...]
    policies: tuple[Policy, ...]
    """One per profile, in the order of `Profile`; empty when nothing was observed."""
    rendered: tuple[Rendered, ...]
    exposure: Exposure | None
    changes: tuple[Change, ...]
    summary: ServerSummary
    instructions_findings: tuple[HygieneFinding, ...] = ()
    answers: tuple[Answer, ...] = ()
    headline: str = ""
    """One sentence of ours: `20 tools. Twelve are limited, six wait for a person.`"""
    matrix: tuple[tuple[Category, Level, int], ...] = ()
    """(category, level, tools), zero counts left out."""
    level_answers: tuple[tuple[Level, tuple[Answer, ...]], ...] = ()
    """The questions of /risk/<level>/<server>/, for the levels that have tools."""
    timeline: tuple[TimelineRow, ...] = ()
    """Its levels by day, empty when no tool ever changed."""


@dataclass(frozen=True, slots=True)
class Index:
    """What spans servers: everything the list pages and cross links need. No heavy objects."""

    site: Site
    ruleset: str
    servers: tuple[ServerSummary, ...]
    """By title, then slug."""
    tools: tuple[ToolSummary, ...]
    """Riskiest first: by score down, then server, then name."""
    rules: tuple[Rule, ...]
    attacks: tuple[AttackEntry, ...]
    faq: tuple[FaqEntry, ...]
    pages: tuple[Prose, ...]
    changes: tuple[Change, ...]
    """Newest first, then by class down."""
    rule_facts: tuple[RuleFacts, ...] = ()
    """Parallel to `rules`."""
    attack_facts: tuple[AttackFacts, ...] = ()
    """Parallel to `attacks`."""
    accuracy: tuple[Accuracy, ...] = ()
    """The measured rows, ours first, then the baselines."""
    confusion: tuple[tuple[Category, Category, int], ...] = ()
    """(label, ours, count) on the labelled tools, zero counts left out."""
    misses: tuple[Miss, ...] = ()
    policy_table: tuple[PolicyRow, ...] = ()
    matrix: tuple[tuple[Category, Level, int], ...] = ()
    """(category, level, tools) of the whole catalogue, zero counts left out."""
    category_answers: tuple[tuple[Category, tuple[Answer, ...]], ...] = ()
    level_answers: tuple[tuple[Level, tuple[Answer, ...]], ...] = ()
    attack_answers: tuple[tuple[str, tuple[Answer, ...]], ...] = ()
    """(attack slug, its questions)."""
    site_answers: tuple[Answer, ...] = ()
    timeline: tuple[TimelineRow, ...] = ()
    """The levels of all known tools by day, empty while there is one day only."""
