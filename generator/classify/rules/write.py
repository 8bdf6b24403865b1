"""What moves a writing tool by a band: how much it can change, and who is affected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify import nouns
from generator.classify.registry import Case, Hit, rule
from generator.classify.rules import content
from generator.classify.rules.needs import needs
from generator.classify.rules.objects import headed, named
from generator.classify.wordset import word_set
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable

_TRIVIAL_VERBS = word_set(
    """star unstar like unlike react mark dismiss select switch checkout commit stage unstage
    undo restore navigate follow unfollow pin unpin activate connect draft emulate"""
)
_STATEFUL = word_set("switch select activate connect mark")
_SMALL = word_set("directory folder tab viewport breakpoint")
_PANES = word_set("page tab browser window panel")
_MACHINES = word_set("instance cluster server allocation vm")
_MAKES = word_set("create make mkdir add set apply edit update close switch rename")
_OWN = word_set(
    """draft reaction memory observation entity relation view selection cursor preset"""
)
_EXPOSURES = word_set(
    """firewall dns webhook forwarding forwarder cidr ingress whitelist allowlist"""
)
_INFRA_VERBS = word_set(
    """set update create add configure change edit modify put provision enable"""
)
_INFRA = word_set("""env infrastructure cluster nodepool route upstream auth stack instance""")
_BULK_VERBS = word_set("import replace update edit modify overwrite set patch change write")
_MANY = re.compile(
    r"\b(?:all|every|each|any) (?:\w+ ){0,2}(?:that match|matching|match)|"
    r"\bexisting (?:\w+ ){1,2}(?:is|are|will be) overwritten|"
    r"\bevery match\b|\bmatch(?:es|ing)? (?:the|a) filter\b",
    re.IGNORECASE,
)
_CODE_VERBS = word_set("push merge")
_CODE_WRITES = word_set("create update put write upload commit delete")
_CODE_OBJECTS = word_set("file commit branch pull request image code repository fork")
_REMOTES = word_set("repository repo github gitlab bitbucket")
_STORED_CODE = word_set("function trigger procedure lambda worker hook")


@rule("write.trivial", Category.WRITE)
@needs(verbs=_TRIVIAL_VERBS, heads=_PANES | _OWN | _SMALL)
def trivial(case: Case) -> Iterable[Hit]:
    """Fire when little is lost if the call is wrong: a reaction, a draft, a view setting."""
    if case.verb in _TRIVIAL_VERBS and not (
        case.verb == "restore" and case.heads & nouns.CATASTROPHIC
    ):
        state = case.verb not in _STATEFUL or case.objects & nouns.STATE_LOCAL
        return [Hit(place=case.place, subject=case.verb)] if state else []
    if case.objects & (nouns.INFRA | _MACHINES) or "resource" in case.objects:
        return []
    if case.verb == "close":
        return headed(case, _PANES)
    return headed(case, _OWN | _SMALL if case.verb in _MAKES else _OWN)


@rule("write.privilege", Category.WRITE)
@needs(verbs=content.PERMISSION_VERBS)
def privilege(case: Case) -> Iterable[Hit]:
    """Fire when a call changes permissions, roles, users, credentials or ownership."""
    return content.privilege(case)[:1]


@rule("write.exposure", Category.WRITE)
@needs(objects=_EXPOSURES | {"mail", "port"})
def exposure(case: Case) -> Iterable[Hit]:
    """Fire when a call opens something to the network or the public."""
    if "mail" in case.objects and "filter" in case.heads:
        return headed(case, frozenset(("filter",)))
    if "port" in case.objects and case.objects & {"external", "public"}:
        return named(case, frozenset(("port",)))
    return named(case, _EXPOSURES)


@rule("write.infra_config", Category.WRITE)
@needs(objects=_INFRA | {"environment"})
def infra_config(case: Case) -> Iterable[Hit]:
    """Fire when a call changes infrastructure or the configuration it runs with."""
    if case.verb not in _INFRA_VERBS:
        return []
    if {"environment", "variable"} <= case.objects:
        return named(case, frozenset(("environment", "variable")))
    return named(case, _INFRA)


@rule("write.bulk_overwrite", Category.WRITE)
@needs(verbs=_BULK_VERBS)
def bulk_overwrite(case: Case) -> Iterable[Hit]:
    """Fire when one call can overwrite many records or files."""
    if case.verb not in _BULK_VERBS or not case.view.has("match", "overwritten"):
        return []
    description = case.view.tool.description
    match = _MANY.search(description)
    if match is None:
        return []
    place = case.view.in_description(match.start(), match.end())
    return [Hit(place=place, subject=match.group())]


@rule("write.code_remote", Category.WRITE)
@needs(verbs=_CODE_VERBS, heads=_STORED_CODE | {"file"})
def code_remote(case: Case) -> Iterable[Hit]:
    """Fire when code reaches a remote repository or a stored function."""
    if case.verb in _CODE_VERBS and case.objects & _CODE_OBJECTS:
        return [Hit(place=case.place, subject=case.verb)]
    about = case.view.about
    if case.verb in _CODE_WRITES and case.heads & {"file"} and about & _REMOTES:
        return headed(case, frozenset(("file",)))
    return headed(case, _STORED_CODE) if case.verb in _CODE_WRITES else []
