"""The six questions of a tool page: which cases answer them for this very tool, and the values.

Every choice reads the assessment, the policy objects that make the downloads, or the snapshot.
Called by answers.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.derive import conditions, defaults, evidence, wording
from generator.derive.questions import Placeholder
from generator.taxonomy import Category, Confidence, Decision, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.derive.defaults import Default, Defaults
    from generator.model import Assessment, Server, Tool

STATELESS = "2026-07-28"
"""From this protocol version on, hiding in Intercept v1 breaks the tool list."""
_FIRST_LIMIT = "10/minute"


@dataclass(frozen=True, slots=True)
class ToolFacts:
    """What the answers of one tool may say."""

    server: Server
    tool: Tool
    assessment: Assessment
    defaults: Defaults
    level_total: int
    """Tools of the same level on this server, this one included."""
    occurrence: int = 0
    """0 for the first tool of this name on its server, 1 for a second one, and so on."""

    @property
    def default(self) -> Default:
        """Return what the balanced policy does with this tool."""
        return self.defaults.of(self.tool.name)

    @property
    def is_stateless(self) -> bool:
        """Return whether the server speaks a version in which hiding breaks the list."""
        policy = self.defaults.policy
        return any(version >= STATELESS for version in policy.protocols) if policy else False

    @property
    def can_count(self) -> bool:
        """Return whether Intercept v1 can keep counters for a tool of this name."""
        return "dot-name-rate" not in self.default.losses and "." not in self.tool.name


def _what(facts: ToolFacts) -> tuple[str, ...]:
    tool, found = facts.tool, facts.assessment
    if tool.malformed:
        return ("malformed",)
    described = "described" if tool.description.strip() else "not-described"
    if described == "described" and found.verdict is Verdict.HARD:
        described = "flagged"
    suffix = "-unclassified" if found.category is Category.UNCLASSIFIED else ""
    cases = [f"{described}{suffix}"]
    if found.methods:
        cases.append("methods")
    if found.contradicts_hints:
        cases.append("contradicts")
    return tuple(cases)


def _enforce(facts: ToolFacts) -> tuple[str, ...]:
    default = facts.default
    if facts.defaults.policy is None:
        return ("no-policy",)
    cases = [_enforced(default)]
    if default.outcome == defaults.ALLOWED and default.conditions:
        cases.append("conditions")
    if default.asking:
        cases.append("clients-ask")
    return (*cases, start_case(facts.defaults))


def _enforced(default: Default) -> str:
    if default.outcome == defaults.DENIED:
        return _denied(default)
    if default.outcome != defaults.ALLOWED:
        return default.outcome
    first = "asked" if default.kind == Decision.ASK else "allowed"
    return f"{first}-limited" if default.limits else f"{first}-open"


def _denied(default: Default) -> str:
    """Return why a tool is denied: instead of hidden, by a rule, or for want of one."""
    return {"hide": "hidden-denied", "": "unnamed"}.get(default.kind, "denied")


def start_case(known: Defaults) -> str:
    """Return how the server is started behind the proxy: from a package, hosted, or other."""
    policy = known.policy
    if policy is not None and policy.start:
        return "start-package"
    return "start-remote" if policy is not None and policy.url else "start-other"


def _level(facts: ToolFacts) -> tuple[str, ...]:
    found = facts.assessment
    cases = ["rated"]
    if found.deciding_method:
        cases.append("method")
    if found.score_category is not found.category:
        cases.append("other-effect")
    if found.overrides:
        stale = any(o.is_stale for o in found.overrides)
        cases.append("corrected-stale" if stale else "corrected")
    if found.confidence is Confidence.LOW:
        cases.append("needs-review")
    return tuple(cases)


def _rate_limit(facts: ToolFacts) -> tuple[str, ...]:
    default = facts.default
    if facts.defaults.policy is None:
        return ("no-policy",)
    if not default.kind:
        return ("unnamed",)
    if not facts.can_count:
        allowed = default.outcome == defaults.ALLOWED
        return ("impossible",) if allowed else ("impossible-blocked",)
    if default.outcome == defaults.ALLOWED:
        return ("limited" if default.limits else "open", "windows")
    hides = default.outcome == defaults.HIDDEN
    return ("hidden" if hides else "denied", "windows")


def _block(facts: ToolFacts) -> tuple[str, ...]:
    default = facts.default
    if facts.defaults.policy is None:
        return ("no-policy",)
    if default.outcome == defaults.HIDDEN:
        return ("hidden",)
    if default.outcome == defaults.DENIED:
        return (_denied(default),)
    cases = ["waits"] if default.outcome == defaults.WAITS else []
    cases.append("deny" if facts.is_stateless else "hide")
    locked = facts.defaults.locked.get(facts.tool.name)
    if locked in (Decision.DENY, Decision.HIDE):
        cases.append("locked")
    return tuple(cases)


def _server(facts: ToolFacts) -> tuple[str, ...]:
    return (origin_case(facts.server),)


def origin_case(server: Server) -> str:
    """Return what is known about where a server comes from."""
    snapshot = server.snapshot
    if snapshot is not None and snapshot.source.kind in ("streamable-http", "sse"):
        return "remote"
    if server.spec.packages:
        return "package" if package_version(server) else "package-unversioned"
    return "remote" if server.spec.remotes else "unknown"


QUESTIONS: dict[str, tuple[tuple[str, ...], Callable[[ToolFacts], tuple[str, ...]]]] = {
    "tool-what": (
        (
            "described", "not-described", "flagged", "described-unclassified",
            "not-described-unclassified", "flagged-unclassified", "malformed",
            "methods", "contradicts",
        ),
        _what,
    ),
    "tool-enforce": (
        (
            "allowed-limited", "allowed-open", "asked-limited", "asked-open", "waits", "hidden",
            "hidden-denied", "denied", "unnamed", "no-policy", "conditions", "clients-ask",
            "start-package", "start-remote", "start-other",
        ),
        _enforce,
    ),
    "tool-level": (
        ("rated", "method", "other-effect", "corrected", "corrected-stale", "needs-review"),
        _level,
    ),
    "tool-rate-limit": (
        (
            "limited", "open", "hidden", "denied", "impossible", "impossible-blocked",
            "unnamed", "no-policy", "windows",
        ),
        _rate_limit,
    ),
    "tool-block": (
        (
            "hidden", "hidden-denied", "denied", "unnamed", "waits", "hide", "deny", "locked",
            "no-policy",
        ),
        _block,
    ),
    "tool-server": (("package", "package-unversioned", "remote", "unknown"), _server),
}  # fmt: skip
"""By question: every case it must have a text for, and the choice."""

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
    "reason": Placeholder("the same, to follow a colon"),
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


def values(facts: ToolFacts) -> dict[str, str]:
    """Return every placeholder of the scope for one tool; what does not apply is empty."""
    tool, found, known = facts.tool, facts.assessment, facts.defaults
    total = len(facts.server.tools)
    package = facts.server.spec.packages[0] if facts.server.spec.packages else None
    locked = known.locked.get(tool.name)
    verdict = evidence.verdict(found, tool.malformed)
    return {
        **start_values(facts.server, known),
        "tool": wording.name(tool.name),
        "description": wording.quoted(tool.description),
        "category": found.category.value,
        "score_category": found.score_category.value,
        "level": found.level.title,
        "score": str(found.score),
        "band": f"{found.level.first_score} to {found.level.last_score}",
        "rows": rows(found),
        "verdict": verdict,
        "reason": wording.lower(verdict),
        "malformed": tool.malformed,
        "methods": wording.codes((m.method for m in found.methods), 12),
        "method_count": wording.counted(len(found.methods), "method"),
        "deciding_method": wording.name(found.deciding_method),
        "hints": hints(tool, found),
        "limits": wording.limits(facts.default.limits),
        "suggested_limit": _suggested(facts.default),
        "conditions": conditions.words(facts.default.conditions),
        "asking": wording.listed(facts.default.asking),
        "locked": "hides" if locked == Decision.HIDE else "denies",
        "correction": correction(found),
        "package": wording.name(package.identifier) if package else "",
        "package_kind": package_kind(package.registry_type) if package else "",
        "version": wording.name(package_version(facts.server)),
        "place": "the only tool" if total == 1 else f"one of {total:,} tools",
    }


def start_values(server: Server, known: Defaults) -> dict[str, str]:
    """Return the values that name a server, its policy file and how it is started."""
    policy, snapshot = known.policy, server.snapshot
    address = policy.url if policy and policy.url else ""
    if not address and server.spec.remotes:
        address = server.spec.remotes[0].url
    return {
        "server_title": wording.name(server.spec.title),
        "server_slug": server.slug,
        "file": known.file_name or f"{server.slug}.yaml",
        "start": wording.name(" ".join(policy.start)) if policy and policy.start else "",
        "url": wording.name(address) if address else "",
        "observed": wording.day(snapshot.observed_on) if snapshot else "",
    }


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
    size = wording.counted(abs(points), "point") if abs(points) == 1 else f"{abs(points)} points"
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


def package_version(server: Server) -> str:
    """Return the observed version, otherwise the pinned one, empty when neither is known."""
    if server.snapshot and server.snapshot.source.version:
        return server.snapshot.source.version
    return server.spec.packages[0].version if server.spec.packages else ""


def _suggested(default: Default) -> str:
    plain = [limit for limit in default.limits if not limit.amount_path]
    return f"{plain[0].count}/{plain[0].window}" if plain else _FIRST_LIMIT
