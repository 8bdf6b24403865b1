"""Words of a configuration to the same words without credentials and without this machine.

Called by the `intake_*` modules before anything is kept. It errs on the side of removing: an
argument that was no secret can be written back by hand, a published one cannot be taken back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

PLACEHOLDER = "placeholder-not-a-secret"
WORKING_DIRECTORY = "."
"""Stands for a path of the operator's machine: the crawler starts servers in an empty folder."""

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_NAME_WORDS = (
    "key apikey token secret secrets password passwd pass pwd passphrase auth authorization "
    "credential credentials cookie bearer pat jwt signature sig session dsn webhook"
)
_SECRET_WORDS = frozenset(_NAME_WORDS.split())
_SECRET_PARTS = ("apikey", "secret", "password", "accesstoken", "authtoken", "privatekey")
_KEY_SHAPES = re.compile(
    r"\b(?:sk|pk|rk)[-_](?:\w+[-_])?\w{8,}|\bgh[pousr]_\w{8,}|\bgithub_pat_\w{8,}|\bglpat-"
    r"|\bxox[abeprs]-|\bA(?:KIA|SIA)[A-Z0-9]{8,}|\bAIza[\w-]{8,}|\bnpm_\w{12,}|\bpypi-[\w-]{12,}"
    r"|\beyJ[\w-]{6,}|\b(?:secret|ntn|lin_api|pat|shp(?:at|ss|ca))_\w{8,}|PRIVATE KEY"
    r"|\b(?:Bearer|Basic|Token)\s+\S|\b[0-9a-fA-F]{24,}\b"
    r"|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
)
_RUN = re.compile(r"[A-Za-z0-9]{16,}")
_LONG_RUN = re.compile(r"[A-Za-z0-9_-]{24,}")
_CHANGE = re.compile(r"(?<=[a-z])[A-Z0-9]|(?<=[A-Z])[0-9]|(?<=[0-9])[A-Za-z]")
_CHANGES = 4
_SHORTEST = 6
"""A shorter value would hide ordinary words wherever it recurs."""
_PATH = re.compile(r"(?:~?/|~$|\.\.?[/\\]|[A-Za-z]:[/\\]|\\\\|file:)")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_REFERENCE = re.compile(r"\$\{?[A-Za-z_]|\{\{|%[A-Za-z_]+%")
_PAIR = re.compile(r"([A-Za-z_-][\w.-]*)([=:]\s*)(.+)", re.DOTALL)
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def is_secret_name(name: str) -> bool:
    """Return whether a variable, header, option or query key of this name holds a credential."""
    words = [word.lower() for word in _WORDS.findall(name)]
    joined = "".join(words)
    return not _SECRET_WORDS.isdisjoint(words) or any(part in joined for part in _SECRET_PARTS)


def looks_secret(value: str) -> bool:
    """Return whether a value has the shape of a key, a token or an identifier of an account."""
    if _KEY_SHAPES.search(value):
        return True
    runs = [*_RUN.findall(value), *_LONG_RUN.findall(value)]
    return any(
        any(c.isdigit() for c in run) and len(_CHANGE.findall(run)) >= _CHANGES for run in runs
    )


def secrets_among(*tables: Mapping[str, str]) -> frozenset[str]:
    """Return the values of variables and headers that may not survive anywhere, in lower case.

    Hosts and programs are compared and printed in lower case, so case tells nothing apart.
    """
    found: set[str] = set()
    for table in tables:
        for name, value in table.items():
            if is_secret_name(name) or looks_secret(value):
                found |= {value, *value.split()}
    return frozenset(value.lower() for value in found if len(value) >= _SHORTEST)


def holds_secret(text: str, known: Collection[str]) -> bool:
    """Return whether a text looks like a secret or holds one that the file names elsewhere."""
    decoded = unquote(text)
    return looks_secret(decoded) or _names_one(text, known)


def _names_one(text: str, known: Collection[str]) -> bool:
    forms = (text.lower(), unquote(text).lower())
    return any(secret in form for secret in known for form in forms)


