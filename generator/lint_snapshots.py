"""A snapshot to Problems about what must never be stored: keys and homes of the one who crawled.

Called by lint.py for every server. A server's definitions are quoted whole, so an example such as
`/home/user/notes` in a description is no finding; in what the crawler itself wrote it is one.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from generator import snapshots
from generator.errors import Location, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model import Server, Snapshot

_FORMS = {
    ("sk-",): r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{24,}",
    ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"): r"\bgh[pousr]_[A-Za-z0-9]{36,}",
    ("github_pat_",): r"\bgithub_pat_\w{40,}",
    ("glpat-",): r"\bglpat-[\w-]{20,}",
    ("xox",): r"\bxox[abprs]-[\w-]{20,}",
    ("AKIA", "ASIA"): r"\bA(?:KIA|SIA)[A-Z0-9]{16}",
    ("AIza",): r"\bAIza[\w-]{35}",
    ("k_live_",): r"\b[rs]k_live_[A-Za-z0-9]{20,}",
    ("npm_",): r"\bnpm_[A-Za-z0-9]{36}",
    ("pypi-",): r"\bpypi-[\w-]{50,}",
    ("-----BEGIN ",): r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
}
"""Forms of keys by what stands in each: most texts hold none, and finding words is quick."""
_KEY = re.compile("|".join(_FORMS.values()))
_MARKS = tuple(mark for marks in _FORMS for mark in marks)
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
        for hit in _KEY.finditer(text) if _may_hold_key(text) else ():
            if not _FAKE.search(hit[0]):
                got = f"{hit[0][:_SHOWN]}…"
                message = f"{name} (expected no credential, got what looks like one: {got})"
                yield Problem("lint.credential", place, message)
    for name, text in _own_texts(found):
        for hit in _HOME.finditer(text):
            message = f"{name} (expected no home directory, got {hit[0]})"
            yield Problem("lint.home-path", place, message)


def _may_hold_key(text: str) -> bool:
    return any(mark in text for mark in _MARKS)


def _texts(found: Snapshot) -> Iterator[tuple[str, str]]:
    yield from _own_texts(found)
    yield "instructions", found.instructions
    parts = {
        # A mark stands in the canonical text as well, which is there already.
        "tools": found.tools if _may_hold_key("\n".join(snapshots.texts(found))) else (),
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
