"""A Policy and a call to what happens: the exact meaning of the neutral model.

Called by samples.py for the calls shown on pages and by the tests, which compare every rendered
form with it. Pure: the counters and the time come in, new counters come out. Windows are calendar
windows in UTC; a call that is denied costs nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.latest import latest
from generator.model.quick import maker, quick
from generator.policy.re2 import compiled
from generator.policy.table import SERVER_WIDE
from generator.policy.words import quoted_tool
from generator.taxonomy import Decision

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.model import Condition, Json, JsonObject, Limit, Policy, PolicyRule

MISSING = object()
"""Stands for an argument that a call does not have; None is JSON's null."""
A_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
"""When calls happen if nobody says; only the calendar windows depend on it."""
_STARTS = {"minute": "%Y-%m-%dT%H:%M", "hour": "%Y-%m-%dT%H", "day": "%Y-%m-%d"}
_DECISIONS = {decision.value: decision for decision in Decision}
_DENY = Decision.DENY


@quick
@dataclass(frozen=True, slots=True)
class Outcome:
    """What happens to one call, by which rule, the message, and the counters after it."""

    decision: Decision
    rule: str = ""
    message: str = ""
    counters: Mapping[str, float] = field(default_factory=dict)


@quick
@dataclass(frozen=True, slots=True)
class ToolRules:
    """The rules of one tool in a policy's order, and what most who look at them ask first."""

    rules: tuple[PolicyRule, ...] = ()
    decision: PolicyRule | None = None
    """The one rule that decides; None for a tool that the policy does not name."""
    is_checked: bool = False
    """Whether any rule looks at arguments."""
    limits: tuple[Limit, ...] = ()


UNNAMED = ToolRules()
_new_outcome = maker(Outcome)


def _by_tool(policy: Policy) -> dict[str, ToolRules]:
    found: dict[str, list[PolicyRule]] = {}
    for rule in policy.rules:
        found.setdefault(rule.tool, []).append(rule)
    return {tool: _gathered(tuple(rules)) for tool, rules in found.items()}


def _gathered(rules: tuple[PolicyRule, ...]) -> ToolRules:
    is_checked = False
    limits = []
    for rule in rules:
        if rule.conditions:
            is_checked = True
        if rule.limit is not None:
            limits.append(rule.limit)
    return ToolRules(rules, decision_of(rules), is_checked, tuple(limits))


by_tool = latest(_by_tool)
"""What a policy says of every tool, in its order."""


def said_of(policy: Policy, tool: str) -> ToolRules:
    """Return what a policy says of one tool."""
    return by_tool(policy).get(tool, UNNAMED)


def rules_of(policy: Policy, tool: str) -> tuple[PolicyRule, ...]:
    """Return the rules of one tool, none for one that the policy does not name."""
    return said_of(policy, tool).rules


def decision_of(rules: Sequence[PolicyRule]) -> PolicyRule | None:
    """Return the one decision rule among a tool's rules, None for an unknown tool."""
    for rule in rules:
        if rule.kind in _DECISIONS:
            return rule
    return None


def evaluate(
    policy: Policy,
    tool_name: str,
    arguments: JsonObject,
    counters: Mapping[str, float] | None = None,
    now: datetime = A_MOMENT,
) -> Outcome:
    """Return what the policy does with a call; ask means that every other rule let it through."""
    rules = rules_of(policy, tool_name) if tool_name != SERVER_WIDE else ()
    wide = rules_of(policy, SERVER_WIDE)
    return decide(tool_name, rules, wide, arguments, counters=counters, now=now)


def decide(
    tool_name: str,
    rules: tuple[PolicyRule, ...],
    wide: tuple[PolicyRule, ...],
    arguments: JsonObject,
    *,
    counters: Mapping[str, float] | None = None,
    now: datetime = A_MOMENT,
) -> Outcome:
    """Return what rules of one tool, and those of all tools, do with a call."""
    counters = {} if counters is None else counters
    decision = decision_of(rules)
    if decision is None:
        message = f"{quoted_tool(tool_name)} is not permitted by policy"
        return _new_outcome(_DENY, "unknown tool", message, counters)
    kind = decision.kind
    if kind in {"deny", "hide"}:
        return _new_outcome(_DECISIONS[kind], decision.name, decision.message, counters)
    after = dict(counters)
    for rule in (*rules, *wide):
        if not _passes(rule, arguments, after, now):
            return _new_outcome(_DENY, rule.name, rule.message, counters)
    message = decision.message if kind == "ask" else ""
    return _new_outcome(_DECISIONS[kind], decision.name, message, after)


def _passes(
    rule: PolicyRule, arguments: JsonObject, counters: dict[str, float], now: datetime
) -> bool:
    for condition in rule.conditions:
        if not holds(condition, arguments):
            return False
    return rule.limit is None or _spend(rule.tool, rule.limit, arguments, counters, now)


def counter(tool: str, limit: Limit, now: datetime) -> str:
    """Return the name under which a limit counts in the window of this moment."""
    what = ".".join(limit.amount_path) or "calls"
    return f"{tool}\n{what}\n{_window(now, limit.window)}"


@lru_cache(maxsize=64)
def _window(now: datetime, window: str) -> str:
    """Return when the window of a moment began; the calls on pages share one moment."""
    return now.astimezone(UTC).strftime(_STARTS[window])


def _spend(
    tool: str, limit: Limit, arguments: JsonObject, counters: dict[str, float], now: datetime
) -> bool:
    cost: float = 1
    if limit.amount_path:
        amount = value_at(arguments, limit.amount_path)
        if not _is_number(amount) or not 1 <= amount <= limit.per_call:
            return False
        cost = amount
    name = counter(tool, limit, now)
    counters[name] = counters.get(name, 0) + cost
    return counters[name] <= limit.count


def value_at(arguments: Json, path: tuple[str, ...]) -> Json:
    """Return the value at a path of keys, or MISSING."""
    value = arguments
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return MISSING
        value = value[key]
    return value


def holds(condition: Condition, arguments: JsonObject) -> bool:
    """Return whether a call satisfies a condition; null counts as absent."""
    return fits(condition, value_at(arguments, condition.path))


def fits(condition: Condition, value: Json) -> bool:
    """Return whether a value, or none, at the condition's path satisfies it."""
    if value is MISSING or value is None:
        return condition.presence == "if_present" or condition.test == "absent"
    if condition.test in {"exists", "absent"}:
        return condition.test == "exists"
    if condition.test in {"equals", "one_of"}:
        return any(_same(value, item) for item in condition.values)
    if condition.test == "range":
        return _is_number(value) and _within(value, condition)
    return isinstance(value, str) and _text_holds(condition, value)


def _text_holds(condition: Condition, value: str) -> bool:
    if condition.test == "length":
        low, high = condition.values
        return low <= len(value) and (high is None or len(value) <= high)
    return compiled(condition.values[0]).search(value) is not None


def _same(value: Json, item: Json) -> bool:
    """Return whether two JSON values are the same; 1 is 1.0 and not true."""
    return isinstance(value, bool) == isinstance(item, bool) and bool(value == item)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _within(value: float, condition: Condition) -> bool:
    low, high = condition.values
    low_open, high_open = condition.exclusive
    above = low is None or (value > low if low_open else value >= low)
    below = high is None or (value < high if high_open else value <= high)
    return above and below
