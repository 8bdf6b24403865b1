"""One tool, several operations: their evidence, and the mix of reading and changing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import Case, Hit, rule
from generator.classify.rules.evidence import lists_evidence
from generator.classify.rules.needs import METHODS, needs
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable

lists_evidence("mux.enum")
lists_evidence("mux.prose")


@rule("mux.mixed")
@needs(METHODS)
def mixed(case: Case) -> Iterable[Hit]:
    """Fire when one tool offers methods that read and methods that change something."""
    reading = next((m for m in case.methods if m.category is Category.READ), None)
    changing = any(m.category is not Category.READ for m in case.methods)
    if reading is not None and changing:
        yield Hit(place=reading.place, subject=reading.value)
