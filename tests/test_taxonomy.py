"""The bands and orders every other module relies on."""

from __future__ import annotations

import pytest

from generator.taxonomy import Category, ChangeClass, Confidence, Facet, Level, Verdict, level_of


@pytest.mark.parametrize(
    ("expected", "score"),
    [
        ("low", 0),
        ("low", 24),
        ("medium", 25),
        ("medium", 49),
        ("high", 50),
        ("high", 74),
        ("critical", 75),
        ("critical", 100),
    ],
)
def test_bands_have_exact_edges(expected: str, score: int) -> None:
    """Each band starts where the one below ends."""
    level = level_of(score)
    assert expected == level
    assert level.first_score <= score <= level.last_score


@pytest.mark.parametrize("score", [-1, 101])
def test_a_score_outside_the_scale_is_refused(score: int) -> None:
    """A ledger that does not clamp is a bug, not a level."""
    with pytest.raises(ValueError, match=r"score expected 0\.\.100, got"):
        level_of(score)


def test_categories_are_ordered_by_strength() -> None:
    """Financial is the strongest effect, Unclassified the weakest."""
    ordered = sorted(Category, key=lambda category: category.strength)
    assert ordered == ["Unclassified", "Read", "Write", "Execute", "Destructive", "Financial"]


def test_words_for_people() -> None:
    """What pages print derives from the values."""
    assert Facet.ARBITRARY_URL.words == "arbitrary URL"
    assert Confidence.LOW.word == "needs review"
    assert Level.HIGH.title == "High"
    assert Category.FINANCIAL.slug == "financial"
    assert (Verdict.HARD.rank, ChangeClass.ALARM.rank) == (3, 5)
