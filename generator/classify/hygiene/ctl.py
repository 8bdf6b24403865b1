"""Control characters and terminal escapes."""

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

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x9b]+")
_WRITTEN = re.compile(r"\\(?:x1b|u001b|033|e)\[", re.IGNORECASE)


@check("ctl.ansi", signed=True)
def ansi(text: Text, _: Context) -> Iterable[Found]:
    """Find real control characters, and escape sequences written out."""
    for match in () if text.raw.isprintable() else _CONTROLS.finditer(text.raw):
        first = match.group()[0]
        yield Found(
            match.start(),
            match.end(),
            Verdict.HARD,
            f"Control character {chip(first)}",
            discounts=False,
        )
    if "[" in text.raw:
        for match in _WRITTEN.finditer(text.raw):
            yield Found(
                match.start(),
                match.end(),
                Verdict.NOTE,
                "A terminal escape written out",
                discounts=False,
            )
