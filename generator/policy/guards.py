"""A parameter's schema to argument conditions, or the stated reason why none is possible.

Only for arguments that every call needs: a missing argument is a denial in the targets, so a
condition on an optional one would break valid calls. Everything skipped is a PolicyLoss. Called
by draft.py; meanings.py adds what an argument means, methods.py the values of a multiplexer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.model import Condition, Parameter, PolicyLoss
from generator.model.quick import maker, quick
from generator.policy import regex
from generator.policy.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from generator.model import Json, JsonObject

MAX_EXACT = 2**53
MAX_LENGTH = 1000
"""RE2 counts at most to 1000, so no longer text can be required or limited."""
_COMBINED = ("anyOf", "oneOf", "not", "if", "$ref", "$dynamicRef")
_NOT_SIMPLE = frozenset({*_COMBINED, "allOf", "multipleOf", "items"})
_NUMBERS = frozenset({"integer", "number"})
FORMATS = {
    "uuid": r"^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
    "date": r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$",
    "email": r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$",
}
DANGEROUS_FLAGS = frozenset(
    {"force", "recursive", "purge", "all", "overwrite", "skip_confirm", "public", "admin"}
)


@quick
@dataclass(frozen=True, slots=True)
class Guarded:
    """Conditions for one argument or tool, and what could not become one."""

    conditions: tuple[Condition, ...] = ()
    losses: tuple[PolicyLoss, ...] = ()


_NOTHING = Guarded()
_new_condition = maker(Condition)


def of_tool(tool: str, parameters: Sequence[Parameter]) -> Guarded:
    """Return the conditions that the schema's required arguments allow."""
    conditions: list[Condition] = []
    losses: list[PolicyLoss] = []
    for parameter in parameters:
        if parameter.required:
            found = _of_parameter(tool, parameter, (parameter.name,))
            conditions += found.conditions
            losses += found.losses
    optional = len([parameter for parameter in parameters if not parameter.required])
    if optional:
        verb = "is" if optional == 1 else "are"
        text = f"{counted(optional, 'optional argument')} {verb} not checked"
        losses.append(PolicyLoss("optional-unchecked", tool, "", text))
    return Guarded(tuple(conditions), tuple(losses))


def forbidden_flags(parameters: Sequence[Parameter]) -> tuple[Condition, ...]:
    """Return `absent` for optional switches that widen a call; for the locked profile only."""
    return tuple(
        Condition(
            (parameter.name,),
            "absent",
            presence="if_present",
            pointer=parameter.pointer,
            note=f"{parameter.name} must be left out; false is refused too",
        )
        for parameter in parameters
        if not parameter.required
        and parameter.types == ("boolean",)
        and parameter.name.lower().replace("-", "_") in DANGEROUS_FLAGS
    )


def _of_parameter(tool: str, parameter: Parameter, path: tuple[str, ...]) -> Guarded:
    if "null" in parameter.types or not parameter.types:
        return _NOTHING
    schema, losses = _simple(tool, parameter, path)
    if schema is None or schema.get("nullable") is True:
        return Guarded((), tuple(losses)) if schema is not None else _typed(parameter, path, losses)
    inner = _nested(tool, parameter, path, schema)
    conditions = [*_values(tool, parameter, schema, path, losses), *inner.conditions]
    if not conditions:
        conditions = [_condition(path, "exists", (), parameter)]
    return Guarded(tuple(conditions), (*losses, *inner.losses))


def _typed(parameter: Parameter, path: tuple[str, ...], losses: list[PolicyLoss]) -> Guarded:
    """Return `exists` for a combined schema that excludes null, itself or in all branches."""
    branches = [
        branch
        for key in ("anyOf", "oneOf")
        for branch in parameter.schema.get(key, ())
        if isinstance(parameter.schema.get(key), list)
    ]
    excludes_null = isinstance(parameter.schema.get("type"), str) or (
        branches
        and all(isinstance(one, dict) and isinstance(one.get("type"), str) for one in branches)
    )
    if not excludes_null:
        return Guarded((), tuple(losses))
    return Guarded((_condition(path, "exists", (), parameter),), tuple(losses))


def _simple(
    tool: str, parameter: Parameter, path: tuple[str, ...]
) -> tuple[JsonObject | None, list[PolicyLoss]]:
    """Return the schema with simple `allOf` parts merged in, None when it is combined."""
    schema = parameter.schema
    parts = schema.get("allOf")
    if _NOT_SIMPLE.isdisjoint(schema):
        return schema, []
    found = next((key for key in _COMBINED if key in schema), "")
    if not found and isinstance(parts, list):
        merged = {key: value for key, value in schema.items() if key != "allOf"}
        for part in parts:
            if not isinstance(part, dict) or any(key in part for key in (*_COMBINED, "allOf")):
                found = "allOf"
                break
            if any(key in merged and merged[key] != value for key, value in part.items()):
                found = "allOf"
                break
            merged |= part
        schema = merged
    if found:
        return None, [_loss("schema-form", tool, path, f"{found} is not expressible")]
    skipped = [key for key in ("multipleOf", "items") if schema.get(key) not in (None, {}, True)]
    text = " and ".join({"multipleOf": "multiples", "items": "array items"}[key] for key in skipped)
    return schema, [_loss("schema-form", tool, path, f"{text} are not checked")] if skipped else []


