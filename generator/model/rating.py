"""What the classifier says about a tool: signals, findings, methods, corrections, the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.taxonomy import Axis, Category, Confidence, Facet, Level, Status, Verdict

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Measure:
    """A counted fact without a place in the text: name, value, and the step it reached."""

    name: str
    value: int
    step: int = 0


@dataclass(frozen=True, slots=True)
class Signal:
    """One line of the ledger, with its evidence. The record of classifier section 3.

    `pointer` is a JSON pointer into the raw definition; with `part` "key" it means the property's
    name instead of its value. `span` are code points of that raw string and `quote` is that slice
    (c); both are None when the evidence is a measure or something absent.
    """

    rule: str
    axis: Axis
    text: str
    """Our headline, filled in; may hold a parameter name (c)."""
    points: int = 0
    full_points: int = 0
    scope: str = "tool"
    """`tool`, or `method=<value>` (c) in the ledger of one method."""
    category: Category | None = None
    support: int = 0
    facet: Facet | None = None
    pointer: str = ""
    part: str = "value"
    span: tuple[int, int] | None = None
    quote: str | None = None
    measure: Measure | None = None
    subject: str = ""
    """The parameter, verb or phrase (c) that `{subject}` stands for."""
    claim: bool = False
    status: Status = Status.APPLIED
    by: str = ""


@dataclass(frozen=True, slots=True)
class HygieneFinding:
    """A verdict on text that addresses the model. Never changes category, score or level."""

    rule: str
    verdict: Verdict
    value: int
    """Tier value after the position discount, 0..90."""
    text: str
    pointer: str = ""
    part: str = "value"
    span: tuple[int, int] | None = None
    quote: str | None = None
    decoded: str = ""
    """What a hidden or encoded text says (c), empty otherwise."""
    position: str = "instruction"
    """`instruction`, `description` or `example`: how the sentence uses the words."""


@dataclass(frozen=True, slots=True)
class Consideration:
    """A category that had some support and was not chosen, and why, in our words."""

    category: Category
    support: int
    reason: str


@dataclass(frozen=True, slots=True)
class MethodAssessment:
    """One value of a multiplexer, judged with the tool's object. `signals` is its own ledger."""

    method: str
    """The value as sent (c)."""
    argument: str
    """The parameter that selects it (c); empty when only prose lists the methods."""
    category: Category
    score: int
    level: Level
    pointer: str
    quote: str
    reason: str
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """One correction from `content/overrides/<slug>.yaml`."""

    server: str
    tool: str
    field: str
    """`category`, `level`, `facets` or `suppress`."""
    value: tuple[str, ...]
    reason: str
    author: str
    dated: date
    expires: date | None = None
    digest: str = ""
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class AppliedOverride:
    """An override that counted, beside what the rules alone said. Stale: definition moved on."""

    override: Override
    automatic: str
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything we say about one tool. `score` is the clamped sum of the counted points."""

    tool: str
    category: Category
    score: int
    level: Level
    confidence: Confidence
    facets: tuple[Facet, ...]
    signals: tuple[Signal, ...]
    """The ledger in its fixed order; for a multiplexer that of the deciding method."""
    score_category: Category
    """The effect whose ledger gives the score; differs from `category` now and then."""
    deciding_method: str = ""
    considered: tuple[Consideration, ...] = ()
    methods: tuple[MethodAssessment, ...] = ()
    findings: tuple[HygieneFinding, ...] = ()
    verdict: Verdict = Verdict.NONE
    overrides: tuple[AppliedOverride, ...] = ()
    contradicts_hints: bool = False
    ruleset: str = ""
