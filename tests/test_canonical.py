"""Canonical JSON and digests against published vectors and the definition of RFC 8785."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import canonical

if TYPE_CHECKING:
    from generator.model import Json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("1e-7", 1e-7),
        ("0.000001", 0.000001),
        ("0.0000015", 1.5e-6),
        ("1", 1.0),
        ("0", -0.0),
        ("1e+21", 1e21),
        ("123456789012345680000", 123456789012345680000.0),
        ("1152921504606847000", 2**60),
        ("5e-324", 5e-324),
        ("1.7976931348623157e+308", 1.7976931348623157e308),
        ("0.30000000000000004", 0.1 + 0.2),
        ("null", float("nan")),
        ("null", 10**400),
    ],
)
def test_numbers_print_as_in_javascript(expected: str, value: float) -> None:
    """A number is printed as ECMAScript's Number.toString prints it."""
    assert expected == canonical.number(value)


def test_keys_sort_by_utf16_code_units() -> None:
    """A key beyond the BMP sorts before U+FB33, as its surrogates do."""
    assert canonical.dumps({"\ufb33": 2, "\U0001f600": 1}) == '{"\U0001f600":1,"\ufb33":2}'


def test_lone_surrogates_are_escaped() -> None:
    """A lone surrogate becomes an escape, so that the text can be encoded."""
    assert canonical.dumps("a\ud800") == '"a\\ud800"'


@pytest.mark.parametrize(
    ("expected", "tool"),
    [
        ("ea3032d475e1bbc2", {"name": "a"}),
        ("90b17c77cd4a0fee", {"name": "a", "inputSchema": {"type": "object"}}),
        (
            "d894810260012cac",
            {
                "name": "a",
                "title": "x",
                "description": "d  ",
                "inputSchema": {"type": "object", "properties": {"n": {"default": 1.0}}},
            },
        ),
    ],
)
def test_input_hash_agrees_with_published_vectors(expected: str, tool: dict[str, object]) -> None:
    """The input hash gives the published digits."""
    assert expected == canonical.input_hash(tool)


def test_input_hash_ignores_other_keys() -> None:
    """A key that no model reads does not change the input hash."""
    assert canonical.input_hash({"name": "a"}) == canonical.input_hash({"name": "a", "x": 1})


@given(JSON)
def test_canonical_text_parses_back(value: object) -> None:
    """Canonical text is JSON for the same value."""
    assert value == json.loads(canonical.dumps(value))


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), max_size=5))
def test_list_digest_ignores_order(pairs: list[tuple[str, str]]) -> None:
    """A server that lists its tools in another order is the same server."""
    assert canonical.list_digest(pairs) == canonical.list_digest(reversed(pairs))


def test_a_value_that_is_no_json_is_refused() -> None:
    """Only JSON values have a canonical form."""
    with pytest.raises(TypeError, match="JSON value expected, got set"):
        canonical.dumps({"a": {1}})


@given(
    st.recursive(
        JSON | st.integers() | st.floats() | st.text(st.characters()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
        max_leaves=20,
    )
)
def test_the_short_way_prints_what_the_long_way_does(value: Json) -> None:
    """Floats, large integers and characters that sort or escape otherwise never take it."""
    assert canonical._dumps(value) == canonical.dumps(value)  # the long way
