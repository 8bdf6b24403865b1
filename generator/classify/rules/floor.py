"""The lowest scores that a category can have, whatever a definition promises.

Financial needs none: its one discount and the minors end exactly at 50.
"""

from __future__ import annotations

from generator.classify.registry import Tally, limit
from generator.taxonomy import Category

_EXECUTE, _DESTRUCTIVE, _TRIVIAL = 25, 50, 25


@limit("floor.execute")
def execute(tally: Tally) -> int:
    """Keep Execute at medium or above."""
    return max(0, _EXECUTE - tally.total) if tally.category is Category.EXECUTE else 0


@limit("floor.destructive")
def destructive(tally: Tally) -> int:
    """Keep Destructive at high or above, at medium for trivial objects."""
    if tally.category is not Category.DESTRUCTIVE:
        return 0
    lowest = _TRIVIAL if "dest.trivial" in tally.rules else _DESTRUCTIVE
    return max(0, lowest - tally.total)
