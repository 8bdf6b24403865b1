"""`mcp-risk policy`: sources, targets, files, explanations, exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.cli import main
from generator.policy.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "data" / "golden_sprintra.json"
TOOLS = {"tools": [{"name": "delete_repo", "inputSchema": {"type": "object"}}, {"name": "get_x"}]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a content folder with the servers of tests/mini and the project's own rules."""
    folder = tmp_path_factory.mktemp("content")
    shutil.copytree(ROOT / "tests" / "mini", folder, dirs_exist_ok=True)
    for part in ("rules", "pages", "faq"):
        (folder / part).symlink_to(ROOT / "content" / part)
    return folder


@pytest.fixture
def command(folder: Path) -> Callable[..., int]:
    """Return a function that runs the command with that content."""

    def run(*words: str) -> int:
        return main.run(["policy", *words, "--content", str(folder)])

    return run


def test_prints_the_default_download(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without options a server's balanced Intercept policy is printed."""
    assert command("time") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# time.yaml - Intercept v1 policy - profile balanced\n")
    assert FORMATS[0].check(shown) == []


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.name)
def test_prints_every_target(
    fmt: object, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is printed for a target passes its check."""
    target = next(one for one in FORMATS if one is fmt)
    assert command("acme", "--target", target.name, "--profile", "locked") == 0
    assert target.check(capsys.readouterr().out) == []


def test_several_servers_share_a_file_where_the_target_holds_several(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Claude Code gets one file of both servers; Intercept needs a folder for two."""
    assert command("time", "acme", "--target", "claude-code") == 0
    shown = capsys.readouterr().out
    assert "mcp__time__" in shown
    assert "mcp__acme__" in shown
    assert command("time", "acme") == 2
    assert "this target needs 2 files, one per server" in capsys.readouterr().err


def test_writes_files(
    tmp_path: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """--output writes one file per server and prints their paths."""
    out = tmp_path / "policies"
    assert command("time", "acme", "--output", str(out)) == 0
    assert sorted(path.name for path in out.iterdir()) == ["acme.yaml", "time.yaml"]
    assert str(out / "time.yaml") in capsys.readouterr().out
    (tmp_path / "file").write_text("")
    assert command("time", "--output", str(tmp_path / "file" / "x")) == 2


def test_explains(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """--explain says per tool what was decided, by which row and signals, and what is lost."""
    assert command(str(GOLDEN), "--explain", "--server", "sprintra") == 0
    shown = capsys.readouterr().out
    assert "work_sessions: ask a person; allowed where nobody can be asked" in shown
    assert "  row execute: other Execute; Execute, high (70)" in shown
    assert "    because base.execute" in shown
    assert "  weaker here: Intercept v1 cannot ask a person; allowed within a limit" in shown


def test_explains_caps_clients_and_locked_methods(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Amounts are called placeholders, and a client's general losses stand at the end."""
    pay = {
        "name": "create_refund",
        "description": "Refund a payment to the customer.",
        "inputSchema": {
            "type": "object",
            "properties": {"amount": {"type": "integer"}},
            "required": ["amount"],
        },
    }
    file = tmp_path / "shop.json"
    file.write_text(json.dumps({"tools": [pay]}))
    assert command(str(file), "--explain", "--target", "claude-code") == 0
    shown = capsys.readouterr().out
    assert "amount is at most 5000 per call and 20000 per day (placeholders)" in shown
    assert shown.endswith("  weaker here: tools that appear later are asked about\n")
    assert command(str(GOLDEN), "--explain", "--target", "codex", "--profile", "locked") == 0
    assert "allow; denied where arguments are not seen" in capsys.readouterr().out


def test_rates_a_saved_answer(
    tmp_path: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """A saved tools/list answer needs no catalogue; its file or --server names the server."""
    file = tmp_path / "My Tools.json"
    file.write_text(json.dumps(TOOLS))
    assert command(str(file)) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# my-tools.yaml - ")
    assert 'hide:\n  - "delete_repo"' in shown
    assert command(str(file), "--server", "own") == 0
    assert capsys.readouterr().out.startswith("# own.yaml - ")
    assert command(str(file), "--server", "Not A Slug") == 2


def test_looks_up_a_configuration(
    tmp_path: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Known packages get their policy under the client's own name, the others a reason."""
    file = tmp_path / "mcp.json"
    servers = {
        "clock": {"command": "uvx", "args": ["mcp-server-time"]},
        "Other One": {"command": "npx", "args": ["-y", "never-heard-of-this"]},
    }
    file.write_text(json.dumps({"mcpServers": servers}))
    assert command(str(file), "--target", "claude-code") == 1
    captured = capsys.readouterr()
    assert "mcp__clock__" in captured.out
    assert "Other One: it is not in the catalogue; add it with mcp-risk import" in captured.err


def test_names_that_do_not_match_are_said(
    tmp_path: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """A key that no file of ours can hold is a warning with the name to use."""
    file = tmp_path / "mcp.json"
    servers = {"My Clock": {"command": "uvx", "args": ["mcp-server-time"]}}
    file.write_text(json.dumps({"mcpServers": servers}))
    assert command(str(file)) == 0
    captured = capsys.readouterr()
    assert "My Clock: rename it to time in your file, or the rules do not match" in captured.err


def test_servers_without_tools_have_a_reason(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """A server that was never observed gets no guessed policy."""
    assert command("quiet") == 1
    assert "quiet: it was never crawled" in capsys.readouterr().err
    assert command("locked") == 1


def test_unusable_sources(
    tmp_path: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is neither server nor readable file ends with one line."""
    assert command("no-such-server") == 2
    assert "is no server of the catalogue and cannot be read as a file" in capsys.readouterr().err
    file = tmp_path / "x.json"
    file.write_text("{}")
    assert command(str(file)) == 2
    assert "no tools/list answer" in capsys.readouterr().err


def test_golden_server_through_the_real_rules(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """The classifier's own labels give the policy of the specification, method by method."""
    assert command(str(GOLDEN), "--server", "sprintra") == 0
    shown = capsys.readouterr().out.splitlines()
    expected = (ROOT / "tests" / "golden_policies" / "sprintra.yaml").read_text().splitlines()
    rules = [line.partition("   #")[0] for line in shown[shown.index("tools:") :]]
    wanted = [line.partition("   #")[0] for line in expected[expected.index("tools:") :]]
    assert rules == wanted


def test_content_without_rules_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without sound rules nothing is rated, and so nothing is written."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "site.yaml").write_text((ROOT / "tests" / "mini" / "site.yaml").read_text())
    assert main.run(["policy", "time", "--content", str(tmp_path)]) == 2
    assert "are not sound; see mcp-risk lint" in capsys.readouterr().err


def test_text_that_is_no_json_is_refused(
    tmp_path: Path, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """Any other file ends with the list of what is understood."""
    file = tmp_path / "notes.txt"
    file.write_text("hello")
    assert command(str(file)) == 2
    assert "no client's configuration and no tools/list answer" in capsys.readouterr().err
