"""The crawl command from outside: what it keeps, what it refuses, and what it leaves behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.crawl import sandbox
from generator.snapshots import load

ROOT = Path(__file__).parent.parent
ZOO = Path(__file__).parent / "servers" / "zoo_stdio.py"
needs_bwrap = pytest.mark.skipif(
    bool(sandbox.why_unavailable()), reason=sandbox.why_unavailable() or "-"
)

SERVER = """
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    tools = json.load(open({tools!r})) if {tools!r} else []
    values = {{
        "initialize": {{"protocolVersion": "2025-06-18", "capabilities": {{"tools": {{}}}},
                        "serverInfo": {{"name": "changing", "version": "1"}}}},
        "tools/list": {{"tools": tools}},
    }}
    if request.get("method") in values:
        print(json.dumps({{"jsonrpc": "2.0", "id": request["id"],
                          "result": values[request["method"]]}}), flush=True)
    elif "id" in request:
        print(json.dumps({{"jsonrpc": "2.0", "id": request["id"],
                          "error": {{"code": -32601, "message": "no"}}}}), flush=True)
"""


def spec(folder: Path, slug: str, program: Path, *arguments: str) -> None:
    """Write the spec of one local server."""
    package: dict[str, Any] = {
        "registryType": "local",
        "identifier": str(program),
        "runtimeHint": "python3",
        "packageArguments": list(arguments),
        "transport": {"type": "stdio"},
    }
    (folder / "servers").mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({"title": slug, "packages": [package], "catalogue": {"domain": "test"}})
    (folder / "servers" / f"{slug}.yaml").write_text(text)


def words(folder: Path, *more: str) -> list[str]:
    """Return a crawl command for a content folder."""
    command = [sys.executable, "-m", "generator", "crawl", "--content", str(folder)]
    return [*command, "--cache", str(folder.parent / "cache"), *more]


def crawl(folder: Path, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a crawl to its end."""
    return subprocess.run(
        words(folder, *more),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


def survivors(mark: Path) -> list[str]:
    """Return the command lines of the servers started with this mark that still run."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                text = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if str(mark) in text and "zoo" in text and "generator" not in text:
                    found.append(text)
    return found


@needs_bwrap
def test_unchanged_server_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two crawls of an unchanged server write the same file."""
    content = tmp_path / "content"
    spec(content, "good", ZOO, "good")
    assert crawl(content, "--all").returncode == 0
    file = content / "snapshots" / "good.json"
    first = file.read_bytes()
    assert crawl(content, "--all").returncode == 0
    assert first == file.read_bytes()


@needs_bwrap
def test_history_and_failed_attempts(tmp_path: Path) -> None:
    """A changed definition is kept as replaced; a failed attempt keeps the tools and says so."""
    content, tools = tmp_path / "content", tmp_path / "server" / "tools.json"
    program = tmp_path / "server" / "server.py"
    program.parent.mkdir()
    program.write_text(SERVER.format(tools="/opt/server/tools.json"))
    spec(content, "changing", program)
    before = {"name": "a", "description": "reads", "inputSchema": {"type": "object"}}
    tools.write_text(json.dumps([before]))
    crawl(content, "--all")
    tools.write_text(json.dumps([{**before, "description": "deletes"}, {"name": "b"}]))
    second = crawl(content, "--all")
    assert "a" in second.stdout
    program.write_text("raise SystemExit(5)")
    third = crawl(content, "--all")
    kept = load((content / "snapshots" / "changing.json").read_bytes())
    assert (2, third.returncode) == (2, 2)
    assert [(r.name, r.definition["description"]) for r in kept.replaced] == [("a", "reads")]
    assert [t["name"] for t in kept.tools] == ["a", "b"]
    assert kept.last_attempt is not None
    assert kept.last_attempt.state.value == "failed-to-start"
    assert "exit code 5" in kept.last_attempt.reason


@needs_bwrap
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C keeps what is finished, leaves no process and no partial file."""
    content = tmp_path / "content"
    spec(content, "good", ZOO, "good")
    spec(content, "silent", ZOO, "silent", str(tmp_path))
    process = subprocess.Popen(
        words(content, "--all"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    file = content / "snapshots" / "good.json"
    deadline = time.monotonic() + 30
    while not (file.exists() and survivors(tmp_path)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    output, _ = process.communicate(timeout=20)
    assert {signal.SIGINT: 130, signal.SIGTERM: 143}[number] == process.returncode
    assert b"Traceback" not in output
    assert survivors(tmp_path) == []
    assert [p.name for p in (content / "snapshots").iterdir()] == ["good.json"]


@needs_bwrap
def test_a_killed_crawler_takes_its_servers_with_it(tmp_path: Path) -> None:
    """Even SIGKILL of the crawler leaves no server behind, and the next run cleans up."""
    content = tmp_path / "content"
    spec(content, "silent", ZOO, "silent", str(tmp_path))
    process = subprocess.Popen(words(content, "--all"), cwd=ROOT, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not survivors(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)  # bubblewrap binds its life to ours a moment after it appears
    process.kill()
    process.wait()
    deadline = time.monotonic() + 5
    while survivors(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert survivors(tmp_path) == []


def test_without_isolation_orphans_are_found(tmp_path: Path) -> None:
    """A daemon that left its group and session does not survive without a sandbox either."""
    content = tmp_path / "content"
    spec(content, "daemon", ZOO, "double-fork", str(tmp_path))
    done = crawl(content, "--all", "--isolation", "none", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "zoo_stdio.py double-fork" in done.stderr
    assert survivors(tmp_path) == []
    found = load((content / "snapshots" / "daemon.json").read_bytes())
    assert (found.source.isolation, found.complete) == ("none", True)
    assert str(ZOO) not in (content / "snapshots" / "daemon.json").read_text()


def test_none_needs_consent(tmp_path: Path) -> None:
    """Without a terminal and without --yes nothing is started unprotected."""
    content = tmp_path / "content"
    spec(content, "good", ZOO, "good")
    done = crawl(content, "--all", "--isolation", "none")
    assert done.returncode == 2
    assert "mcp-risk crawl: --isolation none needs --yes here" in done.stderr
    assert not (content / "snapshots").exists()


def test_missing_bubblewrap_is_refused(tmp_path: Path) -> None:
    """Without bubblewrap third-party code is refused, with the way out."""
    content = tmp_path / "content"
    spec(content, "good", ZOO, "good")
    done = crawl(content, "--all", PATH="/nonexistent")
    assert done.returncode == 2
    assert "bubblewrap is not installed" in done.stderr
    assert "--isolation none" in done.stderr


def test_wrong_usage(tmp_path: Path) -> None:
    """A choice is needed, and an unknown slug is named."""
    content = tmp_path / "content"
    spec(content, "good", ZOO, "good")
    assert "choose --all or --server" in crawl(content).stderr
    assert "no such server: nope" in crawl(content, "--server", "nope").stderr


def test_dry_run_starts_nothing(tmp_path: Path) -> None:
    """The plan shows the exact command and writes nothing."""
    content = tmp_path / "content"
    spec(content, "good", ZOO, "good", "--flag")
    done = crawl(content, "--all", "--dry-run")
    assert f"good: local {ZOO} good --flag" in done.stdout
    assert not (content / "snapshots").exists()


@needs_bwrap
def test_network_only_when_asked(tmp_path: Path) -> None:
    """A server that needs the network is told so, and gets it with --allow-network only."""
    content = tmp_path / "content"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        spec(content, "online", ZOO, "needs-network", str(listening.getsockname()[1]))
        first = crawl(content, "--all")
        second = crawl(content, "--all", "--allow-network")
    assert "hint: needs the network to start: crawl it with --allow-network" in first.stdout
    assert "With the network of this machine" not in first.stderr
    assert "every server that says it needs the network. That includes" in second.stderr
    assert (first.returncode, second.returncode) == (2, 0)
    assert load((content / "snapshots" / "online.json").read_bytes()).source.network


@needs_bwrap
def test_a_server_of_no_catalogue(tmp_path: Path) -> None:
    """A command from the command line is crawled, its snapshot goes where it was said."""
    out = ("--out", str(tmp_path), "--cache", str(tmp_path / "cache"))
    command = [sys.executable, "-m", "generator", "crawl", "--stdio", f"python3 {ZOO} good"]
    done = subprocess.run(
        [*command, "--name", "mine", *out], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = load((tmp_path / "mine.json").read_bytes())
    assert [t["name"] for t in found.tools] == ["one", "two"]
    assert found.source.package == "pkg:generic/zoo_stdio.py"


@needs_bwrap
def test_resume_leaves_out_what_is_done(tmp_path: Path) -> None:
    """A second run with --resume asks only those that were not asked today."""
    content = tmp_path / "content"
    spec(content, "good", ZOO, "good")
    crawl(content, "--all")
    spec(content, "second", ZOO, "good")
    done = crawl(content, "--all", "--resume")
    assert "second  observed" in done.stdout
    assert "good  observed" not in done.stdout.replace("second  observed", "")
