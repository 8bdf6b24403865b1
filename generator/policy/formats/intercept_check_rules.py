"""One rule of an Intercept file to Problems: actions, limits, conditions, counters.

Called by intercept_check.py, which reads the file and collects every tool's counters first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.policy.formats.base import problem
from generator.policy.formats.intercept_yaml import PLACE, REFUSED, STRICT
from generator.policy.re2 import refused_by_re2

if TYPE_CHECKING:
    from generator.errors import Problem
    from generator.model import Json

_RULE = {"name", "action", "rate_limit", "conditions", "on_deny", "state"}
_CONDITION = {"path", "op", "value"}
_STATE = {"counter", "window", "increment", "increment_from"}
_NUMERIC = {"lt", "lte", "gt", "gte"}
_LISTS = {"in", "not_in"}
_NEGATIVE = {"neq", "not_in", "contains"}
_OPS = {"eq", "regex", "exists"} | _NUMERIC | _LISTS | _NEGATIVE
WINDOWS = ("minute", "hour", "day")
_MAX_INT = 2**63
_GLOBAL = "_global"


@dataclass(slots=True)
class Check:
    """One run over a file: the problems so far and what the file counts."""

    problems: list[Problem]
    counters: dict[str, set[str]] = field(default_factory=dict)
    """Counter names per tool as written, those of rate limits included."""
    allow_negative: bool = False

    def refused(self, pointer: str, message: str) -> None:
        """Collect what Intercept refuses too."""
        self.problems.append(problem(PLACE, REFUSED, pointer, message))

    def strict(self, pointer: str, message: str) -> None:
        """Collect what Intercept accepts and we do not."""
        self.problems.append(problem(PLACE, STRICT, pointer, message))

    def keys(self, mapping: dict[str, Json], known: set[str], pointer: str) -> None:
        """Collect every key that is not known: Intercept ignores it without a word."""
        for key in mapping:
            if key not in known:
                names = ", ".join(sorted(known))
                where = f"{pointer}.{key}" if pointer else key
                self.strict(where, f"expected one of {names}, got an unknown key, which is ignored")

    def text(self, value: Json, pointer: str) -> str:
        """Return a text, or "" after saying what is there instead."""
        if isinstance(value, str):
            return value
        if isinstance(value, list | dict):
            self.refused(pointer, f"expected text, got a {kind_of(value)} (cannot unmarshal)")
        elif value is None:
            self.strict(pointer, "expected text, got null")
        else:
            self.strict(pointer, f"expected quoted text, got the {kind_of(value)} {value}")
        return ""


def kind_of(value: Json) -> str:
    """Return the kind of a value for a message."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    names: dict[type, str] = {str: "text", list: "list", dict: "mapping"}
    return names.get(type(value), "null")


def shown(value: Json) -> str:
    """Return a value for a message: short, one line, ASCII."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 - fits a line


def check_rule(run: Check, tool: str, rule: dict[str, Json], pointer: str) -> None:
    """Collect everything that is wrong with one rule of one tool."""
    run.keys(rule, _RULE, pointer)
    for key in ("name", "on_deny", "action"):
        if key in rule:
            run.text(rule[key], f"{pointer}.{key}")
    if not rule.get("name"):
        run.refused(f"{pointer}.name", "rule must have a name")
    conditions = _conditions_of(run, rule, pointer)
    if "rate_limit" in rule:
        _rate(run, tool, rule, conditions, pointer)
        return
    _action(run, rule.get("action", "evaluate"), conditions, pointer)
    for position, condition in enumerate(conditions):
        _condition(run, condition, f"{pointer}.conditions[{position}]")
    if "state" in rule:
        _state(run, tool, rule["state"], conditions, pointer)
    for condition in conditions:
        _state_reference(run, condition.get("path"), pointer)


def _action(run: Check, action: Json, conditions: list[dict[str, Json]], pointer: str) -> None:
    if action == "deny" and conditions:
        run.refused(pointer, "deny rules must not have conditions")
    elif action == "evaluate" and not conditions:
        run.refused(pointer, "evaluate rules must have at least one condition")
    elif action not in {"evaluate", "deny"} and isinstance(action, str):
        text = f'action must be "evaluate" or "deny", got {shown(action)}'
        run.refused(f"{pointer}.action", text)


def _conditions_of(run: Check, rule: dict[str, Json], pointer: str) -> list[dict[str, Json]]:
    conditions = rule.get("conditions", [])
    if not isinstance(conditions, list):
        run.refused(f"{pointer}.conditions", f"expected a list, got {kind_of(conditions)}")
        return []
    for position, condition in enumerate(conditions):
        if not isinstance(condition, dict):
            where = f"{pointer}.conditions[{position}]"
            run.refused(where, f"expected a mapping, got {kind_of(condition)} (cannot unmarshal)")
    return [condition for condition in conditions if isinstance(condition, dict)]


def _rate(
    run: Check, tool: str, rule: dict[str, Json], conditions: list[dict[str, Json]], pointer: str
) -> None:
    rate = run.text(rule["rate_limit"], f"{pointer}.rate_limit")
    count, slash, window = rate.partition("/")
    place = f"{pointer}.rate_limit"
    if not isinstance(rule["rate_limit"], str):
        return
    if not slash:
        run.refused(place, f'rate_limit must be in the format "N/window", got {shown(rate)}')
    elif not _is_count(count):
        run.refused(place, f"count must be a positive integer, got {shown(count)}")
    elif not count.isdigit() or count.startswith("0"):
        run.strict(place, f"expected a plain count such as 5, got {shown(count)}")
    if slash and window not in WINDOWS:
        run.refused(place, f'window must be "minute", "hour" or "day", got {shown(window)}')
    if conditions or "state" in rule:
        run.refused(pointer, "rate_limit cannot be combined with conditions or state")
    if rule.get("action") == "deny":
        run.refused(pointer, 'rate_limit cannot be used with action "deny"')
    elif "action" in rule:
        run.strict(f"{pointer}.action", "expected no action beside rate_limit, got one")
    if slash and window in WINDOWS:
        scope = _GLOBAL if tool == "*" else tool
        _state_reference(run, f"state.{scope}._rate_{window}", pointer)


def _is_count(text: str) -> bool:
    """Return whether Go's Atoi reads a positive integer."""
    digits = text[1:] if text[:1] == "+" else text
    return digits.isascii() and digits.isdigit() and 0 < int(digits[:30]) < _MAX_INT


