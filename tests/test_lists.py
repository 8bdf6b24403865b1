"""Long lists in parts: each part is reached from the first page, and no page links all of them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from generator.render import buckets
from generator.search_words import letters

if TYPE_CHECKING:
    from generator.render.parts import NavLink

KEYS = st.lists(st.text(alphabet="abc-Z9é", max_size=6), min_size=1, max_size=60)


def links(names: tuple[str, ...], current: str = "") -> tuple[NavLink, ...]:
    """Return the links on the page of one part, or on the first page."""
    return buckets.Parts(names, "tools/").links("", current)


@given(KEYS)
def test_every_part_is_reached_by_links(keys: list[str]) -> None:
    """From the first page and through its links a reader comes to every part."""
    names = tuple(
        name for name, _, _ in buckets.parts(sorted(letters(key) or "0" for key in keys), limit=3)
    )
    seen: set[str] = set()
    pending = [""]
    while pending:
        for link in links(names, pending.pop()):
            name = link.url.removeprefix("tools/page/").removesuffix("/")
            if name not in seen:
                seen.add(name)
                pending.append(name)
    assert seen == set(names)


def test_links_go_one_letter_a_step() -> None:
    """A group is one link, and the part within it links its neighbours."""
    names = ("a", "da", "dea", "deb", "x")
    assert [(link.text, link.url, link.is_current) for link in links(names)] == [
        ("A", "tools/page/a/", False),
        ("D…", "tools/page/da/", False),
        ("X", "tools/page/x/", False),
    ]
    assert [(link.text, link.is_current) for link in links(names, "deb")] == [
        ("A", False), ("D…", False), ("X", False),
        ("Da", False), ("De…", False),
        ("Dea", False), ("Deb", True),
    ]  # fmt: skip


def test_a_page_links_few_parts_of_a_very_long_list() -> None:
    """Thousands of parts give some forty links a step, not thousands."""
    names = tuple("".join(letters) for letters in product("abcdefghij", repeat=4))
    assert len(links(names, "cfgh")) == 40
    assert len(links(names)) == 10
