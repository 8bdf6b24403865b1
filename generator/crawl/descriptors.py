"""Descriptors that a loop listens to: the pipes of all children, and the ends of their processes.

Called by `child.py`. A loop prepares much for each descriptor it is told about, and a child has
three for a tenth of a second; so all of them hang on one that the loop knows, where the system
offers that.
"""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_AT_ONCE = 64


class Listener:
    """Calls back when a descriptor can be read, or has ended; by the loop itself."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def add(self, descriptor: int, call: Callable[[], None]) -> None:
        """Begin to listen."""
        self._loop.add_reader(descriptor, call)

    def remove(self, descriptor: int) -> None:
        """Listen no more; also to what was never listened to."""
        if descriptor >= 0:
            self._loop.remove_reader(descriptor)

    def close(self, descriptor: int) -> int:
        """Close a descriptor, if it is open; return the one that is none."""
        if descriptor >= 0:
            self.remove(descriptor)
            os.close(descriptor)
        return -1


class Nested(Listener):
    """Listens behind the one descriptor that the loop knows."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._poll = select.epoll()
        self._calls: dict[int, Callable[[], None]] = {}
        loop.add_reader(self._poll.fileno(), self._ready)

    def add(self, descriptor: int, call: Callable[[], None]) -> None:
        """Begin to listen."""
        self._calls[descriptor] = call
        self._poll.register(descriptor, select.EPOLLIN)

    def remove(self, descriptor: int) -> None:
        """Listen no more; also to what was never listened to."""
        if self._calls.pop(descriptor, None) is not None:
            self._poll.unregister(descriptor)

    def _ready(self) -> None:
        for descriptor, _ in self._poll.poll(0, _AT_ONCE):
            # One that came before may have ended this one.
            call = self._calls.get(descriptor)
            if call is not None:
                call()


_LISTENERS: dict[asyncio.AbstractEventLoop, Listener] = {}


def listener(loop: asyncio.AbstractEventLoop) -> Listener:
    """Return what listens for a loop."""
    known = _LISTENERS.get(loop)
    if known is not None:
        return known
    for ended in [one for one in _LISTENERS if one.is_closed()]:
        del _LISTENERS[ended]
    made = Nested(loop) if hasattr(select, "epoll") else Listener(loop)
    _LISTENERS[loop] = made
    return made
