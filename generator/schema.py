"""An input schema to Parameters: local references resolved, branches merged, everything bounded.

Called by definition.py for every tool. Total on any JSON value: what is no schema gives no
parameters. Never fetches a remote reference. Bounds (classifier specification, section 4):
depth 32, 5,000 nodes; beyond them a property keeps its name and place, its details are not
resolved, and the reading says so. No top-level name is ever lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.model import Json, JsonObject, Parameter
from generator.model.quick import maker, quick
from generator.pointers import escape, raw_at

MAX_DEPTH = 32
MAX_NODES = 5000
MAX_NESTING = 4
_UNIONS = ("anyOf", "oneOf")
_BRANCHES = ("allOf", *_UNIONS)
_CONDITIONALS = ("if", "then", "else")
_COMBINING = frozenset(("$ref", *_BRANCHES, *_CONDITIONALS))
"""Keys without which a schema is all there is to it, as nearly all are."""
_HOLDING = _COMBINING | {"const", "properties", "items"}
"""Keys without which nothing else must be looked at to tell what a schema of one type says."""
_make = maker(Parameter)
_TYPE_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (str, "string"),
    (int, "integer"),
    (float, "number"),
    (list, "array"),
    (dict, "object"),
)


@quick
@dataclass(frozen=True, slots=True)
class SchemaReading:
    """The parameters of one schema, and whether a bound or an odd shape cut the reading short."""

    parameters: tuple[Parameter, ...]
    notes: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class _Node:
    schema: Json
    pointer: str
    required: bool = True
    """Whether this node's own `required` binds every call (allOf and $ref keep it)."""


@dataclass(slots=True)
class _Walk:
    """What is left of the budget, and the root that `#/…` references start from."""

    root: JsonObject
    base: str
    nodes: int = MAX_NODES
    nested_nodes: int = MAX_NODES
    notes: list[str] = field(default_factory=list)

    def spend(self, nesting: int) -> bool:
        """Take one node from the budget; nested properties have their own, names come first."""
        if nesting:
            self.nested_nodes -= 1
            left = self.nested_nodes
        else:
            self.nodes -= 1
            left = self.nodes
        if left == 0:
            self.note(f"schema details cut after {MAX_NODES} nodes")
        return left > 0

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def read(schema: Json, base: str = "/inputSchema") -> SchemaReading:
    """Return the top-level parameters of an input schema; `base` is its pointer in the tool."""
    if not isinstance(schema, dict):
        return SchemaReading(())
    walk = _Walk(schema, base)
    found = _properties(walk, _Node(schema, base), 0)
    return SchemaReading(found, tuple(walk.notes))


def _properties(walk: _Walk, start: _Node, nesting: int) -> tuple[Parameter, ...]:
    """Return the distinct properties of a node and of everything it is combined with."""
    places: dict[str, tuple[Json, str]] = {}
    required: set[str] = set()
    for node in _combined(walk, start, nesting):
        properties = node.schema.get("properties")
        if isinstance(properties, dict):
            at = f"{node.pointer}/properties/"
            for name, value in properties.items():
                if name not in places:
                    places[name] = value, at + escape(name)
        names = node.schema.get("required")
        if node.required and isinstance(names, list):
            required.update([name for name in names if isinstance(name, str)])
    return tuple(
        [
            _parameter(walk, name, value, pointer, nesting, required=name in required)
            for name, (value, pointer) in places.items()
            if not nesting or walk.spend(nesting)
        ]
    )


def _combined(walk: _Walk, start: _Node, nesting: int) -> list[_Node]:
    """Return the node and all it refers to or is combined with, first come first."""
    if _COMBINING.isdisjoint(start.schema):
        return [start] if walk.spend(nesting) else []
    found: list[_Node] = []
    seen: set[tuple[str, bool]] = set()
    pending = [(start, 0)]
    while pending:
        node, depth = pending.pop()
        if (node.pointer, node.required) in seen or not walk.spend(nesting):
            continue
        if depth > MAX_DEPTH:
            walk.note(f"schema cut at depth {MAX_DEPTH}")
            continue
        seen.add((node.pointer, node.required))
        found.append(node)
        pending += [(child, depth + 1) for child in reversed(_children(walk, node))]
    return found


def _children(walk: _Walk, node: _Node) -> list[_Node]:
    children: list[_Node] = []
    target = _target(walk, node.schema)
    if target is not None:
        children.append(_Node(target.schema, target.pointer, node.required))
    for key in _BRANCHES:
        branches = node.schema.get(key)
        if isinstance(branches, list):
            binding = node.required and (key == "allOf" or len(branches) == 1)
            children += [
                _Node(branch, f"{node.pointer}/{key}/{position}", binding)
                for position, branch in enumerate(branches)
                if isinstance(branch, dict)
            ]
    children += [
        _Node(branch, f"{node.pointer}/{key}", required=False)
        for key in _CONDITIONALS
        if isinstance(branch := node.schema.get(key), dict)
    ]
    return children


