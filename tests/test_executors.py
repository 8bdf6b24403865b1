"""Executors: the same results on each, bounded work, and what a dead worker costs."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import executor_work as work
import pytest

from generator.executors import ExecutorError, open_executor, run_few, run_unordered, share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
NUMBERS = range(12)

LOCAL: dict[str, Callable[[], contextlib.AbstractContextManager[Executor]]] = {
    "serial": partial(open_executor, "", 1),
    "processes": partial(open_executor, "", 2),
    "threads of others": partial(ThreadPoolExecutor, 2),
    "processes of others": partial(ProcessPoolExecutor, 2),
}
each_executor = pytest.mark.parametrize("opened", LOCAL.values(), ids=LOCAL)


@each_executor
def test_every_result_comes_once(
    opened: Callable[[], contextlib.AbstractContextManager[Executor]],
) -> None:
    """`run_unordered` yields each result as it comes and loses none."""
    with opened() as executor:
        assert [2 * n for n in NUMBERS] == sorted(run_unordered(executor, work.doubled, NUMBERS))
        assert list(NUMBERS) == sorted(run_unordered(executor, work.slower_first, NUMBERS))


@pytest.mark.parametrize(("tasks", "elsewhere"), [(0, False), (1, False), (2, True), (9, True)])
def test_a_single_task_begins_no_process(tasks: int, elsewhere: bool) -> None:  # noqa: FBT001
    """`run_few` runs one task where it stands and several in other processes, all with values."""
    with open_executor("", 2) as executor:
        given = (share(executor, {"factor": 3}),)
        found = list(run_few(executor, work.scaled_where, range(tasks), given=given))
    assert [3 * n for n in range(tasks)] == sorted(value for value, _ in found)
    assert elsewhere is any(process != os.getpid() for _, process in found)


@each_executor
def test_a_shared_value_is_there_for_every_task(
    opened: Callable[[], contextlib.AbstractContextManager[Executor]],
) -> None:
    """What is shared before or between runs comes first among the arguments."""
    with opened() as executor:
        for factor in (3, 5):
            given = (share(executor, {"factor": factor}),)
            expected = [factor * n for n in NUMBERS]
            assert expected == sorted(run_unordered(executor, work.scaled, NUMBERS, given=given))


@each_executor
def test_an_error_of_a_task_is_raised_as_it_is(
    opened: Callable[[], contextlib.AbstractContextManager[Executor]],
) -> None:
    """A bug in a task shows its own exception and is not tried again."""
    with opened() as executor, pytest.raises(ValueError, match="three"):
        list(run_unordered(executor, work.raises, NUMBERS))


@each_executor
def test_no_tasks_give_no_results(
    opened: Callable[[], contextlib.AbstractContextManager[Executor]],
) -> None:
    """Nothing to do ends at once."""
    with opened() as executor:
        assert list(run_unordered(executor, work.doubled, [])) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_tasks_are_asked_for_when_there_is_room(jobs: int) -> None:
    """Ten thousand tasks are never under way at once: at most the window is taken ahead."""
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for number in range(300):
            taken += 1
            yield number

    ahead = []
    with open_executor("", jobs) as executor:
        for done, _ in enumerate(run_unordered(executor, work.doubled, tasks(), window=5)):
            ahead.append(taken - done)
    assert max(ahead) <= 6
    assert taken == 300


def test_a_process_that_died_costs_a_repetition(tmp_path: Path) -> None:
    """The tasks under way when a process was killed run again, and every result comes once."""
    with open_executor("", 2) as executor:
        found = list(run_unordered(executor, work.dies_once, NUMBERS, given=(str(tmp_path),)))
    assert list(NUMBERS) == sorted(found)
    assert (tmp_path / "died").exists()


def test_a_task_that_always_kills_its_process_is_named() -> None:
    """The task at fault ends the run; those beside it have their results."""
    message = (
        "a worker process died 3 times at task 4 (3); perhaps there is too little memory for it"
    )
    with open_executor("", 2) as executor, pytest.raises(ExecutorError) as caught:
        list(run_unordered(executor, work.dies_always, range(4)))
    assert message == str(caught.value)


def test_an_executor_of_others_that_broke_is_said() -> None:
    """A pool we did not make cannot be made again."""
    with ProcessPoolExecutor(2) as executor, pytest.raises(ExecutorError) as caught:
        list(run_unordered(executor, work.dies_always, NUMBERS))
    assert "a worker process died, and its executor with it" in str(caught.value)


def test_leaving_early_cancels_what_waits(tmp_path: Path) -> None:
    """A caller that stops asking leaves no task behind that has not begun."""
    with open_executor("", 2) as executor:
        results = run_unordered(executor, work.noted, range(100), 20, given=(str(tmp_path),))
        next(results)
        results.close()
    assert len(list(tmp_path.glob("ran-*"))) < 12


def is_running(process: int) -> bool:
    """Return whether a process runs and is no zombie."""
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in "ZX"
    return False


SCRIPT = """
import sys
sys.path[:0] = [{tests!r}]
import executor_work as work
from generator.executors import open_executor, run_unordered
with open_executor("", 2) as executor:
    list(run_unordered(executor, work.waits, [60, 60], given=({folder!r},)))
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc to look at processes")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_processes_end_with_their_parent(tmp_path: Path, number: signal.Signals) -> None:
    """However a run ends, its processes end at once, without a traceback of theirs."""
    script = SCRIPT.format(tests=str(ROOT / "tests"), folder=str(tmp_path))
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 20
    while len(marks := list(tmp_path.glob("worker-*"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    parent.send_signal(number)
    _, said = parent.communicate(timeout=10)
    workers = [int(mark.read_text()) for mark in marks]
    while any(map(is_running, workers)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert said.count("Traceback") == (number == signal.SIGINT)


@pytest.mark.parametrize("address", ["ray://host", "dask://", "localhost:8786", "dask:8786"])
def test_an_unknown_address_is_refused(address: str) -> None:
    """The one form that works is named."""
    with pytest.raises(ExecutorError) as caught, open_executor(address):
        pass
    assert f"the executor expected dask://HOST:PORT, got {address!r}" == str(caught.value)


def test_processes_are_as_many_as_cores_by_default() -> None:
    """`jobs` 0 uses the whole machine."""
    with open_executor() as executor:
        assert getattr(executor, "slots", None) == (os.cpu_count() if os.cpu_count() != 1 else 0)