@dataclass(frozen=True, slots=True)
class CleanUrl:
    """An address without credentials, and what was taken out of it, in words."""

    url: str
    removed: tuple[str, ...] = ()


def clean_url(raw: str, known: Collection[str] = ()) -> CleanUrl | None:
    """Return an http address without credentials; None when the text is no such address."""
    try:
        parts = urlsplit(raw.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or _UNSAFE.search(raw.strip()):
        return None
    removed = ["the user and password in its address"] if "@" in parts.netloc else []
    shown = f"[{host}]" if ":" in host else host
    path, hidden = _clean_path(parts.path, known)
    query, names = _clean_query(parts.query, known)
    removed += [*hidden, *names]
    url = urlunsplit((parts.scheme, shown + port, path, query, ""))
    return None if _names_one(url, known) else CleanUrl(url, tuple(removed))


def _clean_path(path: str, known: Collection[str]) -> tuple[str, list[str]]:
    steps = path.split("/")
    hidden = [bool(step) and (holds_secret(step, known) or "$" in step) for step in steps]
    if not any(hidden) and _names_one(path, known):
        hidden = [bool(step) for step in steps]
    kept = [
        "{secret}" if is_hidden else step for step, is_hidden in zip(steps, hidden, strict=True)
    ]
    return "/".join(kept), ["a part of its path that looks like a secret"] if any(hidden) else []


def _clean_query(query: str, known: Collection[str]) -> tuple[str, list[str]]:
    kept, removed = [], []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        if holds_secret(name, known):
            removed.append("a part of its query that looks like a secret")
        elif is_secret_name(name) or holds_secret(value, known) or "$" in value or "{" in value:
            removed.append(f"the value of {name[:60]} in its query")
        else:
            kept.append(part)
    return "&".join(kept), removed


@dataclass(slots=True)
class Words:
    """Arguments as they are kept, and what was taken out of them."""

    known: Collection[str]
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def add(self, words: Iterable[str]) -> Words:
        """Add arguments in order; the value behind an option like `--api-key` is replaced."""
        secret_option = ""
        for word in words:
            if secret_option and not word.startswith("--"):
                self.kept.append(PLACEHOLDER)
                self.removed.append(f"the value of {secret_option}")
                secret_option = ""
                continue
            self.kept.append(self._clean(word))
            is_option = (
                word.startswith("-") and "=" not in word and not holds_secret(word, self.known)
            )
            secret_option = word[:60] if is_option and is_secret_name(word) else ""
        return self

    def _clean(self, word: str) -> str:
        pair = _PAIR.fullmatch(word)
        if pair and not _URL.match(word) and not holds_secret(pair[1], self.known):
            name, between, value = pair.groups()
            if is_secret_name(name):
                self.removed.append(f"the value of {name[:60]}")
                return f"{name}{between}{PLACEHOLDER}"
            if _PATH.match(value) or _URL.match(value):
                return f"{name}{between}{self._bare(value)}"
        return self._bare(word)

    def _bare(self, word: str) -> str:
        if _URL.match(word):
            return self._address(word)
        kept = word
        if holds_secret(word, self.known):
            what, kept = "an argument that looks like a secret", PLACEHOLDER
        elif _REFERENCE.search(word):
            what, kept = "an argument that refers to a variable", PLACEHOLDER
        elif _PATH.match(word):
            what, kept = "a path of the machine it is used on", WORKING_DIRECTORY
        if kept != word:
            self.removed.append(what)
        return kept

    def _address(self, word: str) -> str:
        clean = clean_url(word, self.known)
        if clean is not None:
            self.removed += clean.removed
            return clean.url
        # Of a connection string nothing but the scheme is certain to be public.
        self.removed.append("a connection string")
        scheme = word.partition("://")[0].lower()
        known = holds_secret(scheme, self.known)
        return PLACEHOLDER if known else f"{scheme}://placeholder.invalid"


def clean_words(words: Sequence[str], known: Collection[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return the arguments without secrets and paths, and what was removed, in words."""
    cleaned = Words(known).add(words)
    return tuple(cleaned.kept), cleaned.removed