def _target(walk: _Walk, schema: JsonObject) -> _Node | None:
    """Return the node of a local `$ref`, None when there is none or it leads nowhere."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return None
    if not reference.startswith("#"):
        walk.note("a reference outside the definition was not followed")
        return None
    path = reference[1:]
    try:
        value = raw_at(walk.root, path)
    except (LookupError, ValueError):
        walk.note("a local reference leads nowhere")
        return None
    return _Node(value, walk.base + path) if isinstance(value, dict) else None


def _parameter(
    walk: _Walk, name: str, value: Json, pointer: str, nesting: int, *, required: bool
) -> Parameter:
    """Return one property; `required` says whether every call needs it."""
    if not isinstance(value, dict):
        return Parameter(name, pointer, required=required)
    kind = value.get("type")
    if isinstance(kind, str) and _HOLDING.isdisjoint(value):
        walk.spend(nesting)
        return _plain(name, value, pointer, kind, required=required)
    nodes = _combined(walk, _Node(value, pointer), nesting)
    nodes = nodes or [_Node(value, pointer, required)]
    description, described_by = _word(nodes, "description")
    values, values_pointer = _enum(nodes)
    defaults = [node.schema["default"] for node in nodes if "default" in node.schema]
    return _make(
        name=name,
        pointer=pointer,
        types=_types(nodes, values),
        required=required,
        description=description,
        description_pointer=described_by,
        enum=values,
        enum_pointer=values_pointer,
        format=_word(nodes, "format")[0],
        pattern=_word(nodes, "pattern")[0],
        has_default=bool(defaults),
        default=defaults[0] if defaults else None,
        schema=_merged(nodes) if "$ref" in value else value,
        nested=_nested(walk, nodes, nesting),
    )


def _plain(name: str, value: JsonObject, pointer: str, kind: str, *, required: bool) -> Parameter:
    """Return a property of one type that holds nothing else, as most are: without any search."""
    said = value.get
    description, form, pattern = said("description"), said("format"), said("pattern")
    values = said("enum")
    return _make(
        name=name,
        pointer=pointer,
        types=(kind,),
        required=required,
        description=description if isinstance(description, str) else "",
        description_pointer=f"{pointer}/description" if isinstance(description, str) else "",
        enum=tuple(values) if isinstance(values, list) else (),
        enum_pointer=f"{pointer}/enum" if values and isinstance(values, list) else "",
        format=form if isinstance(form, str) else "",
        pattern=pattern if isinstance(pattern, str) else "",
        has_default="default" in value,
        default=said("default"),
        schema=value,
    )


def _merged(nodes: list[_Node]) -> JsonObject:
    """Return the reference's siblings over the target's keys, as JSON Schema 2020-12 reads them."""
    merged: JsonObject = {}
    for node in nodes[:2]:
        for key, value in node.schema.items():
            if key != "$ref":
                merged.setdefault(key, value)
    return merged


def _word(nodes: list[_Node], key: str) -> tuple[str, str]:
    """Return the first text under a key, and its pointer."""
    for node in nodes:
        value = node.schema.get(key)
        if isinstance(value, str):
            return value, f"{node.pointer}/{key}"
    return "", ""


def _types(nodes: list[_Node], values: tuple[Json, ...]) -> tuple[str, ...]:
    names: list[str] = []
    for node in nodes:
        declared = node.schema.get("type")
        if isinstance(declared, str) and len(nodes) == 1:
            return (declared,)
        names += [declared] if isinstance(declared, str) else []
        if isinstance(declared, list):
            names += [item for item in declared if isinstance(item, str)]
    if not names:
        names = [type_name(value) for value in values]
    if not names and any(isinstance(n.schema.get("properties"), dict) for n in nodes):
        names = ["object"]
    return tuple(dict.fromkeys(names))


def type_name(value: Json) -> str:
    """Return the JSON Schema type of a value: null, boolean, string, integer, number, array."""
    return next((name for kind, name in _TYPE_NAMES if isinstance(value, kind)), "null")


def _enum(nodes: list[_Node]) -> tuple[tuple[Json, ...], str]:
    """Return the values a parameter is limited to and where they stand; constants count."""
    constants: list[Json] = []
    where = ""
    for node in nodes:
        values = node.schema.get("enum")
        if isinstance(values, list) and values:
            return tuple(values), f"{node.pointer}/enum"
        if "const" in node.schema:
            constants.append(node.schema["const"])
            where = where or f"{node.pointer}/const"
    return tuple(constants), where


def _nested(walk: _Walk, nodes: list[_Node], nesting: int) -> tuple[Parameter, ...]:
    if nesting >= MAX_NESTING:
        return ()
    found: dict[str, Parameter] = {}
    for node in nodes:
        inner = [node] if isinstance(node.schema.get("properties"), dict) else []
        items = node.schema.get("items")
        if isinstance(items, dict):
            inner.append(_Node(items, f"{node.pointer}/items"))
        for child in inner:
            for parameter in _properties(walk, child, nesting + 1):
                found.setdefault(parameter.name, parameter)
    return tuple(found.values())
