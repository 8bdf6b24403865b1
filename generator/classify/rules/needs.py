"""What a case must have for a rule to hold at all: of most rules nobody has to ask.

A predicate says with `@needs` what it cannot hold without: a kind of argument, a hint, a fact
about the server, evidence of some rule, a facet, or one of some words as verb, head or object. One
of what it names must be there. `asked` takes a case apart once and looks up whom to ask, so that a
tool without arguments for credentials costs nothing for all rules about credentials. A need never
decides: the predicate does, and is right without it as well. Called by ledger.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.classify.registry import LISTING, PREDICATES
from generator.classify.rules.arguments import kinds
from generator.latest import latest

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from generator.classify.registry import Case, Predicate
    from generator.classify.view import View
    from generator.model import Tool

READ_ONLY_HINT = "readOnlyHint"
DESTRUCTIVE_HINT = "destructiveHint"
UNIFORM_HINTS = "uniform hints"
REMOTE = "a hosted server"
OPEN_REMOTE = "a hosted server without credentials"
METHODS = "methods"
KUBECONFIG = "kubeconfig"
NO_DESCRIPTION = "no description"
MALFORMED = "no valid tool"
ODD_NAME = "an odd name"
LONGEST_NAME = 128
MANY = 15
BARE = 3
"""So many parameters without description; one or two explain themselves."""
MANY_PARAMETERS = "many parameters"
BARE_PARAMETERS = "parameters without description"
NONE_REQUIRED = "nothing required"


@dataclass(frozen=True, slots=True)
class Need:
    """What a rule cannot hold without: one of all these."""

    facts: frozenset[str]
    """Constants of this module and of arguments.py, facets, rules of evidence, the best effect."""
    verbs: frozenset[str]
    heads: frozenset[str]
    objects: frozenset[str]


_NEEDS: dict[Predicate, Need] = {}
_NOTHING: frozenset[str] = frozenset()


def needs(
    *facts: str,
    verbs: frozenset[str] = _NOTHING,
    heads: frozenset[str] = _NOTHING,
    objects: frozenset[str] = _NOTHING,
) -> Callable[[Predicate], Predicate]:
    """Register what a predicate cannot hold without; stands below `@rule`."""

    def register(predicate: Predicate) -> Predicate:
        _NEEDS[predicate] = Need(frozenset(facts), verbs, heads, objects)
        return predicate

    return register


_Places = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where in a list of rules those stand that a case with something asks for."""

    always: list[int] = field(default_factory=list)
    facts: _Places = field(default_factory=dict)
    verbs: _Places = field(default_factory=dict)
    heads: _Places = field(default_factory=dict)
    objects: _Places = field(default_factory=dict)


@lru_cache(maxsize=64)
def _plan(rules: tuple[str, ...]) -> _Plan:
    plan = _Plan()
    for place, rule in enumerate(rules):
        need = _NEEDS.get(PREDICATES[rule])
        if rule in LISTING:
            # Its hits are the evidence that carries its id.
            plan.facts.setdefault(rule, []).append(place)
        elif need is None:
            plan.always.append(place)
        else:
            _enter(plan.facts, need.facts, place)
            _enter(plan.verbs, need.verbs, place)
            _enter(plan.heads, need.heads, place)
            _enter(plan.objects, need.objects, place)
    return plan


def _enter(places: _Places, words: frozenset[str], place: int) -> None:
    for word in words:
        places.setdefault(word, []).append(place)


def asked(rules: tuple[str, ...], case: Case) -> list[str]:
    """Return the rules that may hold for a case, in their order."""
    plan = _plan(rules)
    places = [*plan.always, *plan.verbs.get(case.verb, ())]
    _look_up(plan.facts, _facts(case), places)
    _look_up(plan.heads, case.heads, places)
    _look_up(plan.objects, case.objects, places)
    return [rules[place] for place in sorted(set(places))]


def _look_up(known: _Places, words: AbstractSet[str], places: list[int]) -> None:
    if not known.keys().isdisjoint(words):
        for word in words:
            if word in known:
                places += known[word]


def _facts(case: Case) -> set[str]:
    """Return everything about a case that is no word of it."""
    found = {*_of_tool(case.view), *case.facets, case.effects.best}
    if case.methods:
        found.add(METHODS)
    for evidence in case.effects.evidence:
        found.add(evidence.rule)
        found.add(evidence.by)
    return found


def _about_tool(view: View) -> frozenset[str]:
    found = _of_definition(view.tool)
    for argument in view.arguments:
        found |= kinds(argument)
    context, hints = view.context, view.hints
    if hints.read_only_hint is not None:
        found.add(READ_ONLY_HINT)
    if hints.destructive_hint:
        found.add(DESTRUCTIVE_HINT)
    if context.uniform_hints:
        found.add(UNIFORM_HINTS)
    if context.remote:
        found.add(REMOTE)
    if context.unauthenticated_remote:
        found.add(OPEN_REMOTE)
    if _may_tell(view, KUBECONFIG):
        found.add(KUBECONFIG)
    return frozenset(found)


def _of_definition(tool: Tool) -> set[str]:
    found: set[str] = set()
    name, parameters = tool.name, tool.parameters
    if not tool.description.strip():
        found.add(NO_DESCRIPTION)
    if tool.malformed:
        found.add(MALFORMED)
    if not (name.isascii() and name.isidentifier() and len(name) <= LONGEST_NAME):
        found.add(ODD_NAME)
    if len(parameters) >= MANY:
        found.add(MANY_PARAMETERS)
    if len([p for p in parameters if not p.description]) >= BARE:
        found.add(BARE_PARAMETERS)
    if not [p for p in parameters if p.required]:
        found.add(NONE_REQUIRED)
    return found


def _may_tell(view: View, word: str) -> bool:
    """Return whether a word may be one of the name, the title or the description.

    Letters of another width or look may stand for its own, where there are any.
    """
    tool = view.tool
    other = tool.name + tool.title
    is_plain = view.low.isascii() and other.isascii()
    return not is_plain or word in view.low or word in other.lower()


_of_tool = latest(_about_tool, kept=1)
"""A tool is asked about several times in a row: its facets, its effects, the rest."""
