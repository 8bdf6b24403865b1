"""A crawl over a real Dask scheduler and two workers: the files of a local crawl, byte for byte."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from test_crawl import ROOT, ZOO, crawl, needs_bwrap, spec, words

from generator.cli.crawl_cluster import work
from generator.crawl.batches import REMOTES, Away, batches
from generator.crawl.limits import Limits
from generator.crawl.plan import Target
from generator.crawl.session import Manner
from generator.executors import ExecutorError
from generator.model import Package, Remote, ServerSpec
from generator.snapshots import load

pytest.importorskip("distributed", reason="the extra [cluster] is not installed")

from dask_cluster import DaskCluster, cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

TELLS = """
import json, os, sys
for line in sys.stdin:
    request = json.loads(line)
    tools = [{"name": os.environ.get("ACME_TOKEN", "nothing"), "inputSchema": {"type": "object"}}]
    values = {"initialize": {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                             "serverInfo": {"name": "tells", "version": "1"}},
              "tools/list": {"tools": tools}}
    if request.get("method") in values:
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"],
                          "result": values[request["method"]]}), flush=True)
    elif "id" in request:
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"],
                          "error": {"code": -32601, "message": "no"}}), flush=True)
"""
SECRET, OWN = "sk-4f9c1e77a0b2", "sk-of-the-coordinator"
"""Values of one variable: where the worker runs, and where the crawl was asked for."""


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Run a scheduler and two workers that know a value the coordinator does not."""
    with cluster(tmp_path_factory.mktemp("dask"), workers=0) as found:
        for _ in range(2):
            found.start_worker(ACME_TOKEN=SECRET)
        yield found


def snapshots(content: Path) -> dict[str, bytes]:
    """Return the snapshot files of a content folder."""
    return {path.name: path.read_bytes() for path in (content / "snapshots").iterdir()}


def closing(done: subprocess.CompletedProcess[str]) -> str:
    """Return the table that ends a crawl."""
    return "of " + done.stdout.partition(" servers of ")[2]


@needs_bwrap
def test_a_cluster_writes_the_files_of_a_local_crawl(dask: DaskCluster, tmp_path: Path) -> None:
    """Five servers, two of which fail, end as they do on one machine, history included."""
    here, there = tmp_path / "here", tmp_path / "there"
    for content in (here, there):
        for number in range(3):
            spec(content, f"good-{number}", ZOO, "good")
        spec(content, "exits", ZOO, "exits-at-once")
        spec(content, "wants", ZOO, "wants-key")
    local = crawl(here, "--all")
    remote = crawl(there, "--all", "--executor", dask.address, "--cache", str(tmp_path / "away"))
    assert remote.returncode == local.returncode == 1, remote.stdout + remote.stderr
    assert snapshots(here) == snapshots(there)
    assert len(snapshots(there)) == 5
    assert closing(remote) == closing(local)
    scratch = tmp_path / "away" / "scratch"
    assert [path.name for path in scratch.iterdir()] == []


@needs_bwrap
def test_values_of_variables_are_those_of_the_worker(dask: DaskCluster, tmp_path: Path) -> None:
    """A declared variable is read by its name where the server starts, and never travels."""
    content, program = tmp_path / "content", tmp_path / "tells" / "tells.py"
    program.parent.mkdir()
    program.write_text(TELLS)
    spec(content, "tells", program)
    file = content / "servers" / "tells.yaml"
    data = yaml.safe_load(file.read_text())
    data["packages"][0]["environmentVariables"] = [{"name": "ACME_TOKEN", "isSecret": True}]
    file.write_text(yaml.safe_dump(data))
    done = crawl(content, "--all", "--executor", dask.address, ACME_TOKEN=OWN)
    assert done.returncode == 0, done.stdout + done.stderr
    found = load((content / "snapshots" / "tells.json").read_bytes())
    assert [tool["name"] for tool in found.tools] == ["[redacted:ACME_TOKEN]"]
    assert SECRET not in done.stdout + done.stderr
    log = (dask.folder / "log").read_text()
    assert OWN not in log
    assert SECRET not in log


