"""Markdown files with front matter to AttackEntry, FaqEntry and Prose.

Called by content.py. The body stays the Markdown it is; render/ turns it into HTML.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.content_fields import Fields, references
from generator.content_yaml import parse
from generator.model import AttackEntry, FaqCase, FaqEntry, Prose
from generator.taxonomy import Category, Facet

if TYPE_CHECKING:
    from generator.content_yaml import Sink

KINDS = ("pattern", "incident", "vulnerability", "research")
CONFIDENCES = ("corroborated", "single-source")
HELPS = ("full", "partly", "none")
SCOPES = ("tool", "server", "category", "level", "level-server", "attack", "site")
MAX_ORDER = 1000
_FENCE = "---"
_CASE = re.compile(r"## +(?P<case>[a-z0-9][a-z0-9-]*) *")
_CVE = re.compile(r"CVE-\d{4}-\d{4,}")


def front_matter(text: str, sink: Sink) -> tuple[Fields, str, int] | None:
    """Return the front matter, the body and the body's 0-based first line; None after a report."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        sink.report("front-matter", f'the first line (expected {_FENCE}, got "{lines[0][:40]}")')
        return None
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        sink.report("front-matter", f"the front matter (expected a closing {_FENCE}, got none)")
        return None
    sink.first_line = 2
    node = parse("\n".join(lines[1:end]), sink)
    if node is None:
        return None
    start = next((n for n, line in enumerate(lines) if n > end and line.strip()), end + 1)
    return Fields(node, sink), "\n".join(lines[start:]).strip("\n"), start


def page(fields: Fields, slug: str, body: str, body_line: int) -> Prose:
    """Return our text for a page, a category, a level or a facet."""
    found = Prose(
        slug=slug,
        title=fields.text("title", required=True),
        summary=fields.text("summary", required=True),
        body=body,
        advice=fields.text("advice"),
        purpose=fields.text("purpose"),
        path=fields.sink.origin,
        body_line=body_line + 1,
        lines=fields.lines(),
    )
    fields.done()
    return found


def attack(fields: Fields, slug: str, body: str, body_line: int) -> AttackEntry:
    """Return one entry of the attack database."""
    applies = fields.below("applies_to")
    entry = AttackEntry(
        slug=slug,
        title=fields.text("title", required=True),
        kind=fields.choice("kind", KINDS, required=True),
        date=fields.partial_day("date", required=True),
        summary=fields.text("summary", required=True),
        affected=fields.text("affected"),
        fixed=fields.text("fixed"),
        confidence=fields.choice("confidence", CONFIDENCES, required=True),
        cve=_cves(fields),
        frameworks=fields.texts("frameworks"),
        references=references(fields),
        applies_rules=applies.texts("rules") if applies else (),
        applies_facets=applies.members("facets", Facet) if applies else (),
        applies_categories=applies.members("categories", Category) if applies else (),
        proxy_helps=fields.choice("proxy_helps", HELPS, required=True),
        prevention=fields.text("prevention"),
        patterns=fields.texts("patterns"),
        checked_on=fields.partial_day("checked_on"),
        body=body,
        path=fields.sink.origin,
        body_line=body_line + 1,
        lines=fields.lines(),
    )
    for part in (applies, fields):
        if part is not None:
            part.done()
    return entry


def _cves(fields: Fields) -> tuple[str, ...]:
    found = fields.texts("cve")
    for value in found:
        if not _CVE.fullmatch(value):
            fields.wrong("cve", "ids like CVE-2025-12345", f'"{value}"')
    return found


def faq(fields: Fields, slug: str, body: str, body_line: int) -> FaqEntry:
    """Return one question with its texts, one per `## case` heading of the body."""
    entry = FaqEntry(
        slug=slug,
        scope=fields.choice("scope", SCOPES, required=True),
        order=fields.whole("order", 0, MAX_ORDER, required=True),
        question=fields.text("question", required=True),
        cases=_cases(body, fields.sink, body_line),
        path=fields.sink.origin,
        lines=fields.lines(),
    )
    fields.done()
    return entry


def _cases(body: str, sink: Sink, first: int) -> tuple[FaqCase, ...]:
    """Return the cases; text before the first heading has no case and is reported."""
    sink.first_line = 1
    found: dict[str, tuple[int, list[str]]] = {}
    current: list[str] | None = None
    fenced = False
    for number, line in enumerate(body.split("\n"), first):
        fenced ^= line.startswith("```")
        heading = None if fenced else _CASE.fullmatch(line)
        if heading:
            case = heading["case"]
            if case in found:
                sink.report("duplicate-case", f"{case} (expected once, got again)", number)
            current = found.setdefault(case, (number, []))[1]
        elif current is not None:
            current.append(line)
        elif line.strip():
            got = f'"{line[:40]}"'
            sink.report("case", f"text before the first case (expected ## case, got {got})", number)
    for case, (number, lines) in found.items():
        if not any(line.strip() for line in lines):
            sink.report("case", f"{case} (expected a text, got nothing)", number)
    return tuple(
        FaqCase(case, "\n".join(lines).strip(), number + 1, number + 2 + _blank(lines))
        for case, (number, lines) in found.items()
    )


def _blank(lines: list[str]) -> int:
    """Return how many blank lines stand in front of a text."""
    return next((n for n, line in enumerate(lines) if line.strip()), 0)
