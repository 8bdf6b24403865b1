"""Snapshots survive writing and reading, and say exactly what is wrong with a broken one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import snapshots
from generator.model import (
    Attempt,
    Json,
    JsonObject,
    Loss,
    Protocol,
    Replaced,
    Snapshot,
    Source,
    ToolDigest,
)
from generator.taxonomy import State

FULL = Snapshot(
    server="demo",
    observed_on="2026-11-20",
    state=State.OBSERVED,
    complete=False,
    reason="cut",
    hint="raise the limit",
    problems=(Loss("dropped", "no name", "x", "/tools/3"),),
    source=Source("stdio", "pkg:npm/demo@1.0.0", "1.0.0", env_names=("KEY",), notes=("n",)),
    protocol=Protocol("2025-11-25", ("2025-11-25",)),
    server_info={"name": "Demo", "x": [1]},
    tools=({"name": "a", "inputSchema": {}}, 7),
    digest="sha256:0",
    tool_digests=(ToolDigest("a", "sha256:1", "h"),),
    replaced=(Replaced("a", "sha256:2", "2026-10-01", "2026-10-02", "0.9", {"name": "a"}),),
    last_attempt=Attempt("2026-11-21", State.TIMED_OUT, "silence"),
)


def test_a_snapshot_survives_the_round_trip() -> None:
    """Every field comes back, and the text is the same bytes again."""
    text = snapshots.dump(FULL)
    assert snapshots.load(text) == FULL
    assert text == snapshots.dump(snapshots.load(text))
    assert text.endswith("}\n")


def broken(**changes: object) -> JsonObject:
    return {**snapshots.to_json(FULL), **changes}


@pytest.mark.parametrize(
    ("pointer", "message", "data"),
    [
        ("/format", "expected 1, got 2", broken(format=2)),
        ("/format", "expected a whole number, got true or false", broken(format=True)),
        ("/state", "got 'fine'", broken(state="fine")),
        ("/tools", "expected a list, got an object", broken(tools={})),
        ("/source", "expected an object, got null", broken(source=None)),
        ("/colour", "expected a known key, got 'colour'", broken(colour=1)),
        ("", "expected an object, got a list", []),
        (
            "/protocol/supported/0",
            "expected text, got a whole number",
            broken(protocol={"used": "", "supported": [1]}),
        ),
        ("/problems/0", "expected an object, got text", broken(problems=["x"])),
    ],
)
def test_a_broken_snapshot_names_the_place(pointer: str, message: str, data: object) -> None:
    """The error says where, what was expected and what was found."""
    with pytest.raises(snapshots.SnapshotFormatError, match=message) as caught:
        snapshots.load(json.dumps(data))
    assert pointer == caught.value.pointer


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"format": NaN}', ""])
def test_text_that_is_no_json_is_refused(text: str) -> None:
    """Half a file, a file nested without end, and NaN are no snapshots."""
    with pytest.raises(snapshots.SnapshotFormatError, match="expected JSON"):
        snapshots.load(text)


def test_a_missing_key_is_named() -> None:
    """A snapshot without its state is refused with the key's name."""
    data = snapshots.to_json(FULL)
    del data["state"]
    with pytest.raises(snapshots.SnapshotFormatError, match="expected a value, got nothing"):
        snapshots.from_json(data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
        max_leaves=20,
    )
)
def test_a_snapshot_is_printed_as_the_standard_library_does(value: Json) -> None:
    """Sorted keys, two spaces, one final newline, nothing escaped that need not be."""
    snapshot = replace(FULL, tools=(value,))
    expected = json.dumps(snapshots.to_json(snapshot), indent=2, sort_keys=True, ensure_ascii=False)
    assert f"{expected}\n" == snapshots.dump(snapshot)
