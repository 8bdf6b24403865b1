"""A server's assessments and a profile to the neutral Policy: the only place that decides.

Every rule carries the row of the default table and the ids of the signals it answers; renderers
only translate. Called by pipeline.py and `mcp-risk policy`; effects.py puts a policy into words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator.model import Limit, Policy, PolicyLoss, PolicyRule
from generator.policy import guards, meanings, methods, start
from generator.policy.effects import decision_words, method_decisions, profile_effects
from generator.policy.spending import spend_rules
from generator.policy.table import (
    MODEL_VERSION,
    SERVER_LIMITS,
    SERVER_WIDE,
    Facts,
    Outcome,
    Row,
    row_of,
)
from generator.policy.words import argument_word, joined, tool_word
from generator.taxonomy import Axis, Category, Decision, Facet, Profile, Status

if TYPE_CHECKING:
    from generator.model import Assessment, Server, Tool

__all__ = ["decision_words", "draft", "method_decisions", "profile_effects"]

_STRICTNESS = (Decision.ALLOW, Decision.ASK, Decision.DENY, Decision.HIDE)
_WINDOWS = ("minute", "hour", "day")
_MAX_BECAUSE = 3


@dataclass(frozen=True, slots=True)
class _Case:
    """One tool with its row, what the profile does, and the methods that pass if it splits."""

    tool: Tool
    assessment: Assessment
    row: Row
    outcome: Outcome
    selection: methods.Selection | None
    limits: tuple[tuple[int, str], ...]


def draft(server: Server, assessments: tuple[Assessment, ...], profile: Profile) -> Policy:
    """Return the policy of one profile; `assessments` is parallel to `server.tools`."""
    cases, losses = _cases(server, assessments, profile)
    rules: list[PolicyRule] = []
    for case in cases.values():
        made, lost = _rules(case, profile)
        rules += made
        losses += lost
    rules.append(_server_limit(profile))
    snapshot = server.snapshot
    source = snapshot.source if snapshot is not None else None
    command, url = start.of(server)
    return Policy(
        server=server.slug,
        title=server.spec.title,
        profile=profile,
        rules=tuple(sorted(rules, key=_place)),
        losses=tuple(sorted(losses, key=lambda loss: (loss.tool, loss.code, loss.argument))),
        observed_on=snapshot.observed_on if snapshot is not None else "",
        digest=snapshot.digest if snapshot is not None else "",
        package=start.purl(server),
        version=source.version if source is not None else "",
        protocols=start.protocols(server),
        tools_total=len(server.tools),
        ruleset=next((one.ruleset for one in assessments), ""),
        model=MODEL_VERSION,
        start=command,
        url=url,
        env_names=source.env_names if source is not None else (),
    )


def _place(rule: PolicyRule) -> tuple[str, str, int, str]:
    """Order rules by tool and kind, limits by their window, the shortest first."""
    window = _WINDOWS.index(rule.limit.window) if rule.limit is not None else 0
    return rule.tool, rule.kind, window, rule.name


def _cases(
    server: Server, assessments: tuple[Assessment, ...], profile: Profile
) -> tuple[dict[str, _Case], list[PolicyLoss]]:
    """Return one case per addressable name; of two definitions of one name the stricter rules."""
    named: dict[str, list[tuple[Tool, Assessment]]] = {}
    losses: list[PolicyLoss] = []
    for tool, assessment in zip(server.tools, assessments, strict=True):
        if not tool.name or tool.name == SERVER_WIDE:
            text = "its name cannot be written in a policy; calls to it stay blocked"
            losses.append(PolicyLoss("name-unaddressable", tool.name, "", text))
        else:
            named.setdefault(tool.name, []).append((tool, assessment))
    cases = {}
    for name, found in named.items():
        tool, assessment = max(found, key=_strictness) if len(found) > 1 else found[0]
        cases[name] = _case(tool, assessment, profile, is_only=len(found) == 1)
    return cases, losses


def _row(tool: Tool, assessment: Assessment) -> Row:
    facts = Facts(
        assessment.category,
        assessment.level,
        assessment.confidence,
        frozenset(assessment.facets),
        assessment.verdict,
        bool(tool.malformed),
    )
    return row_of(facts)


def _strictness(pair: tuple[Tool, Assessment]) -> tuple[list[tuple[int, bool]], int, str]:
    """Order definitions of one name alike in every profile, so that profiles stay comparable."""
    tool, assessment = pair
    row = _row(tool, assessment)
    outcomes = (row.outcome(profile) for profile in Profile)
    ranks = [(_STRICTNESS.index(one.decision), not one.lets_through) for one in outcomes]
    return ranks, assessment.score, tool.digest


def _case(tool: Tool, assessment: Assessment, profile: Profile, *, is_only: bool) -> _Case:
    row = _row(tool, assessment)
    outcome = row.outcome(profile)
    closed = _Case(tool, assessment, row, outcome, None, row.limits)
    if profile is Profile.OBSERVE and outcome.lets_through:
        return closed
    selection = methods.passing(tool, assessment, profile)
    if outcome.lets_through:
        return replace(closed, selection=selection)
    # With two definitions of one name nobody knows which of them a method reaches.
    if profile not in row.splits or not is_only or selection is None or not selection.methods:
        return closed
    # Only the listed methods make it safe: a target that cannot see arguments must not allow.
    decision = Decision.ALLOW if profile is Profile.LOCKED else Decision.ASK
    fallback = Decision.DENY if profile is Profile.LOCKED else Decision.ALLOW
    limits = _kept_limits(tool, assessment, row)
    return _Case(tool, assessment, row, Outcome(decision, fallback), selection, limits)


def _kept_limits(tool: Tool, assessment: Assessment, row: Row) -> tuple[tuple[int, str], ...]:
    """Return the limits of the strongest method that balanced keeps of a Destructive tool.

    The same in every profile, so that no stricter profile allows more calls than a looser one.
    """
    kept = methods.passing(tool, assessment, Profile.BALANCED)
    if row.id != "destructive" or kept is None or not kept.methods:
        return row.limits
    strongest = max(kept.methods, key=lambda method: (method.category.strength, method.score))
    return row_of(Facts(strongest.category, strongest.level)).limits


def _server_limit(profile: Profile) -> PolicyRule:
    count = SERVER_LIMITS[profile]
    return PolicyRule(
        tool=SERVER_WIDE,
        name=f"all tools: {count} per minute",
        kind="limit",
        row=SERVER_WIDE,
        limit=Limit(count, "minute"),
        message=f"All tools together: {count} calls per minute reached.",
    )


def _rules(case: _Case, profile: Profile) -> tuple[list[PolicyRule], list[PolicyLoss]]:
    """Return the decision rule of a tool and the rules that hold when it lets calls through.

    Where a person must first allow the tool, the rules are there too: renderers print them as a
    ready block, and clients that can ask apply what they can.
    """
    rules = [_decision(case, profile)]
    if case.outcome.decision in {Decision.DENY, Decision.HIDE}:
        return rules, []
    losses: list[PolicyLoss] = []
    if profile is Profile.OBSERVE:
        rules += _methods(case, tool_word(case.tool.name))
    else:
        made, losses = _conditions(case, profile)
        rules += made
    rules += _limits(case)
    if case.assessment.category is Category.FINANCIAL:
        made, lost = spend_rules(case.tool)
        rules += made
        losses += lost
    return rules, losses


def _decision(case: _Case, profile: Profile) -> PolicyRule:
    tool, assessment, outcome = case.tool, case.assessment, case.outcome
    word = tool_word(tool.name)
    name, message = {
        Decision.ALLOW: ("allowed", ""),
        Decision.ASK: ("needs a person", f"{word} needs a person; allow it by editing this file."),
        Decision.DENY: ("denied", _denial(word, case, profile)),
        Decision.HIDE: ("hidden", f"{word} is hidden by this policy."),
    }[outcome.decision]
    return PolicyRule(
        tool=tool.name,
        name=f"{word}: {name}",
        kind=outcome.decision.value,
        row=case.row.id,
        because=_because(case),
        fallback=outcome.fallback,
        message=message,
        rating=f"{assessment.category.value}, {assessment.level.value} ({assessment.score})",
    )


def _denial(word: str, case: _Case, profile: Profile) -> str:
    if case.row.id == "poison":
        return f"{word} is blocked: its definition holds text that addresses the model."
    if profile is Profile.LOCKED:
        return f"{word} is blocked: the locked profile allows plain reading only."
    return f"{word} is blocked by this policy."


def _because(case: _Case) -> tuple[str, ...]:
    """Return the applied signals that decided: for poison the findings, else what scored most."""
    assessment = case.assessment
    if case.row.id == "poison":
        return tuple(dict.fromkeys(f.rule for f in assessment.findings))[:_MAX_BECAUSE]
    applied = [signal for signal in assessment.signals if signal.status is Status.APPLIED]
    wanted = {"privilege": {Facet.PRIVILEGE}, "read.secret": {Facet.SECRETS}}.get(
        case.row.id, set()
    )
    first = [signal.rule for signal in applied if signal.facet in wanted]
    scored = sorted(
        (s for s in applied if s.points > 0 and s.axis is not Axis.HYGIENE),
        key=lambda signal: -signal.points,
    )
    return tuple(dict.fromkeys([*first, *(s.rule for s in scored)]))[:_MAX_BECAUSE]


def _base(assessment: Assessment) -> tuple[str, ...]:
    """Return the ledger's base line, the signal that a limit answers."""
    bases = (signal.rule for signal in assessment.signals if signal.rule.startswith("base."))
    return tuple(bases)[:1]


