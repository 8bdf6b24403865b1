"""A read Intercept file and a call to what Intercept does: for tests, and for comparing with it.

Mirrors the proxy's order: hidden, unlisted, then all conditions of the tool's rules and of `*`,
then one reservation per counter. Where its comparison turns values into Go's text form, the
answer is undefined here, and nothing of ours may rely on it.
"""

from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generator.policy.evaluate import A_MOMENT
from generator.policy.re2 import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.model import Json, JsonObject

_STARTS = {"minute": "%Y-%m-%dT%H:%M", "hour": "%Y-%m-%dT%H", "day": "%Y-%m-%d"}
_NUMBER = re.compile(r"[-+]?(?:[0-9.]|Inf|NaN)")
_PRINTED = {
    "int": _NUMBER,
    "float": _NUMBER,
    "bool": re.compile(r"(?:true|false)\Z"),
    "list": re.compile(r"\["),
    "dict": re.compile(r"map\["),
    "NoneType": re.compile(r"<nil>\Z"),
    "str": re.compile(r"(?!)"),
}
"""What a value of each kind may look like when Go prints it."""
_MISSING = object()
_ORDERS = {"lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge}


class UndefinedError(ValueError):
    """Text met a number or boolean: the proxy compares printed forms, we do not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a call passes, by which rule it does not, the message, and the counters after it."""

    passes: bool
    rule: str = ""
    message: str = ""
    counters: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reservation:
    """A counter that a rule counts on: its key, the argument it adds, the limit, the message."""

    key: str
    source: str
    step: int
    limit: int
    message: str


def evaluate(
    document: JsonObject,
    tool: str,
    arguments: JsonObject,
    counters: Mapping[str, int] | None = None,
    now: datetime = A_MOMENT,
) -> Answer:
    """Return what the proxy does with a call; `document` has passed the check.

    Raises:
        UndefinedError: a comparison would depend on how Go prints a value.
    """
    counters = {} if counters is None else counters
    if tool in document.get("hide", []):
        return Answer(
            passes=False,
            rule="(hidden)",
            message=f'Tool "{tool}" is hidden by policy',
            counters=counters,
        )
    tools = document.get("tools", {})
    if document.get("default") == "deny" and tool not in tools:
        message = f'Tool "{tool}" is not permitted by policy'
        return Answer(passes=False, rule="(default deny)", message=message, counters=counters)
    scoped = [(rule, tool) for rule in tools.get(tool, {}).get("rules", [])]
    if tool != "*":
        scoped += [(rule, "_global") for rule in tools.get("*", {}).get("rules", [])]
    reservations = []
    for rule, scope in scoped:
        message = rule.get("on_deny", f'Denied by rule "{rule["name"]}"')
        denied = Answer(passes=False, rule=rule["name"], message=message, counters=counters)
        if rule.get("action") == "deny":
            return denied
        for condition in _conditions(rule, scope):
            if not _holds(condition, arguments, counters, rule, now):
                return denied
        reservation = _reservation(rule, scope, now)
        if reservation is not None:
            reservations.append((reservation, denied))
    return _reserve(reservations, arguments, counters)


def _conditions(rule: JsonObject, scope: str) -> list[JsonObject]:
    """Return a rule's conditions; a rate limit stands for one on its counter."""
    if "rate_limit" not in rule:
        return list(rule.get("conditions", []))
    count, _, window = rule["rate_limit"].partition("/")
    return [{"path": f"state.{scope}._rate_{window}", "op": "lte", "value": int(count)}]


def _reservation(rule: JsonObject, scope: str, now: datetime) -> _Reservation | None:
    if "rate_limit" in rule:
        count, _, window = rule["rate_limit"].partition("/")
        key = f"{scope}._rate_{window}@{_start(window, now)}"
        return _Reservation(key, "", 1, int(count), rule.get("on_deny", ""))
    state = rule.get("state")
    if state is None:
        return None
    own = f"state.{scope}.{state['counter']}"
    for condition in rule.get("conditions", []):
        if condition["path"] == own and condition["op"] in {"lt", "lte"}:
            limit = int(condition["value"]) - (condition["op"] == "lt")
            key = f"{scope}.{state['counter']}@{_start(state['window'], now)}"
            source = state.get("increment_from", "")
            return _Reservation(
                key, source, state.get("increment", 1), limit, rule.get("on_deny", "")
            )
    return None


def _start(window: str, now: datetime) -> str:
    return now.astimezone(UTC).strftime(_STARTS[window])


def _reserve(
    reservations: list[tuple[_Reservation, Answer]],
    arguments: JsonObject,
    counters: Mapping[str, int],
) -> Answer:
    """Count the call on every counter, or on none when one of them is full."""
    after = dict(counters)
    for wanted, denied in reservations:
        amount: Json = wanted.step
        if wanted.source:
            amount = _argument(arguments, wanted.source.removeprefix("args."))
            if not _is_number(amount):
                return Answer(
                    passes=False,
                    rule=denied.rule,
                    message="Internal policy error",
                    counters=counters,
                )
        after[wanted.key] = after.get(wanted.key, 0) + math.trunc(amount)
        if after[wanted.key] > wanted.limit:
            return denied
    return Answer(passes=True, counters=after)


def _argument(arguments: Json, dotted: str) -> Json:
    value = arguments
    for part in dotted.split("."):
        if not isinstance(value, dict) or part not in value:
            return _MISSING
        value = value[part]
    return value


def _holds(
    condition: JsonObject,
    arguments: JsonObject,
    counters: Mapping[str, int],
    rule: JsonObject,
    now: datetime,
) -> bool:
    path, op, expected = condition["path"], condition["op"], condition["value"]
    actual: Json
    if path.startswith("state."):
        window = rule.get("state", {}).get("window") or rule.get("rate_limit", "").partition("/")[2]
        actual = counters.get(f"{path.removeprefix('state.')}@{_start(window, now)}", 0)
    else:
        actual = _argument(arguments, path.removeprefix("args."))
    if op == "exists":
        return (actual is not _MISSING and actual is not None) is expected
    return actual is not _MISSING and _compares(op, actual, expected)


def _compares(op: str, actual: Json, expected: Json) -> bool:
    if op in {"eq", "neq"}:
        return _equals(actual, expected) is (op == "eq")
    if op in {"in", "not_in"}:
        return any(_equals(actual, item) for item in expected) is (op == "in")
    if op == "regex":
        return isinstance(actual, str) and compiled(expected).search(actual) is not None
    if op == "contains":
        return _contains(actual, expected)
    if not _is_number(actual):
        return False
    return bool(_ORDERS[op](actual, expected))


def _contains(actual: Json, expected: Json) -> bool:
    if isinstance(actual, str):
        return isinstance(expected, str) and expected in actual
    return isinstance(actual, list) and any(_equals(item, expected) for item in actual)


def _equals(actual: Json, expected: Json) -> bool:
    if _is_number(actual) and _is_number(expected):
        return float(actual) == float(expected)
    if type(actual) is type(expected) and isinstance(actual, str | bool):
        return bool(actual == expected)
    for value, text in ((actual, expected), (expected, actual)):
        if isinstance(text, str) and _PRINTED[type(value).__name__].match(text):
            raise UndefinedError(f"{type(value).__name__} and text are compared as printed")
    return False


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
