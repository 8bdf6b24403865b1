"""Two assessments of one tool to differences in what we say about it. Called by drift.py.

Only compared when the definition changed: a new rule set alone is no drift of the server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.derive import wording
from generator.derive.deltas import Delta, shown
from generator.taxonomy import Category, ChangeClass, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model import Assessment, HygieneFinding

_FINDINGS = {
    Verdict.HARD: ChangeClass.ALARM,
    Verdict.REVIEW: ChangeClass.RISK,
    Verdict.NOTE: ChangeClass.WORDING,
}


def compare(before: Assessment, after: Assessment) -> tuple[Delta, ...]:
    """Return what moved in a rating: category, level or score, facets, methods, findings."""
    return (
        *_rating(before, after),
        *_facets(before, after),
        *_methods(before, after),
        *new_findings(before.findings, after.findings),
    )


def _rating(before: Assessment, after: Assessment) -> Iterator[Delta]:
    old, new = rating(before), rating(after)
    if before.category is not after.category:
        text = f"moved from {before.category.value} to {after.category.value}"
        yield Delta(ChangeClass.RISK, "category", text, old, new)
    if before.level is not after.level:
        word = "rose" if after.level.rank > before.level.rank else "fell"
        text = f"{word} from {before.level.title} to {after.level.title}"
        yield Delta(ChangeClass.RISK, "level", text, old, new)
    elif before.score != after.score:
        text = f"score moved from {before.score} to {after.score}"
        yield Delta(ChangeClass.COMPATIBLE, "score", text, old, new)


def rating(assessment: Assessment) -> str:
    """Return a rating in short: `Execute, High (70)`."""
    return f"{assessment.category.value}, {assessment.level.title} ({assessment.score})"


def _facets(before: Assessment, after: Assessment) -> Iterator[Delta]:
    gained = [f.words for f in after.facets if f not in before.facets]
    lost = [f.words for f in before.facets if f not in after.facets]
    if gained:
        text = f"gained {wording.listed(gained)}"
        yield Delta(ChangeClass.RISK, "facet-gained", text, after=", ".join(gained))
    if lost:
        text = f"lost {wording.listed(lost)}"
        yield Delta(ChangeClass.COMPATIBLE, "facet-lost", text, before=", ".join(lost))


def _methods(before: Assessment, after: Assessment) -> Iterator[Delta]:
    old = {m.method: m for m in before.methods}
    new = {m.method: m for m in after.methods}
    for method in after.methods:
        known = old.get(method.method)
        risky = method.category is not Category.READ
        word = f"{method.category.value}, {method.level.title}"
        if known is None:
            kind = ChangeClass.RISK if risky else ChangeClass.COMPATIBLE
            text = f"gained the method {wording.code(method.method)} ({word})"
            yield Delta(kind, "method-added", text, after=shown(method.method))
        elif (known.category, known.level) != (method.category, method.level):
            text = f"the rating of its method {wording.code(method.method)} moved"
            was = f"{known.category.value}, {known.level.title}"
            yield Delta(ChangeClass.RISK, "method-moved", text, was, word)
    for name in old:
        if name not in new:
            text = f"lost the method {wording.code(name)}"
            yield Delta(ChangeClass.BREAKING, "method-removed", text, shown(name))


def new_findings(
    before: tuple[HygieneFinding, ...], after: tuple[HygieneFinding, ...]
) -> Iterator[Delta]:
    """Yield findings of the later side that the earlier one lacks, by rule, verdict and quote."""
    known = {(f.rule, f.quote) for f in before if f.verdict is not Verdict.NONE}
    for finding in after:
        if finding.verdict is Verdict.NONE or (finding.rule, finding.quote) in known:
            continue
        yield Delta(
            _FINDINGS[finding.verdict],
            "finding",
            f"new hygiene finding `{finding.rule}` ({finding.verdict.value})",
            after=shown(finding.quote or finding.text),
        )