def _conditions(case: _Case, profile: Profile) -> tuple[list[PolicyRule], list[PolicyLoss]]:
    tool, word = case.tool, tool_word(case.tool.name)
    rules: list[PolicyRule] = []
    guarded = guards.of_tool(tool.name, tool.parameters)
    schema, losses = list(guarded.conditions), list(guarded.losses)
    if case.assessment.methods:
        rules += _methods(case, word)
        losses.append(_method_loss(case))
        if rules:
            selecting = rules[0].conditions[0].path
            schema = [condition for condition in schema if condition.path != selecting]
    for meant in meanings.of_tool(tool.parameters, case.assessment, profile):
        argument = argument_word(meant.condition.path)
        taken = sum(meant.guard.title in rule.name for rule in rules)
        rules.append(
            PolicyRule(
                tool=tool.name,
                name=f"{word}: {meant.guard.title}{f' {taken + 1}' if taken else ''}",
                kind="condition",
                row=case.row.id,
                because=meant.because,
                conditions=(meant.condition,),
                message=f"{word}: {argument} {meant.guard.demand}.",
            )
        )
        # The guard denies a missing argument as well, so `exists` on it says nothing more.
        schema = [one for one in schema if one.test != "exists" or one.path != meant.condition.path]
    if profile is Profile.LOCKED:
        schema += guards.forbidden_flags(tool.parameters)
    if schema:
        rules.append(
            PolicyRule(
                tool=tool.name,
                name=f"{word}: required arguments",
                kind="condition",
                row=case.row.id,
                conditions=tuple(schema),
                message=f"{word}: {joined(guards.clauses(schema))}.",
            )
        )
    return rules, losses


