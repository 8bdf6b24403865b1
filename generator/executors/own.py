"""What an executor of ours offers beyond the standard one, and the one without other processes.

`tasks.py` speaks to every executor through `OwnExecutor`; one that somebody else made is wrapped
in `Foreign` there.
"""

from __future__ import annotations

import pickle
import secrets
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class ExecutorError(CatalogueError):
    """The executor cannot be used, or a task cannot be finished on it."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A value that many tasks need, by its key; `packed` is empty where processes have it."""

    key: str
    packed: bytes = b""

    def value(self) -> Any:  # noqa: ANN401  # whatever was shared
        """Return the value in the process that needs it, unpacked once."""
        if self.key not in TABLE:
            while len(TABLE) >= _KEPT:
                del TABLE[next(iter(TABLE))]
            TABLE[self.key] = pickle.loads(self.packed)  # noqa: S301  # packed by our own run
        return TABLE[self.key]


TABLE: dict[str, Any] = {}
"""Shared values of this process by key."""
_KEPT = 16


def share_here(value: object) -> Shared:
    """Put a value into the table of this process."""
    shared = Shared(secrets.token_hex(8))
    TABLE[shared.key] = value
    return shared


def share_packed(value: object) -> Shared:
    """Return a value that travels with each task and is unpacked once per process."""
    return Shared(secrets.token_hex(8), pickle.dumps(value, pickle.HIGHEST_PROTOCOL))


def call(function: Callable[..., Any], given: Sequence[object], task: object) -> Any:  # noqa: ANN401  # as the function
    """Run one task where it landed."""
    values = [one.value() if isinstance(one, Shared) else one for one in given]
    return function(*values, task)


class OwnExecutor(Executor):
    """An executor that knows how much it does at once and what every process of it has."""

    @property
    def slots(self) -> int:
        """Return how many tasks run at once, 0 when `submit` itself runs them."""
        raise NotImplementedError

    def share(self, value: object) -> Shared:
        """Give a value to every process; use before the tasks that need it are submitted."""
        raise NotImplementedError

    def start(
        self, function: Callable[..., Any], given: Sequence[object], task: object
    ) -> Future[Any]:
        """Submit one task."""
        return self.submit(call, function, given, task)

    def check(self) -> None:
        """Look after the executor while nothing ends.

        Raises:
            ExecutorError: nothing will end any more.
        """

    def renew(self) -> None:
        """Begin anew with what this process holds now: what it makes later is not inherited."""

    def rest(self) -> None:
        """Give back what only tasks need; the next task may take longer to begin."""

    def explained(self, error: BaseException) -> ExecutorError | None:
        """Return an error of the executor in words of ours, None for one of the task."""
        return error if isinstance(error, ExecutorError) else None


class Serial(OwnExecutor):
    """Runs each task when it is submitted, in this process."""

    def __init__(self) -> None:
        self._keys: list[str] = []

    @property
    def slots(self) -> int:
        """Return 0: a task has ended when `submit` returns."""
        return 0

    def share(self, value: object) -> Shared:
        """Keep a value for the tasks."""
        shared = share_here(value)
        self._keys.append(shared.key)
        return shared

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401  # as in the base class
        """Run a function now and return its finished future."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # the future carries it to whoever asks
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # as in the base class
        """Forget what was shared."""
        for key in self._keys:
            TABLE.pop(key, None)
