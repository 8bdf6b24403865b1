"""`mcp-risk check` on small catalogues rated by the real rules."""

from __future__ import annotations

import io
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from content_files import SITE, write

from generator import pipeline, snapshots
from generator.cli import check_crawl, check_report, check_sarif, check_stack, main
from generator.crawl import sandbox
from generator.crawl.intake_clients import parse
from generator.crawl.snapshot import digests
from generator.model import Snapshot, Source
from generator.taxonomy import State

TODAY = date(2026, 11, 20)
RULES = Path(__file__).parent.parent / "content" / "rules"
FILES = {
    "name": "read_file",
    "description": "Read a file.",
    "inputSchema": {"type": "object", "properties": {"path": {"type": "string"}}},
}
DELETE = {
    "name": "delete_\u202erepo",
    "description": "Permanently delete a repository. This cannot be undone.",
    "inputSchema": {"type": "object", "properties": {"repo": {"type": "string"}}},
    "annotations": {"destructiveHint": True},
}
PACKAGE = "packages:\n- registryType: npm\n  identifier: '@acme/{0}'\n"
CONFIG = """{
  "mcpServers": {
    "files": {"command": "npx", "args": ["-y", "@acme/files@1.0.0"]},
    "repos": {"url": "https://mcp.acme.example/mcp/?token=hunter22"},
    "off": {"command": "npx", "args": ["@acme/never"], "disabled": true},
    "mine": {"command": "node", "args": ["/home/me/x.js"]}
  }
}"""


