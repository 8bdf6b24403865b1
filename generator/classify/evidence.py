"""Evidence: one reason to believe in one category, with its place in the definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.classify.grammar import NOTHING, Object
from generator.model.quick import maker, quick

if TYPE_CHECKING:
    from generator.classify.view import Place
    from generator.taxonomy import Category


@quick
@dataclass(frozen=True, slots=True)
class Evidence:
    """A verb (or parameter, or hint) that speaks for a category.

    `by` names the rule that beat it; beaten evidence counts nothing and stays in the ledger.
    """

    rule: str
    category: Category
    support: int
    place: Place
    text: str
    verb: str = ""
    governed: Object = NOTHING
    is_one: bool = False
    """Whether an article says that one single thing is meant: "delete a comment"."""
    is_decided: bool = False
    """Whether the object decided what the verb does."""
    by: str = ""


new_evidence = maker(Evidence)
