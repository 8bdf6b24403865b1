"""Pseudo tags around instructions, and text hidden in markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify.hygiene.checks import Found, check
from generator.classify.wordset import word_set
from generator.taxonomy import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.hygiene.strings import Text
    from generator.classify.view import Context

_TAG = re.compile(
    r"<(important|system|secret|hidden|instructions?|admin|critical|private|assistant)\b[^>\n]{0,80}>"
    r"|\[(?:system|/?INST|SYSTEM PROMPT)\](?!\()",
    re.IGNORECASE,
)


_NAMES = word_set(
    """important system secret hidden instruction instructions admin critical private assistant
    inst"""
)
_PLACEHOLDERS = frozenset(
    ("secret", "hidden", "private", "admin", "assistant", "critical", "system")
)


@check("tag.instruction", words=(_NAMES,), parts=(("<", "["),))
def instruction(text: Text, _: Context) -> Iterable[Found]:
    """Find tags like <important> that a model may take for a channel of its operator."""
    if text.part != "value":
        return
    for match in _TAG.finditer(text.raw):
        name = (match.group(1) or "").lower()
        # `<secret>` alone is a placeholder; with its end it encloses something.
        if name in _PLACEHOLDERS and f"</{name}" not in text.low:
            continue
        yield Found(match.start(), match.end(), Verdict.REVIEW, "A tag that poses as instructions")
        return
