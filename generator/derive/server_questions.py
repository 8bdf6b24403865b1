"""The questions of a server page: what its tools can do together, and what the policy does.

Every answer is about definitions that were observed; a server never observed says so instead.
Called by answers.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from generator.derive import defaults, tool_questions
from generator.latest import latest
from generator.taxonomy import Category, Facet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.derive.defaults import Defaults
    from generator.model import Assessment, Exposure, Server, Tool

NOT_OBSERVED = "not-observed"
EMPTY = "empty"

Pair: TypeAlias = "tuple[Tool, Assessment]"


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What the answers of one server may say."""

    server: Server
    pairs: Sequence[Pair]
    """Tools with their assessments, riskiest first."""
    defaults: Defaults
    exposure: Exposure | None

    def of(self, category: Category) -> list[Pair]:
        """Return the tools of a category, riskiest first."""
        return _by_category(self).get(category, [])

    def having(self, *facets: Facet) -> list[Pair]:
        """Return the tools with one of these facets, riskiest first."""
        return [pair for pair in self.pairs if not set(facets).isdisjoint(pair[1].facets)]

    def with_outcome(self, outcome: str) -> list[Pair]:
        """Return the tools with which the balanced policy does this, riskiest first."""
        return [p for p in self.pairs if self.defaults.of(p[0].name).outcome == outcome]

    @property
    def unattended(self) -> list[Pair]:
        """Return the tools that the locked profile lets through, riskiest first."""
        locked = self.defaults.locked_of
        return [p for p in self.pairs if locked(p[0].name).outcome == defaults.ALLOWED]

    @property
    def split(self) -> list[Pair]:
        """Return the tools of which the locked profile lets some methods through only."""
        locked = self.defaults.locked_of
        return [
            (tool, found)
            for tool, found in self.unattended
            if (passing := locked(tool.name).methods)
            and not passing >= {method.method for method in found.methods}
        ]


def _sorted_out(facts: ServerFacts) -> dict[Category, list[Pair]]:
    found: dict[Category, list[Pair]] = {}
    for pair in facts.pairs:
        found.setdefault(pair[1].category, []).append(pair)
    return found


_by_category = latest(_sorted_out, kept=1)
"""Most questions about a server are about its tools of one category."""


def _absent(facts: ServerFacts) -> str:
    """Return the case of a server without tools to speak about, empty when there are some."""
    if not facts.server.is_observed:
        return NOT_OBSERVED
    return "" if facts.server.tools else EMPTY


def _can(
    find: Callable[[ServerFacts], list[Pair]], weaker: Callable[[ServerFacts], list[Pair]]
) -> Callable[[ServerFacts], tuple[str, ...]]:
    """Return the choice of a "can it" question: yes, something weaker, or no."""

    def choose(facts: ServerFacts) -> tuple[str, ...]:
        if absent := _absent(facts):
            return (absent,)
        case = "yes" if find(facts) else "weaker" if weaker(facts) else "no"
        unclear = facts.of(Category.UNCLASSIFIED)
        return (case, "unclassified") if unclear and case != "yes" else (case,)

    return choose


def deleting(facts: ServerFacts) -> list[Pair]:
    """Return the tools that remove things for good."""
    return facts.of(Category.DESTRUCTIVE)


def overwriting(facts: ServerFacts) -> list[Pair]:
    """Return the tools that change things the same system can undo."""
    return facts.of(Category.WRITE)


def spending(facts: ServerFacts) -> list[Pair]:
    """Return the tools that move money."""
    return facts.of(Category.FINANCIAL)


def metered(facts: ServerFacts) -> list[Pair]:
    """Return the tools whose calls cost money."""
    return facts.having(Facet.METERED_COST)


def running(facts: ServerFacts) -> list[Pair]:
    """Return the tools that run what the caller supplies."""
    return facts.having(Facet.ARBITRARY_CODE)


def starting(facts: ServerFacts) -> list[Pair]:
    """Return the tools that start something."""
    return facts.of(Category.EXECUTE)


def sending(facts: ServerFacts) -> list[Pair]:
    """Return the tools that send or publish."""
    return facts.having(Facet.EGRESS, Facet.PUBLIC_SINK)


def reaching(facts: ServerFacts) -> list[Pair]:
    """Return the tools that contact an address which the caller names."""
    return facts.having(Facet.ARBITRARY_URL)


def _leak(facts: ServerFacts) -> tuple[str, ...]:
    if absent := _absent(facts):
        return (absent,)
    seen = facts.exposure
    legs = (seen.private_data, seen.untrusted_content, seen.way_out) if seen else ()
    found = sum(leg is not None for leg in legs)
    return ("all",) if found == 3 else ("some",) if found else ("none",)  # noqa: PLR2004 - legs


def _tools(facts: ServerFacts) -> tuple[str, ...]:
    if absent := _absent(facts):
        return (absent,)
    snapshot = facts.server.snapshot
    return ("counted",) if snapshot is None or snapshot.complete else ("counted", "partial")


def _enforce(facts: ServerFacts) -> tuple[str, ...]:
    absent = _absent(facts)
    if absent or facts.defaults.policy is None:
        return (absent or EMPTY,)
    cases = [tool_questions.start_case(facts.defaults), "edit"]
    cases += [o for o in (defaults.HIDDEN, defaults.WAITS) if facts.with_outcome(o)]
    return tuple(cases)


def _unattended(facts: ServerFacts) -> tuple[str, ...]:
    absent = _absent(facts)
    if absent or facts.defaults.policy is None:
        return (absent or EMPTY,)
    count = len(facts.unattended)
    if not count:
        return ("none",)
    case = "all" if count == len(facts.server.tools) else "some"
    return (case, "split") if facts.split else (case,)


_CAN = ("yes", "weaker", "no", "unclassified", EMPTY, NOT_OBSERVED)
QUESTIONS: dict[str, tuple[tuple[str, ...], Callable[[ServerFacts], tuple[str, ...]]]] = {
    "server-delete": (_CAN, _can(deleting, overwriting)),
    "server-spend": (_CAN, _can(spending, metered)),
    "server-run-code": (_CAN, _can(running, starting)),
    "server-send": (_CAN, _can(sending, reaching)),
    "server-leak": (("all", "some", "none", EMPTY, NOT_OBSERVED), _leak),
    "server-tools": (("counted", "partial", EMPTY, NOT_OBSERVED), _tools),
    "server-unattended": (("all", "some", "split", "none", EMPTY, NOT_OBSERVED), _unattended),
    "server-enforce": (
        (
            "start-package", "start-remote", "start-other", "edit",
            "hidden", "waits", EMPTY, NOT_OBSERVED,
        ),
        _enforce,
    ),
}  # fmt: skip


def riskiest_first(tools: Sequence[Tool], assessments: Sequence[Assessment]) -> list[Pair]:
    """Return the tools with their assessments, by score down, then by name."""
    both = zip(tools, assessments, strict=True)
    return sorted(both, key=lambda pair: (-pair[1].score, pair[0].name))
