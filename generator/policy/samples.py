"""A tool's schema to a call template, an ordinary call, and a call that some rule must stop.

Called by the pipeline for the block "Tried out" on tool pages. Nothing is invented: every call is
run through `decide`, and what cannot be shown is said in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model import DryRun
from generator.policy.calls import ordinary_call, violated
from generator.policy.evaluate import (
    A_MOMENT,
    UNNAMED,
    Outcome,
    counter,
    decide,
    rules_of,
    said_of,
)
from generator.policy.table import SERVER_WIDE
from generator.policy.words import argument_word
from generator.taxonomy import Decision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.model import (
        Condition,
        Json,
        JsonObject,
        Parameter,
        Policy,
        PolicyRule,
        Tool,
    )


_ALLOW, _DENY = Decision.ALLOW, Decision.DENY
_ORIGINS = {"meaning": 0, "method": 1, "schema": 2, "user": 3}
"""How much a condition tells about a tool, by its origin: the most telling first."""


def call_template(tool: Tool) -> JsonObject:
    """Return the required arguments filled by type: `<string>`, the first listed value."""
    return {p.name: _placeholder(p) for p in tool.parameters if p.required}


def _placeholder(parameter: Parameter) -> Json:
    if parameter.enum:
        return parameter.enum[0]
    kind = parameter.types[0] if parameter.types else "any"
    if kind == "object" and parameter.nested:
        return {child.name: _placeholder(child) for child in parameter.nested if child.required}
    return [] if kind == "array" else f"<{kind}>"


def dry_runs(policy: Policy, tool: Tool) -> tuple[DryRun | None, DryRun | None, str]:
    """Return a call that passes, one that is stopped, and why one of them cannot be shown."""
    said = said_of(policy, tool.name) if tool.name != SERVER_WIDE else UNNAMED
    wide = rules_of(policy, SERVER_WIDE)
    rules, decision = said.rules, said.decision
    call = ordinary_call(tool, rules)
    outcome = decide(tool.name, rules, wide, call)
    if decision is None or _effective(outcome, decision) is not _ALLOW:
        return None, _stopped(outcome, decision, call), _why_nothing_passes(decision, outcome)
    why = "No rule objects."
    for limit in [limit for limit in said.limits if not limit.amount_path][:1]:
        why += f" Counts towards {limit.count} per {limit.window}."
    if decision.kind == "ask":
        why += " Clients that can ask a person do so first."
    allowed = DryRun(call, _ALLOW, decision.name, "", why)
    return allowed, _blocked(tool, rules, wide, call), ""


def _effective(outcome: Outcome, decision: PolicyRule) -> Decision:
    """Return what the default download does: Intercept cannot ask, so the fallback holds."""
    return decision.fallback if outcome.decision is Decision.ASK else outcome.decision


def _stopped(outcome: Outcome, decision: PolicyRule | None, call: JsonObject) -> DryRun:
    if decision is None:
        why = "The policy does not know this tool, so nothing passes."
        return DryRun(call, Decision.DENY, outcome.rule, outcome.message, why)
    why = {
        "hide": "Hidden tools are not listed, and a direct call is refused.",
        "deny": "Every call is refused.",
        "ask": "Held back until a person allows it.",
    }.get(decision.kind, "This call does not satisfy the rule.")
    hidden = decision.kind == "hide"
    kind = Decision.HIDE if hidden else Decision.DENY
    return DryRun(call, kind, outcome.rule, outcome.message, why)


def _why_nothing_passes(decision: PolicyRule | None, outcome: Outcome) -> str:
    if decision is None:
        return "No call passes: the tool's name cannot be written in a policy."
    if decision.kind == "allow" or outcome.decision is Decision.DENY and decision.kind == "ask":  # noqa: RUF021
        return "No call that passes could be made up from the schema alone."
    return {
        "hide": "No call passes: the tool is hidden.",
        "deny": "No call passes: the tool is denied.",
        "ask": "No call passes until a person allows the tool.",
    }[decision.kind]


def _blocked(
    tool: Tool, rules: tuple[PolicyRule, ...], wide: tuple[PolicyRule, ...], call: JsonObject
) -> DryRun | None:
    """Return a call near the ordinary one that a rule stops; the most telling rule first."""
    checks = [condition for rule in rules for condition in rule.conditions]
    for condition in sorted(checks, key=_telling):
        changed = violated(call, condition, _unlisted(tool, condition))
        outcome = decide(tool.name, rules, wide, changed)
        if outcome.decision is _DENY:
            why = f"Like the call above, but for {argument_word(condition.path)}."
            return DryRun(changed, Decision.DENY, outcome.rule, outcome.message, why)
    return _one_too_many(tool, rules, wide, call)


def _telling(condition: Condition) -> int:
    return _ORIGINS[condition.origin]


def _unlisted(tool: Tool, condition: Condition) -> tuple[Json, ...]:
    """Return real values of the schema that a list of methods leaves out."""
    if condition.test == "exists":
        return ()
    enum = next((p.enum for p in tool.parameters if (p.name,) == condition.path), ())
    return tuple(value for value in enum if value not in condition.values)


def _one_too_many(
    tool: Tool, rules: tuple[PolicyRule, ...], wide: tuple[PolicyRule, ...], call: JsonObject
) -> DryRun | None:
    for rule in rules:
        if rule.limit is None or rule.limit.amount_path:
            continue
        count, window = rule.limit.count, rule.limit.window
        outcome = decide(tool.name, rules, wide, call, counters=used_up(rule))
        if outcome.decision is Decision.DENY:
            why = f"The same call, number {count + 1} within one {window}."
            return DryRun(call, Decision.DENY, outcome.rule, outcome.message, why)
    return None


def used_up(rule: PolicyRule) -> Mapping[str, float]:
    """Return counters in which a limit is used up, at the default moment of `decide`."""
    if rule.limit is None:
        raise ValueError(f"{rule.name} is no limit")
    return {counter(rule.tool, rule.limit, A_MOMENT): rule.limit.count}
