"""The mini site against the one that was last accepted with `make golden`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import golden_site
import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the mini site once."""
    out = tmp_path_factory.mktemp("golden") / "site"
    assert golden_site.built(out).problems == ()
    return out


def test_two_processes_write_the_same_bytes(site: Path, tmp_path: Path) -> None:
    """The number of processes changes nothing, and a second build writes nothing."""
    other = tmp_path / "site"
    golden_site.built(other, jobs=2)
    assert _bytes(other) == _bytes(site)
    assert golden_site.built(other, jobs=1).report.written == 0


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
