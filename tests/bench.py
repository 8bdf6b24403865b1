"""What a build costs on a synthetic catalogue, against the goals. Run by `make bench`.

  python -m tests.bench [TOOLS] [MORE]     default 2000 tools, and 4 times as many for the slope

CPU seconds are user and system time of the whole process tree, on a temporary folder. Absolute
figures depend on the machine; the ratios and the figures per tool are what to compare.
"""

from __future__ import annotations

import filecmp
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import synthetic

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of the program took."""

    cpu: float
    wall: float
    said: str


def run(*words: str) -> Cost:
    """Run one command of ours and measure its process tree."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "generator", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.perf_counter() - started, done.stdout)


def peak() -> float:
    """Return the largest resident set of any process started so far, in MB."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main(words: list[str]) -> None:
    """Measure and print one line per goal."""
    small = int(words[0]) if words else 2000
    large = int(words[1]) if len(words) > 1 else 4 * small
    print(f"help                        {run('--help').wall * 1000:8.0f} ms   goal 50")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = measured(folder / "small", small)
        low = peak()
        many = measured(folder / "large", large)
        high = peak()
        print(f"CPU per tool                {one / small * 1000:8.2f} ms   at {small:,} tools")
        print(f"CPU per tool                {many / large * 1000:8.2f} ms   at {large:,} tools")
        print(f"largest process             {low:8.0f} MB   at {small:,}, {high:.0f} at {large:,}")
        changes(folder / "large")
        processes(folder / "large")


def measured(folder: Path, tools: int) -> float:
    """Build a catalogue of this size in one process and return the CPU seconds."""
    synthetic.write(folder / "content", tools)
    return site(folder, "site", "--jobs", "1").cpu


def site(folder: Path, out: str, *more: str) -> Cost:
    """Build one folder's site."""
    return run("site", "--content", str(folder / "content"), "--out", str(folder / out), *more)


def changes(folder: Path) -> None:
    """Measure a build of nothing new and of one changed server, and compare with a clean one."""
    print(f"nothing changed             {site(folder, 'site').wall:8.2f} s    goal 1")
    synthetic.change_one(folder / "content", "server-00001")
    one = site(folder, "site")
    print(f"one server changed          {one.wall:8.2f} s    goal 5   {written(one.said)}")
    site(folder, "clean")
    same = not differing(folder / "site", folder / "clean")
    print(f"equals a clean build        {'yes' if same else 'NO':>8}")


def processes(folder: Path) -> None:
    """Measure what a second process saves, when there is a core for it."""
    if (os.cpu_count() or 1) < 2:
        return
    one = site(folder, "one", "--jobs", "1").wall
    two = site(folder, "two", "--jobs", "2").wall
    print(f"two processes               {one / two:8.2f} x    goal 1.7")


def written(said: str) -> str:
    """Return the part of the summary that says how many files were written."""
    return next((part.strip() for part in said.split(",") if "written" in part), "")


def differing(left: Path, right: Path) -> list[str]:
    """Return the paths that are not the same in both folders."""
    found = []
    pending = [""]
    while pending:
        at = pending.pop()
        here = filecmp.dircmp(left / at, right / at)
        _, mismatch, errors = filecmp.cmpfiles(
            left / at, right / at, here.common_files, shallow=False
        )
        found += [*here.left_only, *here.right_only, *mismatch, *errors]
        pending += [f"{at}/{name}".lstrip("/") for name in here.common_dirs]
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
