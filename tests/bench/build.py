"""Our own build at one size, as a black box: clean, unchanged, one server changed, two processes.

Never are two sites kept: what stands in the folder after the change is remembered as one digest
per file and compared with the clean build that replaces it. Clean builds are made in two turns, one
before and one after the other builders, whose better turn counts as well.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from itertools import islice
from typing import TYPE_CHECKING

from tests import synthetic
from tests.bench import floor, search
from tests.bench.measure import risk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.figures import Figures
    from tests.bench.measure import Cost

MOST_NAMED = 5
TYPICAL = range(10, 15)
"""Tools of the server that changes: about the median."""


def measured(folder: Path, figures: Figures) -> None:
    """Build a catalogue in a folder in all ways and note what it took; the site stays there."""
    figures.servers = synthetic.write(folder / "content", figures.tools)
    figures.help_wall = min(risk("--help", folder=folder).wall for _ in range(5))
    one_process(folder, figures)
    figures.files, figures.site_mb = size(folder / "site")
    figures.search_whole, figures.search_first = search.sizes(folder / "site")
    figures.floor = floor.cpu(folder / "site", folder / "floor")
    checked = risk("verify", "--out", "site", folder=folder)
    figures.verify, figures.verify_peak = checked.cpu, checked.peak
    unchanged(folder, figures)
    changed(folder, figures)
    kept = digests(folder / "site")
    if not two_processes(folder, figures):
        one_process(folder, figures)
    figures.same_as_clean = same(kept, digests(folder / "site"))


def again(folder: Path, figures: Figures) -> None:
    """Take the second turn of the clean builds, for their time alone."""
    one_process(folder, figures, watched=False)
    two_processes(folder, figures, watched=False)


def one_process(folder: Path, figures: Figures, *, watched: bool = True) -> None:
    """Build from nothing in one process; the better turn counts."""
    one = clean(folder, "1", watched=watched)
    figures.build = least(figures.build, one.cpu)
    figures.build_wall = least(figures.build_wall, one.wall)
    figures.build_peak = max(figures.build_peak or 0, one.peak)


def two_processes(folder: Path, figures: Figures, *, watched: bool = True) -> bool:
    """Do the same in two processes; return whether the machine has cores for them."""
    if (os.cpu_count() or 1) == 1:
        return False
    two = clean(folder, "2", watched=watched)
    figures.two = least(figures.two, two.cpu)
    figures.two_wall = least(figures.two_wall, two.wall)
    figures.two_peak = max(figures.two_peak or 0, two.peak)
    return True


def least(known: float | None, found: float) -> float:
    """Return the smaller of what was known, if anything, and what was found."""
    return found if known is None else min(known, found)


def clean(folder: Path, jobs: str, *, watched: bool) -> Cost:
    """Build where nothing stands and nothing is remembered."""
    for name in ("site", ".cache"):
        shutil.rmtree(folder / name, ignore_errors=True)
    return site(folder, "--jobs", jobs, "--no-verify", "--force", watched=watched)


def site(folder: Path, *more: str, watched: bool = True) -> Cost:
    """Build the site of a folder's content."""
    words = ("site", "--content", "content", "--out", "site", *more)
    return risk(*words, folder=folder, watched=watched)


def unchanged(folder: Path, figures: Figures) -> None:
    """Measure a build of nothing new, as the user asks for it."""
    again = min((site(folder) for _ in range(3)), key=lambda cost: cost.cpu)
    figures.unchanged, figures.unchanged_wall = again.cpu, again.wall


def changed(folder: Path, figures: Figures) -> None:
    """Note what a build costs after one tool of one server got other words."""
    figures.changed_pages = change(folder)
    one = site(folder, "--no-verify")
    figures.changed, figures.changed_wall, figures.changed_peak = one.cpu, one.wall, one.peak
    figures.changed_written = number(one.said, "written")


def change(folder: Path, skip: int = 0) -> int:
    """Change a server with about the median of tools; return how many tools it has."""
    slugs = sorted(path.stem for path in (folder / "content" / "snapshots").iterdir())
    sizes = ((slug, _pages(folder / "site" / "tools" / slug)) for slug in slugs)
    slug, tools = next(islice((one for one in sizes if one[1] in TYPICAL), skip, None))
    synthetic.change_one(folder / "content", slug)
    return tools


def _pages(folder: Path) -> int:
    return sum(entry.is_dir() for entry in os.scandir(folder))


def number(said: str, what: str) -> int | None:
    """Return the figure before a word of the summary: `1,234 written`."""
    found = re.search(rf"([\d,]+) {what}", said)
    return int(found[1].replace(",", "")) if found else None


def size(folder: Path) -> tuple[int, float]:
    """Return how many files a folder holds, and their megabytes."""
    sizes = [entry.stat().st_size for entry in entries(folder)]
    return len(sizes), sum(sizes) / 1e6


def digests(folder: Path) -> dict[str, bytes]:
    """Return a short digest of every file by its path."""
    start = len(str(folder)) + 1
    found = {}
    for entry in entries(folder):
        with open(entry.path, "rb") as stream:  # noqa: PTH123  # a million of them
            found[entry.path[start:]] = hashlib.blake2b(stream.read(), digest_size=8).digest()
    return found


def same(kept: dict[str, bytes], clean: dict[str, bytes]) -> bool:
    """Return whether both builds are equal, and name the first files that are not."""
    differing = sorted(name for name in kept | clean if kept.get(name) != clean.get(name))
    for name in differing[:MOST_NAMED]:
        print(f"  differs from a clean build: {name}")
    return not differing


def entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return every file below a folder but what the build keeps for itself (`.name`)."""
    found, pending = [], [str(folder)]
    while pending:
        with os.scandir(pending.pop()) as items:
            for item in items:
                if item.name.startswith("."):
                    continue
                if item.is_dir(follow_symlinks=False):
                    pending.append(item.path)
                else:
                    found.append(item)
    return found
