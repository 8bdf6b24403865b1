"""Question files and the facts of one page to its answers.

`tool_answers` and its siblings are called by catalogue.py; `problems`, PLACEHOLDERS and CASES
serve the lint of content/faq.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.derive import questions, tool_questions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.derive.questions import Placeholder
    from generator.derive.texts import Texts
    from generator.derive.tool_questions import ToolFacts
    from generator.errors import Problem
    from generator.model import Answer, FaqEntry

PLACEHOLDERS: dict[str, dict[str, Placeholder]] = {"tool": tool_questions.PLACEHOLDERS}
"""By scope: the names a text may use in braces, and what they stand for."""
CASES: dict[str, tuple[str, ...]] = {
    slug: cases for slug, (cases, _) in tool_questions.QUESTIONS.items()
}
"""By question: the cases that must have a text."""
SCOPES: dict[str, str] = dict.fromkeys(tool_questions.QUESTIONS, "tool")


def problems(faq: Iterable[FaqEntry]) -> list[Problem]:
    """Return everything an author of question files can get wrong."""
    return questions.problems(faq, CASES, PLACEHOLDERS, SCOPES)


def tool_answers(facts: ToolFacts, texts: Texts) -> tuple[Answer, ...]:
    """Return the answers of one tool page, in the order of the questions."""
    values = tool_questions.values(facts)
    found = facts.assessment
    keys = (found.level.value, found.category.slug, facts.default.outcome)
    made = []
    for entry in texts.faq.get("tool", ()):
        known = tool_questions.QUESTIONS.get(entry.slug)
        cases = known[1](facts) if known else questions.general_cases(entry, keys)
        made.append(questions.answer(entry, cases, values))
    return tuple(made)
