"""The one thread of a run that writes files: a disk can be slow, and no server waits for it.

Made by `run.py`. A pool would start a thread for each file and wake the loop for each; this one
takes all that waits and wakes the loop once.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Writer:
    """A thread that makes calls in order; `close` waits for those that were asked for."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: queue.SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]] | None]
        self._waiting = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer")
        self._thread.start()

    async def call(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Return what a function returns, called in the thread."""
        future: asyncio.Future[_T] = self._loop.create_future()
        self._waiting.put((lambda: function(*args, **kwargs), future))
        return await future

    def close(self) -> None:
        """End the thread once everything is written."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        done: list[tuple[asyncio.Future[Any], Any, Exception | None]] = []
        while (item := self._waiting.get()) is not None:
            call, future = item
            try:
                done.append((future, call(), None))
            except Exception as error:  # noqa: BLE001  # raised again where the result is awaited
                done.append((future, None, error))
            if self._waiting.empty():
                self._loop.call_soon_threadsafe(_tell, done)
                done = []
        if done:
            self._loop.call_soon_threadsafe(_tell, done)


def _tell(done: list[tuple[asyncio.Future[Any], Any, Exception | None]]) -> None:
    for future, result, error in done:
        if future.done():
            continue
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
