"""The policies of the whole catalogue: every file verifies, every open tool has a passing call."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator import content
from generator.classify import engine, registry
from generator.policy import draft, samples
from generator.policy.evaluate import decision_of, rules_of
from generator.policy.formats import FORMATS, render
from generator.taxonomy import Decision, Profile, Status

if TYPE_CHECKING:
    from generator.model import Assessment, Policy, Server

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def catalogue() -> list[tuple[Server, tuple[Assessment, ...], Policy]]:
    """Return the observed servers with their assessments and balanced policies."""
    loaded, _ = content.load([ROOT / "content"])
    book = registry.rulebook(loaded.rules)
    found = []
    for server in loaded.servers:
        if server.is_observed:
            rated = engine.assess_server(server, book, today=date(2026, 11, 24))
            found.append((server, rated, draft.draft(server, rated, Profile.BALANCED)))
    return found


def test_every_file_of_every_server_verifies(
    catalogue: list[tuple[Server, tuple[Assessment, ...], Policy]],
) -> None:
    """100 % of the real servers, in every format."""
    refused = [
        str(problem)
        for _, _, policy in catalogue
        for fmt in FORMATS
        for problem in render(policy, fmt)[1]
    ]
    assert refused == []


def test_every_open_tool_has_a_passing_and_a_stopped_call(
    catalogue: list[tuple[Server, tuple[Assessment, ...], Policy]],
) -> None:
    """A tool that is not held back shows both; the others show why not."""
    for server, _, policy in catalogue:
        for tool in server.tools:
            allowed, blocked, why_not = samples.dry_runs(policy, tool)
            decision = decision_of(rules_of(policy, tool.name))
            is_open = decision is not None and (
                decision.kind == "allow"
                or (decision.kind == "ask" and decision.fallback is Decision.ALLOW)
            )
            assert (allowed is not None) == is_open, (server.slug, tool.name, why_not)
            assert blocked is not None
            assert bool(why_not) != is_open


def test_rules_answer_applied_signals(
    catalogue: list[tuple[Server, tuple[Assessment, ...], Policy]],
) -> None:
    """Every reason is the id of a signal that counted, or of a finding in the text."""
    for server, rated, policy in catalogue:
        known: dict[str, set[str]] = {}
        for tool, one in zip(server.tools, rated, strict=True):
            counted = {s.rule for s in one.signals if s.status is not Status.SUPPRESSED}
            known.setdefault(tool.name, set()).update(counted, (f.rule for f in one.findings))
        for rule in policy.rules:
            if rule.tool in known:
                assert set(rule.because) <= known[rule.tool], (server.slug, rule)
