"""Descriptions that are too long to read, and to analyse in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.hygiene.checks import PROSE, Found, check
from generator.taxonomy import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.hygiene.strings import Text
    from generator.classify.view import Context

_NOTE, _REVIEW = 2_000, 8_000


@check("len.description", PROSE, over=_NOTE, placed=True)
def description(text: Text, _: Context) -> Iterable[Found]:
    """Find a description of more than 2,000 characters."""
    length = len(text.raw)
    if text.pointer == "/description" and text.part == "value" and length > _NOTE:
        tier = Verdict.REVIEW if length > _REVIEW else Verdict.NOTE
        yield Found(0, 0, tier, f"A description of {length} characters", discounts=False)
