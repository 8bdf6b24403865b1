"""The effect grammar: which verb governs which object, and how much each word proves.

Turns a View into Evidence for categories, in the order of the specification: name, description,
parameters. Nothing is erased: evidence that loses stays, with the reason. Multiplexer values are
read by methods.py with the same grammar; the engine adds up what is here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator.classify import lead, names, parameters, weigh
from generator.classify.evidence import Evidence
from generator.classify.lexicon import AMBIGUOUS
from generator.classify.view import Place
from generator.model.quick import quick
from generator.taxonomy import Category

if TYPE_CHECKING:
    from generator.classify.methods import Method
    from generator.classify.view import View

ESTABLISHED = 3
MAX_SUPPORT = 10


@quick
@dataclass(frozen=True, slots=True)
class Effects:
    """All evidence for one tool, and the support each category has in the end."""

    evidence: tuple[Evidence, ...]
    support: dict[Category, int]
    established: tuple[Category, ...]
    """The categories with enough support, strongest first."""
    best: Category
    """The strongest established effect, else the best supported one, else Unclassified."""


def weighed(found: list[Evidence]) -> Effects:
    """Return the evidence with its sums and what they establish."""
    support = supports(found)
    ranked = sorted(support, key=lambda c: -c.strength)
    established = tuple(c for c in ranked if support[c] >= ESTABLISHED)
    best = established[0] if established else Category.UNCLASSIFIED
    if not established and ranked:
        best = max(ranked, key=lambda c: (support[c], c.strength))
    return Effects(tuple(found), support, established, best)


def read(view: View) -> Effects:
    """Return the evidence of name, description and parameters, weighed against each other."""
    found = [*names.read(view), *lead.read(view)]
    found = weigh.settled(found, view)
    found += parameters.read(view, found)
    return weighed(found)


def supports(found: list[Evidence]) -> dict[Category, int]:
    """Return the capped sum of support per category, suppressed evidence left out."""
    total: dict[Category, int] = {}
    for evidence in found:
        if not evidence.by and evidence.support:
            sum_ = total.get(evidence.category, 0) + evidence.support
            total[evidence.category] = min(sum_, MAX_SUPPORT)
    return total


def with_methods(effects: Effects, methods: tuple[Method, ...]) -> Effects:
    """Return the effects with every method's evidence; the strongest method decides.

    What a manager's own name says ("manage", "perform write operations") is only a summary of
    its methods and loses to them.
    """
    if not methods:
        return effects
    kept = [
        replace(e, by=methods[0].evidence[0].rule if methods[0].evidence else "mux.enum")
        if not e.by and e.verb in AMBIGUOUS and not e.rule.startswith("schema.")
        else e
        for e in effects.evidence
    ]
    kept += [e for method in methods for e in method.evidence]
    return weighed(kept)


def with_hints(view: View, effects: Effects) -> Effects:
    """Return the effects with what the server's hints add: at most one point, never a discount."""
    hints = view.hints
    added: list[Evidence] = []
    if hints.destructive_hint and hints.read_only_hint is not True:
        if not view.context.uniform_hints:
            added.append(_hint("anno.destructive", Category.DESTRUCTIVE, "destructiveHint", 1))
    elif hints.read_only_hint and not any(effects.support.values()):
        added.append(_hint("anno.only_evidence", Category.READ, "readOnlyHint", 1))
    if not added:
        return effects
    found = [*effects.evidence, *added]
    return weighed(found)


def _hint(rule: str, category: Category, name: str, support: int) -> Evidence:
    place = Place(f"/annotations/{name}", "key", 0, len(name), name)
    return Evidence(rule, category, support, place, f"`{name}` is true")
