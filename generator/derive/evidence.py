"""Which signals of an assessment speak first, and what they say: shared by all sentences.

A signal counts when it is applied or reduced; "largest" is by points, then in ledger order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator import text
from generator.derive import wording
from generator.taxonomy import Axis, Status, Verdict

if TYPE_CHECKING:
    from generator.derive.texts import Texts
    from generator.model import Assessment, Signal

_COUNTED = (Status.APPLIED, Status.REDUCED)
_FIELD = re.compile(r"\{(subject|value)\}")


def counted(assessment: Assessment) -> tuple[Signal, ...]:
    """Return the signals that count, in ledger order."""
    return tuple(s for s in assessment.signals if s.status in _COUNTED)


def largest(assessment: Assessment, most: int) -> tuple[Signal, ...]:
    """Return the counted signals that raise the score, largest first, one per rule."""
    raising = [s for s in counted(assessment) if s.points > 0]
    first: dict[str, Signal] = {}
    for signal in sorted(raising, key=lambda s: -s.points):
        first.setdefault(signal.rule, signal)
    return tuple(first.values())[:most]


def rule_ids(assessment: Assessment) -> tuple[str, ...]:
    """Return the ids of all rules that count for a tool, hygiene notes included, sorted."""
    signals = {s.rule for s in counted(assessment)}
    findings = {f.rule for f in assessment.findings if f.verdict is not Verdict.NONE}
    return tuple(sorted(signals | findings))


def headline(signal: Signal) -> str:
    """Return the signal's own text on one line, without a full stop, backticks balanced."""
    return _balanced(text.one_line(signal.text, 160)).rstrip(".")


def consequence(signal: Signal, texts: Texts) -> str:
    """Return the rule's consequence with the signal's subject and value, empty if it has none."""
    rule = texts.rules.get(signal.rule)
    if rule is None or not rule.consequence:
        return ""
    fields = {
        "subject": wording.code(signal.subject) if signal.subject else "",
        "value": str(signal.measure.value) if signal.measure else "",
    }
    if any(not fields[found] for found in _FIELD.findall(rule.consequence)):
        return wording.sentence(headline(signal))
    filled = _FIELD.sub(
        lambda m: fields[m[1]], rule.consequence.replace("`{subject}`", "{subject}")
    )
    return wording.sentence(filled)


def verdict(assessment: Assessment, malformed: str = "") -> str:
    """Return one sentence of ours from the two largest signals."""
    if malformed:
        return wording.sentence(f"The definition is malformed: {malformed}")
    words = [headline(s) for s in largest(assessment, 2) if s.text]
    if not words:
        return "No signal of this definition raises its score."
    rest = [wording.lower(word) for word in words[1:]]
    return wording.sentence("; ".join([words[0], *rest]))


def category_signals(assessment: Assessment) -> tuple[Signal, ...]:
    """Return what establishes the chosen category, strongest support first."""
    found = [
        s
        for s in counted(assessment)
        if s.axis is Axis.CATEGORY and s.category is assessment.category and s.support > 0
    ]
    return tuple(sorted(found, key=lambda s: -s.support))


def _balanced(words: str) -> str:
    """Return the text without backticks when their number is odd: a cut must not open a span."""
    return words.replace("`", "'") if words.count("`") % 2 else words
