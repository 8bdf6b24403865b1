"""The built site to Problems: links, safety, form, truth and sizes, as the site's contract says.

Reads files only; needs neither content nor network. Called by `make verify` and by tests.
"""

from __future__ import annotations

import multiprocessing
import os
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from generator.errors import in_order
from generator.render.build import MARKER, STAGING
from generator.render.checks import feeds, links, pile
from generator.render.checks.pile import PAGE, Pile

if TYPE_CHECKING:
    from pathlib import Path

    from generator.errors import Problem
    from generator.render.checks.pile import CheckPolicy

_PORTION = 200
"""Files that a process reads before it reports."""


def verify(folder: Path, check_policy: CheckPolicy | None = None, jobs: int = 1) -> list[Problem]:
    """Return everything that is wrong with a built site, sorted by file.

    `check_policy` takes a policy's file name and text and returns what its format's check says;
    with more than one job it must be a function of a module.
    """
    whole = Pile()
    if not (folder / "index.html").is_file():
        whole.add(str(folder), "truth.site", "expected a built site, found no index.html")
        return whole.problems
    files = frozenset(_collected(whole, folder, ""))
    _read_all(whole, folder, sorted(files), check_policy, jobs)
    front = whole.pages.get("index.html")
    address = front.canonical if front else ""
    for path, rule, message in links.check(whole.pages, files, pile.base(address)):
        whole.add(path, rule, message)
    pile.policies_of_pages(whole, front.csp if front else "")
    pile.servers(whole, files, lambda path: (folder / path).read_text(encoding="utf-8"))
    for path, rule, message in feeds.check(folder, files, address):
        whole.add(path, rule, message)
    sizes(whole)
    return in_order(whole.problems)


def _collected(whole: Pile, folder: Path, below: str) -> list[str]:
    """Return every file; a symbolic link, or what an interrupted build left, is a problem."""
    found = []
    for item in os.scandir(folder / below if below else folder):
        path = f"{below}{item.name}"
        if path in {MARKER, ".gitkeep"}:
            continue
        if path == STAGING:
            whole.add(path, "truth.site", "an interrupted build left its staging folder")
        elif item.is_symlink():
            whole.add(path, "links.symlink", "a symbolic link")
        elif item.is_dir():
            found += _collected(whole, folder, f"{path}/")
        else:
            found.append(path)
    return found


def _read_all(
    whole: Pile, folder: Path, paths: list[str], check_policy: CheckPolicy | None, jobs: int
) -> None:
    """Read every file, in order; which process read it makes no difference."""
    portions = [paths[at : at + _PORTION] for at in range(0, len(paths), _PORTION)]
    read = partial(_portion, folder, check_policy)
    with multiprocessing.Pool(jobs) if jobs > 1 and len(portions) > 1 else nullcontext() as pool:
        for part in pool.imap(read, portions) if pool else map(read, portions):
            whole.sizes |= part.sizes
            whole.pages |= part.pages
            whole.servers += part.servers
            whole.problems += part.problems


def _portion(folder: Path, check_policy: CheckPolicy | None, paths: list[str]) -> Pile:
    """Return what some files say and what each shows to be wrong by itself."""
    found = Pile()
    for path in paths:
        pile.read(found, path, (folder / path).read_bytes(), check_policy)
    return found


def sizes(whole: Pile) -> None:
    """Report what is too large in all: most tool pages, the style sheets, the scripts."""
    tools = sorted(size for path, size in whole.sizes.items() if pile.is_tool_page(path))
    at = tools[int(len(tools) * pile.PERCENTILE)] if tools else 0
    if at > PAGE:
        message = f"tool pages: 95th percentile {at} bytes (expected at most {PAGE})"
        whole.add("tools/", "size", message)
    pile.assets(whole)
