"""What a tool can touch, whatever its category: one rule per facet, each with its evidence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify import nouns
from generator.classify.registry import Case, Hit, rule
from generator.classify.rules import arguments as kinds
from generator.classify.rules import content
from generator.classify.rules.needs import KUBECONFIG, METHODS, needs
from generator.classify.wordset import word_set
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.classify.view import Argument, Place, View

_COST = re.compile(
    r"\b(?:cost warning|costs? (?:money|credits?)|consumes? (?:\w+ )?credits?|"
    r"(?:api )?credits? (?:are|will be|is) (?:used|consumed|charged)|may incur (?:\w+ )?"
    r"(?:costs?|charges?)|incurs? (?:\w+ )?(?:costs?|charges?)|billed per|paid api)\b",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"\b(?:(?:to|into) (?:the )?(?:trash|recycle bin)|soft[- ]deletes?|can be (?:restored|"
    r"recovered|undone)|restorable|version history|versioned|recoverable)\b",
    re.IGNORECASE,
)
_PERSISTENT = word_set(
    """memory cron webhook rule filter automation schedule trigger hook reminder workflow
    knowledge"""
)
_ACTS_LATER = word_set(
    """create add set save store register update schedule enable write remember"""
)
_FETCHING = word_set("fetch scrape crawl extract read search browse summarize convert query")
_WEB = word_set("web webpage url internet page website")
_PHYSICAL = nouns.PHYSICAL - {"switch"}
_DIGITAL = word_set("domain branch record account table database row mode")
_EVIDENCE = word_set("log audit alert monitor trail")
_CONSENTS = word_set("confirm approve authorize")
_HIDING = word_set("delete clear wipe mute disable purge remove truncate silence suppress")


def _at(place: Place | None, subject: str = "") -> Iterable[Hit]:
    return [Hit(place=place, subject=subject or place.quote)] if place else []


@rule("facet.egress")
def egress(case: Case) -> Iterable[Hit]:
    """Fire on sending, sharing and uploading, and on a URL that receives the caller's data."""
    for evidence in case.effects.evidence:
        if evidence.by:
            continue
        if evidence.rule == "send.verb" or evidence.verb in content.SENDING:
            return [Hit(place=evidence.place, subject=evidence.verb)]
    if case.effects.best is not Category.READ:
        return _arguments(case, kinds.is_free_url)[:1]
    return []


def _arguments(case: Case, test: Callable[[View, Argument], bool]) -> list[Hit]:
    return [Hit(place=a.place, subject=a.parameter.name) for a in case.view.those(test)]


@rule("facet.public_sink")
@needs(heads=content.PUBLIC_PLACES)
def public_sink(case: Case) -> Iterable[Hit]:
    """Fire when a changing tool writes where others read: issues, channels, posts."""
    if case.effects.best in (Category.READ, Category.UNCLASSIFIED, Category.DESTRUCTIVE):
        return []
    if case.verb not in content.PUBLISHING and not case.methods:
        return []
    found = case.heads & content.PUBLIC_PLACES
    return _at(case.view.mentioned(found)) if found else []


@rule("facet.untrusted_content")
@needs(heads=nouns.UNTRUSTED, verbs=_FETCHING)
def untrusted_content(case: Case) -> Iterable[Hit]:
    """Fire when text that third parties can write comes back."""
    if not content.returns_content(case):
        return []
    found = case.heads & nouns.UNTRUSTED
    if not found and case.verb in _FETCHING:
        found = case.view.about & _WEB
    return _at(case.view.mentioned(found)) if found else []


@rule("facet.private_data")
@needs(heads=content.PRIVATE_HEADS, objects=content.PRIVATE_OBJECTS)
def private_data(case: Case) -> Iterable[Hit]:
    """Fire when content comes back that belongs to someone."""
    return content.private(case)


@rule("facet.secrets")
@needs(
    kinds.CREDENTIAL,
    kinds.REVEALING,
    KUBECONFIG,
    heads=nouns.SECRET,
    objects=content.SECRET_OBJECTS,
)
def secrets(case: Case) -> Iterable[Hit]:
    """Fire when credentials come back, or are asked for."""
    return content.secrets(case) or _arguments(case, kinds.is_credential)[:1]


@rule("facet.arbitrary_code")
@needs("schema.param.code")
def arbitrary_code(case: Case) -> Iterable[Hit]:
    """Fire when the caller supplies code, a command or a script that is run."""
    return [
        Hit(place=e.place, subject=e.verb)
        for e in case.effects.evidence
        if e.rule == "schema.param.code" and not e.by
    ]


