"""What the kernel does not bound for us: counting a server's processes, and finding its orphans.

Called by `stdio.py`. Reads /proc only; on systems without one nothing is watched.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from generator.crawl.outcome import Failure
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.crawl.limits import Limits

_PROC = Path("/proc")
_TASKS = "/proc/self/task"
_SECONDS = 0.5
_PAGE = os.sysconf("SC_PAGE_SIZE")
_PR_SET_CHILD_SUBREAPER = 36


def _stat() -> dict[int, tuple[int, int]]:
    """Return of every process its parent and its resident bytes."""
    found: dict[int, tuple[int, int]] = {}
    for folder in _PROC.iterdir() if _PROC.is_dir() else ():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError, ValueError, IndexError):
                fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
                found[int(folder.name)] = int(fields[1]), int(fields[21]) * _PAGE
    return found


def tree(root: int) -> dict[int, int]:
    """Return the processes below one, itself included, with their resident bytes."""
    everything = _stat()
    children: dict[int, list[int]] = defaultdict(list)
    for process, (parent, _) in everything.items():
        children[parent].append(process)
    found: dict[int, int] = {}
    waiting = [root]
    while waiting:
        process = waiting.pop()
        if process in everything and process not in found:
            found[process] = everything[process][1]
            waiting += children[process]
    return found


async def bounded(root: int, limits: Limits) -> Failure:
    """Return the failure once the processes below `root` are too many or too large together."""
    while True:
        await asyncio.sleep(_SECONDS)
        found = tree(root)
        if len(found) > limits.processes:
            return Failure(State.TOO_LARGE, f"it started more than {limits.processes} processes")
        if sum(found.values()) > limits.total_memory_bytes:
            return Failure(
                State.TOO_LARGE,
                f"its processes use more than {limits.total_memory_bytes:,} bytes of memory",
            )


def adopt_orphans() -> None:
    """Make orphaned descendants ours instead of init's, so that `kill_orphans` can find them."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children() -> set[int]:
    """Return our own children; from the kernel's list of them where it keeps one."""
    found: set[int] = set()
    try:
        for thread in os.listdir(_TASKS):  # noqa: PTH208  # once per server, and a path costs more
            with open(f"{_TASKS}/{thread}/children", "rb", 0) as file:  # noqa: PTH123  # as above
                found.update(map(int, file.read().split()))
    except FileNotFoundError:
        own = os.getpid()
        return {process for process, (parent, _) in _stat().items() if parent == own}
    return found


def kill_orphans(known: Iterable[int]) -> int:
    """Kill every child of ours that is not known, with all its descendants; return how many.

    Without isolation a server's process can leave its group and session; when its parents are
    gone it becomes a child of ours and is found here.
    """
    killed = 0
    for process in _children() - set(known):
        for member in tree(process):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(member, signal.SIGKILL)
                killed += 1
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, 0)
    return killed
