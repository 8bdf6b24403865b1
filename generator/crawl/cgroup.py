"""One control group per server, where this machine lets us: bounds for all its processes together.

Called by `stdio.py` around a started server. Limits per process cannot stop a fork bomb or a
hundred processes of a gigabyte each; a control group can. Nothing depends on it: without one,
`watch.py` counts and measures instead.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from generator.crawl.limits import Limits

_ROOT = Path("/sys/fs/cgroup")
_PREFIX = "mcp-risk"
_COUNTERS = ("memory.oom_control", "memory.events")
_TRIES, _TRY_SECONDS = 100, 0.02


@dataclass(frozen=True, slots=True)
class Group:
    """The folders of one server's control group; none when the machine offers none."""

    folders: tuple[Path, ...] = ()
    joins: tuple[str, ...] = ()
    """The files that a process writes its id into to be bounded."""
    counters: tuple[str, ...] = ()
    """The files that tell whether memory ran out."""

    @property
    def ran_out_of_memory(self) -> bool:
        """Return whether the kernel ended a process of the group for its memory."""
        for counter in self.counters:
            words = (_read(counter) or b"").split()
            if b"oom_kill" in words and words[words.index(b"oom_kill") + 1] != b"0":
                return True
        return False

    def kill(self) -> bool:
        """Kill whoever is still inside; return whether there was anybody."""
        # A process is in all folders or in none.
        inside = (_read(self.joins[0]) or b"").split() if self.joins else ()
        for number in inside:
            with contextlib.suppress(OSError):
                os.kill(int(number), signal.SIGKILL)
        return bool(inside)


_FREE: dict[Limits, list[Group]] = defaultdict(list)
"""Groups that nobody uses at the moment, by the bounds they set; making one costs milliseconds."""
_numbers = itertools.count()


def _read(path: str) -> bytes | None:
    """Return the start of a small file, None when it cannot be read; cheaper than a Path."""
    with contextlib.suppress(OSError):
        file = os.open(path, os.O_RDONLY)
        try:
            return os.read(file, 4096)
        finally:
            os.close(file)
    return None


def _own_folders() -> list[tuple[Path, dict[str, str]]]:
    """Return where groups could be made, with the file names of the two bounds."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    found: list[tuple[Path, dict[str, str]]] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "pids":
            found.append((_ROOT / "pids" / path.lstrip("/"), {"processes": "pids.max"}))
        elif controllers == "memory":
            names = {"memory": "memory.limit_in_bytes"}
            found.append((_ROOT / "memory" / path.lstrip("/"), names))
        elif controllers == "cpu":
            found.append((_ROOT / "cpu" / path.lstrip("/"), {"shares": "cpu.shares"}))
        elif not controllers and (_ROOT / "cgroup.controllers").exists():
            names = {"processes": "pids.max", "memory": "memory.max", "weight": "cpu.weight"}
            found.append((_ROOT / path.lstrip("/"), names))
    return found


@contextlib.asynccontextmanager
async def group(limits: Limits) -> AsyncIterator[Group]:
    """Lend a group to one server; an empty one where that fails."""
    free = _FREE[limits]
    lent = free.pop() if free else await _made(limits)
    try:
        yield lent
    finally:
        if await _is_soon_empty(lent) and not lent.ran_out_of_memory:
            free.append(lent)
        else:
            await _remove(lent)


async def close() -> None:
    """Remove the groups that are not lent; called at the end of a run."""
    for free in _FREE.values():
        while free:
            await _remove(free.pop())


async def _made(limits: Limits) -> Group:
    values = {
        "processes": str(limits.processes),
        "memory": str(limits.total_memory_bytes),
        # Half of one ordinary process, however many the server starts, so that none slows the
        # crawler or another server.
        "shares": "512",
        "weight": "50",
    }
    made: list[Path] = []
    name = f"{_PREFIX}-{os.getpid()}-{next(_numbers)}"
    for parent, files in _own_folders():
        folder = parent / name
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            for bound, file in files.items():
                (folder / file).write_text(values[bound])
            made.append(folder)
        except OSError:
            await _remove(Group((folder,)))
    counters = (folder / name for folder in made for name in _COUNTERS)
    return Group(
        tuple(made),
        tuple(str(folder / "cgroup.procs") for folder in made),
        tuple(str(path) for path in counters if path.exists()),
    )


async def _is_soon_empty(lent: Group) -> bool:
    # Killed processes leave their group a moment after the kill.
    for _ in range(_TRIES):
        if not lent.kill():
            return True
        await asyncio.sleep(_TRY_SECONDS)
    return False


async def _remove(group: Group) -> None:
    for folder in group.folders:
        for _ in range(_TRIES):
            if _is_gone(folder):
                break
            await asyncio.sleep(_TRY_SECONDS)


def _is_gone(folder: Path) -> bool:
    with contextlib.suppress(OSError):
        folder.rmdir()
    return not folder.exists()


def _end(folder: Path) -> None:
    for _ in range(_TRIES):
        with contextlib.suppress(OSError, ValueError):
            for number in (folder / "cgroup.procs").read_text().split():
                os.kill(int(number), signal.SIGKILL)
        if _is_gone(folder):
            return
        time.sleep(_TRY_SECONDS)


def sweep() -> None:
    """End and remove what a killed crawler left behind: its groups and whoever is still inside."""
    for parent, _ in _own_folders():
        for folder in parent.glob(f"{_PREFIX}-*"):
            owner = folder.name.removeprefix(f"{_PREFIX}-").partition("-")[0]
            if not (owner.isdecimal() and Path("/proc", owner).exists()):
                _end(folder)
