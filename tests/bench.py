"""What a build and a crawl cost, against the goals. Run by `make bench`.

  python -m tests.bench [TOOLS] [MORE]     default 2000 tools, and 4 times as many for the slope

CPU seconds are user and system time of the whole process tree, on a temporary folder. Absolute
figures depend on the machine; the ratios and the figures per tool are what to compare. The
first line and the last are wall time: they mean something only where nothing else runs.
"""

from __future__ import annotations

import filecmp
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import jinja2
import synthetic

from tests import bench_crawl

ROOT = Path(__file__).parent.parent
PLAIN = """<!doctype html><html lang="en"><head><title>{{ tool.name }}</title></head><body>
<h1>{{ tool.name }}</h1><p>{{ tool.description }}</p><table>
{% for name, one in tool.inputSchema.properties.items() %}<tr><th>{{ name }}</th>
<td>{{ one.type }}</td><td>{{ one.description }}</td></tr>{% endfor %}</table>
<pre>{{ tool.inputSchema | tojson }}</pre></body></html>
"""


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
        ratios(folder / "large", many)
        changes(folder / "large")
        processes(folder / "large")
    bench_crawl.main()


def measured(folder: Path, tools: int) -> float:
    """Build a catalogue of this size in one process and return the CPU seconds."""
    synthetic.write(folder / "content", tools)
    return site(folder, "site", "--jobs", "1").cpu


def site(folder: Path, out: str, *more: str) -> Cost:
    """Build one folder's site."""
    return run("site", "--content", str(folder / "content"), "--out", str(folder / out), *more)


def ratios(folder: Path, whole: float) -> None:
    """Print what the build costs beside the least that can be done, and without the checks."""
    pages = site(folder, "unchecked", "--jobs", "1", "--no-verify").cpu
    least, plain = floor(folder), naive(folder)
    print(f"verification                {(whole - pages) / whole:8.0%}     of the whole build")
    print(f"against writing the bytes   {whole / least:8.1f} x    the same files, nothing else")
    print(
        f"against a plain jinja2 loop {whole / plain:8.1f} x    a page of name and schema per tool"
    )


def floor(folder: Path) -> float:
    """Return the CPU seconds that writing the same files takes, and nothing else."""
    found = [
        (path.relative_to(folder / "site"), path.read_bytes())
        for path in (folder / "site").rglob("*")
        if path.is_file()
    ]
    started = time.process_time()
    for name, data in found:
        target = folder / "floor" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return time.process_time() - started


def naive(folder: Path) -> float:
    """Return the CPU seconds of one loop over all tools with a small template, in one process."""
    started = time.process_time()
    template = jinja2.Environment(autoescape=True).from_string(PLAIN)
    for path in sorted((folder / "content" / "snapshots").glob("*.json")):
        for number, tool in enumerate(json.loads(path.read_text())["tools"]):
            target = folder / "naive" / path.stem / str(number) / "index.html"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(template.render(tool=tool))
    return time.process_time() - started


def changes(folder: Path) -> None:
    """Measure a build of nothing new and of one changed server, and compare with a clean one."""
    print(f"nothing changed             {site(folder, 'site').cpu:8.2f} s    goal 1, CPU")
    synthetic.change_one(folder / "content", "server-00001")
    one = site(folder, "site")
    print(f"one server changed          {one.cpu:8.2f} s    goal 5, CPU   {written(one.said)}")
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
