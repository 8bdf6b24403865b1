"""How often ratings agree with labelled tools, and what else is counted for the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.model.derived import ToolSummary
    from generator.taxonomy import Category, Level


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One row of the published measurement; None when the labelled set is not there."""

    name: str
    total: int
    strict: int
    accepted: int
    under: int
    level_accepted: int
    level_within_one: int


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """How a rule does: hits in the catalogue, ten of them, precision on the labelled tools."""

    rule: str
    hits: int
    servers: int
    examples: tuple[ToolSummary, ...]
    labelled_hits: int = 0
    labelled_right: int = 0


@dataclass(frozen=True, slots=True)
class AttackFacts:
    """How many tools and servers share an attack's preconditions, and the riskiest of them."""

    attack: str
    tools_total: int
    servers_total: int
    tools: tuple[ToolSummary, ...]
    by_server: tuple[tuple[str, int], ...] = ()
    """(server's slug, its tools that share the preconditions), most first."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A labelled tool that we rate differently (tool and server names are crawled)."""

    server: str
    tool: str
    label_category: Category
    our_category: Category
    label_level: Level
    our_level: Level
    note: str = ""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One row of the policy defaults table, as printed on the methodology page."""

    row: str
    matches: str
    balanced: str
    locked: str
    observe: str
    limits: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """How the rules do on labelled tools, as last measured; written by a command, not by hand."""

    accuracy: tuple[Accuracy, ...] = ()
    """Our row first, then the baselines."""
    confusion: tuple[tuple[Category, Category, int], ...] = ()
    """(label, ours, count), zero counts left out."""
    misses: tuple[Miss, ...] = ()
    labelled: tuple[tuple[str, int, int], ...] = ()
    """(rule id, hits on labelled tools, right ones)."""
    ruleset: str = ""
    """The rule set that was measured."""
