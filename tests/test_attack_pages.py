"""The attack database: the picture of shared preconditions, the ways to look up, lists of tools."""

from __future__ import annotations

from dataclasses import replace

import pytest
import site_sample

from generator.model import AttackFacts, ToolSummary
from generator.render import frameworks
from generator.render.blocks.exposure import exposure
from generator.render.context import Context
from generator.render.pages import attack, attacks_lookup, tool_list

INDEX = site_sample.catalogue().index


def _shared(count: int) -> AttackFacts:
    """Return the facts of the first entry when so many tools share its preconditions."""
    first = INDEX.tools[0]
    tools: tuple[ToolSummary, ...] = tuple(replace(first, name=f"t{n}") for n in range(count))
    return AttackFacts(INDEX.attacks[0].slug, count, 1, tools, ((first.server, count),))


@pytest.mark.parametrize(
    ("expected", "identity"),
    [
        ("OWASP MCP03 Tool Poisoning", "OWASP-MCP:MCP03"),
        ("OWASP ASI08 Cascading Failures", "OWASP-ASI:ASI08"),
        ("ATLAS AML.T0051 LLM Prompt Injection", "ATLAS:AML.T0051"),
        ("ATLAS AML.T9999", "ATLAS:AML.T9999"),
        ("CWE-78", "CWE-78"),
    ],
)
def test_ids_of_frameworks_come_with_their_titles(expected: str, identity: str) -> None:
    """An id without a known title prints as it is."""
    assert expected == frameworks.named(identity)


def test_bars_follow_the_largest_count_and_carry_their_figures() -> None:
    """The picture can be read without colour and without the picture."""
    slugs = [entry.slug for entry in INDEX.attacks][:2]
    facts = tuple(
        replace(_shared(count), attack=slug) for slug, count in zip(slugs, (40, 10), strict=False)
    )
    picture = exposure(Context(replace(INDEX, attack_facts=facts)), "../")
    assert [(row.tools, row.width) for row in picture.first] == [("40", 1000), ("10", 250)]
    assert picture.first[0].label == "40 tools of 1 server"


def test_entries_can_be_looked_up_by_year_and_framework() -> None:
    """Each entry stands under its year and under each of its ids."""
    entry = replace(INDEX.attacks[0], date="2025-04-01", frameworks=("OWASP-MCP:MCP03",))
    found = attacks_lookup.page(Context(replace(INDEX, attacks=(entry,))))
    words = {index.anchor: [group.word for group in index.groups] for index in found.indexes}
    assert words["by-year"] == ["2025"]
    assert words["by-owasp-mcp"] == ["OWASP MCP03 Tool Poisoning"]


def test_many_tools_get_a_list_in_parts_and_few_stay_on_the_page() -> None:
    """An entry counts its tools and servers, and leads to all of them."""
    context, entry = Context(INDEX), INDEX.attacks[0]
    few, many = _shared(10), _shared(90)
    assert attack.page(context, entry, few).all_tools.text == ""
    assert list(tool_list.of_attack(context, entry, few)) == []
    page = attack.page(context, entry, many)
    assert page.all_tools.text == "All 90 tools, by server"
    assert [fact.value for fact in page.servers] == ["90 tools"]
    first, *parts = [later.page() for later in tool_list.of_attack(context, entry, many)]
    assert first.tools.caption == "The 70 riskiest of 90 tools."
    assert sum(len(part.tools.rows) for part in parts) == 90
    assert "not about their authors" in str(first.lede)
