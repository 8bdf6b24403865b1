"""The search index of a built site to what a browser loads: whole, and for one word at most."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

INDEX = "api/v1/search"


def sizes(site: Path) -> tuple[int, int]:
    """Return the gzipped bytes of the whole index, and of the largest part one word loads.

    A part that was split sends the reader on to a smaller one, so both are counted.
    """
    whole = first = 0
    parts: dict[str, int] = {}
    for path in sorted((site / INDEX).rglob("*.json"), key=lambda path: len(path.name)):
        data = path.read_bytes()
        packed = len(gzip.compress(data, 6))
        whole += packed
        before = max((at for at in parts if path.stem.startswith(at)), key=len, default="")
        loads = packed + parts.get(before, 0)
        if len(data) < 400 and "split" in json.loads(data):
            parts[path.stem] = loads
        first = max(first, loads)
    return whole, first
