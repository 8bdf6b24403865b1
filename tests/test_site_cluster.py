"""A site over a real Dask scheduler and two workers: the bytes of one process, whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import built_site
import pytest

pytest.importorskip("distributed", reason="the extra [cluster] is not installed")

from dask_cluster import DaskCluster, cluster
from distributed import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
SERVERS = tuple(f"server-{n:02}" for n in range(16))


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Run one scheduler and two workers; their folder is not the one of the builds."""
    with cluster(tmp_path_factory.mktemp("dask")) as found:
        yield found


def build(place: Path, *words: str) -> str:
    """Build the content of a folder with the command, named by relative paths."""
    done = subprocess.run(
        [sys.executable, "-m", "generator", "site", *words],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_cluster_gives_the_bytes_of_one_process(dask: DaskCluster, tmp_path: Path) -> None:
    """Workers elsewhere read no file: what they rate and print travels. One is killed meanwhile."""
    here, there = tmp_path / "here", tmp_path / "there"
    for place in (here, there):
        built_site.write_content(place / "content", SERVERS, tools=12)
    build(here, "--jobs", "1")
    ends = threading.Thread(target=_kill_one_at_work, args=(dask,))
    ends.start()
    said = build(there, "--executor", dask.address)
    ends.join()
    assert len([one for one in dask.workers if one.poll() == -signal.SIGKILL]) == 1
    assert built_site.tree(here / "site") == built_site.tree(there / "site")
    assert said.startswith("Built 16 servers and 192 tools into site: ")

    # What changed goes over the worker that is left; what did not is not sent.
    for place in (here, there):
        path = place / "content" / "servers" / "server-03.yaml"
        path.write_text(path.read_text().replace("Server 03", "Another title"))
    build(here, "--jobs", "1")
    build(there, "--executor", dask.address)
    after = built_site.tree(there / "site")
    assert after == built_site.tree(here / "site")
    assert b"Another title" in after["servers/server-03/index.html"]


def _kill_one_at_work(found: DaskCluster) -> None:
    """Kill a worker while it has a task of the build."""
    address = found.address.replace("dask://", "tcp://")
    with Client(address, set_as_default=False) as client:
        numbers = client.run(os.getpid)
        deadline = time.monotonic() + 60
        busy: list[str] = []
        while not busy:
            assert time.monotonic() < deadline
            tasks = client.processing().items()
            busy = [worker for worker, keys in tasks if any("_checked" in key for key in keys)]
        os.kill(numbers[busy[0]], signal.SIGKILL)