@needs_bwrap
def test_a_killed_worker_costs_only_its_batch(tmp_path: Path) -> None:
    """Its servers die with it, another worker crawls them again, and nobody is missing."""
    content = tmp_path / "content"
    spec(content, "a-silent", ZOO, "silent", str(tmp_path))
    for number in range(7):
        spec(content, f"good-{number}", ZOO, "good")
    with cluster(tmp_path) as found:
        command = words(content, "--all", "--executor", found.address, "--timeout", "4")
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            server = _process_of(f"silent {tmp_path}")
            time.sleep(0.5)  # bubblewrap binds its life to the worker's a moment after it appears
            next(worker for worker in found.workers if _is_above(worker.pid, server)).kill()
            output, _ = process.communicate(timeout=60)
        finally:
            process.kill()
            process.communicate()
    assert process.returncode == 1, output
    assert "7 servers of 8 observed, 14 tools" in output
    assert sorted(snapshots(content)) == ["a-silent.json", *(f"good-{n}.json" for n in range(7))]
    assert output.count("a-silent  timed-out") == 1


@needs_bwrap
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_keeps_what_has_come(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """The coordinator ends at once, without waiting for the servers that workers still ask."""
    content = tmp_path / "content"
    spec(content, "silent", ZOO, "silent", str(tmp_path))
    for slug in "abcd":
        spec(content, slug, ZOO, "good")
    with cluster(tmp_path) as found:
        process = subprocess.Popen(
            words(content, "--all", "--executor", found.address, "--timeout", "50"),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _process_of(f"silent {tmp_path}")
            while not (content / "snapshots" / "d.json").exists() and process.poll() is None:
                time.sleep(0.05)
            process.send_signal(number)
            output, _ = process.communicate(timeout=20)
        finally:
            process.kill()
            process.communicate()
    assert process.returncode == code, output
    assert "Traceback" not in output
    assert sorted(snapshots(content)) == ["a.json", "b.json", "c.json", "d.json"]
    assert (tmp_path / "cache" / "journal.json").exists()


def _process_of(words: str) -> int:
    """Return a process that runs these words, once there is one."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if words.encode() in (folder / "cmdline").read_bytes().replace(b"\0", b" "):
                    return int(folder.name)
        time.sleep(0.05)
    raise AssertionError(f"nobody runs {words}")


def _is_above(ancestor: int, process: int) -> bool:
    while process > 1:
        if process == ancestor:
            return True
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    return False


def test_a_worker_without_isolation_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Third-party code is not started unprotected on a worker either, and the worker is named."""
    target = Target(ServerSpec("a", "a"), package=Package("npm", "a"))
    away = Away(".", Manner("2026-11-25", Limits(), isolation="bwrap"))
    monkeypatch.setattr("generator.crawl.sandbox.why_unavailable", lambda: "no bubblewrap")
    with pytest.raises(ExecutorError, match=r"the worker on .* starts no server: no bubblewrap"):
        work(away, batches([target], {})[0])


def test_a_missing_extra_is_said(tmp_path: Path) -> None:
    """Without Dask installed the message says how to get it."""
    code = (
        "import sys; sys.modules['distributed'] = None; from generator.cli.main import run; "
        f"sys.exit(run(['crawl', '--all', '--content', {str(tmp_path / 'content')!r}, '--cache', "
        f"{str(tmp_path / 'cache')!r}, '--executor', 'dask://127.0.0.1:1']))"
    )
    spec(tmp_path / "content", "good", ZOO, "good")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 2
    assert done.stderr == (
        "mcp-risk: a Dask cluster needs the extra [cluster]: "
        "pip install 'mcp-tool-risk-catalogue[cluster]'\n"
    )


def test_batches_keep_the_remotes_of_a_host_together() -> None:
    """Packages go out in fours; no host is asked by two workers at once."""
    packages = [
        Target(ServerSpec(f"p{n}", ""), package=Package("npm", f"x{n % 9}")) for n in range(11)
    ]
    packages.append(Target(ServerSpec("p-local", ""), package=Package("local", "x1")))
    remotes = [
        Target(ServerSpec(f"r{n}", ""), remote=Remote("sse", f"https://h{n % 7}.example/{n}", ()))
        for n in range(100)
    ]
    found = batches([*remotes, *packages], {"p3": "handshake"})
    started = [batch for batch in found if batch.targets[0].package]
    assert [str(batch) for batch in started] == [
        "p0, p9, p1, p10",
        "p2, p3, p4, p5",
        "p6, p7, p8, p-local",
    ]
    assert [b.eras for b in found if b.eras] == [(("p3", "handshake"),)]
    hosts = [{t.remote.url[8:10] for t in b.targets if t.remote} for b in found]
    assert sum(map(len, hosts)) == 7
    assert max(len(b.targets) for b in found) <= REMOTES
    assert sum(len(b.targets) for b in found) == 112
