"""One output file: a path below the site's root and its bytes."""

from __future__ import annotations

from typing import NamedTuple


class File(NamedTuple):
    """A path with `/` between folders, and the bytes to put there."""

    path: str
    data: bytes
