"""Named regressions: errors that others publish and that must not come back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rulefiles import book, server

from generator.classify.engine import assess_server
from generator.taxonomy import Axis, Category, Level

if TYPE_CHECKING:
    from generator.model import Assessment

TODAY = date(2026, 11, 25)
ROWS = [
    line.split(" ; ")
    for line in (Path(__file__).parent / "data" / "regressions.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


def assess(name: str, description: str) -> Assessment:
    schema = {"type": "object", "properties": {}}
    raw = {"name": name, "description": description, "inputSchema": schema}
    return assess_server(server("demo", [raw]), book(), today=TODAY)[0]


@pytest.mark.parametrize(("expected", "name", "description"), ROWS)
def test_named_regression(expected: str, name: str, description: str) -> None:
    """Each row names a tool, and the category (and level) it must or must not get."""
    got = assess(name, description)
    if expected.startswith("not "):
        assert got.category != Category(expected.removeprefix("not "))
    elif expected.startswith("at most "):
        assert got.level.rank <= Level(expected.removeprefix("at most ")).rank
    else:
        category, _, level = expected.partition(" ")
        assert (got.category, got.level if level else "") == (Category(category), level)


def golden() -> Assessment:
    path = Path(__file__).parent / "data" / "golden_sprintra.json"
    data = json.loads(path.read_text())
    spec = data["server"]
    made = server(spec["slug"], data["tools"], spec["package"]["identifier"])
    return assess_server(made, book(), today=TODAY)[0]


def test_golden_rating() -> None:
    """The tool of the brief is Execute, high, and its score is exactly 62 + 5 + 3."""
    found = golden()
    counted = [(s.rule, s.points) for s in found.signals if s.axis is Axis.RISK and s.points]
    assert counted == [("base.execute", 62), ("schema.param_count", 5), ("mux.mixed", 3)]
    assert (found.category, found.score, found.level) == (Category.EXECUTE, 70, Level.HIGH)


def test_golden_words() -> None:
    """Its parameter count is said in the words of the brief, at the place it was counted."""
    record = next(s for s in golden().signals if s.rule == "schema.param_count")
    assert record.text == "High parameter count (35 properties)"
    assert record.pointer == "/inputSchema/properties"


def test_golden_methods() -> None:
    """Each of its nine methods has the category that its own verb gives it."""
    found = {m.method: m.category for m in golden().methods}
    read = dict.fromkeys(
        ("list", "get_active", "list_activity", "list_traces", "delta"), Category.READ
    )
    execute = dict.fromkeys(("start", "end", "end_with_digest"), Category.EXECUTE)
    assert found == read | execute | {"generate_claude_md": Category.WRITE}


def test_environment_quote() -> None:
    """A tool that returns the environment quotes the words that say so."""
    found = assess("get-env", "Returns all environment variables, helpful for debugging")
    record = next(s for s in found.signals if s.rule == "read.secrets")
    assert record.quote in ("environment", "variables", "environment variables")
