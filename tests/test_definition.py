"""Raw tools/list entries to tools: nothing is lost, whatever was sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import definition
from generator.model import Json, Snapshot, ToolDigest
from generator.taxonomy import State

GOLDEN = Path(__file__).parent / "data" / "golden_sprintra.json"


def test_the_golden_tool_has_35_parameters() -> None:
    """The tool of the project's brief is read whole."""
    raw = json.loads(GOLDEN.read_text())["tools"][0]
    tool = definition.tool_from("sprintra", raw)
    assert (tool.name, len(tool.parameters), tool.malformed) == ("work_sessions", 35, "")
    assert [p.name for p in tool.parameters if p.required] == ["method"]


@pytest.mark.parametrize(
    ("expected", "raw"),
    [
        ("", {"name": "a", "inputSchema": {}}),
        ("the entry is no object but null", None),
        ("the entry is no object but array", []),
        ("it has no name", {"inputSchema": {}}),
        ("its name is no text", {"name": 3, "inputSchema": {}}),
        ("its name is empty", {"name": "", "inputSchema": {}}),
        ("it has no inputSchema", {"name": "a"}),
        ("its inputSchema is no object but array", {"name": "a", "inputSchema": []}),
    ],
)
def test_a_malformed_entry_says_why(expected: str, raw: Json) -> None:
    """A malformed entry is still a tool, with the reason in our words."""
    assert expected == definition.tool_from("s", raw).malformed


def test_hints_of_a_wrong_type_count_as_not_declared() -> None:
    """Only true and false are hints."""
    raw = {"name": "a", "annotations": {"readOnlyHint": "yes", "destructiveHint": True}}
    hints = definition.tool_from("s", raw).annotations
    assert (hints.read_only_hint, hints.destructive_hint) == (None, True)


def test_nesting_without_end_is_cut() -> None:
    """A definition nested 5,000 levels deep is a malformed tool, not a crash."""
    value: Json = {}
    for _ in range(5000):
        value = {"properties": {"a": value}}
    tool = definition.tool_from("s", {"name": "deep", "inputSchema": value})
    assert (tool.name, tool.malformed) == ("deep", "it is nested deeper than 200 levels")
    assert json.dumps(tool.raw)


def test_known_digests_are_reused() -> None:
    """Digests of a snapshot are not computed again; a list of another length is not believed."""
    raw = {"name": "a", "inputSchema": {}}
    known = Snapshot("s", "2026-11-20", State.OBSERVED, tools=(raw,))
    fresh = definition.tools_of(known)[0]
    assert fresh.digest.startswith("sha256:")
    given_digest = Snapshot(
        "s", "2026-11-20", State.OBSERVED, tools=(raw,), tool_digests=(ToolDigest("a", "d", "h"),)
    )
    assert (
        definition.tools_of(given_digest)[0].digest,
        definition.tools_of(given_digest)[0].input_hash,
    ) == ("d", "h")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["name", "title", "description", "inputSchema", "annotations"]),
                inner,
            )
        ),
        max_leaves=15,
    )
)
def test_any_value_is_a_tool(raw: Json) -> None:
    """Whatever a server lists becomes a tool with a digest."""
    tool = definition.tool_from("s", raw)
    assert tool.raw == raw
    assert len("sha256:") + 64 == len(tool.digest)
