"""Hidden and misleading characters: tags, direction overrides, zero width, look-alikes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify.hygiene.checks import Found, check
from generator.taxonomy import Verdict
from generator.text import chip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.hygiene.strings import Text
    from generator.classify.view import Context

_TAGS = re.compile("[\U000e0000-\U000e007f]+")
_FLAG = "\U0001f3f4"
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]+")


@check("uni.tag")
def tag(text: Text, _: Context) -> Iterable[Found]:
    """Find tag characters outside the flags of England, Scotland and Wales, and decode them."""
    if text.raw.isascii():
        return
    for match in _TAGS.finditer(text.raw):
        if text.raw[match.start() - 1 : match.start()] == _FLAG:
            continue
        decoded = "".join(chr(ord(c) - 0xE0000) for c in match.group() if ord(c) > 0xE001F)
        yield Found(
            match.start(),
            match.end(),
            Verdict.HARD,
            "Hidden tag characters",
            decoded=decoded,
            discounts=False,
        )


@check("uni.bidi")
def bidi(text: Text, _: Context) -> Iterable[Found]:
    """Find characters that change the direction in which text is shown."""
    if text.raw.isascii():
        return
    for match in _BIDI.finditer(text.raw):
        tier = Verdict.NOTE if _right_to_left(text.raw) else Verdict.HARD
        yield Found(
            match.start(),
            match.end(),
            tier,
            f"Direction override {chip(match.group()[0])}",
            discounts=False,
        )


def _right_to_left(raw: str) -> bool:
    return any("\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufefc" for char in raw)
