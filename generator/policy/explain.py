"""A policy to lines that say, tool by tool, what was decided and why.

Called by `mcp-risk policy --explain`. Names of tools and arguments are crawled: they are printed
as one visible line each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.policy.evaluate import said_of
from generator.policy.table import SERVER_WIDE, TABLE
from generator.taxonomy import Decision
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model import Policy, PolicyRule, TargetLoss
    from generator.policy.evaluate import ToolRules

_ROWS = {row.id: row.words for row in TABLE}
_FALLBACKS = {
    Decision.ALLOW: "allowed where nobody can be asked",
    Decision.DENY: "denied where nobody can be asked",
}


def explain(policy: Policy, losses: tuple[TargetLoss, ...]) -> list[str]:
    """Return the explanation of one policy in one target's file, whose losses are given."""
    lines = [f"{policy.title}, profile {policy.profile.value}, rule set {policy.ruleset or 'none'}"]
    for tool in dict.fromkeys(rule.tool for rule in policy.rules):
        own = [loss for loss in losses if loss.tool == tool]
        lines += ["", *_tool(tool, said_of(policy, tool), own)]
    general = [loss for loss in losses if not loss.tool]
    return [*lines, *([""] if general else []), *map(_loss, general)]


def _tool(tool: str, said: ToolRules, losses: list[TargetLoss]) -> Iterator[str]:
    decision = said.decision
    if decision is None:
        yield "all tools together" if tool == SERVER_WIDE else one_line(tool, 100)
    else:
        yield f"{one_line(tool, 100)}: {_decided(decision)}"
        yield f"  row {decision.row}: {_ROWS.get(decision.row, 'your own')}; {decision.rating}"
        yield from _because(decision)
    for rule in said.rules:
        if rule.limit is not None or rule.conditions:
            yield f"  {_rule(rule)}"
            yield from (f"  {line}" for line in _because(rule))
    yield from map(_loss, losses)


def _decided(decision: PolicyRule) -> str:
    if decision.kind == "ask":
        return f"ask a person; {_FALLBACKS[decision.fallback]}"
    if decision.kind == "allow" and decision.fallback is Decision.DENY:
        return "allow; denied where arguments are not seen"
    return decision.kind


def _rule(rule: PolicyRule) -> str:
    if rule.limit is None:
        return rule.message.partition(": ")[2].rstrip(".")
    if not rule.limit.amount_path:
        calls = "call" if rule.limit.count == 1 else "calls"
        return f"at most {rule.limit.count} {calls} per {rule.limit.window}"
    amount = one_line(".".join(rule.limit.amount_path), 60)
    return (
        f"{amount} is at most {rule.limit.per_call} per call and {rule.limit.count} per "
        f"{rule.limit.window} (placeholders)"
    )


def _because(rule: PolicyRule) -> Iterator[str]:
    if rule.because:
        yield f"  because {', '.join(rule.because)}"


def _loss(loss: TargetLoss) -> str:
    where = f"{one_line(loss.path, 60)}: " if loss.path else ""
    return f"  {loss.direction} here: {where}{loss.text}"
