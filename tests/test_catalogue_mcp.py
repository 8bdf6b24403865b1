"""The catalogue as an MCP server: read-only questions, hostile text fenced, rated Low by us."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import site_sample
import yaml
from rulefiles import book

from generator import content as content_room
from generator.classify import engine
from generator.render import site
from generator.serve import catalogue_mcp, library, questions
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
TOOLS = {"look_up_server", "look_up_tool", "search_tools", "check_stack", "get_policy"}


@pytest.fixture(scope="module")
def shelf() -> library.Library:
    """Return the library of the sample catalogue."""
    catalogue = site_sample.catalogue()
    files = dict(site.data_files(catalogue.index, catalogue.entries))
    return library.Library(files.__getitem__)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the data of the sample catalogue as a built site has it."""
    folder = tmp_path_factory.mktemp("site")
    catalogue = site_sample.catalogue()
    for path, data in site.data_files(catalogue.index, catalogue.entries):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.mark.parametrize(
    "name", ["sprintra", "Sprintra", "@sprintra/mcp", "pkg:npm/%40sprintra/mcp@1.1.0"]
)
def test_server_is_found_by_slug_title_and_package(shelf: library.Library, name: str) -> None:
    """Whatever a client's configuration calls it leads to the server."""
    answer = questions.server(shelf, name)
    assert (answer.server, answer.level, answer.tools_total) == ("sprintra", "high", 1)
    assert answer.tools[0].tool == "work_sessions"
    assert "intercept balanced" in answer.policy_files


def test_tool_has_its_ledger(shelf: library.Library) -> None:
    """The counted lines of the ledger add up to the score."""
    answer = questions.tool(shelf, "sprintra", "work_sessions")
    assert (answer.category, answer.level, answer.score) == ("Execute", "high", 70)
    assert sum(line.points for line in answer.ledger) == 70
    assert answer.methods[0] == "list: Read, low (12)"


def test_what_a_server_wrote_is_fenced(shelf: library.Library) -> None:
    """A description is a quotation, whatever fence it holds; hidden characters are visible."""
    hostile = site_sample.HOSTILE_NAMES[1]
    described = questions.tool(shelf, "odd", hostile).described_by_server
    assert described.startswith(f"{questions.WARNING}\n```\n")
    assert described.endswith("\n```")
    assert "\u202e" not in described
    assert questions.fenced("a ```` b").splitlines()[1] == "`````"
    assert questions.fenced("") == ""


def test_search_wants_every_word_and_puts_the_exact_name_first(shelf: library.Library) -> None:
    """Filters narrow; an exact name comes before riskier ones."""
    answer = questions.found(shelf, "Work sessions")
    assert answer.total == 4
    assert {line.tool for line in answer.tools} == {"work_sessions", "Work_Sessions"}
    assert questions.found(shelf, "work nothing").total == 0
    assert {line.level for line in questions.found(shelf, "", level="critical").tools} == {
        "critical"
    }


def test_stack_names_what_is_shared_and_what_is_unknown(shelf: library.Library) -> None:
    """Legs of an exposure are joined over servers; a name that is not there is said."""
    answer = questions.stack(shelf, ["sprintra", "odd", "nobody"])
    assert answer.servers == ["sprintra", "odd"]
    assert answer.unknown == ["nobody"]
    assert answer.shared_tool_names == {"work_sessions": ["odd", "sprintra"]}
    assert answer.leak_possible
    assert answer.highest_level == "critical"
    assert answer.by_level["high"] >= 1


def test_policy_is_the_file_of_the_site(shelf: library.Library) -> None:
    """The text is the download, with what its format cannot express."""
    answer = questions.policy(shelf, "sprintra", "codex", "locked")
    assert answer.file_name == "sprintra.locked.codex.toml"
    assert answer.text.startswith("# sprintra codex locked\n")
    assert answer.not_expressible == ["work_sessions: it cannot `ask` a person (weaker)"]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda s: questions.server(s, "sprint"), "did you mean sprintra?"),
        (lambda s: questions.server(s, "../../etc"), "search_tools finds by words"),
        (lambda s: questions.tool(s, "sprintra", "x"), "its riskiest are: work_sessions"),
        (lambda s: questions.found(s, ""), "Give a word of two letters or more"),
        (lambda s: questions.found(s, "a", level="grave"), "low, medium, high, critical; got"),
        (lambda s: questions.policy(s, "unseen", "intercept", "balanced"), "never listed"),
        (lambda s: questions.policy(s, "odd", "cedar", "balanced"), "target expected one of"),
    ],
)
def test_wrong_names_say_what_to_do(
    shelf: library.Library, ask: Callable[[library.Library], object], message: str
) -> None:
    """A name that is not there is answered with what is."""
    with pytest.raises(questions.UnknownNameError) as caught:
        ask(shelf)
    assert message in str(caught.value)


