"""Question files and the facts of one page to its answers, one function per scope.

Called by catalogue.py; `problems`, PLACEHOLDERS and CASES serve the lint of content/faq.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from generator.derive import (
    list_questions,
    questions,
    server_questions,
    server_values,
    tool_questions,
    tool_values,
    wording,
)
from generator.latest import Latest
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from generator.derive.list_questions import ServerLevelFacts
    from generator.derive.questions import Placeholder
    from generator.derive.server_questions import ServerFacts
    from generator.derive.texts import Texts
    from generator.derive.tool_questions import ToolFacts
    from generator.errors import Problem
    from generator.model import Answer, AttackFacts, FaqEntry, ServerSummary, Site, ToolSummary

Facts = TypeVar("Facts")

_QUESTIONS: dict[str, Mapping[str, tuple[tuple[str, ...], object]]] = {
    "tool": tool_questions.QUESTIONS,
    "server": server_questions.QUESTIONS,
    "category": list_questions.CATEGORY,
    "level": list_questions.LEVEL,
    "level-server": list_questions.LEVEL_SERVER,
    "attack": list_questions.ATTACK,
    "site": {},
}
PLACEHOLDERS: dict[str, dict[str, Placeholder]] = {
    "tool": tool_values.PLACEHOLDERS,
    "server": server_values.PLACEHOLDERS,
    "category": list_questions.CATEGORY_PLACEHOLDERS,
    "level": list_questions.LEVEL_PLACEHOLDERS,
    "level-server": list_questions.SERVER_LEVEL_PLACEHOLDERS,
    "attack": list_questions.ATTACK_PLACEHOLDERS,
    "site": list_questions.SITE_PLACEHOLDERS,
}
"""By scope: the names a text may use in braces, and what they stand for."""
CASES: dict[str, tuple[str, ...]] = {
    slug: cases for known in _QUESTIONS.values() for slug, (cases, _) in known.items()
}
"""By question: the cases that must have a text."""
SCOPES: dict[str, str] = {slug: scope for scope, known in _QUESTIONS.items() for slug in known}


def problems(faq: Iterable[FaqEntry]) -> list[Problem]:
    """Return everything an author of question files can get wrong."""
    return questions.problems(faq, CASES, PLACEHOLDERS, SCOPES)


def tool_answers(facts: ToolFacts, texts: Texts) -> tuple[Answer, ...]:
    """Return the answers of one tool page, in the order of the questions."""
    found = facts.assessment
    keys = (found.level.value, found.category.slug, facts.default.outcome)
    values = tool_values.values(facts)
    return _answers(texts.faq.get("tool", ()), tool_questions.QUESTIONS, facts, values, keys)


def server_answers(facts: ServerFacts, texts: Texts) -> tuple[Answer, ...]:
    """Return the answers of one server page."""
    levels = [found.level for _, found in facts.pairs]
    keys = (max(levels, key=lambda level: level.rank).value,) if levels else ()
    values = server_values.values(facts)
    return _answers(texts.faq.get("server", ()), server_questions.QUESTIONS, facts, values, keys)


def server_level_answers(facts: ServerLevelFacts, texts: Texts) -> tuple[Answer, ...]:
    """Return the answers of /risk/<level>/<server>/."""
    values = questions.Values(list_questions.server_level_values(facts))
    entries, known = texts.faq.get("level-server", ()), list_questions.LEVEL_SERVER
    return _answers(entries, known, facts, values, (facts.level.value,))


def category_answers(
    texts: Texts, servers: Sequence[ServerSummary], tools: Sequence[ToolSummary]
) -> tuple[tuple[Category, tuple[Answer, ...]], ...]:
    """Return the answers of every category page over all tools, riskiest first."""
    entries = texts.faq.get("category", ())
    made = []
    groups = list_questions.groups(servers, tools, texts.pages, Category)
    for category, facts in zip(Category, groups, strict=True):
        values = questions.Values(list_questions.group_values(facts))
        known = list_questions.CATEGORY
        made.append((category, _answers(entries, known, facts, values, (facts.key,))))
    return tuple(made)


def level_answers(
    texts: Texts, servers: Sequence[ServerSummary], tools: Sequence[ToolSummary]
) -> tuple[tuple[Level, tuple[Answer, ...]], ...]:
    """Return the answers of every level page over all tools, riskiest first."""
    entries = texts.faq.get("level", ())
    made = []
    groups = list_questions.groups(servers, tools, texts.pages, Level)
    for level, facts in zip(Level, groups, strict=True):
        values = questions.Values(list_questions.level_values(facts))
        made.append((level, _answers(entries, list_questions.LEVEL, facts, values, (facts.key,))))
    return tuple(made)


def attack_answers(
    texts: Texts, counts: Sequence[AttackFacts]
) -> tuple[tuple[str, tuple[Answer, ...]], ...]:
    """Return the answers of every attack page; `counts` are parallel to the entries."""
    entries = texts.faq.get("attack", ())
    made = []
    for attack, count in zip(texts.attacks, counts, strict=True):
        facts = list_questions.AttackPageFacts(attack, count)
        values = questions.Values(list_questions.attack_values(facts))
        keys = (attack.kind, attack.proxy_helps)
        made.append((attack.slug, _answers(entries, list_questions.ATTACK, facts, values, keys)))
    return tuple(made)


def site_answers(texts: Texts, site: Site, servers: int, tools: int) -> tuple[Answer, ...]:
    """Return the answers about the catalogue as a whole."""
    values = questions.Values(
        {
            "site_name": site.name,
            "servers": wording.counted(servers, "server"),
            "tools": wording.counted(tools, "tool"),
            "license": site.data_license,
            "rules": wording.counted(len(texts.rules), "rule"),
        }
    )
    return _answers(texts.faq.get("site", ()), {}, None, values, ())


def _answers(
    entries: Iterable[FaqEntry],
    known: Mapping[str, tuple[tuple[str, ...], Callable[[Facts], tuple[str, ...]]]],
    facts: Facts,
    values: questions.Values,
    keys: Sequence[str],
) -> tuple[Answer, ...]:
    """Return one answer per question: its own choice of cases, or the case that fits the keys."""
    return tuple(
        [
            forms.answer(choose(facts) if choose else forms.general_cases(keys), values)
            for forms, choose in _choices(entries, known)
        ]
    )


def _chosen(
    entries: Iterable[FaqEntry],
    known: Mapping[str, tuple[tuple[str, ...], Callable[[Any], tuple[str, ...]]]],
) -> list[tuple[questions.Forms, Callable[[Any], tuple[str, ...]] | None]]:
    """Return each question, ready to be answered, and what chooses its cases."""
    return [
        (questions.Forms(entry), known[entry.slug][1] if entry.slug in known else None)
        for entry in entries
    ]


_choices = Latest(_chosen, kept=16)
"""The questions of all scopes are kept."""
