"""Hidden and misleading characters: tags, direction overrides, zero width, look-alikes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify.hygiene.checks import WIDE, Found, check
from generator.taxonomy import Verdict
from generator.text import chip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.hygiene.strings import Text
    from generator.classify.view import Context

_TAGS = re.compile("[\U000e0000-\U000e007f]+")
_TAG_BASE, _FIRST_PRINTABLE = 0xE0000, 0xE0020
_FLAG = "\U0001f3f4"
_VARIATIONS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3,}")
_ZERO_WIDTH = re.compile("[\u200b\u2060\u180e\ufeff\u00ad]+")
_KINDS_HARD = 3
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]+")


@check("uni.tag", WIDE)
def tag(text: Text, _: Context) -> Iterable[Found]:
    """Find tag characters outside the flags of England, Scotland and Wales, and decode them."""
    for match in _TAGS.finditer(text.raw):
        if text.raw[match.start() - 1 : match.start()] == _FLAG:
            continue
        letters = (c for c in match.group() if ord(c) >= _FIRST_PRINTABLE)
        decoded = "".join(chr(ord(c) - _TAG_BASE) for c in letters)
        yield Found(
            match.start(),
            match.end(),
            Verdict.HARD,
            "Hidden tag characters",
            decoded=decoded,
            discounts=False,
        )


@check("uni.bidi", WIDE)
def bidi(text: Text, _: Context) -> Iterable[Found]:
    """Find characters that change the direction in which text is shown."""
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


@check("uni.variation", WIDE)
def variation(text: Text, _: Context) -> Iterable[Found]:
    """Find runs of three and more variation selectors; they can carry bytes."""
    for match in _VARIATIONS.finditer(text.raw):
        yield Found(
            match.start(),
            match.end(),
            Verdict.HARD,
            "A run of variation selectors",
            decoded=_selected(match.group()),
            discounts=False,
        )


def _selected(run: str) -> str:
    """Return what a run says when each selector stands for one byte."""
    codes = [ord(c) - 0xFE00 if ord(c) < _TAG_BASE else ord(c) - 0xE0100 + 16 for c in run]
    return "".join(chr(code) for code in codes if chr(code).isprintable())


@check("uni.zero_width", WIDE)
def zero_width(text: Text, _: Context) -> Iterable[Found]:
    """Find invisible characters inside text, but no leading byte order mark."""
    raw = text.raw
    runs = [m for m in _ZERO_WIDTH.finditer(raw) if not (m.start() == 0 and m.group() == "\ufeff")]
    if not runs:
        return
    kinds = len({char for run in runs for char in run.group()})
    inside = any(_inside_word(raw, run.start(), run.end()) for run in runs)
    first = runs[0]
    tier = Verdict.HARD if inside or kinds >= _KINDS_HARD else Verdict.REVIEW
    yield Found(
        first.start(),
        first.end(),
        tier,
        f"Invisible character {chip(first.group()[0])} ({len(runs)} places)",
        discounts=False,
    )


def _inside_word(raw: str, start: int, end: int) -> bool:
    """Return whether ASCII letters stand on both sides: nobody spells a word like that."""
    around = raw[start - 1 : start] + raw[end : end + 1] if start else ""
    soft = raw[start:end] == "\u00ad"
    return not soft and len(around) > 1 and around.isascii() and around.isalpha()


_LATIN = re.compile("[A-Za-z]")
_LOOK_ALIKE = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_NAME_WORD = re.compile(r"[^\W\d_]+")


@check("uni.homoglyph", WIDE, placed=True)
def homoglyph(text: Text, _: Context) -> Iterable[Found]:
    """Find a name that mixes Latin with look-alike letters in one word."""
    if not (text.part == "key" or text.pointer in ("/name", "/title")):
        return
    for match in _NAME_WORD.finditer(text.raw):
        word = match.group()
        if _LATIN.search(word) and _LOOK_ALIKE.search(word):
            yield Found(
                match.start(),
                match.end(),
                Verdict.REVIEW,
                "Latin and look-alike letters in one word",
                discounts=False,
            )
