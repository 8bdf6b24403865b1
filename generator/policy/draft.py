"""A server's assessments and a profile to the neutral Policy: the only place that decides.

Every rule carries the row of the default table and the ids of the signals it answers; renderers
only translate. Called by pipeline.py and `mcp-risk policy`; effects.py puts a policy into words.
"""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from generator.model import Limit, Policy, PolicyLoss, PolicyRule
from generator.policy import methods, start
from generator.policy.effects import decision_words, method_decisions, profile_effects
from generator.policy.rules import Case, Subject, rules_of_case, subject_of
from generator.policy.table import (
    MODEL_VERSION,
    SERVER_LIMITS,
    SERVER_WIDE,
    Facts,
    Outcome,
    Row,
    row_of,
)
from generator.taxonomy import Decision, Profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import Assessment, Server, Tool

__all__ = ["decision_words", "draft", "drafts", "method_decisions", "profile_effects"]

_STRICTNESS = (Decision.ALLOW, Decision.ASK, Decision.DENY, Decision.HIDE)
_WINDOWS = ("minute", "hour", "day")
_PROFILES = tuple(Profile)
_OBSERVE = Profile.OBSERVE


def draft(server: Server, assessments: tuple[Assessment, ...], profile: Profile) -> Policy:
    """Return the policy of one profile; `assessments` is parallel to `server.tools`."""
    return drafts(server, assessments, (profile,))[0]


def drafts(
    server: Server, assessments: tuple[Assessment, ...], profiles: Sequence[Profile] = _PROFILES
) -> tuple[Policy, ...]:
    """Return the policy of each profile.

    Made tool by tool: most of what a profile says of a tool another says too, and is made once.
    """
    named, nameless = _named(server, assessments)
    rules: dict[Profile, list[PolicyRule]] = {profile: [] for profile in profiles}
    losses = {profile: list(nameless) for profile in profiles}
    for name in sorted((*named, SERVER_WIDE)):
        subject = _subject(named[name]) if name != SERVER_WIDE else None
        for profile in profiles:
            if subject is None:
                rules[profile].append(_server_limit(profile))
                continue
            made, lost = rules_of_case(_case(subject, profile), profile)
            rules[profile] += sorted(made, key=_place) if len(made) > 1 else made
            losses[profile] += lost
    ruleset = next((one.ruleset for one in assessments), "")
    return tuple(
        _policy(server, profile, rules[profile], losses[profile], ruleset) for profile in profiles
    )


def _policy(
    server: Server,
    profile: Profile,
    rules: list[PolicyRule],
    losses: list[PolicyLoss],
    ruleset: str,
) -> Policy:
    snapshot = server.snapshot
    source = snapshot.source if snapshot is not None else None
    command, url = start.of(server)
    return Policy(
        server=server.slug,
        title=server.spec.title,
        profile=profile,
        rules=tuple(rules),
        losses=tuple(sorted(losses, key=attrgetter("tool", "code", "argument"))),
        observed_on=snapshot.observed_on if snapshot is not None else "",
        digest=snapshot.digest if snapshot is not None else "",
        package=start.purl(server),
        version=source.version if source is not None else "",
        protocols=start.protocols(server),
        tools_total=len(server.tools),
        ruleset=ruleset,
        model=MODEL_VERSION,
        start=command,
        url=url,
        env_names=source.env_names if source is not None else (),
    )


def _place(rule: PolicyRule) -> tuple[str, int, str]:
    """Order the rules of a tool by kind, limits by their window, the shortest first."""
    window = _WINDOWS.index(rule.limit.window) if rule.limit is not None else 0
    return rule.kind, window, rule.name


_Rated: TypeAlias = "tuple[Tool, Assessment]"


def _named(
    server: Server, assessments: tuple[Assessment, ...]
) -> tuple[dict[str, list[_Rated]], list[PolicyLoss]]:
    """Return the definitions of each addressable name, and a loss for each that has none."""
    named: dict[str, list[_Rated]] = {}
    losses: list[PolicyLoss] = []
    for tool, assessment in zip(server.tools, assessments, strict=True):
        if not tool.name or tool.name == SERVER_WIDE:
            text = "its name cannot be written in a policy; calls to it stay blocked"
            losses.append(PolicyLoss("name-unaddressable", tool.name, "", text))
        else:
            named.setdefault(tool.name, []).append((tool, assessment))
    return named, losses


def _subject(found: list[_Rated]) -> Subject:
    """Return one subject per name; of two definitions of one name that with stricter rules."""
    tool, assessment = max(found, key=_strictness) if len(found) > 1 else found[0]
    return subject_of(tool, assessment, _row(tool, assessment), is_only=len(found) == 1)


def _row(tool: Tool, assessment: Assessment) -> Row:
    facts = Facts(
        assessment.category,
        assessment.level,
        assessment.confidence,
        frozenset(assessment.facets),
        assessment.verdict,
        bool(tool.malformed),
    )
    return row_of(facts)


def _strictness(pair: _Rated) -> tuple[list[tuple[int, bool]], int, str, str]:
    """Order definitions of one name alike in every profile, so that profiles stay comparable."""
    tool, assessment = pair
    row = _row(tool, assessment)
    outcomes = (row.outcome(profile) for profile in Profile)
    ranks = [(_STRICTNESS.index(one.decision), not one.lets_through) for one in outcomes]
    # The last one decides only between two ratings of one definition: any order, but always one.
    return ranks, assessment.score, tool.digest, repr(assessment)


def _case(subject: Subject, profile: Profile) -> Case:
    tool, assessment, row = subject.tool, subject.assessment, subject.row
    outcome = row.outcome(profile)
    closed = Case(subject, outcome, None, row.limits)
    if not assessment.methods or (profile is _OBSERVE and outcome.lets_through):
        return closed
    selection = methods.passing(tool, assessment, profile)
    if outcome.lets_through:
        return closed if selection is None else Case(subject, outcome, selection, row.limits)
    is_split = profile in row.splits and subject.is_only
    # With two definitions of one name nobody knows which of them a method reaches.
    if not is_split or selection is None or not selection.methods:
        return closed
    # Only the listed methods make it safe: a target that cannot see arguments must not allow.
    decision = Decision.ALLOW if profile is Profile.LOCKED else Decision.ASK
    fallback = Decision.DENY if profile is Profile.LOCKED else Decision.ALLOW
    limits = _kept_limits(tool, assessment, row)
    return Case(subject, Outcome(decision, fallback), selection, limits)


def _kept_limits(tool: Tool, assessment: Assessment, row: Row) -> tuple[tuple[int, str], ...]:
    """Return the limits of the strongest method that balanced keeps of a Destructive tool.

    The same in every profile, so that no stricter profile allows more calls than a looser one.
    """
    kept = methods.passing(tool, assessment, Profile.BALANCED)
    if row.id != "destructive" or kept is None or not kept.methods:
        return row.limits
    strongest = max(kept.methods, key=lambda method: (method.category.strength, method.score))
    return row_of(Facts(strongest.category, strongest.level)).limits


@lru_cache
def _server_limit(profile: Profile) -> PolicyRule:
    count = SERVER_LIMITS[profile]
    return PolicyRule(
        tool=SERVER_WIDE,
        name=f"all tools: {count} per minute",
        kind="limit",
        row=SERVER_WIDE,
        limit=Limit(count, "minute"),
        message=f"All tools together: {count} calls per minute reached.",
    )