def snapshot(server: str, *tools: object) -> str:
    """Return the text of an observation."""
    source = Source("stdio", version="2.0.0")
    return snapshots.dump(
        Snapshot(
            server, "2026-11-20", State.OBSERVED, source=source, tools=tools,
            tool_digests=digests(tools),
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a content folder of three servers and all rules."""
    folder = write(
        tmp_path_factory.mktemp("catalogue") / "content",
        {
            "site.yaml": SITE,
            "servers/acme-files.yaml": f"title: Files\n{PACKAGE.format('files')}",
            "servers/acme-never.yaml": f"title: Never\n{PACKAGE.format('never')}",
            "servers/acme-repos.yaml": (
                "title: Repos\nname: com.acme/repos\nremotes:\n- type: streamable-http\n"
                "  url: https://mcp.acme.example/mcp\n"
            ),
            "snapshots/acme-files.json": snapshot("acme-files", FILES),
            "snapshots/acme-repos.json": snapshot("acme-repos", DELETE, FILES),
        },
    )
    shutil.copytree(RULES, folder / "rules")
    return folder


@pytest.fixture(scope="module")
def stack(catalogue: Path) -> check_stack.Stack:
    """Return the example configuration, checked."""
    loaded = pipeline.load([catalogue], TODAY)
    assert loaded.workshop is not None
    return check_stack.check(parse(CONFIG, "mcp.json")[0], loaded.content.servers, loaded.workshop)


def test_servers_are_found_by_package_and_address(stack: check_stack.Stack) -> None:
    """Neither version, query nor final slash stands between a configuration and its rating."""
    assert [(s.name, s.slug, s.is_enabled, s.unknown) for s in stack.servers] == [
        ("files", "acme-files", True, ""),
        ("repos", "acme-repos", True, ""),
        ("off", "acme-never", False,
         "is in the catalogue, but its tools are not known (never crawled)"),
        ("mine", "", True, "a node program on this machine"),
    ]  # fmt: skip


def test_a_name_of_the_registry_finds_a_server(stack: check_stack.Stack, catalogue: Path) -> None:
    """Clients that install from the registry use its name as the key."""
    loaded = pipeline.load([catalogue], TODAY)
    text = json.dumps({"servers": {"com.acme/repos": {"command": "acme-local"}}})
    assert loaded.workshop is not None
    found = check_stack.check(parse(text, "mcp.json")[0], loaded.content.servers, loaded.workshop)
    assert found.servers[0].tools == stack.servers[1].tools


def test_the_stack_counts_what_is_switched_on(stack: check_stack.Stack) -> None:
    """Names used twice, tokens and tools are those of the enabled, rated servers."""
    assert stack.same_names == (("read_file", ("acme-files", "acme-repos")),)
    assert stack.together.tools_total == 3
    assert stack.together.tokens == sum(server.tokens for server in stack.servers)
    assert [server.name for server in stack.unknown] == ["mine"]
    assert stack.level is not None
    assert stack.level.rank >= 2


def test_the_report_is_for_people(stack: check_stack.Stack) -> None:
    """The riskiest tools come first, other versions are named, and no name plays tricks."""
    lines = check_report.text(stack).splitlines()
    assert lines[0].startswith("2 of 4 servers rated; 3 tools, about ")
    assert "    the file asks for 1.0.0, rated is 2.0.0 of 2026-11-20" in lines
    assert "mine: a node program on this machine" in lines
    assert "    read_file is a tool of acme-files, acme-repos" in lines
    assert lines[-1] == "Not counted, because nothing is known about their tools: mine"
    repos = next(n for n, line in enumerate(lines) if line.startswith("repos: "))
    assert "delete_[U+202E]repo  Destructive" in lines[repos + 2]
    assert "hunter22" not in "".join(lines)


def test_json_and_sarif_name_the_same_tools(stack: check_stack.Stack) -> None:
    """Machines get what people get; a SARIF result stands at the line of its server."""
    data = check_report.data(stack)
    assert [tool["name"] for tool in data["servers"][1]["tools"]] == [DELETE["name"], "read_file"]
    (log,) = check_sarif.sarif(stack, "a b/mcp.json", CONFIG, "https://risk.example")["runs"]
    worst = next(r for r in log["results"] if "delete_" in r["message"]["text"])
    place = worst["locations"][0]["physicalLocation"]
    assert (worst["level"], place["artifactLocation"]["uri"], place["region"]["startLine"]) == (
        "error", "a%20b/mcp.json", 4,
    )  # fmt: skip
    rules = [rule["id"] for rule in log["tool"]["driver"]["rules"]]
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in log["results"])
    marks = [r["partialFingerprints"]["mcpRisk/v1"] for r in log["results"]]
    assert len(set(marks)) == len(marks)
    assert "hunter22" not in json.dumps([data, log])


def check(catalogue: Path, tmp_path: Path, text: str, *words: str) -> int:
    """Run the command on a file with this text."""
    path = tmp_path / "mcp.json"
    path.write_text(text, encoding="utf-8")
    return main.run(["check", str(path), "--content", str(catalogue), *words])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 0),
        (("--fail-on", "high", "--format", "json"), 1),
        (("--fail-on-unknown", "--format", "sarif"), 1),
    ],
)
def test_exit_codes(
    words: tuple[str, ...],
    code: int,
    catalogue: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A threshold decides; machine forms are JSON and nothing else."""
    assert check(catalogue, tmp_path, CONFIG, *words) == code
    out = capsys.readouterr().out
    assert json.loads(out) if "--format" in words else out.startswith("2 of 4")


def test_a_bad_entry_of_ci_leaves_the_answer_whole(
    catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The siblings are checked, the exit code says that one was not, annotations stay away."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    text = CONFIG.replace('"files": {', '"bad": 5, "files": {')
    assert check(catalogue, tmp_path, text, "--format", "json") == 1
    captured = capsys.readouterr()
    assert len(json.loads(captured.out)["servers"]) == 4
    assert "/mcpServers/bad (expected an object, got a number)" in captured.err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"mcpServers": {}}', "names no server"),
        ("{", "expected JSON, got broken JSON in line 1"),
        ('{"a": 1}', "got none of them"),
    ],
)
def test_files_without_servers(
    text: str, expected: str, catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing to check, and the exit code says so."""
    assert check(catalogue, tmp_path, text) == 2
    assert expected in capsys.readouterr().err


def test_a_catalogue_without_rules_is_no_catalogue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without rules nothing can be rated, and silence would look like safety."""
    folder = write(tmp_path / "content", {})
    assert check(folder, tmp_path, CONFIG) == 2
    assert "the catalogue's rules cannot be used" in capsys.readouterr().err


needs_bwrap = pytest.mark.skipif(
    bool(sandbox.why_unavailable()), reason=sandbox.why_unavailable() or "-"
)
SERVERS = Path(__file__).parent / "servers"
LOCAL = json.dumps({"mcpServers": {"com.acme/local": {"command": "acme-local"}}})


@pytest.fixture
def uncrawled(tmp_path: Path) -> Path:
    """Return a catalogue with a program of this machine that nobody has observed."""
    spec = (
        "title: Local\nname: com.acme/local\npackages:\n- registryType: local\n"
        f"  identifier: {SERVERS / 'zoo_stdio.py'}\n  runtimeHint: python3\n"
        "  packageArguments: [good]\n  transport:\n    type: stdio\n"
    )
    folder = write(tmp_path / "content", {"site.yaml": SITE, "servers/acme-local.yaml": spec})
    shutil.copytree(RULES, folder / "rules")
    return folder


def crawl(folder: Path, tmp_path: Path, text: str, *words: str) -> int:
    """Run the command with --crawl and a cache of its own."""
    return check(folder, tmp_path, text, "--crawl", "--cache", str(tmp_path / "cache"), *words)


@needs_bwrap
def test_crawl_rates_what_the_catalogue_cannot(
    uncrawled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server is started isolated and rated, the content stays, and the report is all of it."""
    assert crawl(uncrawled, tmp_path, LOCAL, "--format", "json", "--fail-on", "low") == 1
    (server,) = json.loads(capsys.readouterr().out)["servers"]
    assert (server["slug"], server["crawled_now"], server["unknown"]) == ("acme-local", True, None)
    assert server["tools"]
    assert not (uncrawled / "snapshots").exists()
    kept = tmp_path / "kept"
    assert crawl(uncrawled, tmp_path, LOCAL, "--keep", str(kept), "--fail-on-unknown") == 0
    assert "(crawled now)" in capsys.readouterr().out
    assert [path.name for path in kept.iterdir()] == ["acme-local.json"]


def test_crawl_starts_nothing_without_isolation(
    uncrawled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Neither a machine without bubblewrap nor a missing --yes starts third-party code."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert crawl(uncrawled, tmp_path, LOCAL, "--isolation", "none") == 2
    assert "mcp-risk check: --isolation none needs --yes here" in capsys.readouterr().err
    monkeypatch.setenv("PATH", "/nonexistent")
    assert crawl(uncrawled, tmp_path, LOCAL) == 2
    screen = capsys.readouterr()
    assert "--isolation none starts them with your rights" in screen.err
    assert screen.out == ""
    assert not (tmp_path / "cache").exists()


def test_crawl_says_why_a_server_stays_unknown(
    uncrawled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server that does not answer is an unknown one, with the crawler's reason."""
    text = json.dumps({"mcpServers": {"gone": {"url": "https://10.11.12.13/mcp"}}})
    assert crawl(uncrawled, tmp_path, text, "--fail-on-unknown", "--format", "sarif") == 1
    (log,) = json.loads(capsys.readouterr().out)["runs"]
    assert "was crawled now, and listed no tools" in log["results"][0]["message"]["text"]


def test_only_what_is_on_and_unrated_is_crawled(catalogue: Path) -> None:
    """Rated servers, those switched off and programs without a package are left alone."""
    servers = pipeline.load([catalogue], TODAY).content.servers
    assert check_crawl.wanted(parse(CONFIG, "mcp.json")[0], servers) == ()
    text = CONFIG.replace("@acme/files@1.0.0", "@acme/other@1.0.0").replace(
        '"mine":', '"again": {"command": "npx", "args": ["@acme/other"]}, "mine":'
    )
    (other,) = check_crawl.wanted(parse(text, "mcp.json")[0], servers)
    assert other.packages[0].purl == "pkg:npm/%40acme/other@1.0.0"
