"""Two definitions of one tool to differences, without looking at any rating. Called by drift.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import canonical
from generator.derive import parameter_drift, wording
from generator.derive.deltas import Delta, addresses, all_hidden, shown, shown_pair, strings
from generator.taxonomy import ChangeClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model import Annotations, JsonObject, Tool

_KNOWN = {"name", "title", "description", "inputSchema", "outputSchema", "annotations"}
_REASSURING = {
    "readOnlyHint": True,
    "destructiveHint": False,
    "idempotentHint": True,
    "openWorldHint": False,
}
"""The value of each hint that makes a tool look harmless; clients approve calls on it."""


def compare(before: Tool, after: Tool) -> tuple[Delta, ...]:
    """Return what changed between two definitions; never empty when their digests differ."""
    if before.digest == after.digest:
        return ()
    found = [
        *_texts(before, after),
        *_validity(before, after),
        *parameter_drift.compare(before.parameters, after.parameters),
        *_hints(before.annotations, after.annotations),
        *_output(_object(before), _object(after)),
        *smuggled(strings(before.raw), strings(after.raw)),
    ]
    found += _rest(_object(before), _object(after), found)
    return tuple(found)


def _texts(before: Tool, after: Tool) -> Iterator[Delta]:
    if before.title != after.title or before.annotations.title != after.annotations.title:
        yield Delta(
            ChangeClass.COSMETIC,
            "title",
            "changed its title",
            shown(before.title or before.annotations.title),
            shown(after.title or after.annotations.title),
        )
    if before.description == after.description:
        return
    if before.description.split() == after.description.split():
        yield Delta(ChangeClass.COSMETIC, "white-space", "changed white space in its description")
        return
    text = "changed its description"
    if not before.description.strip() or not after.description.strip():
        text = "gained a description" if after.description.strip() else "lost its description"
    yield Delta(
        ChangeClass.WORDING,
        "description",
        text,
        *shown_pair(before.description, after.description),
    )


def _validity(before: Tool, after: Tool) -> Iterator[Delta]:
    if before.malformed == after.malformed:
        return
    if after.malformed:
        text = f"became malformed: {after.malformed}"
        yield Delta(ChangeClass.BREAKING, "malformed", text, before.malformed, after.malformed)
    else:
        text = "is no longer malformed"
        yield Delta(ChangeClass.COMPATIBLE, "malformed", text, before.malformed, after.malformed)


def _hints(before: Annotations, after: Annotations) -> Iterator[Delta]:
    for name, old, new in (
        ("readOnlyHint", before.read_only_hint, after.read_only_hint),
        ("destructiveHint", before.destructive_hint, after.destructive_hint),
        ("idempotentHint", before.idempotent_hint, after.idempotent_hint),
        ("openWorldHint", before.open_world_hint, after.open_world_hint),
    ):
        if old is new:
            continue
        flipped = old is not None and new is not None
        reassures = new is _REASSURING[name]
        kind = ChangeClass.RISK if flipped or reassures else ChangeClass.COMPATIBLE
        verb = "changed" if flipped else "declared" if old is None else "withdrew"
        yield Delta(kind, "hint", f"{verb} the hint `{name}`", _hint(old), _hint(new))


def _hint(value: bool | None) -> str:  # noqa: FBT001 - a hint has three values, one argument
    return "not declared" if value is None else str(value).lower()


def _output(before: JsonObject, after: JsonObject) -> Iterator[Delta]:
    old, new = before.get("outputSchema"), after.get("outputSchema")
    if _same(old, new):
        return
    if old is None:
        yield Delta(ChangeClass.COMPATIBLE, "output-schema", "gained an output schema")
    elif new is None:
        yield Delta(ChangeClass.BREAKING, "output-schema", "lost its output schema")
    else:
        yield Delta(ChangeClass.COMPATIBLE, "output-schema", "changed its output schema")


def smuggled(before: Iterable[str], after: Iterable[str]) -> Iterator[Delta]:
    """Yield new addresses and new characters that a reader cannot see."""
    old, new = list(before), list(after)
    hosts = {host for words in new for host in addresses(words)}
    hosts -= {host for words in old for host in addresses(words)}
    if hosts:
        names = wording.codes(sorted(hosts), 4)
        yield Delta(ChangeClass.RISK, "address", f"names new addresses: {names}")
    added = all_hidden(new) - all_hidden(old)
    if added:
        listed = wording.listed(sorted(added)[:6])
        yield Delta(ChangeClass.ALARM, "invisible", f"gained characters nobody can see: {listed}")


def _rest(before: JsonObject, after: JsonObject, found: list[Delta]) -> Iterator[Delta]:
    """Yield what no other comparison has named: schema details, other keys, order."""
    arguments = any(delta.kind.startswith("argument") for delta in found)
    old, new = before.get("inputSchema"), after.get("inputSchema")
    if not arguments and not _same(old, new):
        if _unordered(old) == _unordered(new):
            yield Delta(ChangeClass.COSMETIC, "order", "changed the order of its input schema")
        else:
            yield Delta(ChangeClass.BREAKING, "schema", "changed details of its input schema")
    other = sorted(
        key
        for key in (before.keys() | after.keys()) - _KNOWN
        if not _same(before.get(key), after.get(key))
    )
    if other:
        text = f"changed {wording.codes(other, 4)}"
        yield Delta(ChangeClass.COSMETIC, "other-keys", text)
    elif not found and _same(old, new):
        yield Delta(ChangeClass.COSMETIC, "definition", "changed in details that no client reads")


def _object(tool: Tool) -> JsonObject:
    return tool.raw if isinstance(tool.raw, dict) else {}


def _same(before: object, after: object) -> bool:
    return canonical.dumps(before) == canonical.dumps(after)


def _unordered(value: object) -> object:
    """Return a schema with lists that have no order in JSON Schema sorted."""
    if isinstance(value, dict):
        return {
            key: sorted(map(canonical.dumps, item))
            if key in {"required", "enum", "type"} and isinstance(item, list)
            else _unordered(item)
            for key, item in value.items()
        }
    return [_unordered(item) for item in value] if isinstance(value, list) else value
