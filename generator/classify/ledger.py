"""Hits to Signals and Signals to a score: base, majors, minors, cap, floor or ceiling, cap.

Every number is the sum of listed records. Called by engine.py once per established effect and
once per method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import LIMITS, PREDICATES, Case, Hit, Rulebook, Tally
from generator.classify.rules.needs import asked
from generator.model import Signal
from generator.model.quick import changed, maker
from generator.taxonomy import Axis, Facet, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import Rule

MAJOR = 25
MAX_QUOTE = 200
_REPLACED = {
    "dest.trivial": ("dest.recoverable", "dest.one_item"),
    "read.secrets": ("read.private_data",),
    "exec.host_code": ("exec.any_api",),
    "write.privilege": ("write.trivial",),
    "write.exposure": ("write.trivial",),
    "write.infra_config": ("write.trivial",),
}
"""A major that stands for others, and the ones it replaces."""
_new_signal = maker(Signal)
_AXES = {axis: place for place, axis in enumerate(Axis)}
_FACETS = {f"facet.{facet.value}": facet for facet in Facet}
_RISK, _FACET = Axis.RISK, Axis.FACET
_APPLIED, _REDUCED, _SUPPRESSED = Status.APPLIED, Status.REDUCED, Status.SUPPRESSED
_NOWHERE = (-1, -1)
_RISK_ORDER = (_AXES[_RISK], 0, "", (0, 0), "")


def signal(rule: Rule, hit: Hit, *, scope: str = "tool", counted: bool = False) -> Signal:
    """Return the record of one hit, quotes cut to 200 characters; beaten evidence counts 0.

    A rule that has `counted` already lists its further hits with 0 points.
    """
    # A hit may weigh less than its rule; evidence two rules share weighs on the risk axis only.
    full = rule.points if hit.points is None or rule.axis is not _RISK else hit.points
    status, by, points, support = _APPLIED, hit.by, full, hit.support
    if by:
        status, points, support = _SUPPRESSED, 0, 0
    elif counted and full:
        status, points, by = _REDUCED, 0, rule.id
    pointer, part, span, quote = hit.pointer, "value", None, None
    if hit.place is not None:
        pointer, part, start, end, raw = hit.place
        end = min(end, start + MAX_QUOTE)
        span, quote = (start, end), raw[start:end]
    text, measure = hit.text, hit.measure
    # In the order of the fields: with keywords it would take twice as long.
    return _new_signal(
        rule.id,
        rule.axis,
        text or filled(rule.headline, hit.subject, measure.value if measure else 0),
        points,
        full,
        scope,
        hit.category,
        support,
        _facet(rule),
        pointer,
        part,
        span,
        quote,
        measure,
        hit.subject,
        hit.claim,
        status,
        by,
    )


def filled(headline: str, subject: str, value: int) -> str:
    """Return the headline with `{subject}` and `{value}` filled in; other braces stay."""
    if "{" not in headline:
        return headline
    return headline.replace("{value}", str(value)).replace("{subject}", subject)


def _facet(rule: Rule) -> Facet | None:
    return _FACETS[rule.id] if rule.axis is _FACET else None


def hits(book: Rulebook, ids: tuple[str, ...], case: Case, *, scope: str = "tool") -> list[Signal]:
    """Return the signals of these rules; a rule counts once, its further hits are listed."""
    found: list[Signal] = []
    for rule_id in asked(ids, case):
        counted = False
        for hit in PREDICATES[rule_id](case):
            made = signal(book.rules[rule_id], hit, scope=scope, counted=counted)
            counted = counted or bool(made.points)
            found.append(made)
    return found


def score(book: Rulebook, case: Case, scope: str) -> tuple[int, list[Signal]]:
    """Return the score of one effect and its ledger in the order in which it is added up."""
    found = _replaced(hits(book, book.risk[case.category], case, scope=scope))
    found.sort(key=_order)
    total = sum([s.points for s in found])
    minors = sum([s.points for s in found if is_minor(s)])
    names = frozenset([s.rule for s in found if s.status is _APPLIED])
    tally = Tally(case.category, total, minors, names)
    for rule_id in book.limits:
        change = LIMITS[rule_id](tally)
        if change:
            found.append(signal(book.rules[rule_id], Hit(points=change), scope=scope))
            tally = changed(tally, total=tally.total + change)
    return tally.total, found


def is_minor(record: Signal) -> bool:
    """Return whether a record belongs to the minors, whose sum is capped."""
    return abs(record.full_points) < MAJOR and not record.rule.startswith("base.")


def _replaced(found: list[Signal]) -> list[Signal]:
    beaten = {
        loser: winner
        for winner in [s.rule for s in found if s.rule in _REPLACED and s.status is _APPLIED]
        for loser in _REPLACED[winner]
    }
    if not beaten:
        return found
    return [
        changed(s, points=0, status=_SUPPRESSED, by=beaten[s.rule])
        if s.rule in beaten and s.status is _APPLIED
        else s
        for s in found
    ]


def _order(record: Signal) -> tuple[int, int, str, tuple[int, int], str]:
    stage = 0 if record.rule.startswith("base.") else 1 + (abs(record.full_points) < MAJOR)
    return stage, -abs(record.points), record.pointer, record.span or _NOWHERE, record.rule


def in_order(found: Iterable[Signal]) -> tuple[Signal, ...]:
    """Return category signals first, then the score as it adds up, then facets and quality."""
    return tuple(sorted(found, key=_axis_order))


def _axis_order(record: Signal) -> tuple[int, int, str, tuple[int, int], str]:
    if record.axis is _RISK:
        return _RISK_ORDER
    return _AXES[record.axis], 0, record.pointer, record.span or _NOWHERE, record.rule
