"""The catalogue as JSON Lines, CSV and SQLite holds every tool, and nothing in it is alive."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing

import pytest
import site_sample

from generator import text
from generator.render import dataset
from generator.render.context import Context

SAMPLE = site_sample.catalogue(base_url="https://risk.example.org/base/")
INDEX = SAMPLE.index
CONTEXT = Context(INDEX, site_sample.known(SAMPLE))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Return the three files by the end of their name."""
    return {file.path.rsplit(".", 1)[1]: file.data for file in dataset.files(CONTEXT)}


def test_same_index_gives_the_same_bytes(files: dict[str, bytes]) -> None:
    """The database too is the same file whenever it is written."""
    again = {file.path.rsplit(".", 1)[1]: file.data for file in dataset.files(CONTEXT)}
    assert again == files


def test_every_tool_is_in_every_file(files: dict[str, bytes]) -> None:
    """Names are exact in JSON and made visible in the other two."""
    names = [tool.name for tool in INDEX.tools]
    visible = [text.visible(name) for name in names]
    lines = [json.loads(line) for line in files["jsonl"].splitlines()]
    assert [line["name"] for line in lines] == names
    assert files["jsonl"].isascii()
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode())))
    assert len(rows) == len(names)
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(files["sqlite"])
        found = database.execute("SELECT name FROM tools ORDER BY id").fetchall()
        assert [name for (name,) in found] == visible
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        worst = database.execute(
            "SELECT count(*) FROM tools JOIN tool_facets ON tool = id"
            " WHERE level = 'critical' AND facet = 'egress'"
        ).fetchone()
        assert worst == (sum(tool.level == "critical" for tool in INDEX.tools),)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("a=1", "a=1"),
        ("a\nb\u202e", "a b[U+202E]"),
    ],
)
def test_no_cell_is_a_formula(raw: str, expected: str) -> None:
    """A cell that a spreadsheet would compute begins with an apostrophe."""
    assert dataset.cell(raw) == expected
