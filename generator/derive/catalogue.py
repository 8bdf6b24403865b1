"""Everything known about a server to its entry, and all summaries to the index.

Order: `server_entry` per server (independent, any order, any process), `index` once over the
summaries, then `finish` per entry for what only the whole catalogue knows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator.derive import (
    answers,
    evidence,
    exposure,
    parameters,
    related,
    sentences,
    similar,
    summaries,
)
from generator.derive.defaults import Defaults, defaults
from generator.derive.tool_questions import ToolFacts
from generator.model import (
    Accuracy,
    Index,
    Miss,
    PolicyRow,
    RuleFacts,
    ServerEntry,
    ToolEntry,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.derive.similar import Neighbours
    from generator.derive.texts import Texts
    from generator.model import (
        Assessment,
        Change,
        Content,
        HygieneFinding,
        Policy,
        Rendered,
        Rule,
        Server,
        ServerSummary,
        ToolPolicyFacts,
        ToolSummary,
    )
    from generator.taxonomy import Category

_RULE_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on the labelled tools, and the policy table: printed, not derived."""

    accuracy: tuple[Accuracy, ...] = ()
    confusion: tuple[tuple[Category, Category, int], ...] = ()
    misses: tuple[Miss, ...] = ()
    labelled: tuple[tuple[str, int, int], ...] = ()
    """(rule id, hits on labelled tools, right ones)."""
    policy_table: tuple[PolicyRow, ...] = ()


def server_entry(
    server: Server,
    assessments: Sequence[Assessment],
    policies: Sequence[Policy],
    rendered: Sequence[Rendered],
    *,
    facts: Sequence[ToolPolicyFacts],
    texts: Texts,
    instructions_findings: Sequence[HygieneFinding] = (),
) -> ServerEntry:
    """Return all about one server; `assessments` and `facts` are parallel to `server.tools`."""
    known = defaults(policies, rendered)
    levels = Counter(a.level for a in assessments)
    seen: Counter[str] = Counter()
    tools = []
    for tool, assessment, fact in zip(server.tools, assessments, facts, strict=True):
        about = ToolFacts(
            server, tool, assessment, known, levels[assessment.level], seen[tool.name]
        )
        tools.append(_tool_entry(about, fact, texts))
        seen[tool.name] += 1
    pairs = list(zip(server.tools, assessments, strict=True))
    together = exposure.exposure(pairs) if server.is_observed else None
    lines = [entry.summary for entry in tools]
    return ServerEntry(
        server=server,
        tools=tuple(tools),
        policies=tuple(policies),
        rendered=tuple(rendered),
        exposure=together,
        changes=(),
        summary=summaries.server_summary(server, lines, together),
        instructions_findings=tuple(instructions_findings),
        headline=_headline(server, known),
        matrix=summaries.matrix(lines),
    )


def _headline(server: Server, known: Defaults) -> str:
    if not server.is_observed:
        return ""
    return sentences.server_headline(known.of(tool.name) for tool in server.tools)


def _tool_entry(facts: ToolFacts, policy: ToolPolicyFacts, texts: Texts) -> ToolEntry:
    tool, assessment = facts.tool, facts.assessment
    verdict = evidence.verdict(assessment, tool.malformed)
    summary = summaries.tool_summary(
        tool,
        assessment,
        title=facts.server.spec.title,
        headline=verdict,
        decision=policy.decision,
        occurrence=facts.occurrence,
    )
    return ToolEntry(
        tool=tool,
        assessment=assessment,
        summary=summary,
        allowed=policy.allowed,
        blocked=policy.blocked,
        no_dry_run=policy.no_dry_run,
        call_template=policy.call_template,
        parameter_notes=parameters.notes(tool, assessment, texts),
        method_decisions=policy.method_decisions,
        profile_effects=policy.profile_effects,
        answers=answers.tool_answers(facts, texts),
        attacks=related.attacks_of(summary, texts.attacks),
        verdict_sentence=verdict,
        purpose=sentences.purpose(tool, assessment, texts),
        why_policy=sentences.why_policy(assessment, facts.default, texts),
    )


def index(
    content: Content,
    servers: Sequence[ServerSummary],
    tools: Sequence[ToolSummary],
    *,
    changes: Sequence[Change],
    ruleset: str,
    measured: Measured | None = None,
) -> Index:
    """Return what spans servers; the order of the summaries given does not matter."""
    measured = measured or Measured()
    ordered = tuple(sorted(tools, key=lambda t: (-t.score, t.server, t.name)))
    return Index(
        site=content.site,
        ruleset=ruleset,
        servers=tuple(sorted(servers, key=lambda s: (s.title.casefold(), s.slug))),
        tools=ordered,
        rules=content.rules,
        attacks=content.attacks,
        faq=content.faq,
        pages=content.pages,
        changes=in_order(changes),
        rule_facts=rule_facts(content.rules, ordered, measured),
        attack_facts=tuple(related.facts_of(attack, ordered) for attack in content.attacks),
        accuracy=measured.accuracy,
        confusion=measured.confusion,
        misses=measured.misses,
        policy_table=measured.policy_table,
        matrix=summaries.matrix(ordered),
    )


def in_order(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return changes newest first, then by class down, server, tool and kind."""
    by_place = sorted(changes, key=lambda c: (c.server, c.tool, c.kind, c.text))
    by_class = sorted(by_place, key=lambda c: -c.change_class.rank)
    return tuple(sorted(by_class, key=lambda c: c.observed_on, reverse=True))


def rule_facts(
    rules: Sequence[Rule], tools: Sequence[ToolSummary], measured: Measured
) -> tuple[RuleFacts, ...]:
    """Return how often each rule hits, its riskiest tools, and how it does on labelled tools."""
    hits: Counter[str] = Counter()
    servers: dict[str, set[str]] = {}
    examples: dict[str, list[ToolSummary]] = {}
    for tool in tools:
        for rule in tool.rules:
            hits[rule] += 1
            servers.setdefault(rule, set()).add(tool.server)
            shown = examples.setdefault(rule, [])
            if len(shown) < _RULE_EXAMPLES:
                shown.append(tool)
    labelled = {rule: (found, right) for rule, found, right in measured.labelled}
    return tuple(
        RuleFacts(
            rule.id,
            hits[rule.id],
            len(servers.get(rule.id, ())),
            tuple(examples.get(rule.id, ())),
            *labelled.get(rule.id, (0, 0)),
        )
        for rule in rules
    )


def finish(entry: ServerEntry, near: Neighbours) -> ServerEntry:
    """Return the entry with similar tools and shared names; `near` is `neighbours(index.tools)`."""
    tools = tuple(replace(t, similar=near.similar(t.summary)) for t in entry.tools)
    if entry.exposure is None:
        return replace(entry, tools=tools)
    names = [t.tool.name for t in entry.tools if t.tool.name]
    pairs, total = similar.shared_names(names, entry.summary.slug, near)
    return replace(
        entry,
        tools=tools,
        exposure=replace(entry.exposure, shared_names=pairs, shared_total=total),
    )
