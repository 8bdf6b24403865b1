"""Our published texts to the Problems of style that a machine can see, each at its line.

Called by lint.py for pages, attack entries, questions and rules. Code spans, code blocks and the
titles of references are other people's words and are left alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.errors import Location, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from generator.model import AttackEntry, Content, FaqEntry, Prose, Rule

_CLAIM = re.compile(
    r"\b(safe|safely|unsafe|secure|securely|trusted|trustworthy|harmless server|malicious"
    r"|implicated)\b",
    re.IGNORECASE,
)
_TERMS = (
    (re.compile(r"\bGithub\b"), "GitHub"),
    (re.compile(r"\bGitlab\b"), "GitLab"),
    (re.compile(r"\bJavascript\b"), "JavaScript"),
    (re.compile(r"\bTypescript\b"), "TypeScript"),
    (re.compile(r"\b(?:an|any|each|every) MCP Servers?\b"), "MCP server"),
    (re.compile(r"\bmcp (?:server|tool)s?\b"), "MCP in capitals"),
    (re.compile(r"\bOWASP Top Ten\b", re.IGNORECASE), "OWASP Top 10"),
    (re.compile(r"\bprompt-injections?\b", re.IGNORECASE), "prompt injection"),
    (re.compile(r"\b(?:white-?list|allow[ -]list)\w*\b", re.IGNORECASE), "allowlist"),
    (re.compile(r"\b(?:black-?list|deny[ -]list)\w*\b", re.IGNORECASE), "denylist"),
    (re.compile(r"\bmulti-plexer\b", re.IGNORECASE), "multiplexer"),
    (re.compile(r"\blethal triad\b", re.IGNORECASE), "lethal trifecta"),
)
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_US_DATE = re.compile(rf"\b(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?\b(?!\d)")
_DASH = re.compile("[\N{EN DASH}\N{EM DASH}]")
_SPAN = re.compile(r"`[^`]*`|\]\([^)]*\)")
_FENCE = "```"


def problems(content: Content, today: date) -> Iterator[Problem]:
    """Yield what the style of our texts breaks, file by file."""
    for page in content.pages:
        yield from _page(page)
    for attack in content.attacks:
        yield from _attack(attack, today)
    for question in content.faq:
        yield from _question(question)
    for rule in content.rules:
        yield from _rule(rule)


def _page(page: Prose) -> Iterator[Problem]:
    for key in ("title", "summary", "advice", "purpose"):
        yield from _words(page.path, dict(page.lines).get(key, 0), key, getattr(page, key))
    yield from _body(page.path, page.body_line, page.body)


def _attack(attack: AttackEntry, today: date) -> Iterator[Problem]:
    lines = dict(attack.lines)
    for key in ("title", "summary", "affected", "fixed", "prevention"):
        yield from _words(attack.path, lines.get(key, 0), key, getattr(attack, key))
    yield from _body(attack.path, attack.body_line, attack.body)
    last = today.isoformat()
    for key in ("date", "checked_on"):
        day = getattr(attack, key)
        if day > last[: len(day)]:
            message = f"{key} (expected no later day than {last}, got {day})"
            yield _problem("future", attack.path, lines.get(key, 0), message)
    if not attack.checked_on:
        message = "checked_on (expected the day the sources were read, got none)"
        yield _problem("unchecked", attack.path, lines.get("checked_on", 0), message)
    for reference in attack.references:
        if not (reference.url or reference.publisher):
            message = f'references (expected an address or a publisher of "{reference.title}")'
            yield _problem("no-source", attack.path, lines.get("references", 0), message)


def _question(question: FaqEntry) -> Iterator[Problem]:
    line = dict(question.lines).get("question", 0)
    yield from _words(question.path, line, "question", question.question)
    for case in question.cases:
        yield from _body(question.path, case.text_line, case.text)


def _rule(rule: Rule) -> Iterator[Problem]:
    for key in ("title", "why", "headline", "consequence", "remediation"):
        yield from _words(rule.path, 0, key, getattr(rule, key))


def _body(path: str, first: int, body: str) -> Iterator[Problem]:
    """Yield the problems of running text; `first` is the line of its first line, 0 if unknown."""
    fenced = False
    for offset, line in enumerate(body.split("\n")):
        if line.startswith(_FENCE):
            fenced = not fenced
        elif not fenced:
            yield from _words(path, first + offset if first else 0, "the text", line)


def _words(path: str, line: int, where: str, text: str) -> Iterator[Problem]:
    words = _SPAN.sub("``", text)
    for found in _CLAIM.finditer(words):
        message = f'{where} (expected what was observed, got the bare claim "{found[0]}")'
        yield _problem("claim", path, line, message)
    for pattern, right in _TERMS:
        for found in pattern.finditer(words):
            message = f'{where} (expected {right}, got "{found[0]}")'
            yield _problem("term", path, line, message)
    for found in _US_DATE.finditer(words):
        message = f'{where} (expected a day like 20 November 2026, got "{found[0]}")'
        yield _problem("date-style", path, line, message)
    for found in _DASH.finditer(words):
        message = f'{where} (expected a comma, colon or full stop, got "{found[0]}")'
        yield _problem("long-dash", path, line, message)


def _problem(rule: str, path: str, line: int, message: str) -> Problem:
    return Problem(f"lint.{rule}", Location(path, line), message)
