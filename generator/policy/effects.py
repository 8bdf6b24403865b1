"""A policy to the few words that lists and pages show: per tool, per profile, per method.

Called through draft.py by the pipeline. Everything is read from the policy's rules, so the words
cannot say anything the files do not do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model import ProfileEffect
from generator.policy.evaluate import decision_of, rules_of
from generator.taxonomy import Decision

if TYPE_CHECKING:
    from generator.model import Assessment, Policy, PolicyRule, Tool
    from generator.taxonomy import Profile

_NOT_LISTED = "Denied, not in the policy"


def decision_words(policy: Policy, tool_name: str) -> str:
    """Return `Hidden`, `Denied, needs a person` or `10/minute, arguments checked`."""
    rules = rules_of(policy, tool_name)
    decision = decision_of(rules)
    stopped = _stopped(decision)
    if stopped:
        return stopped
    limits = [
        f"{r.limit.count}/{r.limit.window}" for r in rules if r.limit and not r.limit.amount_path
    ]
    return ", ".join([*(limits[:1] or ["Allowed"]), *_checked(rules)])


def profile_effects(policies: tuple[Policy, ...], tool_name: str) -> tuple[ProfileEffect, ...]:
    """Return, per profile, what Intercept does with the tool and what clients that can ask do."""
    return tuple([_effect(policy.profile, rules_of(policy, tool_name)) for policy in policies])


def _effect(profile: Profile, rules: tuple[PolicyRule, ...]) -> ProfileEffect:
    decision = decision_of(rules)
    return ProfileEffect(profile, _in_intercept(decision, rules), _in_clients(decision))


def method_decisions(
    policy: Policy, tool: Tool, assessment: Assessment
) -> tuple[tuple[str, str], ...]:
    """Return (method, what the policy does with a call of it) in the assessment's order."""
    if not assessment.methods:
        return ()
    rules = rules_of(policy, tool.name)
    decision = decision_of(rules)
    stopped = _stopped(decision)
    listed = next(
        (
            rule.conditions[0].values
            for rule in rules
            for one in rule.conditions[:1]
            if one.origin == "method"
        ),
        None,
    )
    passed = decision_words(policy, tool.name).partition(",")[0]
    return tuple(
        (
            one.method,
            stopped or ("Denied" if listed is not None and one.method not in listed else passed),
        )
        for one in assessment.methods
    )


def _stopped(decision: PolicyRule | None) -> str:
    """Return the words for a tool that lets no call through, empty when it does."""
    if decision is None:
        return _NOT_LISTED
    if decision.kind == "hide":
        return "Hidden"
    if decision.kind == "deny":
        return "Denied"
    if decision.kind == "ask" and decision.fallback is Decision.DENY:
        return "Denied, needs a person"
    return ""


def _checked(rules: tuple[PolicyRule, ...]) -> list[str]:
    return ["arguments checked"] if any(rule.conditions for rule in rules) else []


def _in_intercept(decision: PolicyRule | None, rules: tuple[PolicyRule, ...]) -> str:
    stopped = _stopped(decision)
    if stopped:
        return stopped
    found = [rule.limit for rule in rules if rule.limit is not None]
    limits = [f"{one.count} a {one.window}" for one in found if not one.amount_path]
    capped = ["amount capped"] if len(limits) < len(found) else []
    return ", ".join(["Allowed", *limits, *_checked(rules), *capped])


def _in_clients(decision: PolicyRule | None) -> str:
    if decision is None:
        return "Not in the policy"
    if decision.kind == "allow" and decision.fallback is Decision.DENY:
        return "Denied, arguments cannot be checked"
    return _CLIENTS[decision.kind]


_CLIENTS = {"allow": "Allowed", "ask": "Ask", "deny": "Denied", "hide": "Hidden"}
