"""Work that tests give to executors: found by name on workers, so it stands in a module."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def doubled(number: int) -> int:
    """Return twice the number."""
    return 2 * number


def scaled(factor: dict[str, int], number: int) -> int:
    """Return the number times a shared factor."""
    return factor["factor"] * number


def scaled_where(factor: dict[str, int], number: int) -> tuple[int, int]:
    """Do the same, and say in which process."""
    return scaled(factor, number), os.getpid()


def slower_first(number: int) -> int:
    """End in another order than begun."""
    time.sleep(0.05 if number % 4 == 0 else 0)
    return number


def dies_once(folder: str, number: int) -> int:
    """Kill the process that works on 3, the first time."""
    mark = Path(folder) / "died"
    if number == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def dies_always(number: int) -> int:
    """Kill the process that works on 3."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def raises(number: int) -> int:
    """Fail at 3."""
    if number == 3:
        raise ValueError("three")
    return number


def noted(folder: str, number: int) -> int:
    """Leave a mark that the task ran, and by whom."""
    (Path(folder) / f"ran-{number}").write_text(str(os.getpid()))
    time.sleep(0.05)
    return number


def waits(folder: str, seconds: float) -> int:
    """Say who works, then take long."""
    partial = Path(folder) / f".{os.getpid()}"
    partial.write_text(str(os.getpid()))
    partial.rename(Path(folder) / f"worker-{os.getpid()}")
    time.sleep(seconds)
    return os.getpid()
