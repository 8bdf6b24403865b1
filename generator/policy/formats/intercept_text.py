"""Rules and conditions to their texts in an Intercept file, in its fixed shape.

Called by intercept.py for one tool at a time. Strings are double-quoted ASCII, and a condition
that Intercept has no word for is written with those it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.policy.formats import base
from generator.policy.words import tool_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import Condition, Json, Limit, PolicyRule

_WIDTH = 96


def deny(rule: PolicyRule) -> str:
    """Return the text of a rule that denies every call."""
    return f'{_name(rule, rule.name)}\n        action: "deny"\n{_said(rule)}'


def _name(rule: PolicyRule, name: str) -> str:
    reason = f"   # {base.comment(', '.join(rule.because))}" if rule.because else ""
    return f"      - name: {base.quoted(name)}{reason}"


def _said(rule: PolicyRule) -> str:
    return f"        on_deny: {base.quoted(rule.message)}"


def texts(rules: Sequence[PolicyRule]) -> list[str]:
    """Return the texts of limit and condition rules, conditions first."""
    checks, limits = [], []
    for rule in rules:
        if rule.conditions:
            tests = "\n".join([_condition(condition) for condition in rule.conditions])
            checks.append(f"{_name(rule, rule.name)}\n        conditions:\n{tests}\n{_said(rule)}")
        limit = rule.limit
        if limit is not None:
            limits.append(_spend(rule, limit) if limit.amount_path else _rate(rule, limit))
    return checks + limits


def _rate(rule: PolicyRule, limit: Limit) -> str:
    rate = f"{limit.count}/{limit.window}"
    return f'{_name(rule, rule.name)}\n        rate_limit: "{rate}"\n{_said(rule)}'


def _spend(rule: PolicyRule, limit: Limit) -> str:
    """Return a spend cap: bounds for one call, and a counter of the amount."""
    path = base.quoted(f"args.{'.'.join(limit.amount_path)}")
    word = tool_word(rule.tool)
    counter = f"spend_{limit.window}"
    lines = [
        "      # placeholder: set your own amounts, in the unit of the argument",
        _name(rule, f"{word}: 1 to {limit.per_call} per call"),
        "        conditions:",
        f"          - path: {path}",
        '            op: "gte"',
        "            value: 1",
        f"          - path: {path}",
        '            op: "lte"',
        f"            value: {limit.per_call}",
        _said(rule),
        _name(rule, rule.name),
        "        conditions:",
        f"          - path: {base.quoted(f'state.{rule.tool}.{counter}')}",
        '            op: "lte"',
        f"            value: {limit.count}",
        "        state:",
        f'          counter: "{counter}"',
        f'          window: "{limit.window}"',
        f"          increment_from: {path}",
        _said(rule),
    ]
    return "\n".join(lines)


def _condition(condition: Condition) -> str:
    path = base.quoted(f"args.{'.'.join(condition.path)}")
    first = f"{path}   # {condition.note}" if condition.note else path
    if condition.test == "exists":
        return _test(first, "exists", "true")
    tests = enumerate(_tests(condition))
    return "\n".join([_test(path if at else first, op, value) for at, (op, value) in tests])


def _test(path: str, op: str, value: str) -> str:
    return f'          - path: {path}\n            op: "{op}"\n            value: {value}'


def _tests(condition: Condition) -> list[tuple[str, str]]:
    """Return the operators and values that say the same as a condition."""
    values = condition.values
    if condition.test == "absent":
        return [("exists", "false")]
    if condition.test == "equals":
        return [("eq", scalar(values[0]))]
    if condition.test == "one_of":
        return [("in", _listed(condition))]
    if condition.test == "matches":
        return [("regex", base.quoted(values[0]))]
    low, high = values
    if condition.test == "length":
        return [("regex", base.quoted(f"(?s)^.{{{low},{'' if high is None else high}}}$"))]
    low_open, high_open = condition.exclusive
    bounds = [("gt" if low_open else "gte", low), ("lt" if high_open else "lte", high)]
    return [(op, scalar(bound)) for op, bound in bounds if bound is not None]


def _listed(condition: Condition) -> str:
    """Return the list of values; methods stand in lines per category, which a comment names."""
    values = [scalar(value) for value in condition.values]
    if not condition.groups:
        return f"[{', '.join(values)}]"
    lines: list[tuple[str, str]] = []
    at = 0
    for word, count in condition.groups:
        lines += [(f"{line},", word) for line in _wrapped(values[at : at + count])]
        at += count
    last, word = lines[-1]
    lines[-1] = (f"{last[:-1]}]", word)
    width = max(len(line) for line, _ in lines)
    indent = " " * 20
    return "[" + f"\n{indent}".join(f"{line:<{width}}  # {word}" for line, word in lines)


def _wrapped(values: list[str]) -> list[str]:
    """Return the values in lines of bounded width."""
    lines = [values[0]]
    for value in values[1:]:
        if len(lines[-1]) + len(value) > _WIDTH:
            lines.append(value)
        else:
            lines[-1] += f", {value}"
    return lines


def scalar(value: Json) -> str:
    """Return a text, number or boolean as YAML 1.1 and 1.2 read alike."""
    if isinstance(value, str):
        return base.quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return text
