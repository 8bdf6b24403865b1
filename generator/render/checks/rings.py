"""The pages of a lot to rings: pages that lead to each other, so that one link reaches them all.

Called by `lot.py`, which packs them into the facts of a lot, and by `across.py`: a page is an
orphan when its ring is. The pages of one server are one ring, whatever their number.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from generator.render.checks.numbers import number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

FRONT = number("index.html")
UNREACHED = frozenset(map(number, ("404.html", "contact/sent/index.html")))
"""Pages that no link needs to lead to."""


class Ring(NamedTuple):
    """Pages that lead to each other, and the pages outside of it that they lead to."""

    pages: array[int]
    ahead: array[int]


def pack(links: Mapping[str, Collection[str]]) -> bytes:
    """Return the rings of pages, given the pages that each of them leads to."""
    found = array("Q")
    for ring in _rings({page: [to for to in links[page] if to in links] for page in links}):
        ahead = {to for page in ring for to in links[page]}.difference(ring)
        found.extend((len(ring), len(ahead)))
        found.extend(map(number, ring))
        found.extend(sorted(map(number, ahead)))
    return found.tobytes()


def unpack(packed: bytes) -> Iterator[Ring]:
    """Yield the rings of a lot."""
    numbers, at = array("Q", packed), 0
    while at < len(numbers):
        middle = at + 2 + numbers[at]
        end = middle + numbers[at + 1]
        yield Ring(numbers[at + 2 : middle], numbers[middle:end])
        at = end


def entrances(packed: bytes) -> Iterator[Ring]:
    """Yield the rings of a lot that another lot has to lead to, since no other of its own does."""
    found = list(unpack(packed))
    ahead = {page for ring in found for page in ring.ahead}
    for ring in found:
        if ahead.isdisjoint(ring.pages) and not _is_free(ring):
            yield ring


def unreached(lots: Sequence[bytes]) -> frozenset[int]:
    """Return the pages of all lots that no chain of links from the front page leads to."""
    found = [ring for packed in lots for ring in unpack(packed)]
    ring_of = {page: at for at, ring in enumerate(found) for page in ring.pages}
    first = ring_of.get(FRONT)
    seen, waiting = bytearray(len(found)), [] if first is None else [first]
    while waiting:
        at = waiting.pop()
        if not seen[at]:
            seen[at] = 1
            waiting += {ring_of[page] for page in found[at].ahead if page in ring_of}
    return frozenset(
        page
        for at, ring in enumerate(found)
        if not (seen[at] or _is_free(ring))
        for page in ring.pages
    )


def _is_free(ring: Ring) -> bool:
    return any(page == FRONT or page in UNREACHED for page in ring.pages)


def _rings(links: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Yield the strongly connected pages: walk ahead first, then back from whoever ended last."""
    back: dict[str, list[str]] = defaultdict(list)
    for page, targets in links.items():
        for target in targets:
            back[target].append(page)
    placed: set[str] = set()
    for start in reversed(_ended(links)):
        if start in placed:
            continue
        placed.add(start)
        ring = [start]
        for page in ring:
            for before in back[page]:
                if before not in placed:
                    placed.add(before)
                    ring.append(before)
        yield ring


def _ended(links: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the pages in the order in which a walk along all links is done with them."""
    found, seen = [], set()
    for start in links:
        if start in seen:
            continue
        seen.add(start)
        open_pages = [(start, iter(links[start]))]
        while open_pages:
            page, ahead = open_pages[-1]
            target = next((one for one in ahead if one not in seen), None)
            if target is None:
                open_pages.pop()
                found.append(page)
            else:
                seen.add(target)
                open_pages.append((target, iter(links[target])))
    return found
