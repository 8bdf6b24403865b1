"""What moves an executing tool by a band: where it runs, and what bounds it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify import nouns
from generator.classify.registry import Case, Hit, rule
from generator.classify.rules import content
from generator.classify.rules.needs import needs
from generator.classify.rules.objects import headed, named
from generator.classify.wordset import word_set
from generator.taxonomy import Category, Facet

if TYPE_CHECKING:
    from collections.abc import Iterable

_STEPS = word_set(
    """click type navigate press hover scroll drag tap swipe step continue fill interrupt
    select research install generate synthesize resume speak play design handle wait go"""
)
_MAKING = word_set("generate create make design edit convert transform compose play")
_BOUNDED_OBJECTS = word_set(
    """dialog light lamp thermostat temperature emulator simulator research element battery
    test recording trace tracing screencast climate brightness blind curtain fan"""
)
_NO_MEDIA = word_set("container docker dockerfile vm machine os")
_AGENTS = word_set("start run create launch begin")
_CODE_RUNS = word_set("run execute exec eval evaluate")
_CODE_HEADS = word_set("code command script shell terminal")
_STARTS = word_set("start spawn launch")
_DEPLOYS = word_set("run deploy")
_CALLS = word_set("call execute make run invoke")
_APPLIES = word_set("apply deploy run execute merge")
_HOSTS = word_set("process container pod")
_SQL = word_set("sql insert cypher gremlin sparql ddl")
_SANDBOX = re.compile(r"\b(?:sandbox(?:ed)?|isolated|in isolation)\b", re.IGNORECASE)
_API = frozenset(("api", "request"))
_INFRA = word_set("infrastructure terraform production stack cloudformation helm")


@rule("exec.bounded", Category.EXECUTE)
@needs(verbs=_STEPS | _AGENTS, heads=nouns.MEDIA | _BOUNDED_OBJECTS | {"session"})
def bounded(case: Case) -> Iterable[Hit]:
    """Fire on one step in a page, a debugger or a harmless device, and on media generation."""
    if Facet.ARBITRARY_CODE in case.facets:
        return []
    if case.verb in _STEPS:
        return [Hit(place=case.place, subject=case.verb)]
    if case.verb in _AGENTS and "research" in case.objects:
        return named(case, frozenset(("research",)))
    if case.objects & _NO_MEDIA:
        return []
    return headed(case, _bounded_objects(case))


def _bounded_objects(case: Case) -> frozenset[str]:
    if case.verb in _MAKING:
        return nouns.MEDIA
    if "browser" in case.objects:
        return _BOUNDED_OBJECTS | {"session"}
    return _BOUNDED_OBJECTS


@rule("exec.sandbox", Category.EXECUTE)
def sandbox(case: Case) -> Iterable[Hit]:
    """Fire when the description states a sandbox."""
    may_say = case.view.has("sandbox", "isolat")
    match = _SANDBOX.search(case.view.tool.description) if may_say else None
    if match is None:
        return []
    place = case.view.in_description(match.start(), match.end())
    return [Hit(place=place, subject=match.group(), claim=True)]


@rule("exec.host_code", Category.EXECUTE)
@needs("schema.param.code", verbs=_CODE_RUNS | _STARTS | _DEPLOYS)
def host_code(case: Case) -> Iterable[Hit]:
    """Fire when the caller's code or command runs on the host, or a container of any image."""
    found = [
        Hit(place=e.place, subject=e.verb)
        for e in case.effects.evidence
        if e.rule == "schema.param.code" and not e.by
    ]
    if found:
        return found
    if case.verb in _CODE_RUNS:
        return headed(case, _CODE_HEADS)
    if case.verb in _STARTS and "terminal" in case.view.about:
        return headed(case, _HOSTS)
    if case.verb in _DEPLOYS and case.objects & _HOSTS and "image" in case.view.about:
        return named(case, _HOSTS | {"image"})
    return []


@rule("exec.writable_sql", Category.EXECUTE)
def writable_sql(case: Case) -> Iterable[Hit]:
    """Fire when the caller's statement may change a database."""
    applied = case.verb in ("apply", "run", "execute", "merge")
    words = _SQL | {"migration"} if applied else _SQL
    return content.queries(case)[:1] or list(named(case, words))


@rule("exec.any_api", Category.EXECUTE)
@needs(Facet.ROUTER, verbs=_CALLS)
def any_api(case: Case) -> Iterable[Hit]:
    """Fire when one tool can make any authenticated request of a service."""
    calls = case.verb in _CALLS
    if Facet.ROUTER in case.facets or (calls and case.objects >= _API):
        return [Hit(place=case.view.whole_name(), subject=case.view.tool.name)]
    if calls and {"api", "call"} <= case.objects:
        return named(case, frozenset(("api",)))
    return []


@rule("exec.infra_apply", Category.EXECUTE)
@needs(verbs=_APPLIES)
def infra_apply(case: Case) -> Iterable[Hit]:
    """Fire when infrastructure is applied, or production is changed by name."""
    if case.verb not in _APPLIES:
        return []
    return named(case, _INFRA) or [
        Hit(place=place, subject=place.quote)
        for place in [case.view.spoken(("production",))]
        if place
    ]


@rule("exec.physical_safety", Category.EXECUTE)
@needs(heads=nouns.PHYSICAL_DANGER)
def physical_safety(case: Case) -> Iterable[Hit]:
    """Fire on locks, doors, valves and ovens, and on driving."""
    if case.verb in ("charge", "list"):
        return []
    return headed(case, nouns.PHYSICAL_DANGER)
