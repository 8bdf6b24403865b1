"""What moves a writing tool by a band: how much it can change, and who is affected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import Case, Hit, rule
from generator.classify.rules import content
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable

_TRIVIAL_VERBS = frozenset(
    "star unstar like react mark dismiss select switch checkout commit stage undo restore "
    "navigate mkdir follow pin activate connect".split()
)
_TRIVIAL_OBJECTS = frozenset(
    "reaction star draft cursor selection view memory observation entity relation directory "
    "tab viewport breakpoint".split()
)
_EXPOSURES = frozenset("firewall dns webhook forwarding filter share public ip domain".split())
_INFRA_VERBS = frozenset("set update create add configure change edit modify put".split())
_INFRA = frozenset(
    "env environment variable infrastructure cluster config configuration "
    "nodepool route upstream".split()
)
_BULK_VERBS = frozenset("import replace sync restore".split())
_CODE_VERBS = frozenset("push merge".split())
_CODE_OBJECTS = frozenset("file commit branch pull image function trigger repository".split())


def _is(case: Case) -> bool:
    return case.category is Category.WRITE


def _named(case: Case, words: frozenset[str]) -> Iterable[Hit]:
    found = words & case.objects
    place = case.view.mentioned(found) if found else None
    return [Hit(place=place, subject=place.quote)] if place else []


@rule("write.trivial")
def trivial(case: Case) -> Iterable[Hit]:
    """Fire when little is lost if the call is wrong: a reaction, a draft, a view setting."""
    if not _is(case):
        return []
    if case.verb in _TRIVIAL_VERBS:
        return [Hit(place=case.place, subject=case.verb)]
    return _named(case, _TRIVIAL_OBJECTS)


@rule("write.privilege")
def privilege(case: Case) -> Iterable[Hit]:
    """Fire when a call changes permissions, roles, users, credentials or ownership."""
    return list(content.privilege(case))[:1] if _is(case) else []


@rule("write.exposure")
def exposure(case: Case) -> Iterable[Hit]:
    """Fire when a call opens something to the network or the public."""
    return _named(case, _EXPOSURES) if _is(case) else []


@rule("write.infra_config")
def infra_config(case: Case) -> Iterable[Hit]:
    """Fire when a call changes infrastructure or the configuration it runs with."""
    if not _is(case) or case.verb not in _INFRA_VERBS:
        return []
    return _named(case, _INFRA)


@rule("write.bulk_overwrite")
def bulk_overwrite(case: Case) -> Iterable[Hit]:
    """Fire when one call can overwrite many records or files."""
    if not _is(case) or case.verb not in _BULK_VERBS:
        return []
    return [Hit(place=case.place, subject=case.verb)]


@rule("write.code_remote")
def code_remote(case: Case) -> Iterable[Hit]:
    """Fire when code reaches a remote repository or a stored function."""
    if not _is(case) or case.verb not in _CODE_VERBS:
        return []
    return _named(case, _CODE_OBJECTS)
