"""A balanced policy and its files to what happens to one tool, in the facts that sentences need.

Reads the policy objects that make the downloads, so a sentence cannot say anything else. The
files matter as well as the model: a file that cannot hide denies instead, and one that cannot
ask allows or denies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.model.quick import maker, quick
from generator.taxonomy import Decision, Profile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.model import Condition, Limit, Policy, PolicyRule, Rendered

INTERCEPT = "intercept"
SERVER_WIDE = "*"
_DECISIONS = frozenset(str(decision) for decision in Decision)
_ALLOW = Decision.ALLOW
_UNCHECKED = frozenset(("dot-argument", "optional-unchecked"))
_NOT_ASKING = {"ask-as-allow", "ask-as-deny", "name-unaddressable"}
HIDDEN, DENIED, WAITS, ALLOWED = "hidden", "denied", "waits", "allowed"
_TARGETS = {
    "intercept": "Intercept",
    "claude-code": "Claude Code",
    "codex": "Codex",
    "gemini": "Gemini CLI",
    "toolhive": "ToolHive",
    "opencode": "opencode",
}


@quick
@dataclass(frozen=True, slots=True)
class Default:
    """What one profile does with one tool when Intercept enforces its file."""

    outcome: str
    """`hidden`, `denied`, `waits` (for a person; no call passes until then) or `allowed`."""
    kind: str
    """The decision of the neutral model: allow, ask, deny or hide; empty when it names none."""
    limits: tuple[Limit, ...] = ()
    conditions: tuple[Condition, ...] = ()
    losses: frozenset[str] = frozenset()
    """Codes of what Intercept cannot express for this tool."""
    asking: tuple[str, ...] = ()
    """Titles of the targets that ask a person before a call; only for `ask`."""

    @property
    def methods(self) -> frozenset[str]:
        """Return the methods that pass, empty when they are not told apart."""
        return frozenset(
            value
            for condition in self.conditions
            if condition.origin == "method"
            for value in condition.values
            if isinstance(value, str)
        )


_new_default = maker(Default)
UNNAMED = Default(DENIED, "")
"""A tool that the file cannot name: its own default denies it."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the files of one server do, by tool name; balanced is the default download."""

    policy: Policy | None
    """The balanced one; None when nothing was observed."""
    file_name: str
    tools: Mapping[str, Default]
    locked: Mapping[str, Default]
    has_server_limit: bool = False
    """Whether the file limits all tools together."""

    def of(self, tool: str) -> Default:
        """Return what the balanced file does with a tool; what it does not name is denied."""
        return self.tools.get(tool, UNNAMED)

    def locked_of(self, tool: str) -> Default:
        """Return what the locked file does with a tool."""
        return self.locked.get(tool, UNNAMED)


def defaults(policies: Sequence[Policy], rendered: Sequence[Rendered]) -> Defaults:
    """Return the balanced and locked defaults of one server; empty when there is no policy."""
    balanced = next((p for p in policies if p.profile is Profile.BALANCED), None)
    locked = next((p for p in policies if p.profile is Profile.LOCKED), None)
    if balanced is None:
        return Defaults(None, "", {}, {})
    files = [r for r in rendered if r.profile is Profile.BALANCED]
    intercept = next((r for r in files if r.target == INTERCEPT), None)
    wide = any(rule.tool == SERVER_WIDE and rule.limit for rule in balanced.rules)
    lost = intercept is not None and any(
        loss.tool == SERVER_WIDE and loss.code == "dot-name-rate" for loss in intercept.losses
    )
    return Defaults(
        policy=balanced,
        file_name=intercept.file_name if intercept else "",
        tools=_by_tool(balanced, files),
        locked=_by_tool(locked, [r for r in rendered if r.profile is Profile.LOCKED])
        if locked
        else {},
        has_server_limit=wide and not lost,
    )


def target_title(target: str) -> str:
    """Return a target's name as its makers write it."""
    return _TARGETS.get(target.replace("_", "-"), target)


def _by_tool(policy: Policy, files: Sequence[Rendered]) -> dict[str, Default]:
    rules: dict[str, list[PolicyRule]] = {}
    for rule in policy.rules:
        rules.setdefault(rule.tool, []).append(rule)
    lost: dict[str, set[tuple[str, str]]] = {}
    unasked: dict[str, set[str]] = {}
    for file in files:
        if file.target != INTERCEPT:
            unasked[file.target] = {one.tool for one in file.losses if one.code in _NOT_ASKING}
            continue
        for loss in file.losses:
            lost.setdefault(loss.tool, set()).add((loss.code, loss.path))
    return {
        tool: _default(tool, found, lost.get(tool, set()), unasked)
        for tool, found in rules.items()
        if tool != SERVER_WIDE
    }


def _default(
    tool: str,
    rules: Sequence[PolicyRule],
    lost: set[tuple[str, str]],
    unasked: Mapping[str, set[str]],
) -> Default:
    """Return what the file does with a tool: the rules without those that it had to leave out.

    `lost` are the losses of Intercept, `unasked` the tools about which other targets ask nobody.
    """
    decision = next((r for r in rules if r.kind in _DECISIONS), None)
    codes = frozenset(code for code, _ in lost)
    if decision is None or "name-unaddressable" in codes:
        return UNNAMED
    limits = [rule.limit for rule in rules if rule.limit] if "dot-name-rate" not in codes else []
    checks = [one for rule in rules if rule.kind == "condition" for one in rule.conditions]
    unchecked = {path for code, path in lost if code in _UNCHECKED}
    if unchecked:
        limits = [
            one
            for one in limits
            if not one.amount_path or ".".join(one.amount_path) not in unchecked
        ]
        checks = [one for one in checks if ".".join(one.path) not in unchecked]
    return _new_default(
        outcome=_outcome(decision, codes),
        kind=decision.kind,
        limits=tuple(limits),
        conditions=tuple(checks),
        losses=codes,
        asking=_asking(tool, unasked) if decision.kind == "ask" else (),
    )


def _outcome(decision: PolicyRule, losses: frozenset[str]) -> str:
    kind = decision.kind
    if kind == "hide":
        return DENIED if losses & {"hide-as-deny", "hide-unsupported"} else HIDDEN
    if kind == "deny":
        return DENIED
    if kind == "ask" and decision.fallback is not _ALLOW:
        return WAITS
    return ALLOWED


def _asking(tool: str, unasked: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return the targets whose file asks: those that report no loss of asking for the tool."""
    return tuple([target_title(target) for target, tools in unasked.items() if tool not in tools])
