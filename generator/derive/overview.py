"""All summaries and the content to the index: what spans servers. Called through catalogue.py.

Nothing here holds an entry, so it runs over hundreds of thousands of tools in small memory.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.derive import answers, drift, related, summaries, timeline
from generator.derive.texts import texts
from generator.model import Index, RuleFacts
from generator.model.derived import in_order
from generator.model.kinds import cells, kinds
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import (
        Accuracy,
        Change,
        Content,
        Miss,
        PolicyRow,
        Rule,
        ServerSummary,
        ToolSummary,
    )
    from generator.taxonomy import Category

_RULE_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on the labelled tools, and the policy table: printed, not derived."""

    accuracy: tuple[Accuracy, ...] = ()
    confusion: tuple[tuple[Category, Category, int], ...] = ()
    misses: tuple[Miss, ...] = ()
    labelled: tuple[tuple[str, int, int], ...] = ()
    """(rule id, hits on labelled tools, right ones)."""
    policy_table: tuple[PolicyRow, ...] = ()


def index(
    content: Content,
    servers: Sequence[ServerSummary],
    tools: Sequence[ToolSummary],
    *,
    changes: Sequence[Change],
    ruleset: str,
    measured: Measured | None = None,
) -> Index:
    """Return what spans servers; the order of the summaries given does not matter."""
    measured = measured or Measured()
    ordered = in_order(tools)
    counts = related.facts(content.attacks, ordered)
    words = texts(content.rules, content.attacks, content.faq, content.pages)
    observed = sum(1 for server in servers if server.state is State.OBSERVED)
    return Index(
        site=content.site,
        ruleset=ruleset,
        servers=tuple(sorted(servers, key=lambda s: (s.title.casefold(), s.slug))),
        tools=ordered,
        rules=content.rules,
        attacks=content.attacks,
        faq=content.faq,
        pages=content.pages,
        changes=drift.in_order(changes),
        rule_facts=rule_facts(content.rules, ordered, measured),
        attack_facts=counts,
        accuracy=measured.accuracy,
        confusion=measured.confusion,
        misses=measured.misses,
        policy_table=measured.policy_table,
        matrix=summaries.in_order(cells(ordered)),
        category_answers=answers.category_answers(words, servers, ordered),
        level_answers=answers.level_answers(words, servers, ordered),
        attack_answers=answers.attack_answers(words, counts),
        site_answers=answers.site_answers(words, content.site, observed, len(ordered)),
        timeline=timeline.rows(span for server in servers for span in server.spans),
    )


def words(content: Content, ruleset: str) -> Index:
    """Return an index of no servers: what every page of one server needs beside the server."""
    return Index(
        site=content.site,
        ruleset=ruleset,
        servers=(),
        tools=(),
        rules=content.rules,
        attacks=content.attacks,
        faq=content.faq,
        pages=content.pages,
        changes=(),
    )


def rule_facts(
    rules: Sequence[Rule], tools: Sequence[ToolSummary], measured: Measured
) -> tuple[RuleFacts, ...]:
    """Return how often each rule hits, its riskiest tools, and how it does on labelled tools."""
    hits: Counter[str] = Counter()
    servers: dict[str, set[str]] = {}
    examples: dict[str, list[int]] = {}
    for kind, ranks in kinds(tools).items():
        owners = {tools[rank].server for rank in ranks}
        for rule in kind.rules:
            hits[rule] += len(ranks)
            servers.setdefault(rule, set()).update(owners)
            examples.setdefault(rule, []).extend(ranks[:_RULE_EXAMPLES])
    labelled = {rule: (found, right) for rule, found, right in measured.labelled}
    return tuple(
        RuleFacts(
            rule.id,
            hits[rule.id],
            len(servers.get(rule.id, ())),
            tuple(tools[rank] for rank in sorted(examples.get(rule.id, ()))[:_RULE_EXAMPLES]),
            *labelled.get(rule.id, (0, 0)),
        )
        for rule in rules
    )
