"""Pages to rings: what one link reaches together, and what no chain of links reaches."""

from __future__ import annotations

import pytest

from generator.render.checks import rings
from generator.render.checks.numbers import number

FRONT = "index.html"


def named(links: dict[str, set[str]], numbers: object) -> set[str]:
    """Return the names of pages from their numbers."""
    return {page for page in links if number(page) in set(numbers)}  # type: ignore[call-overload]  # any iterable


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ({}, []),
        ({"a": set()}, [{"a"}]),
        ({"a": {"a"}}, [{"a"}]),
        ({"a": {"b"}, "b": set()}, [{"a"}, {"b"}]),
        ({"a": {"b"}, "b": {"a", "elsewhere"}}, [{"a", "b"}]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}, [{"a", "b", "c"}, {"d"}]),
        ({"a": {"b"}, "b": {"a"}, "c": {"d", "a"}, "d": {"c"}}, [{"c", "d"}, {"a", "b"}]),
    ],
)
def test_pages_that_lead_to_each_other_are_one_ring(
    links: dict[str, set[str]], expected: list[set[str]]
) -> None:
    """However the links go around, a page is in one ring."""
    found = [named(links, ring.pages) for ring in rings.unpack(rings.pack(links))]
    assert sorted(found, key=sorted) == sorted(expected, key=sorted)


def test_a_long_chain_is_no_deep_call() -> None:
    """Ten thousand pages in a row stop nothing."""
    links = {f"{n}": {f"{n + 1}"} for n in range(10_000)}
    assert len(list(rings.unpack(rings.pack(links)))) == 10_000


def test_entrances_are_rings_that_no_other_page_of_the_lot_leads_to() -> None:
    """The front page and pages that need no link are none."""
    links = {FRONT: {"b"}, "a": {"c"}, "b": set(), "c": {"a", "d"}, "d": set(), "404.html": set()}
    found = [named(links, ring.pages) for ring in rings.entrances(rings.pack(links))]
    assert found == [{"a", "c"}]


def test_what_the_front_page_does_not_reach_is_found_over_several_lots() -> None:
    """Two lots that lead to each other alone are not reached, whoever is in them."""
    lots = [
        {FRONT: {"b"}, "404.html": set()},
        {"b": {"c"}, "x": {"y"}},
        {"c": set(), "y": {"x"}},
    ]
    missed = rings.unreached([rings.pack(lot) for lot in lots])
    assert missed == {number("x"), number("y")}
    assert rings.unreached([rings.pack(lots[1])]) == {number("b"), number("x")}
