"""A balanced policy and its files to what happens to one tool, in the facts that sentences need.

Reads the policy objects that make the downloads, so a sentence cannot say anything else. The
files matter as well as the model: a file that cannot hide denies instead, and one that cannot
ask allows or denies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.taxonomy import Decision, Profile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.model import Condition, Limit, Policy, PolicyRule, Rendered

INTERCEPT = "intercept"
HIDDEN, DENIED, WAITS, ALLOWED = "hidden", "denied", "waits", "allowed"
_TARGETS = {
    "intercept": "Intercept",
    "claude-code": "Claude Code",
    "codex": "Codex",
    "gemini": "Gemini CLI",
    "toolhive": "ToolHive",
    "opencode": "opencode",
}


@dataclass(frozen=True, slots=True)
class Default:
    """What the balanced policy does with one tool when Intercept enforces it."""

    outcome: str
    """`hidden`, `denied`, `waits` (for a person; no call passes until then) or `allowed`."""
    kind: str
    """The decision of the neutral model: allow, ask, deny or hide; empty when it names none."""
    row: str = ""
    limits: tuple[Limit, ...] = ()
    conditions: tuple[Condition, ...] = ()
    losses: frozenset[str] = frozenset()
    """Codes of what Intercept cannot express for this tool."""
    asking: tuple[str, ...] = ()
    """Titles of the targets that ask a person before a call; only for `ask`."""


UNNAMED = Default(DENIED, "")
"""A tool that the policy cannot name: the file's own default denies it."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """The balanced policy of one server, by tool name, with its Intercept file."""

    policy: Policy | None
    file_name: str
    tools: Mapping[str, Default]
    locked: Mapping[str, str]
    """Decision kinds of the locked profile by tool name."""

    def of(self, tool: str) -> Default:
        """Return what happens to a tool; what the policy does not name is denied."""
        return self.tools.get(tool, UNNAMED)


def defaults(policies: Sequence[Policy], rendered: Sequence[Rendered]) -> Defaults:
    """Return the balanced defaults of one server; empty when there is no policy."""
    policy = next((p for p in policies if p.profile is Profile.BALANCED), None)
    if policy is None:
        return Defaults(None, "", {}, {})
    files = [r for r in rendered if r.profile is Profile.BALANCED]
    intercept = next((r for r in files if r.target == INTERCEPT), None)
    rules: dict[str, list[PolicyRule]] = {}
    for rule in policy.rules:
        rules.setdefault(rule.tool, []).append(rule)
    losses = _losses(files)
    locked = next((p for p in policies if p.profile is Profile.LOCKED), None)
    kinds = {str(d) for d in Decision}
    return Defaults(
        policy=policy,
        file_name=intercept.file_name if intercept else "",
        tools={tool: _default(tool, found, losses) for tool, found in rules.items() if tool != "*"},
        locked={r.tool: r.kind for r in locked.rules if r.kind in kinds} if locked else {},
    )


def target_title(target: str) -> str:
    """Return a target's name as its makers write it."""
    return _TARGETS.get(target.replace("_", "-"), target)


def _losses(files: Sequence[Rendered]) -> dict[str, dict[str, set[str]]]:
    """Return the loss codes by target, then tool; losses of the whole file under ``."""
    found: dict[str, dict[str, set[str]]] = {}
    for file in files:
        codes = found.setdefault(file.target, {})
        for loss in file.losses:
            codes.setdefault(loss.tool, set()).add(loss.code)
    return found


def _default(
    tool: str, rules: Sequence[PolicyRule], losses: Mapping[str, Mapping[str, set[str]]]
) -> Default:
    kinds = {str(d) for d in Decision}
    decision = next((r for r in rules if r.kind in kinds), None)
    if decision is None:
        return UNNAMED
    mine = frozenset(losses.get(INTERCEPT, {}).get(tool, ()))
    return Default(
        outcome=_outcome(decision, mine),
        kind=decision.kind,
        row=decision.row,
        limits=tuple(r.limit for r in rules if r.kind == "limit" and r.limit),
        conditions=tuple(c for r in rules if r.kind == "condition" for c in r.conditions),
        losses=mine,
        asking=_asking(tool, losses) if decision.kind == Decision.ASK else (),
    )


def _outcome(decision: PolicyRule, losses: frozenset[str]) -> str:
    if decision.kind == Decision.HIDE:
        return DENIED if losses & {"hide-as-deny", "hide-unsupported"} else HIDDEN
    if decision.kind == Decision.DENY:
        return DENIED
    if decision.kind == Decision.ASK and decision.fallback is not Decision.ALLOW:
        return WAITS
    return ALLOWED


def _asking(tool: str, losses: Mapping[str, Mapping[str, set[str]]]) -> tuple[str, ...]:
    """Return the targets whose file asks: those that report no loss of asking for the tool."""
    cannot = {"ask-as-allow", "ask-as-deny", "name-unaddressable"}
    return tuple(
        target_title(target)
        for target, tools in losses.items()
        if target != INTERCEPT
        and not cannot & (tools.get(tool, set()) | tools.get("", set()) | tools.get("*", set()))
    )
