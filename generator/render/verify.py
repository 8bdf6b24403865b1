"""The built site to Problems: links, safety, form, truth and sizes, as the site's contract says.

Reads files only; needs neither content nor network. Called by `make verify` and by tests.
"""

from __future__ import annotations

import multiprocessing
import os
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from generator.errors import Location, Problem, in_order
from generator.render.build import MARKER, STAGING
from generator.render.checks import feeds, links, markup, records, styles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.model import JsonObject
    from generator.render.checks.markup import PageFacts

    CheckPolicy = Callable[[str, str], list[Problem]]

KIB = 1024
PAGE, PAGE_EXTREME, STYLE, SCRIPT, THEME, SHARD, BADGE = (
    60 * KIB,
    200 * KIB,
    20 * KIB,
    30 * KIB,
    KIB,
    150 * KIB,
    2 * KIB,
)
_PERCENTILE = 0.95
_PORTION = 200
"""Files that a process reads before it reports."""


@dataclass(slots=True)
class _Walk:
    """What a walk over the folder finds."""

    files: set[str] = field(default_factory=set)
    sizes: dict[str, int] = field(default_factory=dict)
    pages: dict[str, PageFacts] = field(default_factory=dict)
    servers: list[JsonObject] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: str, rule: str, message: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(rule, Location(path), message))


def verify(folder: Path, check_policy: CheckPolicy | None = None, jobs: int = 1) -> list[Problem]:
    """Return everything that is wrong with a built site, sorted by file.

    `check_policy` takes a policy's file name and text and returns what its format's check says;
    with more than one job it must be a function of a module.
    """
    walk = _Walk()
    if not (folder / "index.html").is_file():
        walk.add(str(folder), "truth.site", "expected a built site, found no index.html")
        return walk.problems
    _collect(walk, folder, "")
    _read_all(walk, folder, check_policy, jobs)
    files = frozenset(walk.files)
    base = _base(walk)
    for path, rule, message in links.check(walk.pages, files, base):
        walk.add(path, rule, message)
    _policies_of_pages(walk)
    for record in walk.servers:
        _server(walk, folder, record, files)
    for path, rule, message in feeds.check(folder, files, _address(walk)):
        walk.add(path, rule, message)
    _sizes(walk)
    return in_order(walk.problems)


def _collect(walk: _Walk, folder: Path, below: str) -> None:
    """Note every file; a link, or a name of more than printable ASCII, is a problem."""
    for item in os.scandir(folder / below if below else folder):
        path = f"{below}{item.name}"
        if path in {MARKER, ".gitkeep"}:
            continue
        if path == STAGING:
            walk.add(path, "truth.site", "an interrupted build left its staging folder")
        elif item.is_symlink():
            walk.add(path, "links.symlink", "a symbolic link")
        elif item.is_dir():
            _collect(walk, folder, f"{path}/")
        else:
            walk.files.add(path)
            walk.sizes[path] = item.stat().st_size
            if not (path.isascii() and path.isprintable()):
                walk.add(path, "safety.hidden", "a file name beyond printable ASCII")


def _read_all(walk: _Walk, folder: Path, check_policy: CheckPolicy | None, jobs: int) -> None:
    """Read every file, in order; which process read it makes no difference."""
    paths = sorted(walk.files)
    portions = [paths[at : at + _PORTION] for at in range(0, len(paths), _PORTION)]
    read = partial(_portion, folder, check_policy)
    with multiprocessing.Pool(jobs) if jobs > 1 and len(portions) > 1 else nullcontext() as pool:
        for part in pool.imap(read, portions) if pool else map(read, portions):
            walk.pages |= part.pages
            walk.servers += part.servers
            walk.problems += part.problems


def _portion(folder: Path, check_policy: CheckPolicy | None, paths: list[str]) -> _Walk:
    """Return what some files say and what each shows to be wrong by itself."""
    found = _Walk()
    for path in paths:
        _read(found, folder, path)
        if check_policy and path.startswith("policies/"):
            found.problems += check_policy(path, (folder / path).read_text(encoding="utf-8"))
    return found


