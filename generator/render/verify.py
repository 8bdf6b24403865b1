"""The built site to Problems: links, safety, form, truth and sizes, as the site's contract says.

Reads files only; needs neither content nor network. Called by the pipeline. The folder is checked
lot by lot, as a build checks what it makes, so that no more than a lot's pages are in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from generator.errors import Location, Problem, in_order
from generator.render.checks import folder as shelf
from generator.render.checks import lot, markup, rings
from generator.render.checks.across import Across, Closed
from generator.render.checks.lot import Expected, LotFacts
from generator.render.checks.named import named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from generator.render.checks.pile import CheckPolicy

Task = TypeVar("Task")
Result = TypeVar("Result")

_BATCH = 8
"""Lots of one task."""


class Run(Protocol):
    """How tasks are run: here, or spread over processes, in any order."""

    def __call__(
        self, function: Callable[..., Result], tasks: Iterable[Task], *given: object
    ) -> Iterable[Result]:
        """Return `function(*given, task)` of each task."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a site, sorted by file, and how much was looked at."""

    problems: list[Problem]
    files: int
    pages: int


class _Setting(NamedTuple):
    """What is the same for every lot."""

    folder: Path
    expected: Expected
    check_policy: CheckPolicy | None


class _Task(NamedTuple):
    """Some lots: the number of the first, the places of each, and facts where they are known."""

    first: int
    lots: Sequence[tuple[str, ...]]
    facts: Sequence[LotFacts] = ()


def here(
    function: Callable[..., Result], tasks: Iterable[Task], *given: object
) -> Iterator[Result]:
    """Run tasks in this process."""
    return (function(*given, task) for task in tasks)


def verify(folder: Path, check_policy: CheckPolicy | None = None, run: Run = here) -> Verdict:
    """Return everything that is wrong with a built site.

    `check_policy` takes a policy's file name and text and returns what its format's check says;
    with processes it must be a function of a module.
    """
    if not (folder / "index.html").is_file():
        message = "expected a built site, found no index.html"
        return Verdict([Problem("truth.site", Location(str(folder)), message)], 0, 0)
    found: list[Problem] = []
    places = shelf.lots(folder, found)
    setting = _Setting(folder, _expected(folder), check_policy)
    tasks = (_Task(at, places[at : at + _BATCH]) for at in range(0, len(places), _BATCH))
    facts = _facts(run(_checked, tasks, setting), found)
    gathered = Across()
    for one in facts.values():
        gathered.add(one)
    whole = gathered.close()
    whole.unreached = rings.unreached([one.rings for one in facts.values()])
    found += gathered.sizes()
    # Which process named a lot, and when, makes no difference: problems are sorted.
    wrong = (_Task(at, [places[at]], [one]) for at, one in facts.items() if whole.is_wrong(one))
    for problems in run(_named, wrong, setting, whole):
        found += problems
    return Verdict(in_order(found), len(whole.paths), len(whole.titles))


def _expected(folder: Path) -> Expected:
    """Return what the front page says that all pages must agree with."""
    for file in shelf.files(folder, shelf.Read(["index.html"])):
        front = markup.read(file.data.decode(errors="replace"))
        return Expected(front.csp, front.canonical)
    return Expected("", "")


def _facts(
    checked: Iterable[tuple[int, list[LotFacts]]], found: list[Problem]
) -> dict[int, LotFacts]:
    """Return the facts of each lot by its number, and add their problems."""
    facts: dict[int, LotFacts] = {}
    for first, some in checked:
        for at, one in enumerate(some, first):
            facts[at] = one
            found += one.problems
    return facts


def _checked(setting: _Setting, task: _Task) -> tuple[int, list[LotFacts]]:
    """Return what the files of some lots show by themselves."""
    return task.first, [_check(setting, places) for places in task.lots]


def _check(setting: _Setting, places: tuple[str, ...]) -> LotFacts:
    read = shelf.opened(setting.folder, places)
    files = shelf.files(setting.folder, read)
    facts = lot.check(files, setting.expected, setting.check_policy, read.beside)
    return replace(facts, problems=(*facts.problems, *read.problems))


def _named(setting: _Setting, whole: Closed, task: _Task) -> list[Problem]:
    """Return what is wrong with lots because of others."""
    found: list[Problem] = []
    for places, facts in zip(task.lots, task.facts, strict=True):
        read = shelf.opened(setting.folder, places)
        files = shelf.files(setting.folder, read)
        found += named(files, setting.expected, whole, facts, read.beside)
    return found
