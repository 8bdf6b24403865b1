"""A Tool and its server's Context to an Assessment: category, score, facets, ledger, findings.

Called by pipeline.py for the catalogue and by the command line for single files. Pure: the day
comes in as an argument, and equal input gives equal output in any process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify import effects, hygiene, ledger, methods
from generator.classify.overrides import apply
from generator.classify.registry import Case
from generator.classify.view import Context, View, context_of
from generator.model import Assessment, Consideration, MethodAssessment
from generator.model.quick import changed
from generator.taxonomy import Axis, Category, Confidence, Facet, Status, Verdict, level_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from generator.classify.evidence import Evidence
    from generator.classify.methods import Method
    from generator.classify.registry import Rulebook
    from generator.model import HygieneFinding, Override, Server, Signal, Tool

_HIGH, _MEDIUM = 6, 4
_FACETS = tuple(Facet)


def assess_server(
    server: Server,
    book: Rulebook,
    overrides: tuple[Override, ...] = (),
    *,
    today: date,
    catalogue_names: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Assessment, ...]:
    """Return one assessment per tool of the server, in wire order, corrections applied."""
    context = context_of(server, catalogue_names)
    return tuple(
        apply(assess_tool(tool, context, book), tool, overrides, book, today)
        for tool in server.tools
    )


def assess_text(
    text: str, book: Rulebook, context: Context | None = None
) -> tuple[HygieneFinding, ...]:
    """Return the hygiene findings in a server's instructions."""
    return hygiene.of_text(text, "/instructions", context or Context(), book)


def assess_tool(tool: Tool, context: Context, book: Rulebook) -> Assessment:
    """Return everything the rules say about one tool."""
    view = View(tool, context)
    found = effects.read(view)
    many = methods.find(view, found.evidence)
    found = effects.with_methods(found, many)
    found = effects.with_hints(view, found)
    case = Case(
        view,
        found,
        methods=many,
        verb=_verb(found),
        objects=_objects(view, found),
        heads=_heads(found, None),
    )
    facet_signals = ledger.hits(book, book.facet, case)
    facets = frozenset(s.facet for s in facet_signals if s.facet and s.status is Status.APPLIED)
    case = changed(case, facets=facets)
    table = tuple(_method(book, case, method) for method in many)
    category = found.best
    score, score_category, deciding, counted = _highest(book, case, found, category, table)
    findings = hygiene.of_tool(view, book)
    others = ledger.hits(book, (*book.category, *book.quality), changed(case, category=category))
    return Assessment(
        tool=tool.name,
        category=category,
        score=score,
        level=level_of(score),
        confidence=_confidence(view, found, facets),
        facets=tuple([facet for facet in _FACETS if facet in facets]) if facets else (),
        signals=ledger.in_order([*others, *counted, *facet_signals]),
        score_category=score_category,
        deciding_method=deciding,
        considered=_considered(found),
        methods=table,
        findings=findings,
        verdict=max((f.verdict for f in findings), key=lambda v: v.rank, default=Verdict.NONE),
        contradicts_hints=any(s.rule == "anno.contradicts" for s in counted),
        ruleset=book.ruleset,
    )


def _highest(
    book: Rulebook,
    case: Case,
    found: effects.Effects,
    category: Category,
    table: tuple[MethodAssessment, ...],
) -> tuple[int, Category, str, list[Signal]]:
    """Return the highest ledger of all established effects and methods."""
    best = max(table, key=lambda m: (m.score, m.category.strength), default=None)
    scored: list[tuple[int, Category, str, list[Signal]]] = []
    if best is not None:
        scored.append((best.score, best.category, best.method, list(best.signals)))
    covered = {method.category for method in table}
    for effect in found.established or (category,):
        if effect in covered:
            continue
        score, counted = ledger.score(book, _scored(case, found, effect), "tool")
        scored.append((score, effect, "", counted))
    return max(scored, key=lambda row: (row[0], row[1].strength))


def _scored(case: Case, found: effects.Effects, effect: Category) -> Case:
    """Return the case with the evidence that speaks best for this effect."""
    reason = _speaks_for(found, effect)
    return changed(
        case,
        category=effect,
        verb=reason.verb if reason else "",
        reason=reason.text if reason else "",
        place=reason.place if reason else None,
        heads=_heads(found, reason),
    )


def _speaks_for(found: effects.Effects, effect: Category) -> Evidence | None:
    return next((e for e in found.evidence if e.category is effect and not e.by), None)


def _method(book: Rulebook, case: Case, method: Method) -> MethodAssessment:
    category = method.category
    reason = next((e for e in method.evidence if e.category is category), None)
    text = reason.text if reason else f'"{method.value}" is a noun: it names what is returned'
    scored = changed(
        case,
        category=category,
        verb=reason.verb if reason else "",
        heads=frozenset((reason.governed.head,)) if reason else case.heads,
        objects=case.objects | (frozenset(reason.governed.direct) if reason else frozenset()),
        method=method,
        reason=text,
        place=method.place,
    )
    score, signals = ledger.score(book, scored, f"method={method.value}")
    return MethodAssessment(
        method=method.value,
        argument=method.argument,
        category=category,
        score=score,
        level=level_of(score),
        pointer=method.place.pointer,
        quote=method.place.quote[: ledger.MAX_QUOTE],
        reason=text,
        signals=tuple(signals),
    )


def _verb(found: effects.Effects) -> str:
    return next((e.verb for e in found.evidence if e.verb), "")


def _objects(view: View, found: effects.Effects) -> frozenset[str]:
    """Return the nouns that the name and the lead verb govern."""
    objects = {word for e in found.evidence if not e.by for word in e.governed.direct}
    return frozenset(objects) | view.name_words


def _heads(found: effects.Effects, reason: Evidence | None) -> frozenset[str]:
    """Return the head nouns of everything with the category of `reason`, or of all."""
    return frozenset(
        e.governed.head
        for e in found.evidence
        if not e.by and e.governed.head and (reason is None or e.category is reason.category)
    )


def _confidence(view: View, found: effects.Effects, facets: frozenset[Facet]) -> Confidence:
    best = found.best
    support = found.support.get(best, 0)
    stronger = any(c.strength > best.strength and s > 0 for c, s in found.support.items())
    if not found.established or Facet.ROUTER in facets:
        return Confidence.LOW
    if support >= _HIGH and not stronger:
        return Confidence.HIGH
    if best is Category.READ and view.hints.read_only_hint is False:
        return Confidence.LOW
    lifted = best is Category.READ and view.hints.read_only_hint is True
    if support >= _MEDIUM:
        return Confidence.HIGH if lifted and not stronger else Confidence.MEDIUM
    return Confidence.MEDIUM if lifted else Confidence.LOW


def _considered(found: effects.Effects) -> tuple[Consideration, ...]:
    """Return the other categories that had support, strongest first, and why they lost."""
    best = found.best
    rows = []
    for category, support in sorted(found.support.items(), key=lambda i: -i[0].strength):
        if category is best or category is Category.UNCLASSIFIED:
            continue
        weaker = category.strength < best.strength
        reason = f"{best} is the stronger effect" if weaker else "too little support"
        rows.append(Consideration(category, support, reason))
    return tuple(rows)


__all__ = ["Axis", "Context", "assess_server", "assess_text", "assess_tool", "context_of"]
