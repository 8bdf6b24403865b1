"""What all clients share that see neither arguments nor rates: one decision per tool, and losses.

A client may rewrite the names of tools before it compares them with a policy. Tools whose names
come out alike share the strictest decision of them, so that no rule is silently wrong. Used by
claude_code.py, codex.py, gemini.py and opencode.py.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from generator.latest import latest
from generator.model import Snippet
from generator.model.quick import maker
from generator.policy.evaluate import by_tool
from generator.policy.formats import base
from generator.policy.table import SERVER_WIDE
from generator.taxonomy import Decision

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.model import Policy, TargetLoss
    from generator.policy.evaluate import ToolRules

_STRICTNESS = ("allow", "ask", "deny")
_DENY = Decision.DENY
_new_snippet = maker(Snippet)
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_FOLDED = re.compile(r"[^A-Za-z0-9_-]")
_PLAIN_EVERYWHERE = re.compile(r"_?[A-Za-z0-9-]+(?:_[A-Za-z0-9-]+)*_?\Z")
"""Names that every client keeps as they are: `__` would separate the server from the tool."""


@dataclass(frozen=True, slots=True)
class Naming:
    """Which tool names a client's file can hold, and how the client rewrites the others."""

    holds: Callable[[str], bool]
    fold: Callable[[str], str]
    unknown: str
    """What the client does with a tool that is not in the file: `ask` or `deny`."""
    longest: int = sys.maxsize
    """Every client keeps a plain name as it is, one of them only up to some length."""


@dataclass(frozen=True, slots=True)
class Choices:
    """`allow`, `ask` or `deny` per tool, in name order; `missing` cannot be written."""

    decided: Mapping[str, str]
    missing: tuple[str, ...]
    losses: tuple[TargetLoss, ...]
    named: Mapping[str, list[str]]
    """The tools of each decision."""

    def names(self, decision: str) -> list[str]:
        """Return the tools of one decision."""
        return self.named.get(decision, [])


def _choices(decided: Mapping[str, str], missing: list[str], losses: list[TargetLoss]) -> Choices:
    named: dict[str, list[str]] = {}
    for name, decision in decided.items():
        named.setdefault(decision, []).append(name)
    return Choices(decided, tuple(missing), base.in_order(losses), named)


def fold(name: str) -> str:
    """Return a name as clients rewrite it: everything but letters, digits, _ and - becomes _."""
    return _FOLDED.sub("_", name)


def choose(policy: Policy, naming: Naming) -> Choices:
    """Return the decision of every tool, and everything the client cannot express."""
    wishes = _wishes(policy)
    if wishes.is_plain and wishes.longest <= naming.longest:
        return wishes.kept
    losses = list(wishes.kept.losses)
    folded = {name: naming.fold(name) for name in wishes.kept.decided}
    shared = _strictest(wishes.kept.decided, folded)
    decided: dict[str, str] = {}
    missing = []
    for name, decision in wishes.kept.decided.items():
        if not base.is_sound(name) or not naming.holds(name):
            missing.append(name)
            losses += _unwritable(name, decision, naming.unknown)
            continue
        strictest = shared[folded[name]]
        if strictest != decision:
            text = "the client cannot tell its name from another's; the stricter decision holds"
            losses.append(base.loss("name-unaddressable", name, text))
        decided[name] = strictest
    return _choices(decided, missing, losses)


def snippets(
    policy: Policy,
    choices: Choices,
    part: Callable[[str, str], str],
    missing: Callable[[str], str],
) -> list[Snippet]:
    """Return the part for each tool, none for a profile whose parts no page shows.

    `part` takes a tool and its decision, `missing` a tool that cannot be written.
    """
    if policy.profile is not base.SHOWN:
        return []
    found = [_new_snippet(name, part(name, decision)) for name, decision in choices.decided.items()]
    return [*found, *(Snippet(name, missing(name)) for name in choices.missing)]


class _Wishes(NamedTuple):
    """What any client should do with each tool, and what none of them can keep of its rules."""

    kept: Choices
    """Where the client keeps every name as it is."""
    is_plain: bool
    longest: int
    """How long the longest name is."""


def _wished(policy: Policy) -> _Wishes:
    wanted: dict[str, str] = {}
    losses = [
        base.loss(one.code, one.tool, one.text)
        for one in policy.losses
        if one.code == "name-unaddressable"
    ]
    for name, said in by_tool(policy).items():
        if name == SERVER_WIDE:
            losses.append(base.loss("rate-unsupported", name, "calls are not counted"))
            continue
        wanted[name], lost = _wanted(name, said)
        losses += lost
    is_plain = all(map(_PLAIN_EVERYWHERE.match, wanted))
    return _Wishes(_choices(wanted, [], losses), is_plain, max(map(len, wanted), default=0))


_wishes = latest(_wished)


def _wanted(name: str, said: ToolRules) -> tuple[str, list[TargetLoss]]:
    """Return what the client should do with a tool, and what it cannot keep of its rules."""
    decision = said.decision
    if decision is None:
        raise ValueError(f"no decision for {name!a}")
    if decision.kind in {"deny", "hide"}:
        return "deny", []
    if decision.kind == "allow" and decision.fallback is _DENY:
        text = "only some methods are safe and arguments are not seen; denied instead"
        return "deny", [base.loss("args-unsupported", name, text, direction="stricter")]
    losses = []
    if said.is_checked:
        losses.append(base.loss("args-unsupported", name, "arguments are not checked"))
    if said.limits:
        losses.append(base.loss("rate-unsupported", name, "calls are not counted"))
    return decision.kind, losses


def _strictest(wanted: Mapping[str, str], folded: Mapping[str, str]) -> dict[str, str]:
    """Return the strictest decision for each rewritten name."""
    shared: dict[str, str] = {}
    for name, decision in wanted.items():
        key = folded[name]
        known = shared.get(key)
        shared[key] = max(known, decision, key=_STRICTNESS.index) if known else decision
    return shared


def _unwritable(name: str, decision: str, unknown: str) -> list[TargetLoss]:
    """Return the loss for a name that the file cannot hold; none when nothing changes."""
    if decision == unknown:
        return []
    is_weaker = _STRICTNESS.index(unknown) < _STRICTNESS.index(decision)
    text = f"its name cannot be written here; the client {_DOES[unknown]} instead"
    direction = "weaker" if is_weaker else "stricter"
    return [base.loss("name-unaddressable", name, text, direction=direction)]


_DOES = {"ask": "asks", "deny": "blocks it"}
