"""The pools in which a server waits for its turn, and the watch that runs while it has one.

Made by `run.py` for each target, used by `stdio.py`.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

    from generator.crawl.stopwatch import Stopwatch


@dataclass(frozen=True, slots=True)
class Turns:
    """The pools in which a server waits, and the watch that runs in its turn."""

    installs: asyncio.Semaphore
    starts: asyncio.Semaphore
    stopwatch: Stopwatch

    @contextlib.asynccontextmanager
    async def install(self) -> AsyncIterator[None]:
        """Wait for a turn to install."""
        async with self.installs:
            with self.stopwatch:
                yield

    @contextlib.asynccontextmanager
    async def start(self) -> AsyncIterator[None]:
        """Wait for a turn to start a server."""
        async with self.starts:
            with self.stopwatch:
                yield
