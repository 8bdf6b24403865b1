"""Content folders to the whole catalogue: load, assess, draft, derive, render, in that order.

Called by the command line and the preview. It calls the rooms and adds no logic of its own. The
work on one server depends on nothing but the server and the words of the catalogue, so it may run
in any process and any order; `pipeline_build.py` is the way of a whole site.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator import content as content_room
from generator import content_listing, lint
from generator.classify import registry
from generator.derive import answers, catalogue, overview
from generator.errors import Location, Problem, Severity, in_order
from generator.executors import run_unordered, share
from generator.executors.installed import installed
from generator.pipeline_build import build as build_site
from generator.pipeline_entries import Workshop, assessed, server_entry, workshop
from generator.pipeline_job import Built, Means, Plan
from generator.pipeline_store import Store
from generator.pipeline_tasks import policy_problems
from generator.pipeline_units import Unit
from generator.policy import table
from generator.render import site, verify
from generator.render.hold import hold, is_half_done

__all__ = [
    "Built",
    "Loaded",
    "Means",
    "Plan",
    "Store",
    "Workshop",
    "assessed",
    "at_base_url",
    "build_site",
    "hold",
    "is_half_done",
    "linted",
    "load",
    "planned",
    "server_entry",
    "verified",
]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor
    from datetime import date
    from pathlib import Path

    from generator.classify.registry import Rulebook
    from generator.model import Content, Index, ServerEntry
    from generator.render.files import File
    from generator.render.verify import Result, Task, Verdict


@dataclass(frozen=True, slots=True)
class Loaded:
    """Content, and what working on it needs; `workshop` is None when the rules are not sound."""

    content: Content
    workshop: Workshop | None
    problems: tuple[Problem, ...]


def load(folders: Sequence[Path], today: date) -> Loaded:
    """Return what the folders hold and everything that is wrong in and between their files."""
    content, problems = content_room.load(folders)
    loaded = prepared(content, today)
    return replace(loaded, problems=tuple(in_order([*problems, *loaded.problems])))


def prepared(content: Content, today: date) -> Loaded:
    """Return content with what working on it needs, and what is wrong between its parts."""
    problems = [*lint.check(content, today), *answers.problems(content.faq)]
    book, unsound = _book(content)
    shop = workshop(content, book, today) if book else None
    return Loaded(content, shop, tuple(in_order([*problems, *unsound])))


def _book(content: Content) -> tuple[Rulebook | None, list[Problem]]:
    try:
        return registry.rulebook(content.rules), []
    except ValueError as error:
        place = Location("content/rules")
        return None, [Problem("rules.unsound", place, part) for part in str(error).split("; ")]


@dataclass(frozen=True, slots=True)
class Linted:
    """What is wrong in and between the files of content folders, and how much there is."""

    problems: tuple[Problem, ...]
    servers: int
    tools: int
    rules: int
    attacks: int
    questions: int


def linted(folders: Sequence[Path], today: date) -> Linted:
    """Return everything that is wrong in and between the files; holds one server at a time.

    Raises:
        ContentError: a folder is missing or a file cannot be read.
    """
    content, found = content_room.load_words(folders)
    found += _in_words(content, today)
    listed, misnamed = content_listing.servers(folders)
    found += misnamed
    rules = frozenset(rule.id for rule in content.rules)
    named, tools = [], 0
    for files in listed.values():
        server, overrides, wrong = content_room.read_server(files)
        found += wrong
        if server is not None:
            found += lint.check_server(server, overrides, rules, today)
            named.append((server.spec.name, server.spec.path))
            tools += len(server.tools)
    return Linted(
        problems=tuple(in_order([*found, *lint.check_names(named)])),
        servers=len(named),
        tools=tools,
        rules=len(content.rules),
        attacks=len(content.attacks),
        questions=len(content.faq),
    )


def _in_words(content: Content, today: date) -> list[Problem]:
    _, unsound = _book(content)
    return [*lint.check_words(content, today), *answers.problems(content.faq), *unsound]


# ------------------------------------------------------------------------------- a site


def planned(
    folders: Sequence[Path], out: Path, templates: Path, today: date
) -> tuple[Plan | None, list[Problem]]:
    """Return the plan of a site from folders, its servers unread, and what is wrong with the rest.

    With an error there is no plan, and the problems are those of all files.

    Raises:
        ContentError: a folder is missing or a file cannot be read.
    """
    content, found = content_room.load_words(folders)
    listed, misnamed = content_listing.servers(folders)
    found = in_order([*found, *_in_words(content, today), *misnamed])
    if any(one.severity is Severity.ERROR for one in found):
        # Whoever mends files wants to hear of all of them, and not of the first kind first.
        return None, list(linted(folders, today).problems)
    units = tuple(Unit(slug, files) for slug, files in listed.items())
    plan = Plan(
        content=content,
        units=units,
        out=out,
        templates=templates,
        today=today,
        program=installed(),
        measured=_measured(content),
    )
    return plan, found


# ------------------------------------------------------------------------------- data alone


def data_files(loaded: Loaded) -> Iterator[File]:
    """Yield what programs ask for, made in memory: no page is rendered, nothing is written."""
    shop = loaded.workshop
    if shop is None:
        return
    entries = [server_entry(server, shop)[0] for server in loaded.content.servers]
    index = _index(loaded.content, shop, entries)
    yield from site.data_files(index, _finished(entries, index))


def _index(content: Content, shop: Workshop, entries: Sequence[ServerEntry]) -> Index:
    return overview.index(
        content,
        [entry.summary for entry in entries],
        [tool.summary for entry in entries for tool in entry.tools],
        changes=[change for entry in entries for change in entry.changes],
        ruleset=shop.book.ruleset,
        measured=_measured(content),
    )


def _finished(entries: Iterable[ServerEntry], index: Index) -> Iterator[ServerEntry]:
    near, titles = catalogue.neighbours(index.tools), catalogue.titles(index.servers)
    for entry in entries:
        tools = [item.summary for item in entry.tools]
        around = catalogue.surroundings(entry.summary, tools, near, titles)
        yield catalogue.finish(entry, around)


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


def verified(out: Path, executor: Executor) -> Verdict:
    """Return everything that is wrong with a built site, its policies included."""

    def run(
        function: Callable[..., Result], tasks: Iterable[Task], *given: object
    ) -> Iterator[Result]:
        shared = tuple(share(executor, one) for one in given)
        return run_unordered(executor, function, tasks, given=shared)

    return verify.verify(out, policy_problems, run)


def at_base_url(plan: Plan, base_url: str) -> Plan:
    """Return the same plan for a site published at another address."""
    content = replace(plan.content, site=replace(plan.content.site, base_url=base_url))
    return replace(plan, content=content)