def _nested(tool: str, parameter: Parameter, path: tuple[str, ...], schema: JsonObject) -> Guarded:
    """Return the conditions of required properties of a required object."""
    if parameter.types != ("object",) or not isinstance(schema.get("properties"), dict):
        return _NOTHING
    found = [
        _of_parameter(tool, child, (*path, child.name))
        for child in parameter.nested
        if child.required
    ]
    return Guarded(
        tuple(condition for guarded in found for condition in guarded.conditions),
        tuple(loss for guarded in found for loss in guarded.losses),
    )


def _values(
    tool: str,
    parameter: Parameter,
    schema: JsonObject,
    path: tuple[str, ...],
    losses: list[PolicyLoss],
) -> list[Condition]:
    """Return what the schema says about the value itself."""
    if "enum" in schema or "const" in schema:
        values = _enumerated(schema)
        if values:
            return [_condition(path, "one_of", values, parameter)]
        losses.append(_loss("schema-form", tool, path, "its listed values are not comparable"))
        return []
    kinds = frozenset(parameter.types)
    if kinds <= _NUMBERS:
        return _range(schema, path, parameter)
    if kinds == {"string"}:
        return _text(tool, parameter, schema, path, losses)
    return []


def _enumerated(schema: JsonObject) -> tuple[Json, ...]:
    """Return the listed values if all are texts, all numbers or all booleans."""
    listed = schema.get("enum")
    values = tuple(listed) if isinstance(listed, list) else ()
    if "const" in schema:
        constant = schema["const"]
        values = (constant,) if not values or constant in values else ()
    if values and all(isinstance(value, str) for value in values):
        return tuple(dict.fromkeys(values)) if all(map(_is_sound, values)) else ()
    if values and all(isinstance(value, bool) for value in values):
        return tuple(dict.fromkeys(values))
    if values and all(_is_exact(value) for value in values):
        return tuple(dict.fromkeys(values))
    return ()


def _is_sound(text: str) -> bool:
    """Return whether a text holds no half of a surrogate pair, which no file can carry."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _is_exact(value: Json) -> bool:
    """Return whether a value is a number that every target reads alike."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and abs(value) < MAX_EXACT
    )


def _range(schema: JsonObject, path: tuple[str, ...], parameter: Parameter) -> list[Condition]:
    low, low_open = _bound(schema, "minimum", "exclusiveMinimum", max)
    high, high_open = _bound(schema, "maximum", "exclusiveMaximum", min)
    if low is None and high is None:
        return []
    return [
        _condition(path, "range", (low, high), parameter, exclusive=(low_open, high_open)),
    ]


def _bound(
    schema: JsonObject,
    key: str,
    exclusive_key: str,
    tighter: Callable[[Iterable[float]], float],
) -> tuple[float | None, bool]:
    """Return the tighter of both forms of a bound, and whether it is exclusive.

    The old form, `exclusiveMinimum: true` beside `minimum`, counts as well.
    """
    plain, exclusive = schema.get(key), schema.get(exclusive_key)
    found: list[tuple[float, bool]] = (
        [(plain, False)] if plain is not None and _is_exact(plain) else []
    )
    if exclusive is True and found:
        return plain, True
    if exclusive is not None and _is_exact(exclusive):
        found.append((exclusive, True))
    if not found:
        return None, False
    best = tighter(value for value, _ in found)
    return best, (best, True) in found


def _text(
    tool: str,
    parameter: Parameter,
    schema: JsonObject,
    path: tuple[str, ...],
    losses: list[PolicyLoss],
) -> list[Condition]:
    conditions = []
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        try:
            expression = regex.to_re2(pattern)
        except regex.NotExpressibleError as reason:
            losses.append(_loss("pattern", tool, path, f"its pattern is not checked: {reason}"))
        else:
            conditions.append(_condition(path, "matches", (expression,), parameter))
    low, high = _whole(schema.get("minLength")), _whole(schema.get("maxLength"))
    if max(low or 0, high or 0) > MAX_LENGTH:
        losses.append(
            _loss("schema-form", tool, path, f"lengths above {MAX_LENGTH} are not checked")
        )
        low = low if low is not None and low <= MAX_LENGTH else None
        high = None
    if low or high is not None:
        conditions.append(_condition(path, "length", (low or 0, high), parameter))
    known = FORMATS.get(str(schema.get("format")))
    if known is not None:
        conditions.append(_condition(path, "matches", (known,), parameter))
    return conditions


def _whole(value: Json) -> int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and value >= 0 and math.isfinite(value) else None


def _condition(
    path: tuple[str, ...],
    test: str,
    values: tuple[Json, ...],
    parameter: Parameter,
    *,
    exclusive: tuple[bool, bool] = (False, False),
) -> Condition:
    return _new_condition(path, test, values, exclusive, pointer=parameter.pointer)


def _loss(code: str, tool: str, path: tuple[str, ...], text: str) -> PolicyLoss:
    return PolicyLoss(code, tool, ".".join(path), text)
