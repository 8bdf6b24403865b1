"""Tasks to results over any executor, a bounded number of them under way.

Used by the pipeline and the crawl. Memory does not grow with the number of tasks. When a worker
process dies, the tasks it may have died of run again one at a time, so that the one at fault is
found and the others are not; a cluster does that by itself.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, wait
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from generator.executors.own import ExecutorError, OwnExecutor, Serial, Shared, call, share_packed
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future

Task = TypeVar("Task")
Result = TypeVar("Result")

_CHECK_SECONDS = 2.0
_RUNS_ALONE = 2
_LABEL_CHARS = 120


def share(executor: Executor, value: object) -> Shared:
    """Return a stand-in for a value that many tasks need; pass it in `given`."""
    return _own(executor).share(value)


def renew(executor: Executor) -> None:
    """Let an executor begin anew between two kinds of work, before much is made to be inherited."""
    _own(executor).renew()


def rest(executor: Executor) -> None:
    """Let an executor give back what only tasks need, between two kinds of work."""
    _own(executor).rest()


def run_few(
    executor: Executor,
    function: Callable[..., Result],
    tasks: Iterable[Task],
    given: Sequence[object] = (),
) -> Iterator[Result]:
    """Do as `run_unordered`, but a single task runs in this process.

    To begin others for it costs more than they take off. What was shared must be of this machine.
    """
    waiting = iter(tasks)
    first = list(islice(waiting, 2))
    where = executor if len(first) > 1 else Serial()
    yield from run_unordered(where, function, chain(first, waiting), given=given)


def run_unordered(
    executor: Executor,
    function: Callable[..., Result],
    tasks: Iterable[Task],
    window: int = 0,
    given: Sequence[object] = (),
) -> Iterator[Result]:
    """Yield `function(*given, task)` of each task as it ends.

    At most `window` tasks are under way; 0 means twice as many as the executor runs at once.
    `tasks` is asked for the next one only when there is room.

    Raises:
        ExecutorError: a task killed its worker each time it ran, or the executor is gone.
        Exception: whatever a task raised; what has not begun is cancelled then.
    """
    run = _Run(_own(executor), function, given, iter(tasks), window)
    yield from run.results()


@dataclass(slots=True)
class _Started:
    """One task under way."""

    number: int
    task: object
    is_alone: bool = False
    runs_alone: int = 0


@dataclass(slots=True)
class _Run:
    """One pass over all tasks."""

    executor: OwnExecutor
    function: Callable[..., Any]
    given: Sequence[object]
    tasks: Iterator[object]
    window: int
    running: dict[Future[Any], _Started] = field(default_factory=dict)
    suspects: deque[_Started] = field(default_factory=deque)
    """Tasks that were under way when a worker died."""
    taken: int = 0

    def results(self) -> Iterator[Any]:
        """Yield the result of each task as it ends."""
        try:
            self._fill()
            while self.running:
                ended, _ = wait(self.running, _CHECK_SECONDS, FIRST_COMPLETED)
                if not ended:
                    self.executor.check()
                while ended:
                    started = self.running.pop(future := ended.pop())
                    try:
                        found = future.result()
                    except BrokenExecutor as error:
                        self._suspect(started, error)
                    except Exception as error:
                        reason = self._reason(error)
                        if reason is None:
                            raise
                        raise reason from error
                    else:
                        del future
                        yield found
                        del found
                self._fill()
        finally:
            for future in self.running:
                future.cancel()

    def _fill(self) -> None:
        """Start tasks while there is room; suspects first, each of them alone."""
        if self.suspects:
            if not self.running:
                started = self.suspects.popleft()
                started.is_alone = True
                self._start(started)
            return
        room = self.window or 2 * self.executor.slots or 1
        while len(self.running) < room:
            try:
                task = next(self.tasks)
            except StopIteration:
                return
            self._start(_Started(self.taken, task))
            self.taken += 1

    def _start(self, started: _Started) -> None:
        try:
            future = self.executor.start(self.function, self.given, started.task)
        except BrokenExecutor as error:
            raise ExecutorError("a worker process died, and its executor with it") from error
        self.running[future] = started

    def _suspect(self, started: _Started, error: BrokenExecutor) -> None:
        """Keep a task for another run, unless it was alone with its worker too often."""
        started.runs_alone += started.is_alone
        if started.runs_alone == _RUNS_ALONE:
            raise ExecutorError(
                f"a worker process died {_RUNS_ALONE + 1} times at "
                f"{_label(started)}; perhaps there is too little memory for it"
            ) from error
        self.suspects.append(started)

    def _reason(self, error: Exception) -> ExecutorError | None:
        if isinstance(error, CancelledError):
            return ExecutorError("the executor dropped its tasks: its scheduler is gone")
        return self.executor.explained(error)


def _label(started: _Started) -> str:
    return f"task {started.number + 1} ({one_line(str(started.task), _LABEL_CHARS)})"


class Foreign(OwnExecutor):
    """An executor that somebody else made, with what we need of ours."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    @property
    def slots(self) -> int:
        """Return the number of cores: an executor does not say how much it does at once."""
        return os.cpu_count() or 1

    def share(self, value: object) -> Shared:
        """Return a value that travels with each task."""
        return share_packed(value)

    def start(
        self, function: Callable[..., Any], given: Sequence[object], task: object
    ) -> Future[Any]:
        """Submit one task."""
        return self._executor.submit(call, function, tuple(given), task)


def _own(executor: Executor) -> OwnExecutor:
    return executor if isinstance(executor, OwnExecutor) else Foreign(executor)
