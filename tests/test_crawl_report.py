"""What a crawl prints about a server whose definitions moved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from generator.cli import crawl_report
from generator.model import Snapshot, Source
from generator.taxonomy import State


def seen(digest: str, version: str, *tools: Any) -> Snapshot:  # noqa: ANN401
    """Return an observation of one package version."""
    source = Source("stdio", f"pkg:npm/notes@{version}", version)
    return Snapshot(
        "notes", "2026-11-20", State.OBSERVED, source=source, tools=tools, digest=digest
    )


def raw(name: str, description: str = "Lists notes.") -> dict[str, Any]:
    """Return a plain definition."""
    return {"name": name, "description": description, "inputSchema": {"type": "object"}}


def test_drift_names_each_change_by_class() -> None:
    """The count comes first, then the changes that matter most, on single lines."""
    before = seen("a", "1.0.0", raw("list"), raw("old"))
    after = seen("b", "1.1.0", raw("list", "Lists all notes."), raw("x\n\x1b[31m"))
    assert crawl_report.drift(before, after) == [
        "drift (1.0.0 to 1.1.0): 3 changes: 1 risk, 1 breaking, 1 wording.",
        "  risk        x [U+001B][31m  is new",
        "  breaking    old  was removed",
        "  wording     list  changed its description",
    ]


def test_drift_is_capped() -> None:
    """A server that renamed everything does not fill the screen."""
    before = seen("a", "1", *(raw(f"a{n}") for n in range(20)))
    lines = crawl_report.drift(before, seen("b", "2"))
    assert lines[-1] == "  and 12 more changes"
    assert len(lines) == 10


def test_no_drift_without_two_observations() -> None:
    """A first crawl and a failed attempt have nothing to compare; an unchanged list says so."""
    now = seen("a", "1", raw("list"))
    assert crawl_report.drift(None, now) == []
    assert crawl_report.drift(now, now) == ["no drift since 2026-11-20"]
    assert crawl_report.drift(now, replace(now, state=State.TIMED_OUT, digest="b")) == []
    assert crawl_report.drift(replace(now, state=State.NEEDS_AUTH), now) == []
