"""The placeholders of the six questions of a tool page, and their values for one tool.

Called by answers.py; `start_values` serves server pages too.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from generator import text
from generator.derive import conditions, defaults, evidence, wording
from generator.derive.questions import Placeholder, Values
from generator.derive.tool_questions import package_version
from generator.latest import Latest
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.derive.defaults import Default, Defaults
    from generator.derive.tool_questions import ToolFacts
    from generator.model import Assessment, Server, Tool

_FIRST_LIMIT = "10/minute"
_COMMAND_LIMIT = 1000
_TOLD_APART = "anno.contradicts"
"""The rule that has a case of its own in the first answer."""
PLACEHOLDERS: dict[str, Placeholder] = {
    "tool": Placeholder("the tool's name", is_crawled=True),
    "server_title": Placeholder("the server's title, from its content file"),
    "server_slug": Placeholder("the server's slug"),
    "description": Placeholder("the first 280 characters of the description", is_crawled=True),
    "category": Placeholder("the category"),
    "score_category": Placeholder("the effect whose ledger gives the score"),
    "level": Placeholder("the level, capitalised"),
    "score": Placeholder("the score"),
    "band": Placeholder("the band: `50 to 74`"),
    "rows": Placeholder("the two largest ledger rows with their points"),
    "verdict": Placeholder("our sentence from the two largest signals"),
    "reason": Placeholder("the two largest signals, to follow a colon"),
    "malformed": Placeholder("why the entry is no valid tool"),
    "methods": Placeholder("the methods as code spans"),
    "method_count": Placeholder("how many methods, in words"),
    "deciding_method": Placeholder("the method that decides", is_crawled=True),
    "hints": Placeholder("which hints disagree with the rating"),
    "limits": Placeholder("the limits in words"),
    "suggested_limit": Placeholder("a limit to write: `10/minute`"),
    "conditions": Placeholder("the argument checks in words"),
    "asking": Placeholder("the clients whose file asks"),
    "file": Placeholder("the name of the balanced Intercept file"),
    "start": Placeholder("the pinned start command"),
    "url": Placeholder("the address of a hosted server"),
    "locked": Placeholder("`hides` or `denies`: what the locked profile does"),
    "correction": Placeholder("who corrected what, when and why"),
    "package": Placeholder("the package's name"),
    "package_kind": Placeholder("`npm package`, `PyPI package`"),
    "version": Placeholder("the observed version", is_crawled=True),
    "place": Placeholder("`one of 20 tools` or `the only tool`"),
    "observed": Placeholder("the day of the observation"),
}


def values(facts: ToolFacts) -> Values:
    """Return every placeholder of the scope for one tool; what does not apply is empty."""
    return Values(start_values(facts.server, facts.defaults), MAKERS, facts)


def _started(server: Server, known: Defaults) -> dict[str, str]:
    policy, snapshot = known.policy, server.snapshot
    address = policy.url if policy and policy.url else ""
    if not address and server.spec.remotes:
        address = server.spec.remotes[0].url
    packages, total = server.spec.packages, len(server.tools)
    return {
        "server_title": wording.name(server.spec.title),
        "server_slug": server.slug,
        "file": known.file_name or f"{server.slug}.yaml",
        "start": _command(shlex.join(policy.start)) if policy else "",
        "url": _command(address),
        "observed": wording.day(snapshot.observed_on) if snapshot else "",
        "package": wording.name(packages[0].identifier) if packages else "",
        "package_kind": package_kind(packages[0].registry_type) if packages else "",
        "version": wording.name(package_version(server)),
        "place": "the only tool" if total == 1 else f"one of {total:,} tools",
    }


start_values = Latest(_started)
"""The values that name a server, its policy file and its package: one for all its tools."""


def _command(words: str) -> str:
    """Return a command or an address for a code span: whole, on one line, without backticks."""
    return text.one_line(words, _COMMAND_LIMIT).replace("`", "'")


def rows(assessment: Assessment) -> str:
    """Return the two largest ledger rows: `base.execute` gives 62 points, `x` takes 25 away."""
    counted = [s for s in evidence.counted(assessment) if s.points]
    top = sorted(counted, key=lambda s: -abs(s.points))[:2]
    if not top:
        return "No row of the ledger counts."
    words = [f"`{top[0].rule}` {_gives(top[0].points)}"]
    words += [f"`{s.rule}` {_gives(s.points)}" for s in top[1:]]
    return f"{wording.listed(words)}."


def _gives(points: int) -> str:
    size = f"{abs(points)} point{'' if abs(points) == 1 else 's'}"
    return f"gives {size}" if points > 0 else f"takes {size} away"


def hints(tool: Tool, assessment: Assessment) -> str:
    """Return which declared hints disagree with the rating, as clauses."""
    read_only = tool.annotations.read_only_hint
    if read_only is True and assessment.category is not Category.READ:
        return "the server marks it read-only"
    if read_only is False and assessment.category is Category.READ:
        return "the server marks it as not read-only"
    return "its hints say something else"


def correction(assessment: Assessment) -> str:
    """Return who corrected which field, when and why, and what the rules alone say."""
    words = [
        f"{o.override.author} set the {o.override.field} on {wording.day(str(o.override.dated))}"
        f" (the rules alone say {o.automatic}): “{wording.quoted(o.override.reason, 400)}”"
        for o in assessment.overrides
    ]
    return wording.listed(words)


def package_kind(registry_type: str) -> str:
    """Return a package's kind as people write it."""
    known = {"npm": "npm package", "pypi": "PyPI package", "oci": "container image"}
    return known.get(registry_type, f"{registry_type} package")


def _suggested(default: Default) -> str:
    plain = [limit for limit in default.limits if not limit.amount_path]
    return f"{plain[0].count}/{plain[0].window}" if plain else _FIRST_LIMIT


def _locked(facts: ToolFacts) -> str:
    outcome = facts.defaults.locked_of(facts.tool.name).outcome
    return "hides" if outcome == defaults.HIDDEN else "denies"


MAKERS: dict[str, Callable[[ToolFacts], str]] = {
    "tool": lambda facts: wording.name(facts.tool.name),
    "description": lambda facts: wording.quoted(facts.tool.description),
    "category": lambda facts: facts.assessment.category.value,
    "score_category": lambda facts: facts.assessment.score_category.value,
    "level": lambda facts: facts.assessment.level.title,
    "score": lambda facts: str(facts.assessment.score),
    "band": lambda facts: (
        f"{facts.assessment.level.first_score} to {facts.assessment.level.last_score}"
    ),
    "rows": lambda facts: rows(facts.assessment),
    "verdict": lambda facts: evidence.verdict(facts.assessment, facts.tool.malformed),
    "reason": lambda facts: wording.lower(evidence.reason(facts.assessment, _TOLD_APART)),
    "malformed": lambda facts: facts.tool.malformed,
    "methods": lambda facts: wording.codes((m.method for m in facts.assessment.methods), 12),
    "method_count": lambda facts: wording.counted(len(facts.assessment.methods), "method"),
    "deciding_method": lambda facts: wording.name(facts.assessment.deciding_method),
    "hints": lambda facts: hints(facts.tool, facts.assessment),
    "limits": lambda facts: wording.limits(facts.default.limits),
    "suggested_limit": lambda facts: _suggested(facts.default),
    "conditions": lambda facts: conditions.words(facts.default.conditions),
    "asking": lambda facts: wording.listed(facts.default.asking),
    "locked": _locked,
    "correction": lambda facts: correction(facts.assessment),
}
"""How each value of a tool is made; those that name its server are in `start_values`."""
