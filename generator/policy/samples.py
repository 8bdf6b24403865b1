"""A tool's schema to a call template, an ordinary call, and a call that some rule must stop.

Called by the pipeline for the block "Tried out" on tool pages. Nothing is invented: every call is
run through `evaluate`, and what cannot be shown is said in words.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from generator.model import DryRun
from generator.policy import regex
from generator.policy.evaluate import (
    A_MOMENT,
    MISSING,
    Outcome,
    counter,
    decision_of,
    evaluate,
    holds,
    rules_of,
    value_at,
)
from generator.policy.meanings import BY_EXPRESSION
from generator.policy.words import argument_word
from generator.taxonomy import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.model import (
        Condition,
        Json,
        JsonObject,
        Parameter,
        Policy,
        PolicyRule,
        Tool,
    )

_EXAMPLES: dict[str, Json] = {
    "string": "example",
    "integer": 1,
    "number": 1,
    "boolean": True,
    "array": [],
    "object": {},
    "null": None,
}
_FORMATTED = {
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/example",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
}
_WRONG: tuple[Json, ...] = (
    "not-reviewed",
    "-",
    "",
    "x" * 1001,
    -1,
    0,
    10**9,
    -(10**9),
    0.5,
    "0" * 300,
    False,
    True,
)
_MAX_ITEMS = 20


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


def ordinary_call(tool: Tool, policy: Policy) -> JsonObject:
    """Return a call with the required arguments only, as valid as schema and rules let us see."""
    conditions = [one for rule in rules_of(policy, tool.name) for one in rule.conditions]
    spent = {
        rule.limit.amount_path
        for rule in rules_of(policy, tool.name)
        if rule.limit is not None and rule.limit.amount_path
    }
    return _object(tool.parameters, (), conditions, spent)


def _object(
    parameters: tuple[Parameter, ...],
    path: tuple[str, ...],
    conditions: list[Condition],
    spent: set[tuple[str, ...]],
) -> JsonObject:
    return {
        parameter.name: _value(parameter, (*path, parameter.name), conditions, spent)
        for parameter in parameters
        if parameter.required
    }


def _value(
    parameter: Parameter,
    path: tuple[str, ...],
    conditions: list[Condition],
    spent: set[tuple[str, ...]],
) -> Json:
    if parameter.types[:1] == ("object",) and parameter.nested and not parameter.enum:
        return _object(parameter.nested, path, conditions, spent)
    own = [condition for condition in conditions if condition.path == path]
    first: Json = MISSING
    for candidate in _candidates(parameter, own):
        first = candidate if first is MISSING else first
        call = _at(path, candidate)
        if all(holds(condition, call) for condition in own) and (
            path not in spent or _is_cost(candidate)
        ):
            return candidate
    return first


def _is_cost(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 1


def _at(path: tuple[str, ...], value: Json) -> JsonObject:
    """Return a call that holds one value at a path."""
    for key in reversed(path):
        value = {key: value}
    return value  # type: ignore[no-any-return] # a path has at least one key


def _candidates(parameter: Parameter, own: list[Condition]) -> Iterator[Json]:
    """Yield values that the schema suggests, the likeliest first."""
    schema = parameter.schema
    for condition in own:
        if condition.test == "one_of":
            yield from condition.values[:_MAX_ITEMS]
    yield from parameter.enum[:_MAX_ITEMS]
    if parameter.has_default and parameter.default not in (None, ""):
        yield parameter.default
    examples = schema.get("examples")
    if isinstance(examples, list):
        yield from examples[:_MAX_ITEMS]
    if "example" in schema:
        yield schema["example"]
    kind = parameter.types[0] if parameter.types else "string"
    if kind == "string":
        yield from _texts(parameter, own)
    elif kind in {"integer", "number"}:
        yield from _numbers(own, whole=kind == "integer")
    elif kind == "array":
        yield _items(parameter)
    yield _EXAMPLES.get(kind, "example")


def _texts(parameter: Parameter, own: list[Condition]) -> Iterator[str]:
    for condition in own:
        guard = BY_EXPRESSION.get(condition.values[0]) if condition.test == "matches" else None
        if guard is not None:
            yield guard.sample
    if parameter.format in _FORMATTED:
        yield _FORMATTED[parameter.format]
    if parameter.pattern:
        with contextlib.suppress(regex.NotExpressibleError):
            yield regex.sample(parameter.pattern)
    yield "example"
    for condition in own:
        if condition.test == "length":
            low, high = condition.values
            yield ("example" * (low // 7 + 1))[
                : max(low, 1) if high is None else min(max(low, 1), high)
            ]
    yield from _FORMATTED.values()


def _numbers(own: list[Condition], *, whole: bool) -> Iterator[float]:
    yield 1
    for condition in own:
        if condition.test != "range":
            continue
        low, high = condition.values
        for bound in (low, high):
            if bound is not None:
                yield bound
                yield bound + 1 if bound is low else bound - 1
        if low is not None and high is not None and not whole:
            yield (low + high) / 2


def _items(parameter: Parameter) -> list[Json]:
    """Return an array with as few items as the schema demands."""
    items = parameter.schema.get("items")
    least = parameter.schema.get("minItems")
    count = min(least, _MAX_ITEMS) if isinstance(least, int) and least > 0 else 1
    if not isinstance(items, dict):
        return []
    if isinstance(items.get("enum"), list) and items["enum"]:
        return [items["enum"][i % len(items["enum"])] for i in range(count)]
    if parameter.nested:
        item: Json = _object(parameter.nested, (), [], set())
    else:
        kind = items.get("type")
        item = _FORMATTED.get(str(items.get("format"))) if kind == "string" else None
        item = _EXAMPLES.get(kind if isinstance(kind, str) else "string") if item is None else item
    return [item] * count


def dry_runs(policy: Policy, tool: Tool) -> tuple[DryRun | None, DryRun | None, str]:
    """Return a call that passes, one that is stopped, and why one of them cannot be shown."""
    rules = rules_of(policy, tool.name)
    call = ordinary_call(tool, policy)
    decision = decision_of(rules)
    outcome = evaluate(policy, tool.name, call)
    if decision is None or _effective(outcome, decision) is not Decision.ALLOW:
        return None, _stopped(outcome, decision, call), _why_nothing_passes(decision, outcome)
    why = "No rule objects."
    limit = next((r.limit for r in rules if r.limit and not r.limit.amount_path), None)
    if limit is not None:
        why += f" Counts towards {limit.count} per {limit.window}."
    if decision.kind == "ask":
        why += " Clients that can ask a person do so first."
    allowed = DryRun(call, Decision.ALLOW, decision.name, "", why)
    return allowed, _blocked(policy, tool, rules, call), ""


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
    policy: Policy, tool: Tool, rules: tuple[PolicyRule, ...], call: JsonObject
) -> DryRun | None:
    """Return a call near the ordinary one that a rule stops; the most telling rule first."""
    order = {"meaning": 0, "method": 1, "schema": 2, "user": 3}
    checks = sorted(
        ((condition, rule) for rule in rules for condition in rule.conditions),
        key=lambda pair: order[pair[0].origin],
    )
    for condition, _ in checks:
        changed = violated(call, condition, _unlisted(tool, condition))
        outcome = evaluate(policy, tool.name, changed)
        if outcome.decision is Decision.DENY:
            why = f"Like the call above, but for {argument_word(condition.path)}."
            return DryRun(changed, Decision.DENY, outcome.rule, outcome.message, why)
    return _one_too_many(policy, tool, rules, call)


def _unlisted(tool: Tool, condition: Condition) -> tuple[Json, ...]:
    """Return real values of the schema that a list of methods leaves out."""
    enum = next((p.enum for p in tool.parameters if (p.name,) == condition.path), ())
    return tuple(value for value in enum if value not in condition.values)


def _one_too_many(
    policy: Policy, tool: Tool, rules: tuple[PolicyRule, ...], call: JsonObject
) -> DryRun | None:
    for rule in rules:
        if rule.limit is None or rule.limit.amount_path:
            continue
        count, window = rule.limit.count, rule.limit.window
        outcome = evaluate(policy, tool.name, call, used_up(rule))
        if outcome.decision is Decision.DENY:
            why = f"The same call, number {count + 1} within one {window}."
            return DryRun(call, Decision.DENY, outcome.rule, outcome.message, why)
    return None


def used_up(rule: PolicyRule) -> Mapping[str, float]:
    """Return counters in which a limit is used up, at the default moment of `evaluate`."""
    if rule.limit is None:
        raise ValueError(f"{rule.name} is no limit")
    return {counter(rule.tool, rule.limit, A_MOMENT): rule.limit.count}


def violated(call: JsonObject, condition: Condition, likely: tuple[Json, ...] = ()) -> JsonObject:
    """Return the call with one argument changed so that the condition does not hold.

    `likely` are values to try first; a missing argument is the last resort.
    """
    if condition.test == "absent":
        return _replaced(call, condition.path, value=True)
    present = value_at(call, condition.path)
    if condition.test != "exists":
        guard = BY_EXPRESSION.get(condition.values[0]) if condition.test == "matches" else None
        told = (guard.counterexample,) if guard is not None else likely
        same = [v for v in _WRONG if isinstance(v, str) == isinstance(present, str)]
        for value in (*told, *same):
            changed = _replaced(call, condition.path, value)
            if not holds(condition, changed):
                return changed
    return _replaced(call, condition.path, MISSING)


def _replaced(call: JsonObject, path: tuple[str, ...], value: Json) -> JsonObject:
    changed = dict(call)
    if len(path) == 1:
        if value is MISSING:
            changed.pop(path[0], None)
        else:
            changed[path[0]] = value
        return changed
    inner = changed.get(path[0])
    changed[path[0]] = _replaced(inner if isinstance(inner, dict) else {}, path[1:], value)
    return changed
