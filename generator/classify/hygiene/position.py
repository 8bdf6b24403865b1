"""How a sentence uses suspicious words: as an instruction, as a description, as an example."""

from __future__ import annotations

import re

INSTRUCTION, DESCRIPTION, EXAMPLE = 1.0, 0.5, 0.25
_DESCRIBING = re.compile(
    r"\b(?:detects?|scans? for|finds|checks? for|reports?|prevents?|blocks?|filters?|looks? for|"
    r"identif(?:y|ies)|such as|attempts? to|injection|attack|malicious|suspicious|vulnerab)",
    re.IGNORECASE,
)
_EXEMPLARY = re.compile(r"\b(?:e\.g\.|for example|example|sample)\b", re.IGNORECASE)
_REACH = 240


def discount(text: str, start: int) -> tuple[float, str]:
    """Return the factor for the sentence around `start`, and the name of its position."""
    before = text[max(0, start - _REACH) : start]
    before = before[max(before.rfind(". "), before.rfind("\n")) + 1 :]
    if _EXEMPLARY.search(before) or before.rstrip().endswith(('"', "'", "`", "\u201c")):
        return EXAMPLE, "example"
    if _DESCRIBING.search(before):
        return DESCRIPTION, "description"
    return INSTRUCTION, "instruction"
