"""Slugs are injective, also when case is ignored, and never take a character from a raw name."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import slugs
from generator.render import urls

_SAFE = re.compile(r"[a-z0-9][a-z0-9_~-]*")
_NAMES = st.text(max_size=30) | st.sampled_from(["a", "A", "con", "CON", "page", "", "a~1", "ä"])


@settings(max_examples=150, deadline=None)
@given(st.lists(_NAMES, max_size=12))
def test_slugs_of_one_server_differ_and_are_safe(names: list[str]) -> None:
    """Any list of names, repeated or odd, gives as many different safe paths."""
    numbered = slugs.occurrences(names)
    found = slugs.tool_slugs(numbered)
    assert len(numbered) == len({slug.casefold() for slug in found.values()})
    assert all(_SAFE.fullmatch(slug) for slug in found.values())
    assert not slugs.RESERVED & set(found.values())


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("work_sessions", "work_sessions"),
        ("getIssue", "getissue~3c4d7d5a36"),
        ("con", "con~3ef7dbf2a1"),
        ("", "unnamed~e3b0c44298"),
    ],
)
def test_slug_of_a_name(name: str, slug: str) -> None:
    """A clean name is its own slug; any other is cleaned and carries its hash."""
    expected, _, digits = slug.partition("~")
    assert expected == slugs.tool_slug(name).partition("~")[0]
    assert len(digits) == len(slugs.tool_slug(name).partition("~")[2])


def test_hashes_that_meet_are_lengthened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two names with one cleaned form and one short hash still get two paths."""
    short = slugs.hashed_slug

    def clash(name: str, occurrence: int, digits: int = 10) -> str:
        return "same~0000000000" if digits == 10 else short(name, occurrence, digits)

    monkeypatch.setattr(slugs, "hashed_slug", clash)
    found = slugs.tool_slugs((("A b", 0), ("A c", 0)))
    assert len(set(found.values())) == 2
    assert all(len(slug.partition("~")[2]) == 64 for slug in found.values())


@pytest.mark.parametrize(
    ("url", "root"), [("", "./"), ("servers/", "../"), ("tools/a/b/", "../../../")]
)
def test_way_back_to_the_root(url: str, root: str) -> None:
    """A page knows how many folders it lies below the root."""
    assert root == urls.root(url)
