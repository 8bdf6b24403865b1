"""What is made, checked and kept together: a lot of files, and a page that may be made later.

Called by site.py. A lot names what its files follow from in one key: while the key is that of the
last build, and the words, templates and program are too, its files need not be made again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.render.files import File
    from generator.render.html import Page


class Listed(Protocol):
    """What a list holds: something with a digest of all that it says."""

    @property
    def digest(self) -> bytes:
        """Return what stands for it."""
        ...


class Lot(NamedTuple):
    """Files that follow from the same things; `key` is empty when they are always made."""

    name: str
    key: str
    make: Callable[[], Iterable[File]]


class Later(NamedTuple):
    """A page that is made when it is needed: its URL, what it follows from, and how."""

    url: str
    key: str
    page: Callable[[], Page]


def key(*parts: object) -> str:
    """Return what stands for values of ours: numbers, texts, and tuples of them."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def rows_key(rows: Iterable[Listed]) -> bytes:
    """Return what stands for the rows of a list, in their order."""
    # A list of pieces joins in half of the time that a generator takes.
    return hashlib.blake2b(b"".join([row.digest for row in rows]), digest_size=16).digest()
