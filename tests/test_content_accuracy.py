"""The published measurement: what was written is what is read, anything else is a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from content_files import write

from generator.content import load
from generator.content_accuracy import dump
from generator.model import Accuracy, Measurement, Miss
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from pathlib import Path

FOUND = Measurement(
    accuracy=(Accuracy("rules", 480, 400, 440, 3, 430, 479),),
    confusion=((Category.READ, Category.WRITE, 3),),
    misses=(
        Miss("acme", "no\u202e", Category.READ, Category.WRITE, Level.LOW, Level.MEDIUM, "why"),
    ),
    labelled=(("schema.param_count", 40, 38),),
    ruleset="2026.11+00000000",
)


def test_a_measurement_survives_the_file(tmp_path: Path) -> None:
    """Dump and load give the same figures."""
    content, problems = load([write(tmp_path, {"accuracy.json": dump(FOUND)})])
    assert problems == []
    assert content.measurement == FOUND


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 2}', '{"format": 1}', "null"])
def test_another_file_is_a_problem(tmp_path: Path, text: str) -> None:
    """A file of another form is reported, and the build has no figures to print."""
    content, problems = load([write(tmp_path, {"accuracy.json": text})])
    assert [problem.rule for problem in problems] == ["content.accuracy"]
    assert content.measurement is None
