"""One control group per server, where this machine lets us: bounds for all its processes together.

Called by `stdio.py` around a started server. Limits per process cannot stop a fork bomb or a
hundred processes of a gigabyte each; a control group can. Nothing depends on it: without one,
`watch.py` counts and measures instead.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from generator.crawl.limits import Limits

_ROOT = Path("/sys/fs/cgroup")
_PREFIX = "mcp-risk"
_TRIES, _TRY_SECONDS = 100, 0.02


@dataclass(frozen=True, slots=True)
class Group:
    """The folders of one server's control group; none when the machine offers none."""

    folders: tuple[Path, ...] = ()

    @property
    def joins(self) -> tuple[str, ...]:
        """Return the files that a process writes its id into to be bounded."""
        return tuple(str(folder / "cgroup.procs") for folder in self.folders)

    @property
    def ran_out_of_memory(self) -> bool:
        """Return whether the kernel ended a process of the group for its memory."""
        for folder in self.folders:
            for name in ("memory.oom_control", "memory.events"):
                with contextlib.suppress(OSError):
                    words = (folder / name).read_text().split()
                    if "oom_kill" in words and words[words.index("oom_kill") + 1] != "0":
                        return True
        return False


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
async def group(name: str, limits: Limits) -> AsyncIterator[Group]:
    """Make the group of one server and remove it afterwards; an empty one where that fails."""
    values = {
        "processes": str(limits.processes),
        "memory": str(limits.total_memory_bytes),
        # Half of one ordinary process, however many the server starts, so that none slows the
        # crawler or another server.
        "shares": "512",
        "weight": "50",
    }
    made: list[Path] = []
    for parent, files in _own_folders():
        folder = parent / f"{_PREFIX}-{os.getpid()}-{name}"
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            for bound, file in files.items():
                (folder / file).write_text(values[bound])
            made.append(folder)
        except OSError:
            await _remove(folder)
    try:
        yield Group(tuple(made))
    finally:
        for folder in made:
            await _remove(folder)


async def _remove(folder: Path) -> None:
    # Killed processes leave their group a moment after the kill.
    for _ in range(_TRIES):
        if _is_gone(folder):
            return
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
