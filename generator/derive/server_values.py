"""The placeholders of the questions of a server page, and how their values are made.

Called by answers.py; a value is made when a text first asks for it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.derive import defaults, sentences, server_questions, tool_values, wording
from generator.derive.questions import Placeholder, Values
from generator.taxonomy import Category, Level, State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.derive.server_questions import Pair, ServerFacts
    from generator.model import Exposure, Server

MOST_NAMES = 6
_REASONS = {
    State.NEEDS_AUTH: "it asks for credentials before it lists them",
    State.FAILED_TO_START: "it did not start",
    State.TIMED_OUT: "it did not answer in time",
    State.PROTOCOL_ERROR: "its answers did not follow the protocol",
    State.TOO_LARGE: "its answer went beyond our limits",
    State.NOT_OBSERVED: "nobody has connected to it yet",
}
_GROUPS = {
    "deleting": server_questions.deleting,
    "overwriting": server_questions.overwriting,
    "spending": server_questions.spending,
    "metered": server_questions.metered,
    "running": server_questions.running,
    "starting": server_questions.starting,
    "sending": server_questions.sending,
    "reaching": server_questions.reaching,
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


def values(facts: ServerFacts) -> Values:
    """Return every placeholder of the scope for one server; what does not apply is empty."""
    known = tool_values.start_values(facts.server, facts.defaults)
    return Values(known, MAKERS, facts)


def _levels(facts: ServerFacts) -> str:
    levels = Counter(found.level for _, found in facts.pairs)
    return wording.listed(
        [f"{wording.number(levels[lv])} {lv.title}" for lv in reversed(Level) if levels[lv]]
    )


MAKERS: dict[str, Callable[[ServerFacts], str]] = {
    "locked_file": lambda facts: f"{facts.server.slug}.locked.yaml",
    "not_observed": lambda facts: _reason(facts.server),
    "total": lambda facts: wording.counted(len(facts.server.tools), "tool"),
    "levels": _levels,
    "tokens": lambda facts: f"{facts.exposure.tokens:,}" if facts.exposure else "",
    "headline": lambda facts: sentences.server_headline(
        facts.defaults.of(tool.name) for tool, _ in facts.pairs
    ),
    "legs": lambda facts: _legs(facts.exposure),
    "missing_legs": lambda facts: _missing_legs(facts.exposure),
    "hidden": lambda facts: names(facts.with_outcome(defaults.HIDDEN)),
    "waiting": lambda facts: names(facts.with_outcome(defaults.WAITS)),
    "unattended": lambda facts: names(facts.unattended),
    "split": lambda facts: names(facts.split),
    "unattended_count": lambda facts: wording.counted(len(facts.unattended), "tool"),
    "unclassified": lambda facts: names(facts.of(Category.UNCLASSIFIED)),
    "example": lambda facts: wording.name(facts.pairs[0][0].name) if facts.pairs else "",
}
"""How each value of a server is made; those that name it are in `tool_values.start_values`."""


def _of_group(find: Callable[[ServerFacts], list[Pair]]) -> dict[str, Callable[[ServerFacts], str]]:
    """Return how the values of a group of tools are made, by what follows the group's name."""
    return {
        "": lambda facts: names(find(facts)),
        "_count": lambda facts: wording.counted(len(find(facts)), "tool"),
        "_policy": lambda facts: sentences.policy_on(
            (facts.defaults.of(tool.name), found) for tool, found in find(facts)
        ),
    }


for _group, _find in _GROUPS.items():
    MAKERS |= {f"{_group}{suffix}": make for suffix, make in _of_group(_find).items()}


def names(pairs: Sequence[Pair]) -> str:
    """Return tool names as code spans, a few of them and a count."""
    return wording.codes((tool.name for tool, _ in pairs), MOST_NAMES)


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
