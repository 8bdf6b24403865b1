"""Everything known about a server to its entry, and all summaries to the index.

Order: `server_entry` per server (independent, any order, any process), `index` once over the
summaries, then `surroundings` and `finish` per server for what only the whole catalogue knows.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator import slugs
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
from generator.model import ServerEntry, Surroundings, ToolEntry
from generator.model.quick import changed
from generator.taxonomy import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
        ServerSummary,
        ToolPolicyFacts,
        ToolSummary,
    )

__all__ = [
    "Measured",
    "Neighbours",
    "Titles",
    "finish",
    "index",
    "neighbours",
    "server_entry",
    "surroundings",
    "titles",
]


@dataclass(frozen=True, slots=True)
class Titles:
    """What servers are called, by slug, and the titles (case ignored) of more than one."""

    of: Mapping[str, str]
    shared: frozenset[str]


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
    tools = []
    changes = history.changes(server, assessments, earlier)
    by_tool: dict[str, list[Change]] = {}
    for change in changes:
        by_tool.setdefault(change.tool, []).append(change)
    names = slugs.occurrences(tool.name for tool in server.tools)
    paths = slugs.tool_slugs(names)
    for key, tool, assessment, fact in zip(names, server.tools, assessments, facts, strict=True):
        default, total = known.of(tool.name), levels[assessment.level]
        about = ToolFacts(server, tool, assessment, known, default, total, key[1])
        own = () if key[1] else tuple(by_tool.get(tool.name, ()))
        tools.append(_tool_entry(about, fact, texts, own, paths[key]))
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
        summary=summaries.with_digest(
            replace(summaries.server_summary(server, lines, together), spans=spans)
        ),
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
    facts: ToolFacts, policy: ToolPolicyFacts, texts: Texts, changes: tuple[Change, ...], slug: str
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
        slug=slug,
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
        details=summaries.tool_details(tool),
    )


def surroundings(
    summary: ServerSummary, tools: Sequence[ToolSummary], near: Neighbours, titles: Titles
) -> Surroundings:
    """Return what the files of one server say of other servers; `tools` are its own, as listed."""
    pairs, total = similar.shared_names(
        {tool.name for tool in tools if tool.name}, summary.slug, near
    )
    alike = [near.similar(tool) for tool in tools]
    named = tuple(sorted({slug: titles.of[slug] for _, slug in pairs}.items()))
    is_title_shared = summary.title.casefold() in titles.shared
    said = repr(([one.mark for one in alike], pairs, total, named, is_title_shared))
    return Surroundings(
        similar=tuple([one.tools for one in alike]),
        shared_names=pairs,
        shared_total=total,
        titles=named,
        is_title_shared=is_title_shared,
        mark=hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest(),
    )


def titles(servers: Iterable[ServerSummary]) -> Titles:
    """Return the titles of all servers, and those that more than one has."""
    found = {server.slug: server.title for server in servers}
    times = Counter(title.casefold() for title in found.values())
    return Titles(found, frozenset(title for title, many in times.items() if many > 1))


def finish(entry: ServerEntry, around: Surroundings) -> ServerEntry:
    """Return the entry with similar tools and shared names."""
    tools = tuple(
        changed(tool, similar=similar)
        for tool, similar in zip(entry.tools, around.similar, strict=True)
    )
    if entry.exposure is None:
        return changed(entry, tools=tools)
    exposure = changed(
        entry.exposure, shared_names=around.shared_names, shared_total=around.shared_total
    )
    return changed(entry, tools=tools, exposure=exposure)
