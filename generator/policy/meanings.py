"""What an argument means (path, web address, SQL) to a guard with an honest note.

Only for required texts whose meaning the classifier established in its signals, and only where
an expression is safe: no guard is invented for code or shell commands, because none exists.
Called by draft.py after guards.py. The expressions mean the same in RE2 and in Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.latest import latest
from generator.model import Condition
from generator.model.quick import quick
from generator.policy.re2 import compiled
from generator.taxonomy import Category, Profile, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import Assessment, Parameter

_SEGMENT = (
    r"(?:[^./\\\x00-\x1f][^/\\\x00-\x1f]*"
    r"|\.(?:[^./\\\x00-\x1f][^/\\\x00-\x1f]*)?"
    r"|\.\.[^/\\\x00-\x1f]+)"
)
PATH = rf"^{_SEGMENT}?(?:[/\\]{_SEGMENT}?)*$"
PATH_ROOTED = rf"^/srv/work(?:/{_SEGMENT}?)*$"
URL = r"^(?i:https?)://[^\x00-\x20\x7f]+$"
URL_HOSTS = r"^https://(?:docs\.example\.com)(?::443)?(?:[/?#][^\x00-\x20\x7f]*)?$"
SQL_READ = r"(?is)^\s*(?:select|show|describe)\b[^;]*;?\s*$"
RECIPIENT = r"^[^@\s\x00-\x1f]+@(?:example\.com)$"
_RULE_MEANINGS = {
    "schema.param.path": "path",
    "schema.param.url": "url",
    "schema.param.sql": "sql",
    "schema.param.recipient": "recipient",
    "facet.filesystem": "path",
    "facet.arbitrary_url": "url",
}
_OBSERVE = Profile.OBSERVE
_COUNTED = frozenset((Status.APPLIED, Status.REDUCED))
_URL_WORDS = frozenset({"url", "urls", "href", "webhook", "callback"})
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_OTHER_SCHEME = re.compile(
    r"\b(?!https?://)[a-z][a-z0-9+.-]*://|\b(?:data|mailto):|\bdomain\b", re.IGNORECASE
)


@quick
@dataclass(frozen=True, slots=True)
class Guard:
    """What a guard demands: rule title, message, note, expression, a good and a bad text."""

    title: str
    demand: str
    note: str
    expression: str
    sample: str
    counterexample: str


GUARDS: dict[tuple[str, Profile], Guard] = {
    ("path", Profile.BALANCED): Guard(
        "path without ..",
        "must be a path without .. segments and control characters",
        "reduces accidents, is no sandbox: links, encodings and case are not seen",
        PATH,
        "notes/today.txt",
        "../../etc/passwd",
    ),
    ("path", Profile.LOCKED): Guard(
        "path below a root",
        "must be a path below /srv/work without .. segments",
        "placeholder: replace /srv/work by your root; links and encodings are not seen",
        PATH_ROOTED,
        "/srv/work/notes/today.txt",
        "/srv/work/../etc/passwd",
    ),
    ("url", Profile.BALANCED): Guard(
        "web address",
        "must be an http or https address",
        "stops file:, data: and javascript:, not redirects or DNS rebinding",
        URL,
        "https://example.com/",
        "file:///etc/hosts",
    ),
    ("url", Profile.LOCKED): Guard(
        "web address of a known host",
        "must be an https address of an allowed host",
        "placeholder: replace docs.example.com by your hosts; stops no redirects",
        URL_HOSTS,
        "https://docs.example.com/",
        "https://docs.example.com.evil.example/",
    ),
    ("sql", Profile.BALANCED): Guard(
        "reading statement",
        "must be one select, show or describe statement",
        "use a read-only database role as well: SELECT INTO and functions still change data",
        SQL_READ,
        "SELECT 1",
        "DELETE FROM accounts",
    ),
    ("recipient", Profile.LOCKED): Guard(
        "known recipient",
        "must be an address of an allowed domain",
        "placeholder: replace example.com by your domains",
        RECIPIENT,
        "someone@example.com",
        "someone@evil.example",
    ),
}
GUARDS["sql", Profile.LOCKED] = GUARDS["sql", Profile.BALANCED]
BY_EXPRESSION = {guard.expression: guard for guard in GUARDS.values()}


@quick
@dataclass(frozen=True, slots=True)
class Meant:
    """A guard on one argument, and the rules of the signals that established the meaning."""

    condition: Condition
    guard: Guard
    because: tuple[str, ...]


def of_tool(
    parameters: Sequence[Parameter], assessment: Assessment, profile: Profile
) -> list[Meant]:
    """Return the guards of a tool's required texts; none in the observe profile."""
    if profile is _OBSERVE:
        return []
    known = _established(assessment)
    if not known:
        return []
    found = []
    for parameter in parameters:
        meanings = known.get(parameter.pointer)
        if not meanings or not parameter.required or parameter.types != ("string",):
            continue
        for meaning, because in meanings.items():
            guard = GUARDS.get((meaning, profile))
            if guard is None or not _fits(meaning, parameter, assessment, guard):
                continue
            condition = Condition(
                (parameter.name,),
                "matches",
                (guard.expression,),
                origin="meaning",
                pointer=parameter.pointer,
                note=guard.note,
            )
            found.append(Meant(condition, guard, because))
            break
    return found


def _told(assessment: Assessment) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return, per parameter pointer, the meanings that applied signals establish."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for signal in assessment.signals:
        meaning = _RULE_MEANINGS.get(signal.rule)
        if meaning is None or signal.status not in _COUNTED:
            continue
        pointer = _property(signal.pointer)
        rules = found.setdefault(pointer, {})
        rules[meaning] = tuple(dict.fromkeys((*rules.get(meaning, ()), signal.rule)))
    return found


_established = latest(_told)


def _property(pointer: str) -> str:
    """Return the pointer of the top-level property that a pointer leads into."""
    return "/".join(pointer.split("/")[:4])


def _fits(meaning: str, parameter: Parameter, assessment: Assessment, guard: Guard) -> bool:
    """Return whether ordinary values of the argument satisfy the guard, as far as we can see."""
    if parameter.enum or "anyOf" in parameter.schema or "oneOf" in parameter.schema:
        return False
    if meaning == "url":
        words = {word.lower() for word in _WORD.findall(parameter.name)}
        if words.isdisjoint(_URL_WORDS) and parameter.format not in {"uri", "url"}:
            return False
        if _OTHER_SCHEME.search(parameter.description):
            return False
    if meaning == "path" and "://" in parameter.description:
        return False
    if meaning == "sql" and assessment.category is not Category.READ:
        return False
    examples = parameter.schema.get("examples")
    shown = (
        [text for text in examples if isinstance(text, str)] if isinstance(examples, list) else []
    )
    return all(compiled(guard.expression).search(text) for text in shown)
