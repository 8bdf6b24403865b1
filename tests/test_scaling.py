"""The plan of a large crawl and a large site: its tables follow from the measured unit costs."""

from __future__ import annotations

import re

import yaml
from scaling_plan import DOCUMENT, TABLES, filled

TEXT = DOCUMENT.read_text(encoding="utf-8")


def test_the_tables_follow_from_the_unit_costs() -> None:
    """A figure that was changed by hand, or a unit cost without its plan, is found."""
    assert filled(TEXT) == TEXT, "run python -m tests.scaling_plan"


def test_every_table_has_its_place() -> None:
    """No table is calculated and not shown."""
    assert set(TABLES) == set(re.findall(r"<!-- begin (\w+) -->", TEXT))


def test_nothing_is_left_open() -> None:
    """The plan holds no placeholder."""
    assert not re.search(r"(?i)\b(todo|tbd|xxx|placeholder)\b|\?\?", TEXT)


def test_the_example_workflow_is_one() -> None:
    """It parses, asks for no right it does not need, and crawls as many shards as it says."""
    workflow = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[0])
    shard = workflow["jobs"]["shard"]
    shards = shard["strategy"]["matrix"]["shard"]
    assert workflow["permissions"] == {}
    assert shard["permissions"] == {"contents": "read"}
    assert shards == list(range(1, len(shards) + 1))
    assert any(f"/{len(shards)} --part" in step.get("run", "") for step in shard["steps"])
