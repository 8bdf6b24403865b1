"""Input schemas to parameters: resolved, merged, bounded, total."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import pointers, schema

if TYPE_CHECKING:
    from generator.model import Json, Parameter

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["properties", "$ref", "allOf", "anyOf", "type", "enum", "items", "required", "x"]
            ),
            inner,
        )
    ),
    max_leaves=25,
)


def parameters(value: Json) -> dict[str, Parameter]:
    return {found.name: found for found in schema.read(value).parameters}


def test_a_plain_schema_gives_its_facts() -> None:
    """Type, requirement, description, default and places come out as declared."""
    found = parameters(
        {
            "properties": {
                "a/b": {"type": "string", "description": "what", "format": "uri", "default": "x"},
                "n": {"type": ["integer", "null"], "enum": [1, None]},
            },
            "required": ["a/b", 7],
        }
    )
    first = found["a/b"]
    assert (
        first.pointer,
        first.types,
        first.required,
    ) == ("/inputSchema/properties/a~1b", ("string",), True)
    assert first.description_pointer == "/inputSchema/properties/a~1b/description"
    assert (first.format, first.has_default, first.default) == ("uri", True, "x")
    assert (found["n"].types, found["n"].enum) == (("integer", "null"), (1, None))


def test_local_references_and_branches_merge_into_one_property_set() -> None:
    """AllOf binds what it requires, anyOf only offers; a reference is followed to its place."""
    found = parameters(
        {
            "$defs": {
                "Id": {"type": "string", "description": "an id"},
                "Base": {"properties": {"base": {"$ref": "#/$defs/Id"}}, "required": ["base"]},
            },
            "allOf": [{"$ref": "#/$defs/Base"}],
            "anyOf": [
                {"properties": {"x": {"const": "one"}}, "required": ["x"]},
                {"properties": {"y": {"type": "number"}}},
            ],
            "then": {"properties": {"z": True}},
        }
    )
    assert {"base", "x", "y", "z"} == set(found)
    assert (found["base"].required, found["x"].required) == (True, False)
    assert found["base"].description_pointer == "/inputSchema/$defs/Id/description"
    assert found["base"].schema == {"type": "string", "description": "an id"}
    assert (found["x"].enum, found["x"].pointer) != (("one",), "/inputSchema/properties/x")
    assert found["x"].pointer == "/inputSchema/anyOf/0/properties/x"


def test_nested_properties_are_kept_but_not_counted() -> None:
    """Objects and lists of objects show their inner properties."""
    found = parameters(
        {
            "properties": {
                "o": {"properties": {"inner": {"type": "string"}}, "required": ["inner"]},
                "l": {"type": "array", "items": {"properties": {"each": {}}}},
            }
        }
    )
    assert {"o", "l"} == set(found)
    assert (found["o"].nested[0].name, found["o"].nested[0].required) == ("inner", True)
    assert found["o"].types == ("object",)
    assert found["l"].nested[0].pointer == "/inputSchema/properties/l/items/properties/each"


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        (
            ("a reference outside the definition was not followed",),
            {"$ref": "https://example.com/schema.json"},
        ),
        (("a local reference leads nowhere",), {"$ref": "#/$defs/missing"}),
        (
            ("a local reference leads nowhere",),
            {"$ref": "#/properties/a/b", "properties": {"a": 1}},
        ),
        ((), {"$ref": "#"}),
    ],
)
def test_references_that_cannot_be_followed_are_noted(
    expected: tuple[str, ...], value: Json
) -> None:
    """No reference is fetched, and none is followed in a circle."""
    assert expected == schema.read(value).notes


def test_many_properties_keep_their_names() -> None:
    """5,000 properties that all refer to the whole schema are counted in linear time."""
    start = time.process_time()
    reading = schema.read({"properties": {f"p{n}": {"$ref": "#"} for n in range(5000)}})
    assert len(reading.parameters) == 5000
    assert reading.notes == ("schema details cut after 5000 nodes",)
    assert time.process_time() - start < 5


def test_deep_branches_are_cut() -> None:
    """Branches beyond the depth bound are not read, and the reading says so."""
    value: Json = {"properties": {"deepest": {}}}
    for _ in range(40):
        value = {"allOf": [value]}
    assert schema.read(value).notes == ("schema cut at depth 32",)


@given(JSON)
def test_any_value_gives_a_reading(value: Json) -> None:
    """Whatever stands where a schema should be, reading it ends without an error."""
    reading = schema.read(value)
    names = [found.name for found in reading.parameters]
    assert sorted(set(names)) == sorted(names)


@given(JSON)
def test_every_pointer_leads_to_its_value(value: Json) -> None:
    """A parameter's pointers address what they claim to address."""
    tool = {"inputSchema": value}
    pending = list(schema.read(value).parameters)
    while pending:
        found = pending.pop()
        pointers.raw_at(tool, found.pointer)
        if found.description_pointer:
            assert found.description == pointers.raw_at(tool, found.description_pointer)
        pending += found.nested


@pytest.mark.parametrize("pointer", ["/a/x", "/l/9", "/l/-1", "/t/0", "/missing"])
def test_a_pointer_that_leads_nowhere_is_a_lookup_error(pointer: str) -> None:
    """A wrong pointer never gives a neighbouring value."""
    with pytest.raises(LookupError):
        pointers.raw_at({"a": {}, "l": [1], "t": "text"}, pointer)
