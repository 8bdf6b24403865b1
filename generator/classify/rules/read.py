"""What raises a reading tool by a band: whose data comes back, and what the caller may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify import nouns
from generator.classify.registry import Case, Hit, rule
from generator.classify.rules import arguments as kinds
from generator.classify.rules import content
from generator.classify.rules.needs import KUBECONFIG, needs
from generator.classify.wordset import word_set
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable


_FETCHING = word_set("fetch scrape crawl retrieve extract convert")
_ADDRESSES = frozenset(("url", "webpage"))


@rule("read.private_data", Category.READ)
@needs(heads=content.PRIVATE_HEADS, objects=content.PRIVATE_OBJECTS)
def private_data(case: Case) -> Iterable[Hit]:
    """Fire when content that belongs to someone comes back."""
    return content.private(case)[:1]


@rule("read.arbitrary_url", Category.READ)
@needs(kinds.URL, kinds.SITE, verbs=_FETCHING)
def arbitrary_url(case: Case) -> Iterable[Hit]:
    """Fire when the caller may have any address fetched."""
    for argument in case.view.those(kinds.is_fetched_url):
        yield Hit(place=argument.place, subject=argument.parameter.name)
    if not case.view.arguments and case.verb in _FETCHING:
        found = case.objects & _ADDRESSES
        place = case.view.mentioned(found) if found else None
        if place is not None:
            yield Hit(place=place, subject=place.quote)


@rule("read.arbitrary_query", Category.READ)
def arbitrary_query(case: Case) -> Iterable[Hit]:
    """Fire when the caller writes the query."""
    return content.queries(case)[:1]


@rule("read.secrets", Category.READ)
@needs(kinds.REVEALING, KUBECONFIG, heads=nouns.SECRET, objects=content.SECRET_OBJECTS)
def secrets(case: Case) -> Iterable[Hit]:
    """Fire when keys, passwords, connection strings or environment variables come back."""
    return content.secrets(case)[:1]
