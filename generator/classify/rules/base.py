"""Where a score starts: one record per category, quoting what decided it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import Case, Hit, rule
from generator.model.quick import maker
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable


_new_hit = maker(Hit)


def _starts(category: Category) -> None:
    @rule(f"base.{category.slug}", category)
    def predicate(case: Case) -> Iterable[Hit]:
        return [_new_hit(place=case.place, subject=case.verb, text=case.reason)]


for _category in Category:
    _starts(_category)