def test_folder_without_site_is_refused(tmp_path: Path) -> None:
    """The message names the folder and what was expected there."""
    with pytest.raises(library.CatalogueError, match="expected a built site"):
        library.of_site(tmp_path)


def test_content_folders_are_rated_in_memory() -> None:
    """The mini catalogue answers without a site."""
    from golden_site import mini  # noqa: PLC0415 - the one test that needs it

    from generator import pipeline  # noqa: PLC0415

    files = dict(pipeline.data_files(mini()))
    answer = questions.server(library.Library(files.__getitem__), "time")
    assert {line.tool for line in answer.tools} == {"convert_time", "get_current_time"}


# ------------------------------------------------------------------------------- over the wire


def test_all_tools_are_declared_read_only_with_schemas(shelf: library.Library) -> None:
    """Every annotation is set, every parameter described, every answer has a schema."""
    tools = asyncio.run(catalogue_mcp.server(shelf).list_tools())
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        hints = tool.annotations
        assert (hints.read_only_hint, hints.destructive_hint) == (True, False)
        assert (hints.idempotent_hint, hints.open_world_hint) == (True, False)
        assert tool.output_schema["type"] == "object"
        assert "library" not in tool.input_schema["properties"]


def test_our_own_crawler_and_classifier_rate_every_tool_low_read(
    folder: Path, tmp_path: Path
) -> None:
    """What `mcp-risk crawl` keeps of this server is rated Read and Low by our own rules."""
    start = tmp_path / "start.py"
    start.write_text(
        f"import sys\nsys.path[:0] = {[str(ROOT), *sys.path]!r}\n"
        "from generator.cli.main import run\n"
        f"sys.exit(run(['mcp', '--site', {str(folder)!r}]))\n"
    )
    package = {"registryType": "local", "identifier": str(start), "runtimeHint": "python3",
               "transport": {"type": "stdio"}}  # fmt: skip
    spec = {"title": "Ours", "packages": [package], "catalogue": {"domain": "test"}}
    (tmp_path / "content" / "servers").mkdir(parents=True)
    (tmp_path / "content" / "servers" / "ours.yaml").write_text(yaml.safe_dump(spec))
    done = subprocess.run(
        [sys.executable, "-m", "generator", "crawl", "--server", "ours", "--isolation", "none",
         "--yes", "--content", str(tmp_path / "content"), "--cache", str(tmp_path / "cache")],
        capture_output=True, text=True, cwd=ROOT, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    loaded, _ = content_room.load([tmp_path / "content"])
    (ours,) = loaded.servers
    rated = engine.assess_server(ours, book(), today=date(2026, 11, 24))
    assert {item.tool for item in rated} == TOOLS
    assert {(item.tool, item.category, item.level) for item in rated} == {
        (name, Category.READ, Level.LOW) for name in TOOLS
    }
    assert not any(item.findings or item.contradicts_hints for item in rated)


@pytest.fixture
def port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


def test_http_answers_on_this_machine(folder: Path, port: int) -> None:
    """A client reaches the server at 127.0.0.1 and gets structured answers and readable errors."""
    from mcp import Client  # noqa: PLC0415 - slow to import

    server = subprocess.Popen(
        [sys.executable, "-m", "generator", "mcp", "--site", str(folder), "--port", str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip

    async def ask() -> tuple[Any, Any]:
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            good = await client.call_tool("look_up_server", {"server": "sprintra"})
            bad = await client.call_tool("look_up_server", {"server": "nobody"})
            return good, bad

    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        good, bad = asyncio.run(ask())
    finally:
        server.terminate()
        server.communicate(timeout=20)
    assert good.structured_content["level"] == "high"
    assert json.loads(good.content[0].text)["server"] == "sprintra"
    assert bad.is_error
    assert "No server is called 'nobody'" in bad.content[0].text
