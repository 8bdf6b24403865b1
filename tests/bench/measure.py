"""A command to what it cost: CPU and memory of its process tree, wall time, what it printed.

Everything that is measured is a command of its own, so that nothing of the benchmark itself counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.memory import MB, Watch

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: seconds, seconds, megabytes at the peak, and standard output."""

    cpu: float
    wall: float
    peak: float
    said: str


def run(*words: str | Path, folder: Path, watched: bool = True, **variables: str) -> Cost:
    """Run a command in a folder and measure it and everything it starts.

    Without `watched` nobody looks at its memory, and the peak is 0: to look takes a sixth of a
    core, which several processes would need.

    Raises:
        SystemExit: the command failed; what it said is passed on.
    """
    said, complained = folder / "stdout", folder / "stderr"
    with said.open("wb") as out, complained.open("wb") as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in words],
            cwd=folder,
            env=os.environ | variables,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        with Watch(process.pid, is_on=watched) as watch:
            _, status, used = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        told = complained.read_text(errors="replace") or said.read_text(errors="replace")
        raise SystemExit(f"{' '.join(map(str, words))}\n{told[-2000:]}")
    return Cost(used.ru_utime + used.ru_stime, wall, watch.peak / MB, said.read_text())


def python(*words: str | Path, folder: Path, watched: bool = True) -> Cost:
    """Run a module of this checkout in a folder, whatever is installed.

    What Python makes of the source is kept beside it, as it is for whoever ran the program before,
    even where the environment forbids that.
    """
    kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    command = (sys.executable, "-m", *words)
    return run(*command, folder=folder, watched=watched, PYTHONPATH=str(ROOT), **kept)


def risk(*words: str | Path, folder: Path, watched: bool = True) -> Cost:
    """Run a command of ours; its caches stay in that folder too."""
    return python("generator", *words, folder=folder, watched=watched)
