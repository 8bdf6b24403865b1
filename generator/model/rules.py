"""What one predicate looks for, and the words about it: `content/rules/<id>.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.taxonomy import Axis, Lifecycle

if TYPE_CHECKING:
    from generator.model.wire import JsonObject


@dataclass(frozen=True, slots=True)
class Reference:
    """A published source: title, publisher, https address (may be empty), date (ISO, partial)."""

    title: str
    url: str = ""
    publisher: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class RuleExample:
    """A tool definition (raw, written in the rule's file) that a rule must hit or miss."""

    note: str
    tool: JsonObject
    expected: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """`content/rules/<id>.yaml`: what one predicate looks for, and the words about it.

    `headline` and `consequence` are one sentence each and may use `{subject}` and `{value}` of
    the signal. `points` is the full weight; bases, floors, ceilings and caps are rules too.
    """

    id: str
    axis: Axis
    points: int
    title: str
    why: str
    headline: str
    consequence: str = ""
    remediation: str = ""
    lifecycle: Lifecycle = Lifecycle.STABLE
    since: str = ""
    frameworks: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    examples: tuple[RuleExample, ...] = ()
    path: str = ""
