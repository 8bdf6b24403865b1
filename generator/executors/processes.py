"""Tasks to processes of this machine, which are started again when one of them dies.

Opened by `open_executor`. A process inherits what was shared, so nothing large is copied; it ends
with its parent, whatever ended that, and a terminal's Ctrl-C ends it without a word.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing.connection import wait as wait_for
from typing import TYPE_CHECKING, Any

from generator.executors.own import TABLE, OwnExecutor, Shared, share_here

if TYPE_CHECKING:
    from collections.abc import Callable

# Elsewhere a forked process can meet system libraries in a state they do not expect.
_METHOD = "fork" if sys.platform == "linux" else "spawn"


class Processes(OwnExecutor):
    """As many processes as jobs; made at the first task, and again after a value was shared."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        self._keys: list[str] = []

    @property
    def slots(self) -> int:
        """Return the number of processes."""
        return self._jobs

    def share(self, value: object) -> Shared:
        """Give a value to the processes of the next pool; waits for tasks that still run."""
        self._end_pool(wait=True)
        shared = share_here(value)
        self._keys.append(shared.key)
        return shared

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401  # as in the base class
        """Run a function in one of the processes."""
        try:
            return self._running().submit(fn, *args, **kwargs)
        except BrokenExecutor:
            # A process died since the last task; the tasks it had are told so by their futures.
            self._end_pool(wait=True)
            return self._running().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # as in the base class
        """End the processes: when their tasks have ended, or now."""
        self._end_pool(wait=wait)
        for key in self._keys:
            TABLE.pop(key, None)

    def rest(self) -> None:
        """End the processes when their tasks have ended; new ones begin with empty memories."""
        self._end_pool(wait=True)

    def renew(self) -> None:
        """End the processes when their tasks have ended, and begin new ones at once.

        Where none was needed so far, none is begun.
        """
        if self._pool is None:
            return
        self._end_pool(wait=True)
        self._running().submit(_begun).result()

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # What a fork inherits stays shared while nobody writes to it, not even the search for
            # cycles: it leaves frozen objects alone.
            gc.freeze()
            packed = b""
            if _METHOD != "fork":
                packed = pickle.dumps({key: TABLE[key] for key in self._keys})
            self._pool = ProcessPoolExecutor(
                self._jobs,
                multiprocessing.get_context(_METHOD),
                initializer=_begin,
                initargs=(packed,),
            )
        return self._pool

    def _end_pool(self, *, wait: bool) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        if not wait:
            for process in list((pool._processes or {}).values()):  # noqa: SLF001  # kill_workers() of Python 3.14
                process.kill()
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(packed: bytes) -> None:
    """Be a worker: no handler of the parent, what was shared, and the parent's end is ours."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if packed:
        TABLE.update(pickle.loads(packed))  # noqa: S301  # packed by our own parent
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _begun() -> None:
    """Do nothing: the first task makes a pool begin all its processes."""


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)
