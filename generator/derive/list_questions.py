"""The questions of pages that span tools: categories, levels, a server's level, attacks, the site.

All facts are summaries, so these answers need no entry in memory. Called by answers.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from generator.derive import evidence, related, sentences, tool_values, wording
from generator.derive.questions import Placeholder
from generator.latest import latest
from generator.model.kinds import kinds
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from generator.derive.defaults import Defaults
    from generator.model import (
        Assessment,
        AttackEntry,
        AttackFacts,
        Prose,
        Server,
        ServerSummary,
        ToolSummary,
    )
    from generator.model.kinds import Kind

_MOST_SERVERS = 3
_MOST_RULES = 3
_COUNTED = ("some", "none")


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A category or a level, its page's prose, and which tools it has, and where."""

    key: str
    title: str
    summary: str
    servers: Sequence[tuple[str, int]]
    """Title of each server that has such tools, and how many."""
    kinds: Mapping[Kind, int]
    """How many of its tools are of each kind."""
    total: int
    """Tools of the whole catalogue."""

    @property
    def count(self) -> int:
        """Return how many tools it has."""
        return sum(self.kinds.values())

    @property
    def rules(self) -> Mapping[tuple[str, ...], int]:
        """Return how many tools have each set of rules."""
        found: Counter[tuple[str, ...]] = Counter()
        for kind, count in self.kinds.items():
            found[kind.rules] += count
        return found


@dataclass(frozen=True, slots=True)
class ServerLevelFacts:
    """The tools of one level on one server."""

    server: Server
    level: Level
    assessments: Sequence[Assessment]
    """Of this level only, riskiest first, then by name."""
    defaults: Defaults

    @property
    def top(self) -> list[tuple[str, int]]:
        """Return the rules that move most scores: signals that count, and count for something."""
        return _top_of(self.assessments)


@dataclass(frozen=True, slots=True)
class AttackPageFacts:
    """An attack entry and how many tools share its preconditions."""

    attack: AttackEntry
    counts: AttackFacts


def groups(
    servers: Sequence[ServerSummary],
    tools: Sequence[ToolSummary],
    pages: Mapping[str, Prose],
    by: type[Category | Level],
) -> Iterator[GroupFacts]:
    """Yield the facts of each category or level page over all tools, in the order of `by`.

    Where the tools are is told by the servers' own counts, which are few.
    """
    field = "category" if by is Category else "level"
    ask, counts_of = attrgetter(field), attrgetter(f"by_{field}")
    where: dict[Category | Level, list[tuple[str, int]]] = {one: [] for one in by}
    for server in servers:
        for one, count in counts_of(server):
            where[one].append((server.title, count))
    known = kinds(tools)
    for one in by:
        slug, title = (one.slug, one.value) if isinstance(one, Category) else (one, one.title)
        page = pages.get(f"{field}-{slug}")
        counts = {kind: len(ranks) for kind, ranks in known.items() if ask(kind) is one}
        summary = page.summary if page else ""
        yield GroupFacts(slug, title, summary, where[one], counts, len(tools))


def _some(facts: GroupFacts) -> tuple[str, ...]:
    return ("some",) if facts.kinds else ("none",)


def _moved(facts: GroupFacts) -> tuple[str, ...]:
    if not facts.kinds:
        return ("none",)
    return ("moved",) if _top(facts.rules) else ("plain",)


def _reasons(facts: ServerLevelFacts) -> tuple[str, ...]:
    return ("shared",) if facts.top else ("apart",)


def _shared(facts: AttackPageFacts) -> tuple[str, ...]:
    attack = facts.attack
    if not (related.rules_of(attack) or attack.applies_facets or attack.applies_categories):
        return ("elsewhere",)
    return ("some",) if facts.counts.tools_total else ("none",)


def _documented(facts: AttackPageFacts) -> tuple[str, ...]:
    return (facts.attack.confidence,)


