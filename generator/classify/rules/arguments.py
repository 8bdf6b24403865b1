"""What kind of thing an argument is, by the words of its name, its type and its description."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.classify.lexicon import singular
from generator.classify.nouns import MESSAGE, PRIVATE
from generator.classify.wordset import word_set
from generator.tokens import words as prose

if TYPE_CHECKING:
    from generator.classify.registry import Case
    from generator.classify.view import Argument, View

_PATH_WORDS = word_set("path file filepath filename directory dir folder glob cwd root")
_FILE_WORDS = word_set(
    """file directory folder path filesystem disk document image script local workbook"""
)
_NOT_LOCAL = word_set(
    """url api http json xpath repository repo branch endpoint route gcs s3 bucket jsonpath svg
    redis key property field drive"""
)
_URL_WORDS = word_set("url uri host hostname endpoint webhook link website domain")
_URL_RESULTS = word_set(
    """image avatar logo icon thumbnail photo picture repo repository issue profile base source
    redirect callback success cancel return"""
)
_CREDENTIALS = word_set("password passwd passphrase secret token apikey credential")
_CREDENTIAL_PAIRS = frozenset(
    (
        ("api", "key"),
        ("access", "key"),
        ("secret", "key"),
        ("private", "key"),
        ("auth", "token"),
        ("access", "token"),
        ("bearer", "token"),
        ("seed", "phrase"),
        ("client", "secret"),
        ("session", "token"),
        ("refresh", "token"),
        ("signing", "key"),
    )
)
_TOKEN_KINDS = word_set(
    """page next max count address id symbol start pagination continuation sync client limit
    min mint in out from to num total cursor type name pair budget idempotency contract"""
)
_RECIPIENTS = word_set(
    """to recipient cc bcc phone email channel chat receiver destination number address"""
)
_PRIVILEGES = word_set("role acl permission visibility public access privilege admin policy")
_FORCES = word_set("force recursive cascade overwrite purge permanent")
_FORCE_PAIRS = frozenset(
    (
        ("skip", "confirm"),
        ("skip", "confirmation"),
        ("no", "verify"),
        ("skip", "check"),
        ("ignore", "error"),
        ("auto", "approve"),
        ("skip", "validation"),
        ("delete", "all"),
    )
)
_FILTERS = word_set("filter where query selector pattern")
_LISTED = word_set("id uuid key path name item email entity file url sku record row user operation")
"""What an array holds through which one call acts on many things."""
_PREVIEWS = frozenset(
    (
        "dryrun",
        "dry_run",
        "dry-run",
        "preview",
        "preview_only",
        "simulate",
        "validate_only",
        "validateonly",
        "checkonly",
        "check_only",
        "whatif",
    )
)
_REVEALING = word_set("reveal unmask decrypt")
_REVEALED = word_set("secret password credential decryption key")
_SHOWING = word_set("show include with")
_URL_ENDS = word_set("url uri link webhook hostname host")
_URL_FORMATS = word_set("uri url")
_SITES = word_set("domain site website")
PATH, URL, SITE, CREDENTIAL = "a path", "a URL", "a site", "a credential"
RECIPIENT, PRIVILEGE, BULK, FORCE = "a recipient", "a privilege", "many things", "a forcing switch"
REVEALING, PREVIEW, ANY_OBJECT = "a revealing switch", "a preview", "any object"
_ADDRESS, _OBJECT = frozenset((URL,)), frozenset((ANY_OBJECT,))
_REMEMBERED = 100


def kinds(argument: Argument) -> frozenset[str]:
    """Return the kinds that an argument can be of by its name; the tests below say if it is."""
    parameter = argument.parameter
    name = parameter.name
    found = (_kinds if len(name) <= _REMEMBERED else _kinds.__wrapped__)(name, argument.words)
    if parameter.format in _URL_FORMATS:
        found |= _ADDRESS
    return found | _OBJECT if parameter.types == ("object",) else found


@lru_cache(maxsize=16384)
def _kinds(name: str, words: tuple[str, ...]) -> frozenset[str]:
    first, last = words[:1], words[-1:]
    ends = {
        PATH: _PATH_WORDS,
        URL: _URL_ENDS,
        SITE: _SITES,
        CREDENTIAL: _CREDENTIALS,
        RECIPIENT: _RECIPIENTS,
        PRIVILEGE: _PRIVILEGES,
        BULK: _LISTED | _FILTERS | {"all"},
        FORCE: _FORCES,
    }
    found = {kind for kind, known in ends.items() if not known.isdisjoint(last)}
    more = {
        CREDENTIAL: words[-2:] in _CREDENTIAL_PAIRS,
        FORCE: not _FORCES.isdisjoint(first) or words[:2] in _FORCE_PAIRS,
        REVEALING: not (_REVEALING.isdisjoint(words) and _SHOWING.isdisjoint(first)),
        PREVIEW: name.lower() in _PREVIEWS,
    }
    return frozenset(found).union(kind for kind, holds in more.items() if holds)


def is_local_path(view: View, argument: Argument) -> bool:
    """Return whether the argument is a path on the machine of the server."""
    words = argument.words
    if not words or words[-1] not in _PATH_WORDS or not argument.is_free_text:
        return False
    if words[0] in _NOT_LOCAL:
        return False
    text = {singular(token.text) for token in prose(argument.parameter.description[:300])}
    if text & {"absolute", "local", "filesystem", "disk"}:
        return True
    about = view.about
    return bool(about & _FILE_WORDS) and not (about | text) & _NOT_LOCAL


def is_free_url(_: View, argument: Argument) -> bool:
    """Return whether the caller may give any address here."""
    words = argument.words
    if not words or argument.depth > 1 or argument.parameter.enum or not argument.is_free_text:
        return False
    if argument.parameter.format in _URL_FORMATS:
        return not set(words) & _URL_RESULTS
    return words[-1] in _URL_ENDS and not set(words) & _URL_RESULTS


_PRODUCT_URL = re.compile(
    r"\b(?:an?|the|of)\s+(?:valid |real |specific )?([A-Za-z0-9.-]{1,30})(?:\s+\w{1,20}){0,2}"
    r"\s+(?:url|link)s?\b",
    re.IGNORECASE,
)
_ANY_URL = word_set(
    """url web website page webpage target full http https source image public file pdf any
    absolute single direct remote given specified valid base endpoint site video audio
    document link starting start root starting complete list array internet content original
    main publicly image-file each every"""
)
_LOCATIONS = word_set(
    """git remote s3 jdbc database connection repo repository workspace project"""
)


def _names_a_site(view: View, argument: Argument) -> bool:
    """Return whether a whole site is read that the caller names: `scrape_domain(domain)`."""
    return bool(view.name_words & {"scrape", "crawl"}) and not _SITES.isdisjoint(
        argument.words[-1:]
    )


def is_fetched_url(view: View, argument: Argument) -> bool:
    """Return whether the caller may have any address fetched: not only those of one product."""
    if _names_a_site(view, argument):
        return True
    if not is_free_url(view, argument) or set(argument.words) & _LOCATIONS:
        return False
    if argument.words[-1] == "uri" and not view.lead_words & {"url", "web", "page", "fetch"}:
        return False
    texts = (argument.parameter.description[:400], view.tool.description[:400])
    for text in texts:
        match = _PRODUCT_URL.search(text)
        if match is not None:
            return match.group(1).lower() in _ANY_URL
    return True


def is_credential(_: View, argument: Argument) -> bool:
    """Return whether the argument takes a password, key or token."""
    words = argument.words
    if not words or not argument.is_free_text:
        return False
    if len(words) > 1 and words[-2:] in _CREDENTIAL_PAIRS:
        return True
    if words[-1] not in _CREDENTIALS:
        return False
    return words[-1] != "token" or not set(words) & _TOKEN_KINDS


def is_required_credential(view: View, argument: Argument) -> bool:
    """Return whether no call is possible without a password, key or token."""
    return argument.parameter.required and is_credential(view, argument)


def is_recipient(_: View, argument: Argument) -> bool:
    """Return whether the argument says who receives something."""
    return bool(argument.words) and argument.words[-1] in _RECIPIENTS and argument.is_free_text


def is_privilege(_: View, argument: Argument) -> bool:
    """Return whether the argument sets who may do or see what."""
    return bool(argument.words) and argument.words[-1] in _PRIVILEGES


def is_bulk(_: View, argument: Argument) -> bool:
    """Return whether one call acts on many things through this argument."""
    words = argument.words
    if not words or argument.depth > 0:
        return False
    if "array" in argument.parameter.types:
        return words[-1] in _LISTED
    return words[-1] in _FILTERS or words == ("all",)


def is_force(_: View, argument: Argument) -> bool:
    """Return whether the argument is a switch that skips a check or widens the reach."""
    words = argument.words
    if not words or (argument.parameter.types and "boolean" not in argument.parameter.types):
        return False
    return words[0] in _FORCES or words[-1] in _FORCES or words[:2] in _FORCE_PAIRS


def is_preview(argument: Argument) -> bool:
    """Return whether the argument turns a call into a preview."""
    return argument.parameter.name.lower() in _PREVIEWS


def shows_secrets(_: View, argument: Argument) -> bool:
    """Return whether an argument asks that secrets come back readable."""
    words = argument.words
    return not _REVEALING.isdisjoint(words) or (
        not _SHOWING.isdisjoint(words[:1]) and words[-1] in _REVEALED
    )


def is_free_object(_: View, argument: Argument) -> bool:
    """Return whether the argument is an object of any shape."""
    parameter = argument.parameter
    schema = parameter.schema
    return (
        argument.depth == 0
        and parameter.types == ("object",)
        and not parameter.nested
        and not isinstance(schema.get("additionalProperties"), dict)
    )


def sends(case: Case) -> bool:
    """Return whether the effect that is scored sends something to people."""
    return any(e.rule == "send.verb" for e in case.effects.evidence if not e.by) or (
        case.verb in ("send", "post", "notify", "broadcast", "dial", "reply", "forward", "email")
        and bool(case.objects & (MESSAGE | PRIVATE))
    )