@rule("facet.arbitrary_query")
def arbitrary_query(case: Case) -> Iterable[Hit]:
    """Fire when the caller supplies a query in a query language."""
    return content.queries(case)


@rule("facet.arbitrary_url")
@needs(kinds.URL, kinds.SITE)
def arbitrary_url(case: Case) -> Iterable[Hit]:
    """Fire when the caller supplies any URL or host."""
    # A reading tool must fetch the address, not filter by it.
    reads = case.effects.best is Category.READ
    return _arguments(case, kinds.is_fetched_url if reads else kinds.is_free_url)


@rule("facet.filesystem")
@needs(kinds.PATH)
def filesystem(case: Case) -> Iterable[Hit]:
    """Fire on a path on the machine of the server."""
    return _arguments(case, kinds.is_local_path)


@rule("facet.dry_run_available")
@needs(kinds.PREVIEW)
def dry_run_available(case: Case) -> Iterable[Hit]:
    """Fire when a parameter turns the call into a preview."""
    return [
        Hit(place=a.place, subject=a.parameter.name)
        for a in case.view.arguments
        if kinds.is_preview(a)
    ][:1]


@rule("facet.privilege")
@needs(verbs=content.PERMISSION_VERBS)
def privilege(case: Case) -> Iterable[Hit]:
    """Fire when a call changes who may do what."""
    return content.privilege(case)


@rule("facet.bulk")
@needs(kinds.BULK)
def bulk(case: Case) -> Iterable[Hit]:
    """Fire on arrays of ids and on filters in a changing tool."""
    if case.effects.best is Category.READ:
        return []
    return _arguments(case, kinds.is_bulk)[:1]


@rule("facet.multiplexer")
@needs(METHODS)
def multiplexer(case: Case) -> Iterable[Hit]:
    """Fire when one tool offers several operations."""
    if case.methods:
        yield Hit(place=case.methods[0].place, subject=case.methods[0].argument or "method")


@rule("facet.router")
@needs("schema.param.router")
def router(case: Case) -> Iterable[Hit]:
    """Fire when one tool fronts many operations that its definition does not list."""
    return [
        Hit(place=e.place, subject=e.verb)
        for e in case.effects.evidence
        if e.rule == "schema.param.router" and not e.by
    ]


@rule("facet.physical")
@needs(heads=_PHYSICAL)
def physical(case: Case) -> Iterable[Hit]:
    """Fire when a call moves something in the world."""
    if case.effects.best in (Category.READ, Category.UNCLASSIFIED):
        return []
    found = case.heads & _PHYSICAL
    if not found or case.objects & _DIGITAL:
        return []
    return _at(case.view.mentioned(found))


@rule("facet.persistence")
@needs(heads=_PERSISTENT)
def persistence(case: Case) -> Iterable[Hit]:
    """Fire when a call plants something that acts later: memory, webhook, filter, schedule."""
    found = case.heads & _PERSISTENT
    if case.verb not in _ACTS_LATER or not found:
        return []
    return _at(case.view.mentioned(found))


@rule("facet.metered_cost")
def metered_cost(case: Case) -> Iterable[Hit]:
    """Fire when the description says that a call costs money or credits."""
    if not case.view.has("cost", "credit", "incur", "billed per", "paid api"):
        return []
    return _pattern(case, _COST)


@rule("facet.self_approval")
@needs(objects=_CONSENTS)
def self_approval(case: Case) -> Iterable[Hit]:
    """Fire on a tool that confirms or approves what another tool wants to do."""
    if case.view.name and case.view.name[0].text in _CONSENTS:
        token = case.view.name[0]
        return _at(case.view.in_name(token.start, token.end))
    return []


@rule("facet.evidence_tamper")
@needs(objects=_EVIDENCE)
def evidence_tamper(case: Case) -> Iterable[Hit]:
    """Fire on muting alerts and on deleting logs or audit data."""
    found = case.view.name_words & _EVIDENCE
    if not found or not case.view.name_words & _HIDING:
        return []
    return _at(case.view.mentioned(found))


@rule("facet.soft_delete")
@needs(Category.DESTRUCTIVE)
def soft_delete(case: Case) -> Iterable[Hit]:
    """Fire when trash, restoring or versioning is stated."""
    if case.effects.best is not Category.DESTRUCTIVE:
        return []
    return _pattern(case, _SOFT)


def _pattern(case: Case, pattern: re.Pattern[str]) -> list[Hit]:
    description = case.view.tool.description
    match = pattern.search(description)
    if match is None:
        return []
    place = case.view.in_description(match.start(), match.end())
    return [Hit(place=place, subject=match.group(), claim=pattern is _SOFT)]
