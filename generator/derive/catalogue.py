"""Everything known about a server to its entry, and all summaries to the index.

Order: `server_entry` per server (independent, any order, any process), `index` once over the
summaries, then `finish` per entry for what only the whole catalogue knows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from generator.derive import (
    answers,
    evidence,
    exposure,
    history,
    parameters,
    related,
    sentences,
    similar,
    summaries,
    timeline,
)
from generator.derive.defaults import Defaults, defaults
from generator.derive.list_questions import ServerLevelFacts
from generator.derive.overview import Measured, index
from generator.derive.server_questions import ServerFacts, riskiest_first
from generator.derive.similar import Neighbours, neighbours
from generator.derive.tool_questions import ToolFacts
from generator.model import ServerEntry, ToolEntry
from generator.taxonomy import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.derive.texts import Texts
    from generator.model import (
        Answer,
        Assessment,
        Change,
        EarlierTool,
        HygieneFinding,
        Policy,
        Rendered,
        Server,
        ToolPolicyFacts,
    )

__all__ = [
    "Measured",
    "Neighbours",
    "finish",
    "index",
    "neighbours",
    "server_entry",
]


def server_entry(
    server: Server,
    assessments: Sequence[Assessment],
    policies: Sequence[Policy],
    rendered: Sequence[Rendered],
    *,
    facts: Sequence[ToolPolicyFacts],
    texts: Texts,
    instructions_findings: Sequence[HygieneFinding] = (),
    earlier: Sequence[EarlierTool] = (),
) -> ServerEntry:
    """Return all about one server; `assessments` and `facts` are parallel to `server.tools`.

    `earlier` are the snapshot's replaced definitions, rated by the same rules.
    """
    known = defaults(policies, rendered)
    levels = Counter(a.level for a in assessments)
    seen: Counter[str] = Counter()
    tools = []
    changes = history.changes(server, assessments, earlier)
    by_tool: dict[str, list[Change]] = {}
    for change in changes:
        by_tool.setdefault(change.tool, []).append(change)
    for tool, assessment, fact in zip(server.tools, assessments, facts, strict=True):
        about = ToolFacts(
            server, tool, assessment, known, levels[assessment.level], seen[tool.name]
        )
        own = () if seen[tool.name] else tuple(by_tool.get(tool.name, ()))
        tools.append(_tool_entry(about, fact, texts, own))
        seen[tool.name] += 1
    pairs = list(zip(server.tools, assessments, strict=True))
    together = exposure.exposure(pairs) if server.is_observed else None
    lines = [entry.summary for entry in tools]
    spans = timeline.spans(server, assessments, earlier)
    about_server = ServerFacts(server, riskiest_first(server.tools, assessments), known, together)
    return ServerEntry(
        server=server,
        tools=tuple(tools),
        policies=tuple(policies),
        rendered=tuple(rendered),
        exposure=together,
        changes=changes,
        summary=replace(summaries.server_summary(server, lines, together), spans=spans),
        instructions_findings=tuple(instructions_findings),
        answers=answers.server_answers(about_server, texts),
        headline=_headline(server, known),
        matrix=summaries.matrix(lines),
        level_answers=_level_answers(server, assessments, known, texts),
        timeline=timeline.rows(spans) if changes else (),
    )


def _level_answers(
    server: Server, assessments: Sequence[Assessment], known: Defaults, texts: Texts
) -> tuple[tuple[Level, tuple[Answer, ...]], ...]:
    """Return the answers of each level that has tools, by level."""
    ordered = sorted(assessments, key=lambda a: (-a.score, a.tool))
    made = []
    for level in Level:
        own = [found for found in ordered if found.level is level]
        if own:
            facts = ServerLevelFacts(server, level, own, known)
            made.append((level, answers.server_level_answers(facts, texts)))
    return tuple(made)


def _headline(server: Server, known: Defaults) -> str:
    if not server.is_observed:
        return ""
    return sentences.server_headline(known.of(tool.name) for tool in server.tools)


def _tool_entry(
    facts: ToolFacts, policy: ToolPolicyFacts, texts: Texts, changes: tuple[Change, ...]
) -> ToolEntry:
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
        changes=changes,
        answers=answers.tool_answers(facts, texts),
        attacks=related.attacks_of(summary, texts.links),
        verdict_sentence=verdict,
        purpose=sentences.purpose(tool, assessment, texts),
        why_policy=sentences.why_policy(assessment, facts.default, texts),
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
