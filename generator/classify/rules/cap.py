"""Minors together stay inside their band, and every score inside 0..100."""

from __future__ import annotations

from generator.classify.registry import Tally, elsewhere, limit
from generator.taxonomy import MAX_SCORE

_MINORS = 12

elsewhere("override.correction")


@limit("cap.minor")
def minor(tally: Tally) -> int:
    """Return what brings the sum of minors back to -12..+12."""
    return max(-_MINORS, min(_MINORS, tally.minors)) - tally.minors


@limit("cap.total")
def total(tally: Tally) -> int:
    """Return what brings the score back to 0..100."""
    return max(0, min(MAX_SCORE, tally.total)) - tally.total
