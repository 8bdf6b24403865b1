"""The zoo: every hostile and broken server through the real command line, beside a good one.

One run crawls all of them at once; each row of `zoo_rows.py` then looks at its own outcome.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from zoo_rows import HTTP, SLACK, STDIO, TIMEOUT, Row

from generator.crawl import sandbox
from generator.snapshots import load
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model import Snapshot

SERVERS = Path(__file__).parent / "servers"
SECRET = "zoo-secret-4f9a1c77"  # noqa: S105  # made up, and looked for everywhere
UNDECLARED = "undeclared-secret-81b2"
ALLOWED = {
    *("initialize", "notifications/initialized", "tools/list", "server/discover"),
    *("resources/list", "resources/templates/list", "prompts/list"),
}
pytestmark = pytest.mark.skipif(
    bool(sandbox.why_unavailable()), reason=sandbox.why_unavailable() or "-"
)


@dataclass(frozen=True)
class Outcome:
    """What one run of the zoo left behind."""

    folder: Path
    output: str
    code: int
    seconds: dict[str, float]
    heard: dict[str, Any]
    port: int
    memory: int

    def snapshot(self, name: str) -> Snapshot:
        """Return the snapshot of one server."""
        return load((self.folder / "snapshots" / f"{name}.json").read_bytes())


def stdio_spec(name: str, port: int) -> dict[str, Any]:
    package = {
        "registryType": "local",
        "identifier": str(SERVERS / "zoo_stdio.py"),
        "runtimeHint": "python3",
        "packageArguments": [name, str(port)],
        "environmentVariables": [{"name": "ZOO_TOKEN", "isSecret": True}],
        "transport": {"type": "stdio"},
    }
    return {"title": name, "packages": [package], "catalogue": {"domain": "test"}}


def http_spec(name: str, port: int) -> dict[str, Any]:
    urls = {
        "closed-port": "http://127.0.0.1:1/mcp",
        "plain-behind-tls": f"https://127.0.0.1:{port}/json-good",
        "no-loopback-reason": f"http://127.0.0.1:{port}/json-good",
        "private-address": "https://10.11.12.13/mcp",
        "metadata-address": "https://169.254.169.254/mcp",
        "mapped-address": "https://[::ffff:10.0.0.1]/mcp",
        "unknown-host": "https://no-such-host.invalid/mcp",
    }
    path = name.removesuffix("-http")
    remote = {
        "type": "sse" if name.startswith("sse-") and name != "sse-good" else "streamable-http",
        "url": urls.get(name, f"http://127.0.0.1:{port}/{path}"),
        "headers": [{"name": "x-zoo-token", "isSecret": True}],
    }
    crawl = {} if name == "no-loopback-reason" else {"crawl": {"loopback": "part of the zoo"}}
    return {"title": name, "remotes": [remote], "catalogue": {"domain": "test"} | crawl}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run the HTTP half and return its port."""
    file = tmp_path_factory.mktemp("web") / "port"
    process = subprocess.Popen([sys.executable, str(SERVERS / "zoo_http.py"), str(file)])
    try:
        deadline = time.monotonic() + 20
        while not (file.exists() and file.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield int(file.read_text())
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def zoo(web: int, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Crawl the whole zoo once, through the real command line."""
    root = tmp_path_factory.mktemp("zoo")
    content = root / "content"
    (content / "servers").mkdir(parents=True)
    specs = {row.name: stdio_spec(row.name, web) for row in STDIO}
    specs |= {row.name: http_spec(row.name, web) for row in HTTP}
    for name, spec in specs.items():
        (content / "servers" / f"{name}.yaml").write_text(yaml.safe_dump(spec))
    words = ["crawl", "--all", "--content", str(content), "--cache", str(root / "cache")]
    words += ["--timeout", str(TIMEOUT), "--jobs", "8"]
    done = subprocess.run(
        [sys.executable, "-m", "generator", *words],
        capture_output=True,
        check=False,
        timeout=400,
        env={**os.environ, "ZOO_TOKEN": SECRET, "x-zoo-token": SECRET, "OTHER_TOKEN": UNDECLARED},
    )
    journal = json.loads((root / "cache" / "journal.json").read_text())["servers"]
    with urllib.request.urlopen(f"http://127.0.0.1:{web}/hits") as answer:
        heard = json.load(answer)
    return Outcome(
        folder=content,
        output=(done.stdout + done.stderr).decode(),
        code=done.returncode,
        seconds={name: entry["seconds"] for name, entry in journal.items()},
        heard=heard,
        port=web,
        memory=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    )


@pytest.mark.parametrize("row", [*STDIO, *HTTP], ids=lambda row: row.name)
def test_outcome(zoo: Outcome, row: Row) -> None:
    """Every server ends in its state, with its tools and reason, within its time."""
    found = zoo.snapshot(row.name)
    said = f"{found.reason} {found.hint} " + " ".join(f"{p.what}: {p.why}" for p in found.problems)
    if not (row.or_late and found.state is State.TIMED_OUT):
        shown = row.words if row.words in said else said
        assert (row.state, row.words) == (found.state.value, shown)
    names = [t.get("name", "") if isinstance(t, dict) else "" for t in found.tools]
    if isinstance(row.tools, int):
        assert row.tools == len(names)
    elif row.tools is not None:
        assert list(row.tools) == names
    if row.complete is not None:
        assert row.complete is found.complete
    assert zoo.seconds[row.name] < TIMEOUT + SLACK


def test_nothing_leaks(zoo: Outcome) -> None:
    """No secret, and no path of this machine, is in any snapshot or in the output."""
    texts = {p.name: p.read_text() for p in (zoo.folder / "snapshots").iterdir()}
    texts["output"] = zoo.output
    for name, text in texts.items():
        for secret in (SECRET, UNDECLARED, str(zoo.folder), str(SERVERS)):
            assert secret not in text, (name, secret)
        assert "\x1b[31m" not in text, name


def test_half_a_secret_does_not_leak(zoo: Outcome) -> None:
    """A secret at the place where a reason is cut does not leave its end behind."""
    assert SECRET[-6:] not in zoo.snapshot("dies-with-secret").reason


def test_no_survivor(zoo: Outcome) -> None:
    """No process of any server outlives the run, not even a daemon."""
    alive = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                words = (folder / "cmdline").read_bytes()
                mine = f"\0{zoo.port}\0".encode() in words
                if mine and (b"zoo_stdio.py" in words or b"zoo-survivor" in words):
                    alive.append(words)
    assert alive == []


def test_nothing_else_is_left(zoo: Outcome) -> None:
    """No half-written snapshot and no temporary folder is left."""
    names = {p.name for p in (zoo.folder / "snapshots").iterdir()}
    assert {f"{row.name}.json" for row in (*STDIO, *HTTP)} == names
    scratch = zoo.folder.parent / "cache" / "scratch"
    assert [p.name for p in scratch.iterdir() if p.is_dir()] == []
    assert not list(SERVERS.rglob("zoo-was-here"))


def test_nobody_else_is_asked(zoo: Outcome) -> None:
    """A redirect or an endpoint event leads to no other origin, cookies do not come back."""
    assert zoo.heard["hits"] == []
    assert "cookie came back" not in zoo.heard["log"]["sets-cookies"]
    assert "refused" in zoo.heard["log"]["asks-back"]


def test_failing_hosts_get_few_requests(zoo: Outcome) -> None:
    """A failing endpoint is asked at most seven times, a lost session's new try included."""
    failing = [row.name for row in HTTP if row.state in {"protocol-error", "needs-auth"}]
    counts = {name: len(zoo.heard["log"].get(name, [])) for name in failing}
    assert {name: count for name, count in counts.items() if count > 7} == {}


def test_only_lists_are_asked(zoo: Outcome) -> None:
    """The crawler sends nothing but the handshake and lists: no tool is ever called."""
    methods = zoo.snapshot("counts-methods").prompts[0]["name"].split(",")
    assert set(methods) <= ALLOWED


def test_isolation_holds(zoo: Outcome) -> None:
    """A server sees no file, process or network of the machine, and cannot write."""
    files = zoo.snapshot("reads-files").tools[0]["description"]
    seen = {part.split(":")[0].strip() for part in files.split(" | ")}
    assert seen <= {"/etc/passwd", "/home", "/opt", "/proc/1/environ"}
    assert "/bin/bash" not in files
    processes = zoo.snapshot("sees-processes").tools[0]["description"]
    assert "generator" not in processes
    assert zoo.snapshot("uses-network").tools[0]["description"] == "none"
    wrote = zoo.snapshot("writes-outside").tools[0]["description"]
    assert "/usr" not in wrote
    assert "/opt/server" not in wrote
    environment = json.loads(zoo.snapshot("shows-environment").tools[0]["description"])
    assert {"OTHER_TOKEN", "VIRTUAL_ENV", "PYTHONPATH"}.isdisjoint(environment)


def test_definitions_stay_raw(zoo: Outcome) -> None:
    """Unknown keys, null and wrong types are kept as they were sent."""
    assert zoo.snapshot("wrong-hint").tools[0]["x-own"] == 1
    assert zoo.snapshot("null-description").tools[0]["description"] is None


def test_memory_is_bounded(zoo: Outcome) -> None:
    """The crawler itself stays below a gigabyte and a half with all of them at once."""
    assert zoo.memory < 1_500_000_000


def test_exit_code_is_honest(zoo: Outcome) -> None:
    """Some servers were observed and some were not: exit code 1."""
    assert zoo.code == 1, zoo.output[-2000:]
