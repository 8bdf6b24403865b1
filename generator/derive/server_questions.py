"""The questions of a server page: what its tools can do together, and what the policy does.

Every answer is about definitions that were observed; a server never observed says so instead.
Called by answers.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from generator.derive import defaults, sentences, tool_questions, tool_values, wording
from generator.derive.questions import Placeholder
from generator.taxonomy import Category, Facet, Level, State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.derive.defaults import Defaults
    from generator.model import Assessment, Exposure, Server, Tool

MOST_NAMES = 6
NOT_OBSERVED = "not-observed"
EMPTY = "empty"
_REASONS = {
    State.NEEDS_AUTH: "it asks for credentials before it lists them",
    State.FAILED_TO_START: "it did not start",
    State.TIMED_OUT: "it did not answer in time",
    State.PROTOCOL_ERROR: "its answers did not follow the protocol",
    State.TOO_LARGE: "its answer went beyond our limits",
    State.NOT_OBSERVED: "nobody has connected to it yet",
}


Pair: TypeAlias = "tuple[Tool, Assessment]"


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What the answers of one server may say."""

    server: Server
    pairs: Sequence[Pair]
    """Tools with their assessments, riskiest first."""
    defaults: Defaults
    exposure: Exposure | None

    def of(self, *categories: Category) -> list[Pair]:
        """Return the tools of these categories, riskiest first."""
        return [pair for pair in self.pairs if pair[1].category in categories]

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
_GROUPS = {
    "deleting": deleting,
    "overwriting": overwriting,
    "spending": spending,
    "metered": metered,
    "running": running,
    "starting": starting,
    "sending": sending,
    "reaching": reaching,
}
PLACEHOLDERS: dict[str, Placeholder] = {
    "server_title": Placeholder("the server's title, from its content file"),
    "server_slug": Placeholder("the server's slug"),
    "file": Placeholder("the name of the balanced Intercept file"),
    "locked_file": Placeholder("the name of the locked Intercept file"),
    "start": Placeholder("the pinned start command"),
    "url": Placeholder("the address of a hosted server"),
    "observed": Placeholder("the day of the observation"),
    "not_observed": Placeholder("why the tools were never listed"),
    "total": Placeholder("`20 tools`"),
    "levels": Placeholder("how many tools per level"),
    "tokens": Placeholder("estimated tokens of all definitions"),
    "headline": Placeholder("what the balanced policy does with all tools"),
    "legs": Placeholder("which parts of the combination are there, with a tool each"),
    "missing_legs": Placeholder("which parts of the combination are missing"),
    "hidden": Placeholder("the hidden tools as code spans"),
    "waiting": Placeholder("the tools that wait for a person as code spans"),
    "unattended": Placeholder("the tools that the locked profile allows as code spans"),
    "unattended_count": Placeholder("how many these are"),
    "split": Placeholder("those of them of which only some methods pass, as code spans"),
    "unclassified": Placeholder("the tools nobody could classify as code spans"),
    "example": Placeholder("the riskiest tool's name", is_crawled=True),
}
for _group, _find in _GROUPS.items():
    _meaning = str(_find.__doc__).removeprefix("Return ").rstrip(".")
    PLACEHOLDERS[_group] = Placeholder(f"{_meaning}, as code spans")
    PLACEHOLDERS[f"{_group}_count"] = Placeholder(f"how many: {_meaning}")
    PLACEHOLDERS[f"{_group}_policy"] = Placeholder(f"what the balanced policy does: {_meaning}")


def values(facts: ServerFacts) -> dict[str, str]:
    """Return every placeholder of the scope for one server; what does not apply is empty."""
    levels = Counter(found.level for _, found in facts.pairs)
    top = facts.pairs
    made = {
        **tool_values.start_values(facts.server, facts.defaults),
        "locked_file": f"{facts.server.slug}.locked.yaml",
        "not_observed": _reason(facts.server),
        "total": wording.counted(len(facts.server.tools), "tool"),
        "levels": wording.listed(
            [f"{wording.number(levels[lv])} {lv.title}" for lv in reversed(Level) if levels[lv]]
        ),
        "tokens": f"{facts.exposure.tokens:,}" if facts.exposure else "",
        "headline": sentences.server_headline(facts.defaults.of(t.name) for t, _ in top),
        "legs": _legs(facts.exposure),
        "missing_legs": _missing_legs(facts.exposure),
        "hidden": names(facts.with_outcome(defaults.HIDDEN)),
        "waiting": names(facts.with_outcome(defaults.WAITS)),
        "unattended": names(facts.unattended),
        "split": names(facts.split),
        "unattended_count": wording.counted(len(facts.unattended), "tool"),
        "unclassified": names(facts.of(Category.UNCLASSIFIED)),
        "example": wording.name(top[0][0].name) if top else "",
    }
    for group, find in _GROUPS.items():
        pairs = find(facts)
        made[group] = names(pairs)
        made[f"{group}_count"] = wording.counted(len(pairs), "tool")
        made[f"{group}_policy"] = sentences.policy_on(
            (facts.defaults.of(tool.name), found) for tool, found in pairs
        )
    return made


def names(pairs: Sequence[Pair]) -> str:
    """Return tool names as code spans, a few of them and a count."""
    return wording.codes((tool.name for tool, _ in pairs), MOST_NAMES)


def riskiest_first(tools: Sequence[Tool], assessments: Sequence[Assessment]) -> list[Pair]:
    """Return the tools with their assessments, by score down, then by name."""
    both = zip(tools, assessments, strict=True)
    return sorted(both, key=lambda pair: (-pair[1].score, pair[0].name))


def _reason(server: Server) -> str:
    snapshot = server.snapshot
    return _REASONS.get(snapshot.state if snapshot else State.NOT_OBSERVED, "")


def _all_legs(exposure: Exposure | None) -> list[tuple[str, str]]:
    """Return (what, the witness's name or nothing) for the three legs."""
    if exposure is None:
        return []
    return [
        (what, witness.tool if witness else "")
        for what, witness in (
            ("private data", exposure.private_data),
            ("text that others can write", exposure.untrusted_content),
            ("a way out", exposure.way_out),
        )
    ]


def _legs(exposure: Exposure | None) -> str:
    return wording.listed(
        [f"{what} ({wording.code(tool)})" for what, tool in _all_legs(exposure) if tool]
    )


def _missing_legs(exposure: Exposure | None) -> str:
    return wording.listed([what for what, tool in _all_legs(exposure) if not tool], "or")
