"""Hits to Signals and Signals to a score: base, majors, minors, cap, floor or ceiling, cap.

Every number is the sum of listed records. Called by engine.py once per established effect and
once per method.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.classify.registry import LIMITS, LISTING, PREDICATES, Case, Hit, Rulebook, Tally
from generator.model import Signal
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
_AXES = tuple(Axis)


def signal(rule: Rule, hit: Hit, *, scope: str = "tool") -> Signal:
    """Return the record of one hit, quotes cut to 200 characters; beaten evidence counts 0."""
    # A hit may weigh less than its rule; evidence two rules share weighs on the risk axis only.
    full = rule.points if hit.points is None or rule.axis is not Axis.RISK else hit.points
    beaten = bool(hit.by)
    place = hit.place
    end = min(place.end, place.start + MAX_QUOTE) if place else 0
    return Signal(
        rule=rule.id,
        axis=rule.axis,
        text=hit.text
        or filled(rule.headline, hit.subject, hit.measure.value if hit.measure else 0),
        points=0 if beaten else full,
        full_points=full,
        scope=scope,
        category=hit.category,
        support=0 if beaten else hit.support,
        facet=_facet(rule),
        pointer=place.pointer if place else hit.pointer,
        part=place.part if place else "value",
        span=(place.start, end) if place else None,
        quote=place.raw[place.start : end] if place else None,
        measure=hit.measure,
        subject=hit.subject,
        claim=hit.claim,
        status=Status.SUPPRESSED if beaten else Status.APPLIED,
        by=hit.by,
    )


def filled(headline: str, subject: str, value: int) -> str:
    """Return the headline with `{subject}` and `{value}` filled in; other braces stay."""
    return headline.replace("{value}", str(value)).replace("{subject}", subject)


def _facet(rule: Rule) -> Facet | None:
    return Facet(rule.id.partition(".")[2]) if rule.axis is Axis.FACET else None


def hits(book: Rulebook, ids: Iterable[str], case: Case, *, scope: str = "tool") -> list[Signal]:
    """Return the signals of these rules; a rule counts once, its further hits are listed."""
    found: list[Signal] = []
    proven = {evidence.rule for evidence in case.effects.evidence}
    for rule_id in ids:
        if rule_id in LISTING and rule_id not in proven:
            continue
        counted = False
        for hit in PREDICATES[rule_id](case):
            made = signal(book.rules[rule_id], hit, scope=scope)
            if counted and made.points:
                made = replace(made, points=0, status=Status.REDUCED, by=rule_id)
            counted = counted or bool(made.points)
            found.append(made)
    return found


def score(book: Rulebook, case: Case, scope: str) -> tuple[int, list[Signal]]:
    """Return the score of one effect and its ledger in the order in which it is added up."""
    found = _replaced(hits(book, book.risk[case.category], case, scope=scope))
    found = sorted(found, key=_order)
    total = sum(s.points for s in found)
    minors = sum(s.points for s in found if is_minor(s))
    names = frozenset(s.rule for s in found if s.status is Status.APPLIED)
    for rule_id in book.limits:
        change = LIMITS[rule_id](Tally(case.category, total, minors, names))
        if change:
            hit = Hit(points=change)
            found.append(signal(book.rules[rule_id], hit, scope=scope))
            total += change
    return total, found


def is_minor(record: Signal) -> bool:
    """Return whether a record belongs to the minors, whose sum is capped."""
    return abs(record.full_points) < MAJOR and not record.rule.startswith("base.")


def _replaced(found: list[Signal]) -> list[Signal]:
    present = {s.rule for s in found if s.status is Status.APPLIED}
    beaten = {
        loser: winner
        for winner, losers in _REPLACED.items()
        if winner in present
        for loser in losers
    }
    return [
        replace(s, points=0, status=Status.SUPPRESSED, by=beaten[s.rule])
        if s.rule in beaten and s.status is Status.APPLIED
        else s
        for s in found
    ]


def _stage(record: Signal) -> int:
    if record.rule.startswith("base."):
        return 0
    return 2 if is_minor(record) else 1


def _order(record: Signal) -> tuple[int, int, str, tuple[int, int], str]:
    weight = -abs(record.points)
    return _stage(record), weight, record.pointer, record.span or (-1, -1), record.rule


def in_order(found: Iterable[Signal]) -> tuple[Signal, ...]:
    """Return category signals first, then the score as it adds up, then facets and quality."""
    return tuple(sorted(found, key=_axis_order))


def _axis_order(record: Signal) -> tuple[int, int, str, tuple[int, int], str]:
    axis = _AXES.index(record.axis)
    if record.axis is Axis.RISK:
        return axis, 0, "", (0, 0), ""
    return axis, 0, record.pointer, record.span or (-1, -1), record.rule
