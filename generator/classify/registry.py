"""Where a rule's predicate meets its content file: one to one, or loading is refused.

Predicates register themselves with `@rule("schema.param.url")` when `generator.classify.rules` is
imported; limits (floors, ceilings, caps) with `@limit`. `rulebook` is called once per run with the
rules that content.py read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from generator.model.quick import quick
from generator.taxonomy import Axis, Category, Facet

if TYPE_CHECKING:
    from generator.classify.effects import Effects
    from generator.classify.methods import Method
    from generator.classify.view import Place, View
    from generator.model import Measure, Rule

RULESET_VERSION = "2026.11"


@quick
@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a predicate holds. The engine turns it into a Signal with the rule's words.

    `points` replaces the rule's weight when it has steps; `text` replaces the headline where the
    reason is in the tool's own words.
    """

    place: Place | None = None
    subject: str = ""
    measure: Measure | None = None
    points: int | None = None
    text: str = ""
    claim: bool = False
    category: Category | None = None
    support: int = 0
    by: str = ""
    pointer: str = ""
    """The place of something counted or absent, when no slice of a string shows it."""


@quick
@dataclass(frozen=True, slots=True)
class Case:
    """What a predicate may look at: the tool as words, and the effect that is being scored."""

    view: View
    effects: Effects
    category: Category = Category.UNCLASSIFIED
    """The effect whose ledger is written; facet and category rules do not look at it."""
    verb: str = ""
    objects: frozenset[str] = frozenset()
    """The words of the name and of the direct objects."""
    heads: frozenset[str] = frozenset()
    """The nouns that head the direct objects of what speaks for the effect."""
    method: Method | None = None
    methods: tuple[Method, ...] = ()
    facets: frozenset[Facet] = frozenset()
    reason: str = ""
    place: Place | None = None

    @property
    def read(self) -> bool:
        """Return whether a Read effect is scored."""
        return self.category is Category.READ

    @property
    def changes(self) -> bool:
        """Return whether a Write or stronger effect is scored."""
        return self.category.strength >= Category.WRITE.strength


@quick
@dataclass(frozen=True, slots=True)
class Tally:
    """The running sums a limit looks at."""

    category: Category
    total: int
    minors: int
    rules: frozenset[str]


Predicate: TypeAlias = Callable[[Case], Iterable[Hit]]
Limit: TypeAlias = Callable[[Tally], int]
PREDICATES: dict[str, Predicate] = {}
EFFECTS: dict[str, frozenset[Category]] = {}
"""The effects in whose ledger a risk rule can stand; all of them when it names none."""
LISTING: set[str] = set()
"""Category rules whose hits are the evidence that carries their id."""
CHANGING = (Category.WRITE, Category.EXECUTE, Category.DESTRUCTIVE, Category.FINANCIAL)
LIMITS: dict[str, Limit] = {}
STATIC: set[str] = set()
"""Rules that the engine or another room hits itself (hygiene, drift), registered by name."""


def rule(rule_id: str, *on: Category) -> Callable[[Predicate], Predicate]:
    """Register the predicate of one rule; a risk rule is asked for the effects it names only."""

    def register(predicate: Predicate) -> Predicate:
        _refuse_second(rule_id)
        PREDICATES[rule_id] = predicate
        EFFECTS[rule_id] = frozenset(on or Category)
        return predicate

    return register


def limit(rule_id: str) -> Callable[[Limit], Limit]:
    """Register a floor, ceiling or cap: the running sums to the points that correct them."""

    def register(predicate: Limit) -> Limit:
        _refuse_second(rule_id)
        LIMITS[rule_id] = predicate
        return predicate

    return register


def elsewhere(*rule_ids: str) -> None:
    """Register rules whose predicate has another shape: hygiene checks and drift classes."""
    for rule_id in rule_ids:
        _refuse_second(rule_id)
        STATIC.add(rule_id)


def _refuse_second(rule_id: str) -> None:
    if rule_id in PREDICATES or rule_id in LIMITS or rule_id in STATIC:
        raise ValueError(f"rule {rule_id} has two predicates")


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules by id, their predicates in a fixed order, and the version that results carry."""

    rules: dict[str, Rule]
    ruleset: str
    category: tuple[str, ...] = ()
    facet: tuple[str, ...] = ()
    quality: tuple[str, ...] = ()
    risk: Mapping[Category, tuple[str, ...]] = field(default_factory=dict)
    """The rules that can stand in the ledger of each effect."""
    limits: tuple[str, ...] = field(default=())


def rulebook(rules: tuple[Rule, ...]) -> Rulebook:
    """Return the rules joined with their predicates.

    Raises:
        ValueError: a rule has no predicate, a predicate no rule, or two rules one id; all named.
    """
    from generator.classify import hygiene  # noqa: F401, PLC0415 - importing registers them
    from generator.classify import rules as predicates  # noqa: F401, PLC0415 - the same

    by_id = {entry.id: entry for entry in rules}
    known = PREDICATES.keys() | LIMITS.keys() | STATIC
    problems = [f"rule {i} has no predicate" for i in sorted(by_id.keys() - known)]
    problems += [f"predicate {i} has no rule file" for i in sorted(known - by_id.keys())]
    if len(by_id) != len(rules):
        problems.append("two rule files have one id")
    if problems:
        raise ValueError("; ".join(problems))
    return Rulebook(
        rules=by_id,
        ruleset=f"{RULESET_VERSION}+{_digest(by_id)}",
        category=_of(by_id, Axis.CATEGORY),
        facet=_of(by_id, Axis.FACET),
        quality=_of(by_id, Axis.QUALITY),
        risk={
            effect: tuple(i for i in _of(by_id, Axis.RISK) if effect in EFFECTS[i])
            for effect in Category
        },
        limits=tuple(sorted(LIMITS, key=_limit_order)),
    )


def _of(by_id: dict[str, Rule], axis: Axis) -> tuple[str, ...]:
    return tuple(i for i in sorted(by_id) if by_id[i].axis is axis and i in PREDICATES)


def _limit_order(rule_id: str) -> tuple[int, str]:
    return ("cap.minor", "floor", "ceiling", "cap.total").index(
        rule_id if rule_id.startswith("cap.") else rule_id.partition(".")[0]
    ), rule_id


def _digest(by_id: dict[str, Rule]) -> str:
    """Return eight hex digits over everything in the rules that changes a result or its words."""
    rows = [
        [e.id, e.axis, e.points, e.title, e.headline, e.consequence, e.remediation, e.lifecycle]
        for _, e in sorted(by_id.items())
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:8]
