"""What follows from several tools or observations: changes, exposure, answers, summaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model.policy import DryRun
    from generator.model.rating import Assessment
    from generator.model.specs import ServerSpec
    from generator.model.tools import Tool
    from generator.model.wire import JsonObject
    from generator.taxonomy import (
        Category,
        ChangeClass,
        Confidence,
        Facet,
        Level,
        Profile,
        State,
        Verdict,
    )


@dataclass(frozen=True, slots=True)
class Observation:
    """One side of a comparison: the tools of a server as seen on a day, with their ratings."""

    server: str
    tools: tuple[Tool, ...]
    assessments: tuple[Assessment, ...] = ()
    """Parallel to `tools`; empty when nobody rated them."""
    version: str = ""
    """Package version, or what the server says of itself; empty when unknown."""
    observed_on: str = ""
    instructions: str = ""
    """What the server tells every client (c)."""


@dataclass(frozen=True, slots=True)
class EarlierTool:
    """A replaced definition of a tool, rated by today's rules, and when it was seen."""

    tool: Tool
    assessment: Assessment
    first_on: str
    last_on: str
    version: str


@dataclass(frozen=True, slots=True)
class LevelSpan:
    """How many tools of a server had a level from a day until another, empty for until now."""

    first_on: str
    until: str
    """The first day on which it was no longer so."""
    level: Level
    tools: int


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """The known tools of each level on one day, lowest level first, zero counts included."""

    day: str
    by_level: tuple[tuple[Level, int], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two observations of one tool or of the server (tool empty)."""

    server: str
    tool: str
    change_class: ChangeClass
    kind: str
    """E.g. `description`, `argument-added`, `level`, `tool-added`."""
    text: str
    """Our words; may hold an argument name (c)."""
    before: str
    after: str
    observed_on: str
    """The day of the later observation; in the history of a server, the last day on which the
    earlier definition was seen, which stays the same however often the server is crawled."""
    version_before: str = ""
    version_after: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A tool that shows one leg of an exposure, with its evidence (c)."""

    tool: str
    facet: Facet
    score: int
    quote: str
    server: str = ""
    """The server's slug; what tells witnesses apart in a stack of several servers."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the tools of a server, or a stack, can do together; facts, without a grade."""

    private_data: Witness | None
    untrusted_content: Witness | None
    way_out: Witness | None
    shared_names: tuple[tuple[str, str], ...]
    """(tool name, other server's slug) pairs, at most three servers per name."""
    hints_declared: int
    hints_uniform: bool
    hints_reassuring_wrong: int
    """Tools marked read-only that we rate Write or stronger."""
    hints_alarming_wrong: int
    """Tools marked not read-only that we rate Read."""
    tokens: int
    heaviest_tool: str
    heaviest_tokens: int
    shared_total: int = 0
    """How many tool names are used by another server too, those not listed included."""
    hints_agreeing: int = 0
    """Tools whose declared readOnlyHint agrees with our category."""
    hints_read_only_declared: int = 0
    """Tools that declare readOnlyHint at all: what `hints_agreeing` is measured against."""
    tools_total: int = 0

    @property
    def is_trifecta(self) -> bool:
        """Return whether all three legs have a witness."""
        return None not in (self.private_data, self.untrusted_content, self.way_out)


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of one page, answered for that very page. `question` may hold a name (c)."""

    slug: str
    question: str
    text: str
    """Plain text with `code` spans in backticks, crawled values already made visible."""


@dataclass(frozen=True, slots=True)
class ToolSummary:
    """The few facts of one tool that lists, matrices and search need; small and global."""

    server: str
    server_title: str
    name: str
    category: Category
    level: Level
    score: int
    confidence: Confidence
    facets: tuple[Facet, ...]
    verdict: Verdict
    rules: tuple[str, ...]
    """Ids of applied rules, for attack links, rule pages and similar tools."""
    headline: str
    """Our one-line reason."""
    decision: str
    """The balanced default in a few words: `Hidden`, `10/minute, arguments checked`."""
    occurrence: int = 0
    """0 for the first tool of this name on its server, 1 for a second one, and so on."""
    letters: str = ""
    """Its name as long lists are parted by it: letters and digits, lower case."""
    slug: str = ""
    """What stands for it in paths, different from that of every other tool of its server."""
    digest: bytes = b""
    """Stands for all of the above: what lists show of a tool changes only when it does."""


def in_order(tools: Iterable[ToolSummary]) -> tuple[ToolSummary, ...]:
    """Return tools as lists show them: riskiest first, then by server and name.

    Mostly tools come server by server, so that the first of two passes finds them nearly in order.
    """
    found = sorted(tools, key=attrgetter("server", "name", "occurrence"))
    found.sort(key=attrgetter("score"), reverse=True)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ToolDetails:
    """What only the dataset and the search index need of a tool: too much to hold of all."""

    description: str = ""
    """First 160 characters (c)."""
    parameters: tuple[str, ...] = ()
    words: str = ""
    """What it is found by, sorted, a space between two."""


@dataclass(frozen=True, slots=True)
class ServerSummary:
    """The few facts of one server that lists need."""

    slug: str
    title: str
    domain: str
    package: str
    state: State
    complete: bool
    observed_on: str
    tools_total: int
    level: Level | None
    """Highest level; None when never observed or without tools."""
    riskiest_tool: str
    by_level: tuple[tuple[Level, int], ...]
    by_category: tuple[tuple[Category, int], ...]
    tokens: int
    is_trifecta: bool
    spec: ServerSpec | None = None
    """How to start it, for the registry; None only in summaries typed by hand."""
    spans: tuple[LevelSpan, ...] = ()
    """Its levels over time, as far as observations tell."""
    letters: str = ""
    """Its title as long lists are parted by it."""
    digest: bytes = b""
    """Stands for all of the above."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that the files of one server say of other servers: known when every server is."""

    similar: tuple[tuple[ToolSummary, ...], ...]
    """Parallel to its tools."""
    shared_names: tuple[tuple[str, str], ...] = ()
    """(tool name, other server's slug) pairs, at most three servers per name."""
    shared_total: int = 0
    """How many of its tool names another server uses too."""
    titles: tuple[tuple[str, str], ...] = ()
    """(slug, title) of the servers in `shared_names`."""
    is_title_shared: bool = False
    """Whether another server has its title, so that its own is printed with the slug."""
    mark: bytes = b""
    """Stands for all of the above."""


@dataclass(frozen=True, slots=True)
class RelatedAttack:
    """An attack entry that shares preconditions with a tool: which rule ids and facets."""

    slug: str
    title: str
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToolPolicyFacts:
    """What the policy room found out about one tool, as values; derive imports no policy code."""

    decision: str
    """The balanced default in a few words: `Hidden`, `10/minute, arguments checked`."""
    call_template: JsonObject = field(default_factory=dict)
    allowed: DryRun | None = None
    blocked: DryRun | None = None
    no_dry_run: str = ""
    method_decisions: tuple[tuple[str, str], ...] = ()
    profile_effects: tuple[ProfileEffect, ...] = ()


@dataclass(frozen=True, slots=True)
class ProfileEffect:
    """What one profile does with one tool, in Intercept and in clients that can ask."""

    profile: Profile
    intercept: str
    clients: str


@dataclass(frozen=True, slots=True)
class ParameterNote:
    """What to watch for in one parameter: from its signals and facts, with counted points."""

    name: str
    watch: str
    detail: str
    points: int
