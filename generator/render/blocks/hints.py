"""A server's annotations beside our reading. Hints are claims; only some lead to signals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.model.quick import changed, module_quick
from generator.render import texts, urls
from generator.render.parts import Link
from generator.taxonomy import Category, Facet, Status

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.model import Annotations, Assessment

_REACHES_OUT = (
    Facet.EGRESS,
    Facet.PUBLIC_SINK,
    Facet.UNTRUSTED_CONTENT,
    Facet.ARBITRARY_URL,
)


@dataclass(frozen=True, slots=True)
class HintRow:
    """One annotation: what the server declares, how we read it, and which rule says so."""

    name: str
    declared: str
    reading: Markup
    rules: tuple[Link, ...]


def rows(annotations: Annotations, assessment: Assessment, root: str) -> tuple[HintRow, ...]:
    """Return the four standard hints in the protocol's order."""
    found = tuple(
        (signal.pointer.rpartition("/")[2], signal.rule)
        for signal in assessment.signals
        if signal.pointer.endswith("Hint") and signal.status in (Status.APPLIED, Status.REDUCED)
    )
    reaches = any(facet in _REACHES_OUT for facet in assessment.facets)
    if annotations.title:
        annotations = changed(annotations, title="")
    return _rows(annotations, assessment.category, reaches, found, root)


@lru_cache(maxsize=1024)
def _rows(
    hints: Annotations,
    rated: Category,
    reaches: bool,  # noqa: FBT001 (positional for the cache)
    found: tuple[tuple[str, str], ...],
    root: str,
) -> tuple[HintRow, ...]:
    """Return the rows of tools that declare the same and are rated the same: there are many."""
    changes = rated not in (Category.READ, Category.UNCLASSIFIED)
    declared = (
        ("readOnlyHint", hints.read_only_hint, _read_only(hints, rated, changes)),
        ("destructiveHint", hints.destructive_hint, _destructive(hints, rated)),
        ("idempotentHint", hints.idempotent_hint, _idempotent(hints)),
        ("openWorldHint", hints.open_world_hint, _open_world(hints, reaches=reaches)),
    )
    return tuple(
        HintRow(
            name,
            _declared(value),
            texts.prose(reading),
            tuple(
                Link(rule, root + urls.rule(rule))
                for rule in dict.fromkeys(rule for hint, rule in found if hint == name)
            ),
        )
        for name, value, reading in declared
    )


def _declared(value: bool | None) -> str:  # noqa: FBT001 (a hint is a tri-state by protocol)
    return "not declared" if value is None else str(value).lower()


def _read_only(hints: Annotations, rated: Category, changes: bool) -> str:  # noqa: FBT001
    if hints.read_only_hint is None:
        return "Counts for nothing (the protocol's default is false)"
    if rated is Category.UNCLASSIFIED:
        return "A claim; nothing else in the definition shows what the tool does"
    if hints.read_only_hint:
        return f"Contradicts {rated.value}" if changes else "Agrees with Read"
    return f"Agrees with {rated.value}" if changes else "More careful than our rating, Read"


def _destructive(hints: Annotations, rated: Category) -> str:
    if hints.destructive_hint is None:
        return "Counts for nothing (the protocol's default is true)"
    destroys = rated is Category.DESTRUCTIVE
    if hints.destructive_hint:
        return "Agrees with Destructive" if destroys else f"More careful than our rating, {rated}"
    return "Contradicts Destructive" if destroys else f"Agrees with {rated.value}"


def _idempotent(hints: Annotations) -> str:
    if hints.idempotent_hint is None:
        return "Counts for nothing (the protocol's default is false)"
    return "Counts for nothing: repeating a call says little about its effect"


def _open_world(hints: Annotations, *, reaches: bool) -> str:
    if hints.open_world_hint is None:
        return "Counts for nothing (the protocol's default is true)"
    if hints.open_world_hint:
        return "Agrees with our facets" if reaches else "Counts for nothing"
    return "Contradicts our facets" if reaches else "Agrees with our facets"


module_quick(__name__)