CATEGORY: dict[str, tuple[tuple[str, ...], Callable[[GroupFacts], tuple[str, ...]]]] = {
    "category-what": (_COUNTED, _some),
    "category-level": (("moved", "plain", "none"), _moved),
}
LEVEL: dict[str, tuple[tuple[str, ...], Callable[[GroupFacts], tuple[str, ...]]]] = {
    "level-what": (_COUNTED, _some),
    "level-where": (_COUNTED, _some),
}
LEVEL_SERVER: dict[str, tuple[tuple[str, ...], Callable[[ServerLevelFacts], tuple[str, ...]]]] = {
    "level-server-why": (("shared", "apart"), _reasons),
}
ATTACK: dict[str, tuple[tuple[str, ...], Callable[[AttackPageFacts], tuple[str, ...]]]] = {
    "attack-tools": (("some", "none", "elsewhere"), _shared),
    "attack-sources": (("corroborated", "single-source"), _documented),
}
_GROUP = {
    "title": Placeholder("the category, or the level, capitalised"),
    "summary": Placeholder("the summary of its page"),
    "count": Placeholder("`12 tools`"),
    "servers": Placeholder("`three servers`"),
    "share": Placeholder("their share of all tools: `12 %`"),
    "spread": Placeholder("how many per level, or per category"),
    "top_servers": Placeholder("the servers with most of them"),
    "top_rules": Placeholder("the rules that most of them share"),
}
CATEGORY_PLACEHOLDERS = _GROUP
LEVEL_PLACEHOLDERS = {**_GROUP, "band": Placeholder("the band: `50 to 74`")}
SERVER_LEVEL_PLACEHOLDERS = {
    "server_title": Placeholder("the server's title, from its content file"),
    "server_slug": Placeholder("the server's slug"),
    "level": Placeholder("the level, capitalised"),
    "band": Placeholder("the band: `50 to 74`"),
    "place": Placeholder("`four of 20 tools`, `the only tool`"),
    "tools": Placeholder("their names as code spans"),
    "policy": Placeholder("what the balanced policy does with them"),
    "top_rules": Placeholder("the rules that most of them share"),
    "file": Placeholder("the name of the balanced Intercept file"),
    "observed": Placeholder("the day of the observation"),
}
ATTACK_PLACEHOLDERS = {
    "title": Placeholder("the entry's title"),
    "count": Placeholder("`12 tools`"),
    "servers": Placeholder("`three servers`"),
    "top_tools": Placeholder("the riskiest of them as code spans"),
    "preconditions": Placeholder("the rules, facets or categories it needs"),
    "prevention": Placeholder("what helps, from the entry"),
    "sources": Placeholder("how many references"),
    "checked": Placeholder("the day the references were read"),
}
SITE_PLACEHOLDERS = {
    "site_name": Placeholder("the catalogue's name"),
    "servers": Placeholder("how many servers were observed"),
    "tools": Placeholder("how many tools are rated"),
    "license": Placeholder("the licence of the data"),
    "rules": Placeholder("how many rules there are"),
}


def group_values(facts: GroupFacts) -> dict[str, str]:
    """Return the placeholders of a category or a level."""
    per_title: Counter[str] = Counter()
    for title, count in facts.servers:
        per_title[title] += count
    top = sorted(per_title.items(), key=lambda pair: (-pair[1], pair[0].casefold(), pair[0]))
    return {
        "title": facts.title,
        "summary": wording.sentence(facts.summary),
        "count": wording.counted(facts.count, "tool"),
        "servers": wording.counted(len(facts.servers), "server"),
        "share": _share(facts.count, facts.total),
        "spread": _spread(facts),
        "top_servers": wording.listed(
            [f"{wording.name(title)} ({count})" for title, count in top[:_MOST_SERVERS]]
        ),
        "top_rules": _named(_top(facts.rules)),
    }


