"""Signals to ledger rows, evidence lines and consequences. Called by the tool and server pages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.model.quick import module_quick
from generator.render import texts, urls
from generator.render.parts import Finding, LedgerRow, Link, new_ledger_row, new_link
from generator.taxonomy import Axis, Status, Verdict
from generator.text import Crawled, new_crawled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.model import HygieneFinding, Signal

_COUNTED = (Status.APPLIED, Status.REDUCED)
_HEADLINES = 4
_REMEMBERED = 1 << 12
_NOTHING, _NO_NOTE = Crawled(""), Markup()
_COUNT_RULE = "schema.param_count"
VERDICT_WORDS = {
    Verdict.HARD: "Strong lead",
    Verdict.REVIEW: "Worth a review",
    Verdict.NOTE: "Note",
    Verdict.NONE: "",
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """The sum as a table: rows that count, facts without points, and what did not count."""

    rows: tuple[LedgerRow, ...]
    facts: tuple[LedgerRow, ...]
    suppressed: tuple[LedgerRow, ...]


def ledger(signals: Sequence[Signal], root: str, deciding: str = "") -> Ledger:
    """Return every signal as a row; anchors number them in the ledger's own order.

    `deciding` is the method whose ledger this is: said once above it, not in each row.
    """
    rows, facts, suppressed = [], [], []
    usual_scope = f"method={deciding}"
    for position, signal in enumerate(signals, 1):
        row = _row(signal, root, f"s{position}", usual_scope)
        if signal.status not in _COUNTED:
            suppressed.append(row)
        elif signal.points or signal.axis is Axis.RISK:
            rows.append(row)
        else:
            facts.append(row)
    return Ledger(tuple(rows), tuple(facts), tuple(suppressed))


def _row(signal: Signal, root: str, anchor: str, usual_scope: str) -> LedgerRow:
    rule, url = _rule(signal.rule, root)
    points = signal.points
    is_plain = signal.status is Status.APPLIED and signal.scope == "tool" and not signal.claim
    return new_ledger_row(
        anchor=anchor,
        rule=rule,
        url=url,
        text=texts.prose(signal.text, 600),
        where=_where(signal.pointer, signal.part),
        quote=new_crawled(signal.quote, 280) if signal.quote else _NOTHING,
        points=texts.points(points) if points else "0",
        is_minus=points < 0,
        note=_NO_NOTE if is_plain else texts.prose(_note(signal, usual_scope), 400),
    )


@lru_cache(maxsize=_REMEMBERED)
def _rule(rule: str, root: str) -> tuple[Markup, str]:
    return texts.breakable(rule), root + urls.rule(rule)


@lru_cache(maxsize=_REMEMBERED)
def _where(pointer: str, part: str) -> Crawled:
    return Crawled(f"{pointer} (its name)" if part == "key" else pointer, 200)


def _note(signal: Signal, usual_scope: str) -> str:
    """Return what else is to be said of a signal, nothing of most."""
    notes = []
    if signal.claim:
        notes.append("As stated by the server.")
    if signal.scope.startswith("method=") and signal.scope != usual_scope:
        notes.append(f"Method `{signal.scope.removeprefix('method=')}`.")
    if signal.status is Status.REDUCED:
        notes.append(f"Reduced from {texts.points(signal.full_points)} by `{signal.by}`.")
    elif signal.status is not Status.APPLIED and signal.by:
        notes.append(f"{signal.status.value.capitalize()} by `{signal.by}`.")
    return " ".join(notes)


def counted(signals: Iterable[Signal]) -> list[tuple[int, Signal]]:
    """Return (ledger position, signal) of what raises the score, most points first."""
    raising = [
        (position, signal)
        for position, signal in enumerate(signals, 1)
        if signal.status in _COUNTED and signal.points > 0
    ]
    return sorted(raising, key=lambda pair: -pair[1].points)


def evidence(signals: Sequence[Signal]) -> tuple[Link, ...]:
    """Return up to four headlines as links to their rows; a parameter count is always there."""
    raising = counted(signals)
    shown = raising[:_HEADLINES]
    extra = [pair for pair in raising[_HEADLINES:] if pair[1].rule == _COUNT_RULE]
    if extra:
        shown = [*shown[: _HEADLINES - 1], *extra]
    return tuple(
        [new_link(texts.prose(signal.text, 140), f"#s{position}") for position, signal in shown]
    )


def findings(found: Sequence[HygieneFinding], root: str) -> tuple[Finding, ...]:
    """Return hygiene findings, gravest first."""
    ordered = sorted(found, key=lambda item: -item.value)
    return tuple(
        Finding(
            anchor=f"h{position}",
            rule=item.rule,
            url=root + urls.rule(item.rule),
            verdict=VERDICT_WORDS[item.verdict],
            text=texts.prose(item.text, 600),
            where=Crawled(item.pointer, 200),
            quote=Crawled(item.quote or "", 400),
            decoded=Crawled(item.decoded, 400),
        )
        for position, item in enumerate(ordered, 1)
    )


module_quick(__name__)
