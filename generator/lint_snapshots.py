"""A snapshot to Problems about what must never be stored: keys and homes of the one who crawled.

Called by lint.py for every server. A server's definitions are quoted whole, so an example such as
`/home/user/notes` in a description is no finding; in what the crawler itself wrote it is one.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from generator.errors import Location, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model import Server, Snapshot

_KEY = re.compile(
    r"\b(?:sk-(?:ant-|proj-)?[A-Za-z0-9_-]{24,}|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,}"
    r"|glpat-[\w-]{20,}|xox[abprs]-[\w-]{20,}|A(?:KIA|SIA)[A-Z0-9]{16}|AIza[\w-]{35}"
    r"|[rs]k_live_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_MARKS = (
    *("sk-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "AKIA"),
    *("ASIA", "AIza", "k_live_", "npm_", "pypi-", "-----BEGIN "),
)
"""One of these stands in every key: most texts hold none, and finding words in them is quick."""
_HOME = re.compile(r"(?:/home/|/Users/|/root(?=/|\b)|[A-Za-z]:\\Users\\)[^\s\"']*")
_FAKE = re.compile(r"example|placeholder|your|xxxx|1234|abcd|\.\.\.|(.)\1{5}", re.IGNORECASE)
_SHOWN = 12


def snapshot_problems(server: Server) -> Iterator[Problem]:
    """Return the key-like strings of a snapshot, and home paths in the crawler's own words."""
    found = server.snapshot
    if found is None:
        return
    place = Location(f"content/snapshots/{server.slug}.json")
    for name, text in _texts(found):
        if not any(mark in text for mark in _MARKS):
            continue
        for hit in _KEY.finditer(text):
            if not _FAKE.search(hit[0]):
                got = f"{hit[0][:_SHOWN]}…"
                message = f"{name} (expected no credential, got what looks like one: {got})"
                yield Problem("lint.credential", place, message)
    for name, text in _own_texts(found):
        for hit in _HOME.finditer(text):
            message = f"{name} (expected no home directory, got {hit[0]})"
            yield Problem("lint.home-path", place, message)


def _texts(found: Snapshot) -> Iterator[tuple[str, str]]:
    yield from _own_texts(found)
    yield "instructions", found.instructions
    parts = {
        "tools": found.tools,
        "resources": found.resources,
        "prompts": found.prompts,
        "server_info": found.server_info,
        "replaced": [replaced.definition for replaced in found.replaced],
    }
    for name, part in parts.items():
        yield name, json.dumps(part, ensure_ascii=False)


def _own_texts(found: Snapshot) -> Iterator[tuple[str, str]]:
    yield "reason", found.reason
    yield "hint", found.hint
    for loss in found.problems:
        yield "problems", f"{loss.what} {loss.why}"
    for note in found.source.notes:
        yield "source.notes", note
    if found.last_attempt is not None:
        yield "last_attempt.reason", found.last_attempt.reason
