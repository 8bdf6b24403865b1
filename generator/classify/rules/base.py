"""Where a score starts: one record per category, quoting what decided it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import Case, Hit, rule
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable


def _starts(category: Category) -> None:
    @rule(f"base.{category.slug}", category)
    def predicate(case: Case) -> Iterable[Hit]:
        return [Hit(place=case.place, subject=case.verb, text=case.reason)]


for _category in Category:
    _starts(_category)
