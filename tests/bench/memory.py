"""A running process to the largest memory of its whole tree. Called by measure.py.

What counts is the proportional set size: a page that two processes share is counted once between
them, so the sum over the tree is what the machine has to find. Where the kernel does not tell
it, the resident set stands in, which counts shared pages in each process.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

PAUSE = 0.05
PAGE = os.sysconf("SC_PAGE_SIZE")
MB = 1_000_000


def tree(process: int) -> list[int]:
    """Return a process and all its descendants that are alive now."""
    found = [process]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:
                continue
    return found


def held(process: int) -> int:
    """Return the bytes that one process holds; none when it has just ended."""
    folder = Path(f"/proc/{process}")
    try:
        for line in (folder / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return int((folder / "statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


@dataclass(slots=True)
class Watch:
    """Looks at a process tree some twenty times a second if it is on; use as a context manager."""

    process: int
    is_on: bool = True
    peak: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start to look."""
        if self.is_on:
            self._thread = threading.Thread(target=self._look, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; `peak` stays."""
        self._ended.set()
        if self._thread:
            self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(PAUSE):
            self.peak = max(self.peak, sum(map(held, tree(self.process))))
