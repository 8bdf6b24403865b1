"""A policy to the few words that lists and pages show: per tool, per profile, per method.

Called through draft.py by the pipeline. Everything is read from the policy's rules, so the words
cannot say anything the files do not do.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from generator.model import ProfileEffect
from generator.policy.evaluate import said_of
from generator.taxonomy import Decision

if TYPE_CHECKING:
    from generator.model import Assessment, Policy, PolicyRule, Tool
    from generator.policy.evaluate import ToolRules
    from generator.taxonomy import Profile

_DENY = Decision.DENY
_NOT_LISTED = "Denied, not in the policy"


def decision_words(policy: Policy, tool_name: str) -> str:
    """Return `Hidden`, `Denied, needs a person` or `10/minute, arguments checked`."""
    said = said_of(policy, tool_name)
    stopped = _stopped(said.decision)
    if stopped:
        return stopped
    limits = [f"{one.count}/{one.window}" for one in said.limits if not one.amount_path]
    return ", ".join([*(limits[:1] or ["Allowed"]), *_checked(said)])


def profile_effects(policies: tuple[Policy, ...], tool_name: str) -> tuple[ProfileEffect, ...]:
    """Return, per profile, what Intercept does with the tool and what clients that can ask do."""
    return tuple([_effect(policy.profile, said_of(policy, tool_name)) for policy in policies])


def _effect(profile: Profile, said: ToolRules) -> ProfileEffect:
    return _same(profile, _in_intercept(said), _in_clients(said.decision))


_same = lru_cache(maxsize=1024)(ProfileEffect)
"""A profile does the same with many tools: one object for all is stored once."""


def method_decisions(
    policy: Policy, tool: Tool, assessment: Assessment
) -> tuple[tuple[str, str], ...]:
    """Return (method, what the policy does with a call of it) in the assessment's order."""
    if not assessment.methods:
        return ()
    said = said_of(policy, tool.name)
    stopped = _stopped(said.decision)
    listed = next(
        (
            rule.conditions[0].values
            for rule in said.rules
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
    if decision.kind == "ask" and decision.fallback is _DENY:
        return "Denied, needs a person"
    return ""


def _checked(said: ToolRules) -> list[str]:
    return ["arguments checked"] if said.is_checked else []


def _in_intercept(said: ToolRules) -> str:
    stopped = _stopped(said.decision)
    if stopped:
        return stopped
    limits = [f"{one.count} a {one.window}" for one in said.limits if not one.amount_path]
    capped = ["amount capped"] if len(limits) < len(said.limits) else []
    return ", ".join(["Allowed", *limits, *_checked(said), *capped])


def _in_clients(decision: PolicyRule | None) -> str:
    if decision is None:
        return "Not in the policy"
    if decision.kind == "allow" and decision.fallback is _DENY:
        return "Denied, arguments cannot be checked"
    return _CLIENTS[decision.kind]


_CLIENTS = {"allow": "Allowed", "ask": "Ask", "deny": "Denied", "hide": "Hidden"}
