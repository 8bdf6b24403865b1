"""`mcp-risk diff`: two files to changes, their classes, and an exit code a pipeline can use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from derive_samples import CONTENT

from generator import snapshots
from generator.cli import main
from generator.crawl.snapshot import digests
from generator.model import Snapshot, Source
from generator.taxonomy import State

if TYPE_CHECKING:
    from pathlib import Path

TOOL = {
    "name": "list_notes",
    "description": "Lists notes.",
    "inputSchema": {"type": "object", "properties": {"page": {"type": "integer"}}},
}


def saved(folder: Path, name: str, *tools: Any) -> str:  # noqa: ANN401
    """Write a saved tools/list answer and return its path."""
    path = folder / name
    path.write_text(json.dumps({"tools": list(tools)}), "utf-8")
    return str(path)


def observed(folder: Path, name: str, version: str, *tools: Any) -> str:  # noqa: ANN401
    """Write a snapshot file of one package version and return its path."""
    made = Snapshot(
        "notes", "2026-11-20", State.OBSERVED,
        source=Source("stdio", f"pkg:npm/notes@{version}", version),
        tools=tools, tool_digests=digests(tools), digest="sha256:0",
    )  # fmt: skip
    path = folder / name
    path.write_text(snapshots.dump(made), "utf-8")
    return str(path)


def diff(*words: str) -> int:
    """Run the command with the committed rules."""
    return main.run(["diff", *words, "--content", str(CONTENT)])


def test_no_change_is_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two equal answers give one line and exit code 0."""
    before = saved(tmp_path, "notes.json", TOOL)
    assert diff(before, before) == 0
    assert capsys.readouterr().out == "notes: (1 tool) to (1 tool)\nNo change.\n"


def test_changes_come_worst_first_with_both_sides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new deleting tool is a risk; new words are wording; the exit code is 1."""
    before = observed(tmp_path, "a.json", "1.0.0", TOOL)
    deleting = {**TOOL, "name": "delete_notes", "description": "Deletes all notes forever."}
    after = observed(
        tmp_path, "b.json", "1.1.0", {**TOOL, "description": "Lists my notes."}, deleting
    )
    assert diff(before, after) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "notes: 1.0.0 2026-11-20 (1 tool) to 1.1.0 2026-11-20 (2 tools)"
    assert lines[1] == "risk        delete_notes  is new"
    assert lines[2].strip().startswith("after:  Destructive, ")
    assert lines[3:] == [
        "wording     list_notes  changed its description",
        "              before: Lists notes.",
        "              after:  Lists my notes.",
        "2 changes: 1 risk, 1 wording.",
    ]


@pytest.mark.parametrize(
    ("expected", "threshold"), [(1, "breaking"), (0, "risk"), (0, "alarm"), (0, "never")]
)
def test_the_threshold_decides_the_exit_code(expected: int, threshold: str, tmp_path: Path) -> None:
    """Only changes at or above the class to fail on count."""
    before = observed(tmp_path, "a.json", "1.0.0", TOOL)
    after = observed(
        tmp_path, "b.json", "1.1.0",
        {**TOOL, "inputSchema": {"type": "object", "properties": {}}},
    )  # fmt: skip
    assert diff(before, after, "--fail-on", threshold, "--definitions") == expected


def test_the_same_version_with_other_tools_is_an_alarm(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A package that changes without a new version is treated as a rug pull."""
    before = observed(tmp_path, "a.json", "1.0.0", TOOL)
    after = observed(tmp_path, "b.json", "1.0.0")
    assert diff(before, after, "--fail-on", "alarm", "--format", "json") == 1
    data = json.loads(capsys.readouterr().out)
    assert data["counts"] == {"alarm": 1}
    assert [(c["class"], c["tool"], c["kind"]) for c in data["changes"]] == [
        ("alarm", "list_notes", "tool-removed")
    ]


def test_a_saved_answer_takes_the_name_of_the_snapshot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ratings that look at the server's name do not differ because a file has another name."""
    before = observed(tmp_path, "a.json", "1.0.0", TOOL)
    after = saved(tmp_path, "list.json", TOOL)
    assert diff(before, after) == 0
    assert capsys.readouterr().out.startswith("notes: 1.0.0 2026-11-20 (1 tool) to (1 tool)")


def test_hostile_text_stays_on_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Escape sequences and line breaks of a server reach neither a terminal nor a list."""
    evil = {**TOOL, "name": "x\n\x1b[31m`y", "description": "a\u202eb\r\nalarm  fake"}
    before, after = saved(tmp_path, "a.json"), saved(tmp_path, "b.json", evil)
    diff(before, after)
    diff(before, after, "--format", "markdown")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert not any(line.startswith("alarm  fake") for line in out.splitlines())
    assert "`x [U+001B][31m'y`" in out


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        ("expected a tools/list answer or a tool, got another object", "{}"),
        ("expected JSON, got", "not json"),
    ],
)
def test_a_file_that_is_no_observation_is_refused(
    expected: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong with a side is said with its path, and the exit code is 2."""
    good = saved(tmp_path, "a.json", TOOL)
    (tmp_path / "bad.json").write_text(content, "utf-8")
    assert diff(good, str(tmp_path / "bad.json")) == 2
    error = capsys.readouterr().err
    assert "bad.json" in error
    assert expected in error


def test_a_server_that_was_never_listed_cannot_be_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failed observation has no tools: that is no removal of all of them."""
    made = Snapshot("notes", "2026-11-20", State.NEEDS_AUTH)
    (tmp_path / "a.json").write_text(snapshots.dump(made), "utf-8")
    good = saved(tmp_path, "b.json", TOOL)
    assert diff(str(tmp_path / "a.json"), good) == 2
    assert "tools (expected a list, got state needs-auth)" in capsys.readouterr().err


def test_a_missing_file_or_missing_rules_are_usage_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read is named once, without a traceback."""
    good = saved(tmp_path, "a.json", TOOL)
    assert diff(good, str(tmp_path / "none.json")) == 2
    assert main.run(["diff", good, good, "--content", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert "No such file or directory" in error
    assert f"no rules in {tmp_path}" in error
