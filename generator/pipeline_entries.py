"""One server to its entry: rated, its policies drafted and rendered, and what follows from them.

Called for every server of a build, in any process and any order, and by the command line for
single servers. It calls the rooms and adds no logic of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator import lint
from generator.classify import engine
from generator.classify.view import context_of
from generator.definition import tool_from
from generator.derive import catalogue, texts
from generator.model import EarlierTool, ToolPolicyFacts
from generator.policy import formats
from generator.policy.draft import decision_words, drafts, method_decisions, profile_effects
from generator.policy.samples import call_template, dry_runs
from generator.taxonomy import Profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from generator.classify.registry import Rulebook
    from generator.derive.texts import Texts
    from generator.errors import Problem
    from generator.model import (
        Assessment,
        Content,
        Override,
        Policy,
        Rendered,
        Server,
        ServerEntry,
        Tool,
    )


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the work on any one server needs beside the server itself."""

    book: Rulebook
    texts: Texts
    names: Mapping[str, frozenset[str]]
    """Tool names of the catalogue and the servers that have them."""
    overrides: Mapping[str, tuple[Override, ...]]
    today: date


def workshop(content: Content, book: Rulebook, today: date) -> Workshop:
    """Return what the work on each server needs, gathered once."""
    names: dict[str, set[str]] = {}
    for server in content.servers:
        for tool in server.tools:
            names.setdefault(tool.name, set()).add(server.slug)
    overrides: dict[str, tuple[Override, ...]] = {}
    for override in content.overrides:
        overrides[override.server] = (*overrides.get(override.server, ()), override)
    return Workshop(
        book=book,
        texts=texts.texts(content.rules, content.attacks, content.faq, content.pages),
        names={name: frozenset(servers) for name, servers in names.items()},
        overrides=overrides,
        today=today,
    )


def assessed(server: Server, shop: Workshop) -> tuple[Assessment, ...]:
    """Return the rating of each tool of a server, with its corrections."""
    return engine.assess_server(
        server,
        shop.book,
        shop.overrides.get(server.slug, ()),
        today=shop.today,
        catalogue_names=shop.names,
    )


def server_entry(server: Server, shop: Workshop) -> tuple[ServerEntry, list[Problem]]:
    """Return all about one server, and the reasons why a policy of it does not verify."""
    assessments = assessed(server, shop)
    policies = drafts(server, assessments) if server.is_observed else ()
    rendered, problems = _rendered(policies)
    problems += lint.check_reasons(assessments)
    instructions = server.snapshot.instructions if server.snapshot else ""
    entry = catalogue.server_entry(
        server,
        assessments,
        policies,
        rendered,
        facts=[
            _policy_facts(*both, policies) for both in zip(server.tools, assessments, strict=True)
        ],
        texts=shop.texts,
        instructions_findings=engine.assess_text(instructions, shop.book),
        earlier=_earlier(server, shop),
    )
    return entry, problems


def _rendered(policies: Iterable[Policy]) -> tuple[list[Rendered], list[Problem]]:
    """Return each policy in each format; one that its own check refuses is a Problem."""
    found: list[Rendered] = []
    problems: list[Problem] = []
    for policy in policies:
        for target in formats.FORMATS:
            rendered, refused = formats.render(policy, target)
            found += [rendered] if rendered else []
            problems += refused
    return found, problems


def _policy_facts(
    tool: Tool, assessment: Assessment, policies: tuple[Policy, ...]
) -> ToolPolicyFacts:
    balanced = next((p for p in policies if p.profile is Profile.BALANCED), None)
    if balanced is None:
        return ToolPolicyFacts(decision="")
    allowed, blocked, reason = dry_runs(balanced, tool)
    return ToolPolicyFacts(
        decision=decision_words(balanced, tool.name),
        call_template=call_template(tool),
        allowed=allowed,
        blocked=blocked,
        no_dry_run=reason,
        method_decisions=method_decisions(balanced, tool, assessment),
        profile_effects=profile_effects(policies, tool.name),
    )


def _earlier(server: Server, shop: Workshop) -> list[EarlierTool]:
    """Return the replaced definitions, rated by today's rules as tools of the server of today."""
    if server.snapshot is None or not server.snapshot.replaced:
        return []
    context = context_of(server, shop.names)
    found = []
    for old in server.snapshot.replaced:
        tool = tool_from(server.slug, old.definition, digest=old.sha256)
        rated = engine.assess_tool(tool, context, shop.book)
        found.append(EarlierTool(tool, rated, old.first_on, old.last_on, old.version))
    return found