def _methods(case: _Case, word: str) -> list[PolicyRule]:
    if case.selection is None or not case.selection.methods:
        return []
    condition = case.selection.condition()
    argument = argument_word(condition.path)
    because = tuple(
        dict.fromkeys(s.rule for s in case.assessment.signals if s.rule.startswith("mux."))
    )
    return [
        PolicyRule(
            tool=case.tool.name,
            name=f"{word}: known methods",
            kind="condition",
            row=case.row.id,
            because=because,
            conditions=(condition,),
            message=f"{word}: the argument {argument} is required and must be a reviewed method.",
        )
    ]


def _method_loss(case: _Case) -> PolicyLoss:
    count, window = case.limits[0]
    if case.selection is None:
        text = (
            "its methods are not told apart: the argument that selects one is optional or unknown"
        )
    else:
        text = (
            f"a limit per method is not expressible; {count}/{window} covers all methods together"
        )
    return PolicyLoss("method-limit", case.tool.name, "", text)


def _limits(case: _Case) -> list[PolicyRule]:
    word, base = tool_word(case.tool.name), _base(case.assessment)
    return [
        PolicyRule(
            tool=case.tool.name,
            name=f"{word}: {count} per {window}",
            kind="limit",
            row=case.row.id,
            because=base,
            limit=Limit(count, window),
            message=f"{word}: {count} {'call' if count == 1 else 'calls'} per {window} reached."
            f" Wait for the next {window}.",
        )
        for count, window in case.limits
    ]
