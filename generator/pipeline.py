"""Content folders to the whole catalogue: load, assess, draft, derive, render, in that order.

Called by the command line and the preview. It calls the rooms and adds no logic of its own. The
work on one server depends on nothing but the server and the Workshop, so it may run in any
process and any order; the index that spans servers comes after, and rendering last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from generator import content as content_room
from generator import lint
from generator import pipeline_crew as crew
from generator.classify import engine, registry
from generator.classify.view import context_of
from generator.definition import tool_from
from generator.derive import answers, catalogue, overview, texts
from generator.errors import Location, Problem, in_order
from generator.model import EarlierTool, ToolPolicyFacts
from generator.policy import formats, table
from generator.policy.draft import decision_words, draft, method_decisions, profile_effects
from generator.policy.samples import call_template, dry_runs
from generator.render import build as render
from generator.render import site, verify
from generator.taxonomy import Profile

__all__ = [
    "Built",
    "Loaded",
    "Workshop",
    "assessed",
    "at_base_url",
    "build",
    "load",
    "server_entry",
    "verified",
]

_WITHOUT_CLIENT = 3
"""`<server>.<profile>.yaml` has three parts; a client's name comes between as a fourth."""

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from generator.classify.registry import Rulebook
    from generator.derive.texts import Texts
    from generator.model import (
        Assessment,
        Content,
        Index,
        Override,
        Policy,
        Rendered,
        Server,
        ServerEntry,
        Tool,
    )
    from generator.render.files import File


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the work on any one server needs beside the server itself."""

    book: Rulebook
    texts: Texts
    names: Mapping[str, frozenset[str]]
    """Tool names of the catalogue and the servers that have them."""
    overrides: Mapping[str, tuple[Override, ...]]
    today: date


@dataclass(frozen=True, slots=True)
class Loaded:
    """Content, and what working on it needs; `workshop` is None when the rules are not sound."""

    content: Content
    workshop: Workshop | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: problems and an untouched folder, or counts and what was written."""

    problems: tuple[Problem, ...]
    servers: int
    tools: int
    report: render.BuildReport


def load(folders: Sequence[Path], today: date) -> Loaded:
    """Return what the folders hold and everything that is wrong in and between their files."""
    content, problems = content_room.load(folders)
    loaded = prepared(content, today)
    return replace(loaded, problems=tuple(in_order([*problems, *loaded.problems])))


def prepared(content: Content, today: date) -> Loaded:
    """Return content with what working on it needs, and what is wrong between its parts."""
    problems = [*lint.check(content, today), *answers.problems(content.faq)]
    try:
        book = registry.rulebook(content.rules)
    except ValueError as error:
        place = Location("content/rules")
        problems += [Problem("rules.unsound", place, part) for part in str(error).split("; ")]
        return Loaded(content, None, tuple(in_order(problems)))
    return Loaded(content, workshop(content, book, today), tuple(in_order(problems)))


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
    observed = server.is_observed
    policies = tuple(draft(server, assessments, profile) for profile in Profile if observed)
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
    if server.snapshot is None:
        return []
    context = context_of(server, shop.names)
    found = []
    for old in server.snapshot.replaced:
        tool = tool_from(server.slug, old.definition, digest=old.sha256)
        rated = engine.assess_tool(tool, context, shop.book)
        found.append(EarlierTool(tool, rated, old.first_on, old.last_on, old.version))
    return found


def build(loaded: Loaded, out: Path, templates: Path, jobs: int = 1) -> Built:
    """Make every page and put it in place; with problems nothing is written.

    Raises:
        BuildError: the folder cannot be written or holds something else than a site.
    """
    content, shop = loaded.content, loaded.workshop
    if shop is None:
        return Built((), 0, 0, render.BuildReport(0, 0, 0, 0))
    make = partial(server_entry, shop=shop)
    if jobs > 1 and len(content.servers) > 1:
        with crew.Crew(content.servers, make, templates, jobs) as workers:
            return _written(content, shop, workers.parts(), workers.files, out)
    entries, part = crew.made(content.servers, make)

    def files(index: Index) -> Iterator[File]:
        return site.files(index, crew.finished(entries, index), templates)

    return _written(content, shop, [part], files, out)


def _written(
    content: Content,
    shop: Workshop,
    parts: Sequence[crew.Part],
    files: Callable[[Index], Iterator[File]],
    out: Path,
) -> Built:
    """Put the files of all parts in place, unless one of them has a problem."""
    servers = [summary for part in parts for summary in part.servers]
    tools = [summary for part in parts for summary in part.tools]
    problems = in_order([problem for part in parts for problem in part.problems])
    if problems:
        report = render.BuildReport(0, 0, 0, 0)
        return Built(tuple(problems), len(servers), len(tools), report)
    index = _index(content, shop, parts)
    return Built((), len(servers), len(tools), render.write(files(index), out))


def _index(content: Content, shop: Workshop, parts: Sequence[crew.Part]) -> Index:
    return overview.index(
        content,
        [summary for part in parts for summary in part.servers],
        [summary for part in parts for summary in part.tools],
        changes=[change for part in parts for change in part.changes],
        ruleset=shop.book.ruleset,
        measured=_measured(content),
    )


def data_files(loaded: Loaded) -> Iterator[File]:
    """Yield what programs ask for, made in memory: no page is rendered, nothing is written."""
    shop = loaded.workshop
    if shop is None:
        return
    entries, part = crew.made(loaded.content.servers, partial(server_entry, shop=shop))
    index = _index(loaded.content, shop, [part])
    yield from site.data_files(index, crew.finished(entries, index))


def _measured(content: Content) -> overview.Measured:
    """Return what methodology and rule pages print beside the derived facts."""
    found = content.measurement
    if found is None:
        return overview.Measured(policy_table=table.rows())
    return overview.Measured(
        accuracy=found.accuracy,
        confusion=found.confusion,
        misses=found.misses,
        labelled=found.labelled,
        policy_table=table.rows(),
    )


def verified(out: Path, jobs: int = 1) -> list[Problem]:
    """Return everything that is wrong with a built site, its policies included."""
    return verify.verify(out, _policy_problems, jobs)


def _policy_problems(name: str, text: str) -> list[Problem]:
    """Return what the check of a policy's own format says; its client is in the file's name."""
    words = name.rpartition("/")[2].split(".")
    client = words[2] if len(words) > _WITHOUT_CLIENT else "intercept"
    target = next((one for one in formats.FORMATS if one.name == client), None)
    if target is None:
        message = f'the file (expected the name of a format, got "{client}")'
        return [Problem("policy.format", Location(name), message)]
    return [
        replace(one, location=Location(name, one.location.line, one.location.pointer))
        for one in target.check(text)
    ]


def at_base_url(loaded: Loaded, base_url: str) -> Loaded:
    """Return the same content for a site published at another address."""
    site = replace(loaded.content.site, base_url=base_url)
    return replace(loaded, content=replace(loaded.content, site=site))
