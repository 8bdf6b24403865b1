"""JSON text to a value, with every duplicate key named; for the checks of the JSON formats."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from generator.policy.formats.base import problem

if TYPE_CHECKING:
    from generator.errors import Problem
    from generator.model import Json, JsonObject


def read(text: str, place: str) -> tuple[JsonObject, list[Problem]]:
    """Return the object, or {} with the problems that keep it from being read."""
    rule = f"policy.{place}"
    problems: list[Problem] = []

    def pairs(items: list[tuple[str, Json]]) -> JsonObject:
        found = dict(items)
        if len(found) < len(items):
            names = [name for name, _ in items]
            twice = next(name for name in names if names.count(name) > 1)
            problems.append(problem(place, rule, twice, "expected each key once, got it again"))
        return found

    try:
        value = json.loads(text, object_pairs_hook=pairs)
    except (ValueError, RecursionError) as error:
        return {}, [problem(place, rule, "", f"expected JSON, got {error}")]
    if not isinstance(value, dict):
        return {}, [problem(place, rule, "", "expected an object, got something else")]
    return value, problems


def unknown_keys(value: Json, known: frozenset[str], place: str, pointer: str) -> list[Problem]:
    """Return a problem per key that is not known, and one when the value is no object."""
    rule = f"policy.{place}"
    if not isinstance(value, dict):
        return [problem(place, rule, pointer, "expected an object, got something else")]
    return [
        problem(place, rule, f"{pointer}.{key}".lstrip("."), f"expected one of {_list(known)}")
        for key in value
        if key not in known
    ]


def _list(known: frozenset[str]) -> str:
    return ", ".join(sorted(known))
