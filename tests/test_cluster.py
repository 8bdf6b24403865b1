"""A real Dask scheduler and two workers: the same results, and what is said when it cannot work."""

from __future__ import annotations

import signal
import socket
import threading
import time
from typing import TYPE_CHECKING

import executor_work as work
import pytest

pytest.importorskip("distributed", reason="the extra [cluster] is not installed")

from dask_cluster import DaskCluster, cluster

from generator.executors import ExecutorError, open_executor, run_unordered, share
from generator.executors import cluster as cluster_room
from generator.executors.installed import installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NUMBERS = range(12)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Run one scheduler and two workers for the tests that leave them alive."""
    with cluster(tmp_path_factory.mktemp("dask")) as found:
        yield found


def test_results_are_those_of_this_machine(dask: DaskCluster) -> None:
    """Order, shared values and numbers are as on any other executor."""
    with open_executor(dask.address) as executor:
        given = (share(executor, {"factor": 7}),)
        assert [7 * n for n in NUMBERS] == sorted(
            run_unordered(executor, work.scaled, NUMBERS, given=given)
        )
        assert [2 * n for n in NUMBERS] == sorted(run_unordered(executor, work.doubled, NUMBERS))


def test_an_error_of_a_task_is_raised_as_it_is(dask: DaskCluster) -> None:
    """A bug in a task shows its own exception, not one of the cluster."""
    with open_executor(dask.address) as executor, pytest.raises(ValueError, match="three"):
        list(run_unordered(executor, work.raises, NUMBERS))


def test_a_killed_worker_costs_only_its_tasks(tmp_path: Path) -> None:
    """With a worker killed at work every result still comes once, from the other one."""
    with cluster(tmp_path) as found, open_executor(found.address) as executor:
        given = (share(executor, str(tmp_path)),)
        ends = threading.Thread(target=_kill_one_at_work, args=(found, tmp_path))
        ends.start()
        results = list(run_unordered(executor, work.waits, [0.3] * 10, given=given))
        ends.join()
    victim = next(w.pid for w in found.workers if w.returncode == -signal.SIGKILL)
    assert len(results) == 10
    assert victim in results or len(set(results)) == 1


def _kill_one_at_work(found: DaskCluster, folder: Path) -> None:
    deadline = time.monotonic() + 20
    while len(list(folder.glob("worker-*"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    found.workers[0].kill()
    found.workers[0].wait()


def test_a_task_that_kills_workers_is_given_up(tmp_path: Path) -> None:
    """The scheduler stops after some deaths; the message says what happened."""
    with (
        cluster(tmp_path, workers=2, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as found,
        open_executor(found.address) as executor,
        pytest.raises(ExecutorError) as caught,
    ):
        list(run_unordered(executor, work.dies_always, [3]))
    assert "died at the same task; perhaps there is too little memory for it" in str(caught.value)


def test_a_worker_with_another_version_is_refused(tmp_path: Path) -> None:
    """Both versions are named, for a worker without the project too; nothing runs."""
    other = tmp_path / "other" / "generator" / "executors"
    other.mkdir(parents=True)
    (other.parent / "__init__.py").write_text("__version__ = '0'\n")
    (other / "__init__.py").write_text("")
    (other / "installed.py").write_text("def installed(): return '0.0.1 (source abc)'\n")
    with cluster(tmp_path, workers=0) as found:
        found.start_worker(str(tmp_path / "other"))
        with pytest.raises(ExecutorError) as caught, open_executor(found.address):
            pass
    place = found.address.removeprefix("dask://")
    said = str(caught.value).splitlines()
    assert said[0] == (
        f"1 of 2 processes of the Dask cluster at {place} have another version of this project; "
        "install the same and restart them"
    )
    assert said[1] == f"  here: {installed()}"
    assert said[2].endswith(": 0.0.1 (source abc)")


def test_a_late_worker_with_another_version_ends_the_run(dask: DaskCluster) -> None:
    """A worker compares again with each task, since it may have joined after the start."""
    with open_executor(dask.address) as executor, pytest.raises(ExecutorError) as caught:
        executor.submit(cluster_room._checked, "0.0.1 (source abc)", b"").result()
    said = str(caught.value).splitlines()
    assert "has another version of this project" in said[0]
    assert said[1:] == ["  here: 0.0.1 (source abc)", f"  there: {installed()}"]


def test_a_cluster_without_workers_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody would ever take a task."""
    monkeypatch.setattr(cluster_room, "_CONNECT_SECONDS", 1)
    with (
        cluster(tmp_path, workers=0) as found,
        pytest.raises(ExecutorError) as caught,
        open_executor(found.address),
    ):
        pass
    place = found.address.removeprefix("dask://")
    assert f"the Dask scheduler at {place} has no worker" == str(caught.value)


def test_no_scheduler_is_said_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong address ends with a message, not with a wait."""
    monkeypatch.setattr(cluster_room, "_CONNECT_SECONDS", 1)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{closed.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(ExecutorError) as caught, open_executor(f"dask://{place}"):
            pass
    assert str(caught.value).startswith(f"no Dask scheduler answers at {place}: ")
    assert time.monotonic() - began < 10


def test_a_scheduler_that_goes_away_ends_the_run(tmp_path: Path) -> None:
    """The run does not wait for results that cannot come."""
    with cluster(tmp_path, workers=1) as found, open_executor(found.address) as executor:
        scheduler = found.scheduler
        assert scheduler is not None
        results = run_unordered(executor, work.waits, [0.1, 60.0], given=(str(tmp_path),))
        next(results)
        scheduler.kill()
        with pytest.raises(ExecutorError) as caught:
            list(results)
    assert "scheduler" in str(caught.value)
