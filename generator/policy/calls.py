"""A tool's schema to a call: an ordinary one, and one that a condition must stop.

Called by samples.py for the calls shown on pages, and by the tests for many more.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from generator.policy import regex
from generator.policy.evaluate import MISSING, fits, holds, value_at
from generator.policy.meanings import BY_EXPRESSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model import Condition, Json, JsonObject, Parameter, PolicyRule, Tool

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


def ordinary_call(tool: Tool, rules: Iterable[PolicyRule]) -> JsonObject:
    """Return a call with the required arguments only, as valid as schema and rules let us see."""
    conditions: list[Condition] = []
    spent = set[tuple[str, ...]]()
    for rule in rules:
        conditions += rule.conditions
        if rule.limit is not None and rule.limit.amount_path:
            spent.add(rule.limit.amount_path)
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
        if _suits(candidate, own) and (path not in spent or _is_cost(candidate)):
            return candidate
    return first


def _suits(value: Json, conditions: list[Condition]) -> bool:
    for condition in conditions:  # noqa: SIM110 - for every required argument, and twice as fast
        if not fits(condition, value):
            return False
    return True


def _is_cost(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 1


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
