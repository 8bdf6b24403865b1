"""Corrections by people: an Assessment and the Overrides of its tool to the corrected one.

The automatic result stays visible: every override adds an overridden record and says what the
rules alone said. Expired overrides are ignored; stale ones still count and are marked.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.classify.ledger import in_order
from generator.model import AppliedOverride, Assessment, Signal
from generator.taxonomy import Axis, Category, Facet, Level, Status, level_of

if TYPE_CHECKING:
    from datetime import date

    from generator.classify.registry import Rulebook
    from generator.model import Override, Tool

RULE = "override.correction"


def apply(
    assessment: Assessment,
    tool: Tool,
    overrides: tuple[Override, ...],
    book: Rulebook,
    today: date,
) -> Assessment:
    """Return the assessment with the overrides that name this tool and are still valid."""
    for override in overrides:
        if override.tool != tool.name or override.server != tool.server:
            continue
        if override.expires is not None and override.expires < today:
            continue
        stale = bool(override.digest) and override.digest != tool.digest
        assessment = _applied(assessment, override, is_stale=stale)
    return replace(assessment, ruleset=book.ruleset) if assessment.overrides else assessment


def _applied(assessment: Assessment, override: Override, *, is_stale: bool) -> Assessment:
    change = {"category": _category, "level": _level, "facets": _facets, "suppress": _suppress}
    if override.field not in change:
        return assessment
    automatic = _automatic(assessment, override.field)
    changed = change[override.field](assessment, override)
    note = AppliedOverride(override, automatic, is_stale)
    return replace(changed, overrides=(*changed.overrides, note))


def _automatic(assessment: Assessment, field: str) -> str:
    return {
        "category": assessment.category.value,
        "level": f"{assessment.level.value} ({assessment.score})",
        "facets": ", ".join(assessment.facets) or "none",
        "suppress": f"{assessment.level.value} ({assessment.score})",
    }[field]


def _category(assessment: Assessment, override: Override) -> Assessment:
    category = Category(override.value[0])
    record = _record(override, f"Category set to {category} by {override.author}", Axis.CATEGORY)
    return replace(
        assessment,
        category=category,
        signals=in_order([*assessment.signals, replace(record, category=category)]),
    )


def _level(assessment: Assessment, override: Override) -> Assessment:
    level = Level(override.value[0])
    score = max(level.first_score, min(level.last_score, assessment.score))
    points = score - assessment.score
    text = f"Level set to {level} by {override.author}"
    record = replace(_record(override, text, Axis.RISK), points=points, full_points=points)
    return replace(
        assessment, score=score, level=level, signals=in_order([*assessment.signals, record])
    )


def _facets(assessment: Assessment, override: Override) -> Assessment:
    facets = frozenset(map(Facet, override.value))
    text = f"Facets set by {override.author}"
    return replace(
        assessment,
        facets=tuple(facet for facet in Facet if facet in facets),
        signals=in_order([*assessment.signals, _record(override, text, Axis.FACET)]),
    )


def _suppress(assessment: Assessment, override: Override) -> Assessment:
    signals = [
        replace(s, points=0, status=Status.OVERRIDDEN, by=RULE)
        if s.rule in override.value and s.status is Status.APPLIED
        else s
        for s in assessment.signals
    ]
    total = sum(s.points for s in signals if s.axis is Axis.RISK)
    score = max(0, min(100, total))
    text = f"{', '.join(override.value)} suppressed by {override.author}"
    record = replace(
        _record(override, text, Axis.RISK), points=score - total, full_points=score - total
    )
    return replace(
        assessment, score=score, level=level_of(score), signals=in_order([*signals, record])
    )


def _record(override: Override, text: str, axis: Axis) -> Signal:
    return Signal(
        rule=RULE,
        axis=axis,
        text=f"{text}: {override.reason}",
        status=Status.OVERRIDDEN,
        by=override.path or RULE,
    )
