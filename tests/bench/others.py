"""A built site beside others: a naive build in Python, Hugo, and our own pages alone.

All three make the same pages from the same facts, one after the other, each in a process of its
own; what they wrote is removed before the next one starts.
"""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING

from tests.bench import facts, hugo
from tests.bench.build import size
from tests.bench.measure import Cost, python
from tests.bench.place import available

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.figures import Figures

TURNS = 2
"""The better of two turns counts, as for our own build: what else runs only ever adds."""


def measured(folder: Path, figures: Figures) -> None:
    """Note what the others need for the tool pages of the site in a folder."""
    lines = folder / "facts.jsonl"
    facts.write(folder / "site", lines)
    figures.naive, figures.naive_peak, figures.naive_page = naive(folder, lines, figures.tools)
    ours(folder, lines, figures)
    rated = python("tests.bench.classifier", folder / "content", folder=folder)
    figures.rated_per_second = float(rated.said)
    program = hugo.binary()
    if program and figures.tools * hugo.PEAK_PER_TOOL < available():
        by_hugo(program, folder, lines, figures)


def naive(folder: Path, lines: Path, tools: int) -> tuple[float, float, float]:
    """Return CPU seconds, peak memory and bytes of a page of the naive build."""
    costs = []
    for _ in range(TURNS):
        shutil.rmtree(folder / "naive", ignore_errors=True)
        costs.append(python("tests.bench.naive", lines, folder / "naive", folder=folder))
    best = min(costs, key=lambda cost: cost.cpu)
    page = size(folder / "naive")[1] * 1e6 / tools
    shutil.rmtree(folder / "naive")
    return best.cpu, best.peak, page


def ours(folder: Path, lines: Path, figures: Figures) -> None:
    """Note what our pages alone cost; when only a part of them was made, for all of them."""
    words = ("tests.bench.pages", folder / "content", lines, folder / "ours")
    taken = [json.loads(python(*words, folder=folder).said) for _ in range(TURNS)]
    found = min(taken, key=lambda one: one["values"] + one["parse"] + one["html"])
    part = figures.tools / found["pages"]
    figures.ours_html = found["html"] * part
    figures.ours_ready = figures.ours_html + found["parse"] * part
    figures.ours = figures.ours_ready + found["values"] * part
    figures.ours_page = found["bytes"] / found["pages"]
    shutil.rmtree(folder / "ours")


def by_hugo(program: Path, folder: Path, lines: Path, figures: Figures) -> None:
    """Note what Hugo needs for the same pages."""
    project = folder / "hugo"
    hugo.prepare(lines, project)
    costs: list[Cost] = []
    for _ in range(TURNS):
        shutil.rmtree(project / "public", ignore_errors=True)
        costs.append(hugo.build(program, project))
    best = min(costs, key=lambda cost: cost.cpu)
    pages, megabytes = size(project / "public")
    if pages != figures.tools:
        print(f"Hugo wrote {pages:,} pages, expected {figures.tools:,}", file=sys.stderr)
    figures.hugo, figures.hugo_wall, figures.hugo_peak = best.cpu, best.wall, best.peak
    figures.hugo_page = megabytes * 1e6 / pages
    shutil.rmtree(project)
