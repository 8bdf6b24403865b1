"""The highest scores of the categories that destroy nothing."""

from __future__ import annotations

from generator.classify.registry import Tally, limit
from generator.taxonomy import Category

_READ, _SECRETS, _WRITE = 49, 74, 74


@limit("ceiling.read")
def read(tally: Tally) -> int:
    """Keep Read at medium or below, at high when secrets come back."""
    if tally.category is not Category.READ:
        return 0
    highest = _SECRETS if "read.secrets" in tally.rules else _READ
    return min(0, highest - tally.total)


@limit("ceiling.write")
def write(tally: Tally) -> int:
    """Keep Write at high or below."""
    return min(0, _WRITE - tally.total) if tally.category is Category.WRITE else 0
