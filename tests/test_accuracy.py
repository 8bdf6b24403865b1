"""The published figures: they do not fall, and they keep what was promised."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rulefiles import book

from generator.cli.accuracy import _table, _worse
from generator.cli.labelled import measure
from generator.content_accuracy import dump, measurement
from generator.content_yaml import Sink
from generator.taxonomy import Category

if TYPE_CHECKING:
    from generator.model import Accuracy, Measurement

ROOT = Path(__file__).parent.parent
WRITTEN = ROOT / "content" / "accuracy.json"


@cache
def measured() -> Measurement:
    return measure(ROOT / "tests" / "data", book(), date(2026, 11, 25))


def shares(row: Accuracy) -> tuple[float, ...]:
    cells = (row.strict, row.accepted, row.under, row.level_accepted, row.level_within_one)
    return tuple(100 * cell / row.total for cell in cells)


def test_nothing_became_worse() -> None:
    """No figure of ours is below the committed one; `mcp-risk accuracy` accepts a change."""
    assert _worse(measured(), WRITTEN) == []


@pytest.mark.parametrize(
    ("row", "gates"), [(0, (91, 96, 1, 85, 98)), (1, (91, 96, 1, 85, 98)), (2, (90, 95, 2, 85, 99))]
)
def test_gates(row: int, gates: tuple[int, ...]) -> None:
    """Strict, accepted, under-classified, level accepted and within one keep their gates."""
    strict, accepted, under, level, within = shares(measured().accuracy[row])
    assert (strict >= gates[0], accepted >= gates[1], under <= gates[2]) == (True, True, True)
    assert (level >= gates[3], within >= gates[4]) == (True, True)


def test_unclassified_is_rare() -> None:
    """Fewer than two in a hundred labelled tools cannot be classified."""
    unclear = sum(n for _, ours, n in measured().confusion if ours is Category.UNCLASSIFIED)
    assert unclear < 0.02 * measured().accuracy[0].total


def test_every_miss_is_listed() -> None:
    """The misses are exactly the real tools whose category or level is not accepted."""
    fresh, tuned = measured().accuracy[:2]
    notes = [miss.note for miss in measured().misses]
    missed = fresh.total - fresh.accepted + tuned.total - tuned.accepted
    assert notes.count("category") == missed


def test_baselines_are_weaker() -> None:
    """The baselines beside us show that the labelled tools are no easy ones."""
    ours, leading = shares(measured().accuracy[0]), shares(measured().accuracy[3])
    assert leading[1] < ours[1]
    assert leading[2] > ours[2]


def test_a_fall_is_named(tmp_path: Path) -> None:
    """A figure below the written one is named with both numbers."""
    better = dump(measured()).replace(f'"strict": {measured().accuracy[0].strict}', '"strict": 372')
    path = tmp_path / "accuracy.json"
    path.write_text(better)
    got = measured().accuracy[0].strict
    expected = f"These rules, fresh tools: strict expected 372 or more, got {got}"
    assert _worse(measured(), path) == [expected]


def test_missing_figures_are_named(tmp_path: Path) -> None:
    """Without written figures there is nothing to compare with, and the message says so."""
    path = tmp_path / "none.json"
    assert _worse(measured(), path) == [f"{path} holds no figures; run mcp-risk accuracy"]


def test_round_trip() -> None:
    """What is written is read back as the same measurement."""
    assert measurement(dump(measured()), Sink("x")) == measured()


def test_table_has_a_row_each() -> None:
    """The printed table has a head and a row per measurement."""
    assert len(_table(measured().accuracy)) == len(measured().accuracy) + 1
