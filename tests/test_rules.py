"""Every rule hits what its file says it hits, and misses what it says it misses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rulefiles import book, rules, server

from generator.classify import ledger
from generator.classify.engine import assess_tool
from generator.classify.view import Context
from generator.taxonomy import Status

if TYPE_CHECKING:
    from generator.model import RuleExample

EXAMPLES = [
    pytest.param(rule.id, example, id=f"{rule.id}-{number}")
    for rule in rules()
    for number, example in enumerate(rule.examples)
]


@pytest.mark.parametrize(("rule_id", "example"), EXAMPLES)
def test_example(rule_id: str, example: RuleExample) -> None:
    """A rule's examples are its tests."""
    assessment = assess_tool(server("demo", [example.tool]).tools[0], Context(), book())
    records = [*assessment.signals, *(s for m in assessment.methods for s in m.signals)]
    hits = {s.rule for s in records if s.status is not Status.SUPPRESSED} | {
        finding.rule for finding in assessment.findings
    }
    assert (rule_id in hits) is example.expected, example.note


@pytest.mark.parametrize(
    "context",
    [
        Context(),
        Context(remote=True, unauthenticated_remote=True),
        Context(uniform_hints=True, affixes=frozenset({"file", "page", "user"})),
    ],
    ids=["plain", "open", "uniform"],
)
def test_who_is_not_asked_has_nothing_to_say(
    monkeypatch: pytest.MonkeyPatch, context: Context
) -> None:
    """Asking every rule about every example gives the very rating that needs lead to."""
    raws = [example.tool for rule in rules() for example in rule.examples]
    tools = server("demo", raws).tools
    asked = [assess_tool(tool, context, book()) for tool in tools]
    monkeypatch.setattr(ledger, "asked", lambda ids, _: ids)
    assert [assess_tool(tool, context, book()) for tool in tools] == asked
