"""Conditions of a policy to words: what a call must hold to pass.

The words say what the neutral model tests; how a target spells it is in its file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.derive import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import Condition

_MOST = 4
_MOST_VALUES = 6


def words(conditions: Sequence[Condition]) -> str:
    """Return the conditions in one list: `a` must be given, `b` must be `x` or `y`."""
    said = list(dict.fromkeys(one(condition) for condition in conditions))
    if len(said) > _MOST:
        said = [*said[: _MOST - 1], wording.counted(len(said) - _MOST + 1, "further check")]
    return wording.listed(said)


def one(condition: Condition) -> str:
    """Return one condition in words."""
    subject = wording.code(".".join(condition.path), wording.VALUE_LIMIT)
    when = "" if condition.presence == "required" else ", when given,"
    return f"{subject}{when} must {_test(condition)}"


def _test(condition: Condition) -> str:
    values = condition.values
    fixed = {
        "exists": "be given",
        "absent": "be left out",
        "matches": "match the pattern in the file",
    }
    if condition.test in fixed:
        return fixed[condition.test]
    if condition.test in {"equals", "one_of"}:
        return f"be {wording.codes((_plain(v) for v in values), _MOST_VALUES, 'or')}"
    if condition.test == "range":
        return f"be {_range(values[0], values[1], condition.exclusive)}"
    return f"have {_span(values[0], values[1])} characters"


def _range(low: object, high: object, exclusive: tuple[bool, bool]) -> str:
    below = "above" if exclusive[0] else "at least"
    above = "below" if exclusive[1] else "at most"
    parts = [f"{below} {low}"] if low is not None else []
    parts += [f"{above} {high}"] if high is not None else []
    return wording.listed(parts)


def _span(low: object, high: object) -> str:
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"at least {low}" if low is not None else f"at most {high}"


def _plain(value: object) -> str:
    """Return a JSON value as text: true and 5 as in JSON, texts as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
