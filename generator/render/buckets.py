"""A long list to its parts by first letters, and the links between the parts.

What a part holds follows from the keys of the rows alone: a row that changes its level moves no
other row to another page. A group above the limit is split by one more letter.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from heapq import nsmallest
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from generator.render import lots, urls
from generator.render.parts import NavLink

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.render.lots import Listed

_DEEPEST = 24
_AFTER = "\x7f"
"""Comes after every letter that a key can hold."""


class Order(NamedTuple):
    """The rows of a list sorted by key: keys, positions in a longer list, digests."""

    keys: Sequence[str]
    positions: Sequence[int]
    digests: Sequence[bytes]

    def some(self, chosen: Sequence[int]) -> Order:
        """Return some of the rows, given where they stand in this order."""
        return Order(
            [self.keys[at] for at in chosen],
            [self.positions[at] for at in chosen],
            [self.digests[at] for at in chosen],
        )


def in_order(keys: Iterable[str], rows: Sequence[Listed]) -> Order:
    """Return a whole list sorted by its keys, which are of `search_words.letters`."""
    filled = [key or "0" for key in keys]
    positions = sorted(range(len(filled)), key=filled.__getitem__)
    return Order([filled[at] for at in positions], positions, [rows[at].digest for at in positions])


class Part(NamedTuple):
    """Some neighbours of a list in order."""

    order: Order
    first: int
    last: int

    @property
    def total(self) -> int:
        """Return how many rows it holds."""
        return self.last - self.first

    @property
    def positions(self) -> list[int]:
        """Return the positions of its rows in the longer list, rising."""
        return sorted(self.order.positions[self.first : self.last])

    def first_rows(self, most: int) -> list[int]:
        """Return the first of these positions, without putting all in order."""
        return nsmallest(most, self.order.positions[self.first : self.last])

    @property
    def mark(self) -> bytes:
        """Return what stands for its rows: how they are shown follows from what they are."""
        said = b"".join(self.order.digests[self.first : self.last])
        return hashlib.blake2b(said, digest_size=16).digest()


def split(rows: Order, limit: int) -> dict[str, Part]:
    """Return the parts of a list by name, in order."""
    return {name: Part(rows, first, last) for name, first, last in parts(rows.keys, limit)}


def parts(ranked: Sequence[str], limit: int) -> Iterator[tuple[str, int, int]]:
    """Yield (letters, first row, row after the last) of the parts of sorted keys, in order."""
    waiting = [(0, len(ranked), 1)]
    while waiting:
        first, last, length = waiting.pop()
        if first == last:
            continue
        name = ranked[first][:length]
        if len(name) < length:  # Keys that end here stand alone beside the longer ones.
            end = bisect_right(ranked, name, first, last)
        else:
            end = bisect_left(ranked, name + _AFTER, first, last)
        waiting.append((end, last, length))
        if end - first <= limit or length == _DEEPEST or len(name) < length:
            yield name, first, end
        else:
            waiting.append((first, end, length + 1))


class ListPage(NamedTuple):
    """One page of a list: its URL, the letters of its part, the rows it shows, all its parts."""

    url: str
    key: str
    """Empty for the first page: all rows of a short list, the first ones of a long one."""
    part: Part
    """The whole list for the first page."""
    limit: int
    parts: Parts

    @property
    def positions(self) -> list[int]:
        """Return the rows it shows."""
        return self.part.positions if self.key else self.part.first_rows(self.limit)


def pages(rows: Order, base: str, limit: int) -> Iterator[ListPage]:
    """Yield the pages of a list whose first one is at `base`; a short list has no other."""
    whole = Part(rows, 0, len(rows.keys))
    found = split(rows, limit) if whole.total > limit else {}
    names = Parts(tuple(found), base)
    yield ListPage(base, "", whole, limit, names)
    for key, part in found.items():
        yield ListPage(urls.bucket(base, key), key, part, limit, names)


class Parts:
    """The names of the parts of a long list, and how its pages link them; none in a short list."""

    def __init__(self, names: Sequence[str], base: str) -> None:
        """Take sorted names, and the URL of the list."""
        self.names = tuple(names)
        self._base = base
        groups = [(first, list(found)) for first, found in groupby(self.names, lambda n: n[0])]
        self._top = lots.key([(first, found[0], len(found) == 1) for first, found in groups])
        self._near = {first: lots.key(self._top, found) for first, found in groups}

    def key(self, current: str) -> str:
        """Return what stands for the links of a page: parts of another letter hardly touch it."""
        return self._near.get(current[:1], self._top)

    def links(self, root: str, current: str) -> tuple[NavLink, ...]:
        """Return the links between the parts: one letter a step, down to `current`.

        A group of parts is one link to its first, written `D…`; the part in it links the next
        letter. So a page holds some forty links a step, however long the list is.
        """
        links: list[NavLink] = []
        prefix, is_group = "", True
        while is_group:
            inside, is_group = prefix, False
            for name, first, size in _groups(self.names, inside):
                url = root + urls.bucket(self._base, first)
                text = name.capitalize() if size == 1 and first == name else f"{name.capitalize()}…"
                links.append(NavLink(text, url, first == current and size == 1))
                if size > 1 and current.startswith(name):
                    prefix, is_group = name, True
        return tuple(links)


def _groups(names: Sequence[str], prefix: str) -> Iterator[tuple[str, str, int]]:
    """Yield (one letter more than the prefix, first part, number of parts) of each group."""
    start = bisect_left(names, prefix)
    while start < len(names) and names[start].startswith(prefix):
        name = names[start][: len(prefix) + 1]
        # A part whose name ends here stands alone beside the longer ones.
        after = f"{name}\0" if len(name) == len(prefix) else f"{name}{_AFTER}"
        stop = bisect_left(names, after, start)
        yield name, names[start], stop - start
        start = stop
