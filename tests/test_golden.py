"""The mini site against the one that was last accepted with `make golden`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import golden_site
import pytest

from generator import executors
from generator.pipeline import verified

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the mini site once."""
    out = tmp_path_factory.mktemp("golden") / "site"
    assert not golden_site.built(out).failed
    return out


def test_the_mini_site_is_the_accepted_one(site: Path) -> None:
    """Every kept file is as it was accepted; the message shows the first difference."""
    found = golden_site.expected_part(site)
    accepted = {
        path.relative_to(golden_site.GOLDEN).as_posix(): path.read_bytes()
        for path in golden_site.GOLDEN.rglob("*")
        if path.is_file()
    }
    for name in sorted(accepted.keys() | found.keys()):
        before, after = (side.get(name, b"").decode().split("\n") for side in (accepted, found))
        lines = list(
            difflib.unified_diff(before, after, f"accepted/{name}", name, lineterm="", n=1)
        )
        shown = [line[:300] for line in lines[:40]]
        assert not lines, "\n".join([*shown, "If this is meant: make golden"])


def test_the_mini_site_holds_what_it_promises(site: Path) -> None:
    """The site of odd names and silent servers passes every check of a built site."""
    with executors.open_executor(jobs=1) as executor:
        assert verified(site, executor).problems == []


def test_two_processes_write_the_same_bytes(site: Path, tmp_path: Path) -> None:
    """The number of processes changes nothing, and a second build writes nothing."""
    other = tmp_path / "site"
    with executors.open_executor("", 2) as executor:
        golden_site.built(other, executor)
    assert _bytes(other) == _bytes(site)
    assert golden_site.built(other).report.written == 0


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
