"""The six questions of a tool page: which cases answer them for this very tool.

Every choice reads the assessment, the policy objects that make the downloads, or the snapshot.
Called by answers.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.derive import defaults
from generator.model.quick import quick
from generator.taxonomy import Category, Confidence, Decision, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.derive.defaults import Default, Defaults
    from generator.model import Assessment, Server, Tool

STATELESS = "2026-07-28"
"""From this protocol version on, hiding in Intercept v1 breaks the tool list."""


@quick
@dataclass(frozen=True, slots=True)
class ToolFacts:
    """What the answers of one tool may say."""

    server: Server
    tool: Tool
    assessment: Assessment
    defaults: Defaults
    default: Default
    """What the balanced policy does with this tool."""
    level_total: int
    """Tools of the same level on this server, this one included."""
    occurrence: int = 0
    """0 for the first tool of this name on its server, 1 for a second one, and so on."""

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
        if default.outcome != defaults.ALLOWED:
            return ("impossible-blocked",)
        wide = ("server-limit",) if facts.defaults.has_server_limit else ()
        return ("impossible", *wide)
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
    if default.outcome == defaults.WAITS:
        cases = ["waits"] if facts.is_stateless else ["waits", "waits-hide"]
    else:
        cases = ["deny"] if facts.is_stateless else ["hide"]
    if facts.defaults.locked_of(facts.tool.name).outcome in (defaults.DENIED, defaults.HIDDEN):
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


def package_version(server: Server) -> str:
    """Return the observed version, otherwise the pinned one, empty when neither is known."""
    if server.snapshot and server.snapshot.source.version:
        return server.snapshot.source.version
    return server.spec.packages[0].version if server.spec.packages else ""


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
            "server-limit", "unnamed", "no-policy", "windows",
        ),
        _rate_limit,
    ),
    "tool-block": (
        (
            "hidden", "hidden-denied", "denied", "unnamed", "waits", "waits-hide", "hide",
            "deny", "locked",
            "no-policy",
        ),
        _block,
    ),
    "tool-server": (("package", "package-unversioned", "remote", "unknown"), _server),
}  # fmt: skip
"""By question: every case it must have a text for, and the choice."""
