"""What a policy decides, how it becomes a file, and what was lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.taxonomy import Decision, Profile

if TYPE_CHECKING:
    from generator.model.wire import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Condition:
    """A positive test of one argument. `path` is a tuple of keys (c), not a dotted string."""

    path: tuple[str, ...]
    test: str
    """`exists`, `absent`, `equals`, `one_of`, `range`, `length` or `matches`."""
    values: tuple[Json, ...] = ()
    """equals: one; one_of: all; matches: one expression; range and length: (low, high), either
    may be None; exists and absent: none."""
    exclusive: tuple[bool, bool] = (False, False)
    presence: str = "required"
    """`required`, or `if_present` (the target must be able to skip it)."""
    origin: str = "schema"
    """`schema`, `meaning`, `method` or `user`."""
    pointer: str = ""
    note: str = ""
    groups: tuple[tuple[str, int], ...] = ()
    """For methods: (category, how many of `values` in a row belong to it)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` calls per `window` (minute, hour, day); with `amount_path` a sum of an argument."""

    count: int
    window: str
    amount_path: tuple[str, ...] = ()
    per_call: int = 0


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule for one tool (exact wire name (c), or `*`), and the rule ids it answers."""

    tool: str
    name: str
    kind: str
    """`allow`, `ask`, `deny` or `hide` (exactly one per tool); `limit` or `condition`."""
    row: str
    """The row of the default table that decided."""
    because: tuple[str, ...] = ()
    fallback: Decision = Decision.DENY
    """For `ask`: what a target that cannot ask does instead, allow or deny. For `allow`: deny when
    only the checked arguments make the tool safe, so a target that cannot see them denies."""
    conditions: tuple[Condition, ...] = ()
    limit: Limit | None = None
    message: str = ""
    """Shown to the model on denial: our words; crawled are only plain tool and argument names."""
    rating: str = ""
    """Decision rules: `Execute, high (70)`, printed as a comment; empty otherwise."""


@dataclass(frozen=True, slots=True)
class PolicyLoss:
    """A schema fact or wish that the neutral model itself could not keep, by argument."""

    code: str
    tool: str
    argument: str
    text: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A draft for one server and profile; unknown tools are always denied."""

    server: str
    title: str
    profile: Profile
    rules: tuple[PolicyRule, ...]
    losses: tuple[PolicyLoss, ...]
    observed_on: str
    digest: str
    package: str
    version: str
    protocols: tuple[str, ...]
    tools_total: int
    ruleset: str
    model: str
    start: tuple[str, ...] = ()
    """The command that starts the server, pinned: `npx -y @acme/demo@1.2.3`; empty for remotes."""
    url: str = ""
    env_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetLoss:
    """What a target cannot express: code of policy section 8, and how it differs."""

    code: str
    tool: str
    path: str
    direction: str
    """`weaker`, `stricter` or `none` compared with the neutral model."""
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A policy as one target's file, already accepted by that target's check."""

    target: str
    profile: Profile
    file_name: str
    text: str
    losses: tuple[TargetLoss, ...]
    snippets: tuple[Snippet, ...] = ()
    """For the balanced profile, which pages show; empty for the others."""
    put_in_place: str = ""
    """How to use the file, one or two lines: a command, or where it goes."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """The part of a file that concerns one tool, as printed on the tool's page."""

    tool: str
    text: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """A call, what the balanced policy does with it, and by which rule and message."""

    arguments: JsonObject
    decision: Decision
    rule: str
    message: str
    why: str
    """Our words: what this call shows."""
