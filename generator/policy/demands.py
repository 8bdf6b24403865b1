"""Conditions to what they demand of arguments, in the words of a denial's message.

Called by rules.py. Values of the schema are not repeated, for they are the server's words; only
numbers and plain names of arguments are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.policy.words import argument_word, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import Condition, Json


def clauses(conditions: Iterable[Condition]) -> list[str]:
    """Return the demands on arguments for the message of a denial, arguments of one demand joined.

    `city and street are required`, `limit must be at least 1 and at most 100`.
    """
    by_path: dict[tuple[str, ...], list[str]] = {}
    for condition in conditions:
        by_path.setdefault(condition.path, []).append(_demand(condition))
    by_demand: dict[str, list[str]] = {}
    for path, demands in by_path.items():
        demand = " and ".join(dict.fromkeys(demands))
        by_demand.setdefault(demand, []).append(argument_word(path))
    return [_clause(demand, names) for demand, names in by_demand.items()]


def _clause(demand: str, names: list[str]) -> str:
    named = listed(list(dict.fromkeys(names)), 8)
    plural = demand if len(names) == 1 else demand.replace("is required", "are required")
    return f"{named} {plural}"


def _demand(condition: Condition) -> str:
    low, high = (*condition.values, None, None)[:2]
    if condition.test == "range":
        return f"must be {_between(low, high, condition.exclusive)}"
    if condition.test == "length":
        bounds = f"at least {low}" if high is None else f"{low} to {high}"
        return f"must be {bounds} characters long"
    return {
        "exists": "is required",
        "absent": "must be left out",
        "one_of": "must be one of its declared values",
        "equals": "must be its declared value",
        "matches": "must have its declared form",
    }[condition.test]


def _between(low: Json, high: Json, exclusive: tuple[bool, bool]) -> str:
    words = []
    if low is not None:
        words.append(f"{'above' if exclusive[0] else 'at least'} {low}")
    if high is not None:
        words.append(f"{'below' if exclusive[1] else 'at most'} {high}")
    return " and ".join(words)
