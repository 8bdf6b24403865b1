"""What the description says about the reach of a call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify.registry import CHANGING, Case, Hit, rule
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable

_IRREVERSIBLE = re.compile(
    r"\b(?:permanently|irreversibl[ey]|cannot be (?:undone|recovered|reversed|restored)|"
    r"can't be undone|no undo|not reversible|not recoverable|unrecoverable)\b",
    re.IGNORECASE,
)
_OVERWRITE = re.compile(
    r"\b(?:completely (?:replaces?|overwrites?)|overwrites? (?:the |any )?(?:existing|entire|all)|"
    r"replaces? (?:the )?(?:entire|whole|all)|existing \w+ (?:is|are|will be) overwritten)\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all|every) (?:\w+ )?(?:data|records?|files?|rows?|documents?|messages?|items?|"
    r"entries|keys|objects|users|tables|resources|entities|logs)\b",
    re.IGNORECASE,
)
_PRODUCTION = re.compile(
    r"\b(?:in|to|on|from) production\b|\bproduction (?:environment|database|"
    r"server|system|data|deployment)s?\b",
    re.IGNORECASE,
)


_NO_WAY_BACK = (
    "permanently",
    "irreversib",
    "cannot be",
    "can't be undone",
    "no undo",
    "not reversible",
    "recoverable",
)


def _says(case: Case, pattern: re.Pattern[str], *parts: str) -> Iterable[Hit]:
    """Return the first place of an expression, which cannot hold without one of the parts."""
    if not case.view.has(*parts):
        return []
    description = case.view.tool.description
    for sentence in case.view.sentences:
        if sentence.section in ("args", "returns", "example"):
            continue
        match = pattern.search(description, sentence.start, sentence.end)
        if match is not None:
            place = case.view.in_description(match.start(), match.end())
            return [Hit(place=place, subject=match.group())]
    return []


@rule("text.irreversible", *CHANGING)
def irreversible(case: Case) -> Iterable[Hit]:
    """Fire when a changing tool says that there is no way back."""
    return _says(case, _IRREVERSIBLE, *_NO_WAY_BACK)


@rule("text.overwrite", *CHANGING)
def overwrite(case: Case) -> Iterable[Hit]:
    """Fire when a changing tool says that it replaces what is there."""
    return _says(case, _OVERWRITE, "overwrit", "replace")


@rule("text.scope_all", Category.EXECUTE, Category.DESTRUCTIVE, Category.FINANCIAL)
def scope_all(case: Case) -> Iterable[Hit]:
    """Fire when a call acts on everything of a kind; reading a list of all things is no reach."""
    return _says(case, _ALL, "all ", "every ")


@rule("text.production", *CHANGING)
def production(case: Case) -> Iterable[Hit]:
    """Fire when a changing tool names production."""
    return _says(case, _PRODUCTION, "production")
