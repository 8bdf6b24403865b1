"""One tool's case to its policy rules: the decision, and what holds where calls pass.

Called by draft.py, which has decided the row and the outcome. Messages and names are our words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.model import Limit, PolicyLoss, PolicyRule
from generator.model.quick import quick
from generator.policy import guards, meanings, methods
from generator.policy.demands import clauses
from generator.policy.spending import spend_rules
from generator.policy.words import argument_word, joined, quoted_tool, tool_word
from generator.taxonomy import Axis, Category, Confidence, Decision, Facet, Profile, Status

if TYPE_CHECKING:
    from generator.model import Assessment, Tool
    from generator.policy.table import Outcome, Row

_MAX_BECAUSE = 3


@quick
@dataclass(frozen=True, slots=True)
class Case:
    """One tool with its row, what the profile does, and the methods that pass if it splits."""

    tool: Tool
    assessment: Assessment
    row: Row
    outcome: Outcome
    selection: methods.Selection | None
    limits: tuple[tuple[int, str], ...]


def rules_of_case(case: Case, profile: Profile) -> tuple[list[PolicyRule], list[PolicyLoss]]:
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


def _decision(case: Case, profile: Profile) -> PolicyRule:
    tool, outcome = case.tool, case.outcome
    word = tool_word(tool.name)
    if outcome.decision is Decision.ALLOW:
        name, message = "allowed", ""
    elif outcome.decision is Decision.ASK:
        name, message = "needs a person", f"{word} needs a person; allow it by editing this file."
    elif outcome.decision is Decision.DENY:
        name, message = "denied", _denial(word, case, profile)
    else:
        name, message = "hidden", f"{quoted_tool(tool.name)} is hidden by policy"
    return PolicyRule(
        tool=tool.name,
        name=f"{word}: {name}",
        kind=outcome.decision.value,
        row=case.row.id,
        because=_because(case),
        fallback=outcome.fallback,
        message=message,
        rating=_rating(case),
    )


def _rating(case: Case) -> str:
    """Return `Execute, high (70)`, and why that is not what decided, if so."""
    one = case.assessment
    rating = f"{one.category.value}, {one.level.value} ({one.score})"
    if case.row.id == "poison":
        return f"{rating}, text addresses the model"
    if case.row.id == "unknown":
        return f"{rating}, {'malformed' if case.tool.malformed else Confidence.LOW.word}"
    return rating


def _denial(word: str, case: Case, profile: Profile) -> str:
    if case.row.id == "poison":
        return f"{word} is blocked: its definition holds text that addresses the model."
    if profile is Profile.LOCKED:
        return f"{word} is blocked: the locked profile allows plain reading only."
    return f"{word} is blocked by this policy."


def _because(case: Case) -> tuple[str, ...]:
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


def _conditions(case: Case, profile: Profile) -> tuple[list[PolicyRule], list[PolicyLoss]]:
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
                message=f"{word}: {joined(clauses(schema))}.",
            )
        )
    return rules, losses


def _methods(case: Case, word: str) -> list[PolicyRule]:
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


def _method_loss(case: Case) -> PolicyLoss:
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


def _limits(case: Case) -> list[PolicyRule]:
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