def _condition(run: Check, condition: dict[str, Json], pointer: str) -> None:
    run.keys(condition, _CONDITION, pointer)
    _path(run, run.text(condition.get("path"), f"{pointer}.path"), pointer)
    op = run.text(condition.get("op"), f"{pointer}.op")
    if op not in _OPS:
        run.refused(f"{pointer}.op", f"unknown operator {shown(op)}")
        return
    if op in _NEGATIVE and not run.allow_negative:
        run.strict(f"{pointer}.op", f"expected a positive test, got {op}, which null passes")
    if "value" not in condition:
        run.strict(f"{pointer}.value", "expected a value, got none")
    _operand(run, op, condition.get("value"), f"{pointer}.value")


def _path(run: Check, path: str, pointer: str) -> None:
    head, dot, rest = path.partition(".")
    if head not in {"args", "state"} or not dot:
        run.refused(
            f"{pointer}.path", f'path must start with "args." or "state.", got {shown(path)}'
        )
    elif not all(rest.split(".")):
        run.strict(f"{pointer}.path", f"expected no empty part, got {shown(path)}")
    elif head == "state" and "." not in rest:
        run.strict(f"{pointer}.path", f"expected state.<tool>.<counter>, got {shown(path)}")


def _operand(run: Check, op: str, value: Json, pointer: str) -> None:
    kind = kind_of(value)
    if op in _LISTS and not isinstance(value, list):
        run.refused(pointer, f"operator {op} requires a list value, got {kind}")
    elif op in _NUMERIC and not _is_numeric(value):
        run.refused(pointer, f"operator {op} requires a numeric value, got {kind}")
    elif op == "exists" and not isinstance(value, bool):
        run.refused(pointer, f"operator exists requires a boolean value, got {kind}")
    elif op == "regex" and not isinstance(value, str):
        run.refused(pointer, f"regex value must be a string, got {kind}")
    elif op == "regex" and (reason := refused_by_re2(value)):
        run.refused(pointer, f"invalid regex: {reason}")
    elif op in _LISTS and not value:
        run.strict(pointer, "expected at least one value, got none, which denies every call")
    for item in value if isinstance(value, list) else [value]:
        _operand_item(run, item, pointer, in_list=isinstance(value, list))


def _operand_item(run: Check, item: Json, pointer: str, *, in_list: bool) -> None:
    if isinstance(item, float) and not math.isfinite(item):
        run.strict(pointer, "expected a finite number, got another")
    elif isinstance(item, dict | list) or (item is None and in_list):
        run.strict(pointer, f"expected text, number or boolean, got {kind_of(item)}")


def _is_numeric(value: Json) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, float) or (isinstance(value, int) and -_MAX_INT <= value < _MAX_INT)


def _state(
    run: Check, tool: str, state: Json, conditions: list[dict[str, Json]], pointer: str
) -> None:
    place = f"{pointer}.state"
    if not isinstance(state, dict):
        run.refused(place, f"expected a mapping, got {kind_of(state)} (cannot unmarshal)")
        return
    run.keys(state, _STATE, place)
    counter = run.text(state.get("counter"), f"{place}.counter")
    if not counter:
        run.refused(f"{place}.counter", "counter must not be empty")
    if state.get("window") not in WINDOWS:
        got = shown(state.get("window"))
        run.refused(f"{place}.window", f'window must be "minute", "hour" or "day", got {got}')
    source = (
        run.text(state["increment_from"], f"{place}.increment_from")
        if "increment_from" in state
        else ""
    )
    if source and not source.startswith("args."):
        run.refused(
            f"{place}.increment_from",
            f'increment_from must start with "args.", got {shown(source)}',
        )
    increment = state.get("increment", 1)
    if isinstance(increment, bool) or not isinstance(increment, int) or increment < 1:
        run.strict(
            f"{place}.increment", f"expected a whole number of 1 or more, got {shown(increment)}"
        )
    own = f"state.{_GLOBAL if tool == '*' else tool}.{counter}"
    if not any(one.get("path") == own and one.get("op") in {"lt", "lte"} for one in conditions):
        run.strict(place, f"expected lt or lte on {shown(own)} in the same rule: it never counts")


def _state_reference(run: Check, path: Json, pointer: str) -> None:
    """Report a counter that no rule of that tool counts; the path splits at its first two dots."""
    if not isinstance(path, str) or not path.startswith("state."):
        return
    parts = path.split(".", 2)
    if len(parts) < 3:  # noqa: PLR2004 - state, tool, counter
        return
    counters = run.counters.get(parts[1])
    if counters is None and parts[1] == _GLOBAL:
        counters = run.counters.get("*")
    if parts[2] not in (counters or ()):
        run.refused(pointer, f"no matching state block found for {shown(path)}")