def level_values(facts: GroupFacts) -> dict[str, str]:
    """Return the placeholders of a level."""
    level = Level(facts.key)
    return {**group_values(facts), "band": f"{level.first_score} to {level.last_score}"}


def _share(count: int, total: int) -> str:
    if not total:
        return "0 %"
    percent = 100 * count / total
    return f"{percent:.0f} %" if percent >= 1 or not count else "less than 1 %"


def _spread(facts: GroupFacts) -> str:
    if facts.key in {level.value for level in Level}:
        categories: Counter[Category] = Counter()
        for kind, count in facts.kinds.items():
            categories[kind.category] += count
        parts = [f"{wording.number(n)} {c.value}" for c in Category if (n := categories[c])]
    else:
        levels: Counter[Level] = Counter()
        for kind, count in facts.kinds.items():
            levels[kind.level] += count
        parts = [f"{wording.number(n)} {lv.title}" for lv in reversed(Level) if (n := levels[lv])]
    return wording.listed(parts)


def _named(top: Sequence[tuple[str, int]]) -> str:
    """Return rules and how many tools have them: `mux.mixed` (3), `text.all` (2)."""
    return wording.listed([f"`{rule}` ({count})" for rule, count in top])


def _top(sets: Mapping[tuple[str, ...], int]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for rules, times in sets.items():
        for rule in rules:
            counts[rule] += times
    return _ranked(counts)


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    reasons = [pair for pair in counts.items() if not pair[0].startswith(_NEVER_A_REASON)]
    return sorted(reasons, key=lambda pair: (-pair[1], pair[0]))[:_MOST_RULES]


def _moving(assessments: Sequence[Assessment]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for found in assessments:
        counts.update({s.rule for s in evidence.counted(found) if s.points})
    return _ranked(counts)


_top_of = latest(_moving)
_NEVER_A_REASON = (
    "base.",
    "cap.",
    "floor.",
    "ceiling.",
    "name.",
    "verb.",
    "desc.",
    "quality.",
    "facet.",
)
"""First words of rules that say where a score starts or ends, or only name the category."""


def server_level_values(facts: ServerLevelFacts) -> dict[str, str]:
    """Return the placeholders of one level of one server."""
    level, found = facts.level, facts.assessments
    started = tool_values.start_values(facts.server, facts.defaults)
    return {
        "server_title": started["server_title"],
        "server_slug": started["server_slug"],
        "file": started["file"],
        "observed": started["observed"],
        "level": level.title,
        "band": f"{level.first_score} to {level.last_score}",
        "place": _place(len(found), len(facts.server.tools)),
        "tools": wording.codes((a.tool for a in found), 8),
        "policy": sentences.policy_on((facts.defaults.of(a.tool), a) for a in found),
        "top_rules": _named(facts.top),
    }


def _place(count: int, total: int) -> str:
    if total == 1:
        return "the only tool"
    ranked = ", riskiest first" if count > 1 else ""
    return f"{wording.number(count)} of {wording.number(total)} tools{ranked}"


def attack_values(facts: AttackPageFacts) -> dict[str, str]:
    """Return the placeholders of an attack page."""
    attack, counts = facts.attack, facts.counts
    wanted = [f"`{rule}`" for rule in related.rules_of(attack)]
    wanted += [facet.words for facet in attack.applies_facets]
    if not wanted:
        wanted = [category.value for category in attack.applies_categories]
    return {
        "title": attack.title,
        "count": wording.counted(counts.tools_total, "tool"),
        "servers": wording.counted(counts.servers_total, "server"),
        "top_tools": wording.codes(tool.name for tool in counts.tools[:_MOST_SERVERS]),
        "preconditions": wording.listed(wanted, "or"),
        "prevention": wording.sentence(" ".join(attack.prevention.split())),
        "sources": wording.counted(len(attack.references), "reference"),
        "checked": wording.day(attack.checked_on) if attack.checked_on else "",
    }
