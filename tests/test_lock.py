"""The lockfile: what was accepted stays accepted, what changed since is told by class."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from generator import snapshots
from generator.cli import main
from generator.crawl.record import Record
from generator.crawl.snapshot import merged, observed
from generator.derive import lockfile
from generator.model import Source

if TYPE_CHECKING:
    from pathlib import Path

READ = {
    "name": "list_notes",
    "description": "List notes.",
    "inputSchema": {"type": "object", "properties": {}},
    "annotations": {"readOnlyHint": True},
}
SPEC = """\
title: Notes
packages:
- registryType: npm
  identifier: notes
  transport:
    type: stdio
catalogue:
  domain: test
"""


def crawled(folder: Path, *tools: dict[str, Any], version: str = "1.0.0") -> None:
    """Write a spec and the snapshot of a crawl, with the history of the one before."""
    (folder / "servers").mkdir(parents=True, exist_ok=True)
    (folder / "snapshots").mkdir(exist_ok=True)
    (folder / "servers" / "notes.yaml").write_text(SPEC)
    file = folder / "snapshots" / "notes.json"
    earlier = snapshots.load(file.read_bytes()) if file.exists() else None
    source = Source("stdio", f"pkg:npm/notes@{version}", version)
    now = observed("notes", "2026-11-25", Record(lists={"tools": list(tools)}), source)
    file.write_text(snapshots.dump(merged(earlier, now)))


def lock(folder: Path, *words: str) -> int:
    """Run the command against a content folder."""
    file = folder.parent / "mcp.lock.json"
    return main.run(["lock", *words, "--content", str(folder), "--lock", str(file)])


def accept(folder: Path) -> None:
    """Accept everything."""
    assert lock(folder, "accept", "--reason", "reviewed", "--by", "ana") == 0


def test_nothing_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unchanged server gives no change and exit code 0."""
    folder = tmp_path / "content"
    crawled(folder, READ)
    accept(folder)
    assert lock(folder, "check", "--offline") == 0
    assert "Accepted 1 server with 1 tool" in capsys.readouterr().out


def test_accepted_entries_keep_their_reason(tmp_path: Path) -> None:
    """A tool that did not change keeps who accepted it, a new one gets the new consent."""
    folder = tmp_path / "content"
    crawled(folder, READ)
    accept(folder)
    crawled(folder, READ, {**READ, "name": "list_tags"}, version="1.1.0")
    lock(folder, "accept", "--reason", "second look", "--by", "ben")
    entry = lockfile.load((tmp_path / "mcp.lock.json").read_text())["notes"]
    who = [(tool.name, tool.accepted_by, tool.reason) for tool in entry.tools]
    assert who == [("list_notes", "ana", "reviewed"), ("list_tags", "ben", "second look")]
    assert entry.version == "1.1.0"


@pytest.mark.parametrize(
    ("tools", "version", "code", "words"),
    [
        ([{**READ, "description": "List all the notes."}], "1.1.0", 0, "wording"),
        ([{**READ, "description": "Delete every note for ever."}], "1.1.0", 1, "risk"),
        ([{**READ, "description": "Delete every note for ever."}], "1.0.0", 1, "alarm"),
        ([READ, {"name": "delete_notes", "inputSchema": {}}], "1.1.0", 1, "never accepted"),
        ([], "1.1.0", 0, "was removed"),
    ],
)
def test_changes_by_class(  # noqa: PLR0917  # a table of four columns, and two fixtures
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    tools: list[dict[str, Any]],
    version: str,
    code: int,
    words: str,
) -> None:
    """The exit code follows the class of the worst change; risk and above fail."""
    folder = tmp_path / "content"
    crawled(folder, READ)
    accept(folder)
    crawled(folder, *tools, version=version)
    capsys.readouterr()
    assert lock(folder, "check", "--offline") == code
    assert words in capsys.readouterr().out


def test_machine_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON and SARIF name server, tool and class."""
    folder = tmp_path / "content"
    crawled(folder, READ)
    accept(folder)
    crawled(folder, version="1.1.0")
    capsys.readouterr()
    lock(folder, "check", "--offline", "--format", "json")
    data = json.loads(capsys.readouterr().out)
    assert data["servers"][0]["changes"][0]["class"] == "breaking"
    lock(folder, "check", "--offline", "--format", "sarif")
    run = json.loads(capsys.readouterr().out)["runs"][0]
    assert run["results"][0]["ruleId"] == "change.breaking"
    assert run["results"][0]["message"]["text"] == "notes: list_notes was removed"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "expected JSON, got"),
        ("{}", "expected a lockfile of format 1"),
        ('{"format": 1, "servers": [{}]}', "expected entries as written by this program"),
        ('{"format": 1}', "expected entries as written by this program: 'servers'"),
    ],
)
def test_broken_lockfiles(text: str, message: str) -> None:
    """A lockfile that cannot be read says what was expected."""
    with pytest.raises(lockfile.LockfileError, match=message):
        lockfile.load(text)


def test_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Accept wants a reason, check a lockfile and accepted servers."""
    folder = tmp_path / "content"
    crawled(folder, READ)
    assert lock(folder, "accept") == 2
    assert lock(folder, "check", "--offline") == 2
    accept(folder)
    assert lock(folder, "check", "--offline", "--server", "other") == 2
    said = capsys.readouterr().err
    for words in ("accept needs --reason", "cannot use", "never accepted: other"):
        assert words in said
