"""What comes back from a call, and what a call hands out: shared by facets and majors."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from generator.classify import nouns, parameters
from generator.classify.lexicon import INVERTERS, singular
from generator.classify.registry import Case, Hit
from generator.classify.rules import arguments
from generator.classify.wordset import word_set
from generator.taxonomy import Category

if TYPE_CHECKING:
    from generator.classify.view import View

SENDING = word_set("send publish upload share forward broadcast notify email tweet")
PUBLISHING = word_set(
    """create add post publish comment reply submit send push upload open tweet write"""
)
PUBLIC_PLACES = word_set(
    """issue comment discussion channel tweet gist release review site blog post"""
)
_METADATA = word_set(
    """count list_types type template schema definition field status setting metadata
    folder category label statistic stat analytics summary format permission option
    column"""
)
_CONTENT_VERBS = word_set(
    """read get fetch open download extract retrieve view show load export paginate"""
)
_OVERVIEW_VERBS = INVERTERS | {"count", "check", "whoami", "research", "estimate", "generate"}
_ALWAYS = frozenset(("patient", "payroll", "salary"))
_OWNED = {
    "balance": frozenset(("account", "wallet", "bank", "portfolio", "exchange")),
    "finding": frozenset(("security", "vulnerability")),
    "vulnerability": frozenset(("finding",)),
    "request": frozenset(("network", "http")),
    "object": frozenset(("content",)),
    "transaction": frozenset(("account", "payment", "bank", "billing", "call", "card", "ledger")),
    "section": frozenset(("document", "file")),
    "paragraph": frozenset(("document", "file")),
    "medium": frozenset(("note", "message")),
    "media": frozenset(("note", "message")),
}
"""Nouns that are private only beside these words."""
PRIVATE_HEADS = nouns.PRIVATE | nouns.FILES | _OWNED.keys() | {"page", "event", "connection"}
PRIVATE_OBJECTS = _ALWAYS | {"result", "object"}
"""Without one of these no private data comes back."""
_WIKIS = frozenset(("confluence", "notion", "wiki"))
_CRM = frozenset(("crm", "hubspot", "salesforce"))
_DATABASES = word_set("""sql select database collection table insight js document sqlite mongodb""")
_ASKING = word_set("run execute query read aggregate export find")
_SECRET_NAMES = frozenset(
    (
        ("api", "key"),
        ("publishable", "key"),
        ("connection", "string"),
        ("environment", "variable"),
        ("env", "var"),
        ("access", "key"),
        ("private", "key"),
        ("access", "token"),
        ("auth", "token"),
        ("api", "token"),
        ("privilege", "key"),
        ("privilege", "token"),
    )
)
SECRET_OBJECTS = frozenset(pair[0] for pair in _SECRET_NAMES)
"""Without one of these, or a secret as head, no secret is named."""
_PUBLISHED = 25
_ABOUT_SECRETS = word_set("provider metadata type location policy usage count")
_MASKED = re.compile(
    r"\b(?:returns? metadata only|never (?:included|returned|exposed)|"
    r"values? (?:is|are) (?:always )?(?:masked|hidden|redacted)|"
    r"without (?:the )?(?:secret|value)s?)\b",
    re.IGNORECASE,
)
_PARTICIPANTS = frozenset(("watcher", "assignee", "attendee", "reviewer"))
_KEYS = frozenset(("key", "token", "secret", "certificate", "policy"))
_SCANNING = word_set("scan scanning detect alert scanner")
PERMISSION_VERBS = word_set(
    """create add grant revoke remove delete set update assign change invite disable enable
    transfer manage edit modify reset generate rotate put attach detach register chmod chown
    ban kick unban promote demote share regenerate"""
)


def returns_content(case: Case) -> bool:
    """Return whether a call gives content back to the caller."""
    if case.method is not None:
        return case.method.category is Category.READ
    if case.effects.best is Category.READ:
        return case.verb not in _OVERVIEW_VERBS
    return any(m.category is Category.READ for m in case.methods)


def private(case: Case) -> list[Hit]:
    """Return the word that says whose content comes back."""
    if not returns_content(case) or case.objects & nouns.PUBLIC_MODIFIERS:
        return []
    wanted = nouns.PRIVATE | (nouns.FILES if case.verb in _CONTENT_VERBS else frozenset())
    found = (case.heads & wanted) | (case.objects & _ALWAYS)
    if {"query", "result"} <= case.objects:
        found = found | {"result"}
    if "page" in case.heads and case.view.about & _WIKIS and case.verb in _CONTENT_VERBS:
        found = found | {"page"}
    if "event" in case.heads and case.view.about & {"cloudtrail", "audit"}:
        found = found | {"event"}
    for noun, owners in _OWNED.items():
        if noun in case.heads and case.view.about & owners:
            found = found | {noun}
    if "connection" in case.heads and case.objects & nouns.PEOPLE:
        found = found | {"connection"}
    if "object" in case.objects and case.view.about & _CRM:
        found = found | {"object"}
    if not found or case.view.name_words & _METADATA:
        return []
    place = case.view.mentioned(found)
    return [Hit(place=place, subject=place.quote)] if place else []


def secrets(case: Case) -> list[Hit]:
    """Return the words that name the credentials that come back."""
    if not returns_content(case) or case.view.name_words & _SCANNING:
        return []
    for argument in case.view.those(arguments.shows_secrets):
        return [Hit(place=argument.place, subject=argument.parameter.name)]
    if case.view.name_words & _ABOUT_SECRETS or _is_masked(case.view):
        return []
    found = (case.heads & nouns.SECRET) | (case.view.about & {"kubeconfig"})
    if found:
        place = case.view.mentioned(found)
        return [Hit(place=place, subject=place.quote)] if place else []
    for direct in _directs(case):
        for pair in itertools.pairwise(direct):
            if pair in _SECRET_NAMES and pair[1] in (case.heads | set(direct[-1:])):
                place = case.view.mentioned(frozenset(pair))
                published = bool(case.objects & {"publishable", "anonymous", "anon", "public"})
                points = _PUBLISHED if published else None
                return [Hit(place=place, subject=" ".join(pair), points=points)] if place else []
    return []


def _is_masked(view: View) -> bool:
    """Return whether the description says that no secret comes back readable."""
    return view.has("metadata only", "never ", "masked", "hidden", "redacted", "without") and bool(
        _MASKED.search(view.tool.description)
    )


def _directs(case: Case) -> list[tuple[str, ...]]:
    """Return the direct objects of everything that speaks, and the name itself."""
    name = tuple(singular(token.text) for token in case.view.name)
    return [name, *(e.governed.direct for e in case.effects.evidence if not e.by)]


def queries(case: Case) -> list[Hit]:
    """Return the arguments that take a query in a query language."""
    view = case.view
    found = [
        Hit(place=a.place, subject=a.parameter.name)
        for a in view.those(parameters.is_database_query)
    ]
    if found or view.arguments or case.verb not in _ASKING:
        return found
    if not view.about & _DATABASES or not view.about & {"query", "aggregation", "find"}:
        return []
    place = view.mentioned(frozenset(("query", "aggregation", "find")))
    return [Hit(place=place, subject=place.quote)] if place else []


def privilege(case: Case) -> list[Hit]:
    """Return the word that says whose rights a call changes."""
    if case.effects.best in (Category.READ, Category.UNCLASSIFIED):
        return []
    if case.verb not in PERMISSION_VERBS:
        return []
    named = frozenset(t.text for t in case.view.name[-1:])
    found = (case.heads | named) & nouns.PRIVILEGE
    if case.objects & _PARTICIPANTS:
        found = found - {"user", "member"}
    if "member" in found and case.view.lead_words & {"sorted", "set", "hash"}:
        found = found - {"member"}
    if case.verb == "transfer":
        found = found | (case.heads & nouns.CATASTROPHIC)
    keys = case.heads & _KEYS
    if keys and case.objects & (nouns.KEY_MODIFIERS | {"privilege", "user", "bot", "iam"}):
        found = found | keys
    place = case.view.mentioned(found) if found else None
    return [Hit(place=place, subject=place.quote)] if place else []
