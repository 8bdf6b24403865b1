"""How many tools to where their site fits: memory when there is room, else a temporary folder.

A disk's price depends on its neighbours, memory's does not; so the figures say which it was.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY = Path("/dev/shm")  # noqa: S108  # a fresh folder inside, with a name nobody can guess
PER_TOOL = 90_000
"""Bytes of a tool's site, of what the build keeps for the next one, and of the tool itself."""
MARGIN = 2e9
"""Bytes that the processes themselves may need."""


@dataclass(frozen=True, slots=True)
class Place:
    """A fresh folder, and whether it is in memory."""

    folder: Path
    is_memory: bool

    @property
    def words(self) -> str:
        """Return where the output went."""
        return "memory" if self.is_memory else "disk"


@contextmanager
def room_for(tools: int) -> Iterator[Place]:
    """Yield a folder with room for the site of so many tools; it is removed afterwards."""
    needed = tools * PER_TOOL
    in_memory = os.access(MEMORY, os.W_OK) and needed + MARGIN < min(_free(MEMORY), available())
    parent = MEMORY if in_memory else Path(tempfile.gettempdir())
    if _free(parent) < needed:
        raise SystemExit(f"{parent}: expected {needed / 1e9:,.1f} GB free, got less")
    with tempfile.TemporaryDirectory(prefix="bench-", dir=parent) as name:
        yield Place(Path(name), in_memory)


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def available() -> int:
    """Return the bytes of memory that new programs may use; none where the kernel does not say."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if "MemAvailable" in line), 0)
