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
_GIVEN = "be given"


def words(conditions: Sequence[Condition]) -> str:
    """Return the conditions by argument: `a` must be `x` or `y`, `b` and `c` must be given."""
    tests: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for condition in conditions:
        found = tests.setdefault((condition.path, condition.presence), [])
        test = _test(condition)
        if test not in found:
            found.append(test)
    given = [path for (path, _), found in tests.items() if found == [_GIVEN]]
    said = [
        f"{_code(path)}{'' if presence == 'required' else ', when given,'}"
        f" must {wording.listed(_without_given(found))}"
        for (path, presence), found in tests.items()
        if found != [_GIVEN]
    ]
    if given:
        names = [_code(path) for path in given]
        if len(names) > _MOST_VALUES:
            names = [*names[: _MOST_VALUES - 1], f"{len(names) - _MOST_VALUES + 1} more"]
        said.insert(0, f"{wording.listed(names)} must be given")
    if len(said) > _MOST:
        rest = len(said) - _MOST + 1
        said = [*said[: _MOST - 1], f"{wording.counted(rest, 'further argument')} are checked"]
    return wording.listed(said)


def _without_given(tests: Sequence[str]) -> list[str]:
    """Return the tests of an argument without the one that any other implies."""
    return [test for test in tests if test != _GIVEN]


def _code(path: tuple[str, ...]) -> str:
    return wording.code(".".join(path), wording.VALUE_LIMIT)


def _test(condition: Condition) -> str:
    values = condition.values
    fixed = {
        "exists": _GIVEN,
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
