"""Two sets of parameters to differences, nested ones by their path. Called by definition_drift.py.

A caller that worked must not break without notice: what makes a formerly valid call invalid is
breaking, what only widens is compatible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import canonical
from generator.derive import wording
from generator.derive.deltas import Delta, shown, shown_pair
from generator.taxonomy import ChangeClass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.model import Parameter

_LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_BREAKING, _COMPATIBLE = ChangeClass.BREAKING, ChangeClass.COMPATIBLE


def compare(
    before: Sequence[Parameter], after: Sequence[Parameter], path: str = ""
) -> Iterator[Delta]:
    """Yield what changed between two lists of parameters, in the order of the later one."""
    old = {p.name: p for p in before}
    new = {p.name: p for p in after}
    for name in (known for known in old if known not in new):
        yield Delta(_BREAKING, "argument-removed", f"lost the argument {_code(path, name)}", name)
    for name, parameter in new.items():
        known = old.get(name)
        if known is None:
            yield _added(parameter, path)
        elif known != parameter:
            yield from _changed(known, parameter, path)


def _added(parameter: Parameter, path: str) -> Delta:
    subject = _code(path, parameter.name)
    if parameter.required:
        text = f"gained the required argument {subject}"
        return Delta(_BREAKING, "argument-added", text, after=shown(parameter.name))
    text = f"gained the optional argument {subject}"
    return Delta(_COMPATIBLE, "argument-added", text, after=shown(parameter.name))


def _changed(before: Parameter, after: Parameter, path: str) -> Iterator[Delta]:
    subject = _code(path, after.name)
    if before.required != after.required:
        kind = _BREAKING if after.required else _COMPATIBLE
        word = "required" if after.required else "optional"
        yield Delta(kind, f"argument-{word}", f"made the argument {subject} {word}")
    yield from _type(before, after, subject)
    yield from _values(before, after, subject)
    yield from _bounds(before, after, subject)
    if before.description != after.description:
        same = before.description.split() == after.description.split()
        yield Delta(
            ChangeClass.COSMETIC if same else ChangeClass.WORDING,
            "argument-description",
            f"changed the description of the argument {subject}",
            *shown_pair(before.description, after.description),
        )
    if (before.has_default, _json(before.default)) != (after.has_default, _json(after.default)):
        yield Delta(
            _COMPATIBLE,
            "argument-default",
            f"changed the default of the argument {subject}",
            shown(_json(before.default)) if before.has_default else "",
            shown(_json(after.default)) if after.has_default else "",
        )
    inner = f"{path}{after.name}."
    yield from compare(before.nested, after.nested, inner)


def _type(before: Parameter, after: Parameter, subject: str) -> Iterator[Delta]:
    old, new = set(before.types), set(after.types)
    if old == new:
        return
    wider = not new or (bool(old) and old < new)
    yield Delta(
        _COMPATIBLE if wider else _BREAKING,
        "argument-type",
        f"changed the type of the argument {subject}",
        shown(", ".join(before.types)) or "any",
        shown(", ".join(after.types)) or "any",
    )


def _values(before: Parameter, after: Parameter, subject: str) -> Iterator[Delta]:
    old, new = [_json(v) for v in before.enum], [_json(v) for v in after.enum]
    if old == new:
        return
    if not old or not new:
        words = "limited" if new else "no longer limits"
        text = f"{words} the argument {subject} to listed values"
        kind = _BREAKING if new else _COMPATIBLE
        yield Delta(kind, "argument-values", text, shown(", ".join(old)), shown(", ".join(new)))
        return
    gone, come = [v for v in old if v not in new], [v for v in new if v not in old]
    if gone:
        text = f"lost values of the argument {subject}"
        yield Delta(_BREAKING, "argument-values-removed", text, before=shown(", ".join(gone)))
    if come:
        text = f"gained values of the argument {subject}"
        yield Delta(_COMPATIBLE, "argument-values-added", text, after=shown(", ".join(come)))


def _bounds(before: Parameter, after: Parameter, subject: str) -> Iterator[Delta]:
    for key in (*_LOWER, *_UPPER):
        old, new = before.schema.get(key), after.schema.get(key)
        if _json(old) == _json(new):
            continue
        narrower = _is_narrower(old, new, is_lower=key in _LOWER)
        yield Delta(
            _BREAKING if narrower else _COMPATIBLE,
            "argument-bound",
            f"{'narrowed' if narrower else 'widened'} {key} of the argument {subject}",
            "" if old is None else shown(_json(old)),
            "" if new is None else shown(_json(new)),
        )
    for key, old_text, new_text in (
        ("pattern", before.pattern, after.pattern),
        ("format", before.format, after.format),
    ):
        if old_text != new_text:
            kind = _BREAKING if new_text else _COMPATIBLE
            text = f"changed the {key} of the argument {subject}"
            yield Delta(kind, f"argument-{key}", text, shown(old_text), shown(new_text))


def _is_narrower(old: object, new: object, *, is_lower: bool) -> bool:
    """Return whether a bound lets less through; a bound that is no number counts as narrower."""
    if new is None:
        return False
    if not isinstance(old, int | float) or not isinstance(new, int | float):
        return True
    return new > old if is_lower else new < old


def _code(path: str, name: str) -> str:
    return wording.code(f"{path}{name}", wording.VALUE_LIMIT)


def _json(value: object) -> str:
    return canonical.dumps(value)