def _read(walk: _Walk, folder: Path, path: str) -> None:
    if path.endswith(".html"):
        try:
            page = (folder / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            walk.add(path, "form.encoding", "no UTF-8")
            return
        facts = markup.read(page)
        walk.pages[path] = facts
        for rule, message in facts.problems:
            walk.add(path, rule, message)
        facts.problems.clear()
    elif path.endswith((".json", ".sarif")):
        record, found = records.read((folder / path).read_bytes())
        for rule, message in found:
            walk.add(path, rule, message)
        if isinstance(record, dict):
            _record(walk, path, record)
    elif path.endswith(".css"):
        for rule, message in styles.check((folder / path).read_text(encoding="utf-8")):
            walk.add(path, rule, message)


def _record(walk: _Walk, path: str, record: JsonObject) -> None:
    if path.startswith("api/v1/tools/"):
        for rule, message in records.tool(record):
            walk.add(path, rule, message)
    elif path.startswith("api/v1/servers/"):
        walk.servers.append(record)


def _policies_of_pages(walk: _Walk) -> None:
    """Report pages whose security policy is missing, weak, or not that of the front page."""
    expected = walk.pages["index.html"].csp if "index.html" in walk.pages else ""
    for path, facts in walk.pages.items():
        if not facts.csp:
            walk.add(path, "safety.csp", "no Content-Security-Policy")
        elif "unsafe-" in facts.csp or not facts.csp.startswith("default-src 'none'"):
            walk.add(path, "safety.csp", f"too weak: {facts.csp[:80]}")
        elif facts.csp != expected:
            walk.add(path, "safety.csp", "differs from the front page's")


def _address(walk: _Walk) -> str:
    """Return the public address of the site, empty when none is configured."""
    front = walk.pages.get("index.html")
    return front.canonical if front else ""


def _base(walk: _Walk) -> str:
    """Return the path of the site on its host."""
    address = _address(walk)
    return f"/{address.split('/', 3)[3]}" if address.count("/") > 2 else "/"  # noqa: PLR2004


def _server(walk: _Walk, folder: Path, record: JsonObject, files: frozenset[str]) -> None:
    path = f"api/v1/servers/{record['slug']}.json"
    for rule, message in records.server(record, files):
        walk.add(path, rule, message)
    default = f"policies/{record['slug']}.yaml"
    if not record["tools"]:
        return
    if default not in files:
        walk.add(path, "truth.policy", f"no {default}")
        return
    text = (folder / default).read_text(encoding="utf-8")
    for rule, message in records.policy(record, text):
        walk.add(default, rule, message)


def _sizes(walk: _Walk) -> None:
    tools = []
    for path, size in walk.sizes.items():
        limit = _limit(path)
        if limit and size > limit:
            walk.add(path, "size", f"{size} bytes (expected at most {limit})")
        if _is_tool_page(path):
            tools.append(size)
    tools.sort()
    at = tools[int(len(tools) * _PERCENTILE)] if tools else 0
    if at > PAGE:
        walk.add(
            "tools/", "size", f"tool pages: 95th percentile {at} bytes (expected at most {PAGE})"
        )
    for kind, most in ((".css", STYLE), (".js", SCRIPT)):
        total = sum(size for path, size in walk.sizes.items() if path.endswith(kind))
        if total > most:
            walk.add("static/", "size", f"*{kind}: {total} bytes in all (expected at most {most})")


def _limit(path: str) -> int:
    if path.endswith(".html"):
        return PAGE_EXTREME if _is_tool_page(path) else PAGE
    if path.startswith("api/v1/search/"):
        return SHARD
    if path.startswith("badges/"):
        return BADGE
    return THEME if path == "static/theme.js" else 0


def _is_tool_page(path: str) -> bool:
    return path.startswith("tools/") and path.count("/") == 3 and "/page/" not in path  # noqa: PLR2004
