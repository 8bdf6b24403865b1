"""Tasks to the workers of a Dask cluster; the only module that knows Dask, imported when used.

Opened by `open_executor`. The workers import this project from where they run, so what is
installed there is compared with what is installed here, worker by worker and task by task. Dask
runs the tasks of a worker that died on the others, and gives up a task that killed several.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import time
from typing import TYPE_CHECKING, Any

from generator.executors.installed import installed
from generator.executors.own import ExecutorError, OwnExecutor, Shared, call
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor, Future

_CONNECT_SECONDS = 5
_PATIENCE_SECONDS = 60
"""How long tasks wait for a worker to come (back) before the run ends."""
_LOOK_SECONDS = 5
_ERROR_CHARS = 300
_NAMED = 5
_HOW = "pip install 'mcp-tool-risk-catalogue[cluster]'"


class Cluster(OwnExecutor):
    """A connection to a scheduler; made by `connect`."""

    def __init__(self, client: Any, place: str) -> None:  # noqa: ANN401  # a client of Dask
        self._client, self._place = client, place
        self._executor: Executor = client.get_executor(pure=False, retries=0)
        self._shared: dict[str, Any] = {}
        self._slots, self._looked, self._alone_since = 0, 0.0, 0.0

    @classmethod
    def connect(cls, place: str, *, is_encrypted: bool) -> Cluster:
        """Return the executor of the scheduler at HOST:PORT.

        Raises:
            ExecutorError: Dask is not installed, nobody answers, no worker is there, or one has
                another version of this project.
        """
        try:
            from distributed import Client  # noqa: PLC0415  # an optional extra
        except ImportError as error:
            raise ExecutorError(f"a Dask cluster needs the extra [cluster]: {_HOW}") from error
        # What goes wrong with the connection is said by us, in one line.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        scheme = "tls" if is_encrypted else "tcp"
        try:
            client = Client(f"{scheme}://{place}", timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            said = one_line(str(error), _ERROR_CHARS)
            raise ExecutorError(f"no Dask scheduler answers at {place}: {said}") from error
        try:
            _compare(client, place)
        except BaseException:
            client.close()
            raise
        return cls(client, place)

    @property
    def slots(self) -> int:
        """Return the number of threads of all workers, looked up every few seconds."""
        now = time.monotonic()
        if now > self._looked + _LOOK_SECONDS:
            self._looked = now
            with contextlib.suppress(OSError, TimeoutError):
                self._slots = sum(self._client.nthreads().values())
        return max(1, self._slots)

    def share(self, value: object) -> Shared:
        """Give a value to the scheduler, which hands it to each worker that needs it, once."""
        import dask  # noqa: PLC0415  # an optional extra

        packed = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        shared = Shared(f"shared-{len(self._shared)}")
        # As a task it is made again when the workers that had it died. Its size is meant.
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "4GiB"}):
            self._shared[shared.key] = self._client.submit(_unpacked, packed, pure=False)
        return shared

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401  # as in the base class
        """Run a function on one of the workers."""
        return self._executor.submit(fn, *args, **kwargs)

    def start(
        self, function: Callable[..., Any], given: Sequence[object], task: object
    ) -> Future[Any]:
        """Submit one task; a worker replaces the shared values by themselves."""
        values = [self._shared[one.key] if isinstance(one, Shared) else one for one in given]
        # Packed, so that the scheduler need not know what only workers use.
        packed = pickle.dumps((function, task), pickle.HIGHEST_PROTOCOL)
        return self.submit(_checked, installed(), packed, *values)

    def check(self) -> None:
        """Look whether the scheduler is there and has workers.

        Raises:
            ExecutorError: it is gone, or no worker came for a minute.
        """
        if self._client.status != "running":
            raise ExecutorError(f"the connection to the Dask scheduler at {self._place} is lost")
        self._looked = 0.0
        if self.slots and self._slots:
            self._alone_since = 0.0
            return
        self._alone_since = self._alone_since or time.monotonic()
        if time.monotonic() > self._alone_since + _PATIENCE_SECONDS:
            raise ExecutorError(
                f"the Dask cluster at {self._place} has had no worker for {_PATIENCE_SECONDS} s"
            )

    def explained(self, error: BaseException) -> ExecutorError | None:
        """Return what a task given up by the scheduler means."""
        from distributed.scheduler import KilledWorker  # noqa: PLC0415  # an optional extra

        if isinstance(error, KilledWorker):
            return ExecutorError(
                f"several workers of {self._place} died at the same task; perhaps there is too "
                f"little memory for it ({one_line(str(error), _ERROR_CHARS)})"
            )
        return super().explained(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # as in the base class
        """Leave the cluster; what nobody waits for is dropped there."""
        with contextlib.suppress(OSError, TimeoutError):
            self._executor.shutdown(wait=wait)
        self._shared.clear()
        with contextlib.suppress(OSError, TimeoutError):
            self._client.close(timeout=_CONNECT_SECONDS)


def _compare(client: Any, place: str) -> None:  # noqa: ANN401  # a client of Dask
    """Refuse a cluster without workers, and one that has another version than ours anywhere."""
    try:
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        found: dict[str, object] = client.run(installed, on_error="return")
    except (OSError, TimeoutError) as error:
        raise ExecutorError(f"the Dask scheduler at {place} has no worker") from error
    try:
        # It takes the tasks apart, so it needs the modules they name.
        found["scheduler"] = client.run_on_scheduler(installed)
    except Exception as error:  # noqa: BLE001  # whatever its Python says when we are not there
        found["scheduler"] = error
    others = {name: said for name, said in sorted(found.items()) if said != installed()}
    if not others:
        return
    lines = [f"  {name}: {_said(said)}" for name, said in list(others.items())[:_NAMED]]
    more = [f"  and {len(others) - _NAMED} more"] if len(others) > _NAMED else []
    raise ExecutorError(
        f"{len(others)} of {len(found)} processes of the Dask cluster at {place} have another "
        "version of this project; install the same and restart them\n"
        + "\n".join([f"  here: {installed()}", *lines, *more])
    )


def _said(answer: object) -> str:
    if isinstance(answer, BaseException):
        return f"not installed, or too old ({one_line(str(answer), _ERROR_CHARS)})"
    return one_line(str(answer), _ERROR_CHARS)


def _unpacked(packed: bytes) -> Any:  # noqa: ANN401  # whatever was shared
    return pickle.loads(packed)  # noqa: S301  # packed by the run that asks for it


def _checked(expected: str, packed: bytes, *given: object) -> Any:  # noqa: ANN401  # as the function
    """Run one task on a worker that has what the coordinator has."""
    if installed() != expected:
        from distributed import get_worker  # noqa: PLC0415  # an optional extra

        raise ExecutorError(
            f"the worker {get_worker().address} has another version of this project; install the "
            f"same and restart it\n  here: {expected}\n  there: {installed()}"
        )
    function, task = pickle.loads(packed)  # noqa: S301  # packed by the run that asks for it
    return call(function, given, task)
