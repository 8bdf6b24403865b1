"""Definitions that speak about the tools of other servers."""

from __future__ import annotations

import re
from functools import lru_cache
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from generator.classify.hygiene.checks import PROSE, Found, check
from generator.classify.registry import elsewhere
from generator.taxonomy import Verdict
from generator.tokens import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.hygiene.strings import Text
    from generator.classify.view import Context

# Found by comparing definitions, in derive/.
elsewhere("cross.clone", "drift.definition", "drift.category_raised", "drift.package_version")

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*+(?:[_-][A-Za-z0-9]++)++")
_IN_NAMES = f"{ascii_letters}{digits}_-".encode()
_ONLY_NAMES_LEFT = bytes(code if code in _IN_NAMES else ord(" ") for code in range(256))
_IMPERATIVE = re.compile(
    r"\b(?:instead of|do not (?:use|call)|never (?:use|call)|always|must|before "
    r"(?:using|calling)|when(?:ever)? .{0,20}(?:is|are) (?:used|called))\b",
    re.IGNORECASE,
)
_REACH = 80
_PLAIN = 2


def _is_distinctive(name: str, context: Context) -> bool:
    """Return whether a name belongs to one other server and is more than a verb and a noun."""
    owners = context.foreign_names[name]
    own = name in context.own_names or context.server in owners
    return not own and len(owners) == 1 and len(identifier(name)) > _PLAIN


def mentions(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that `reference` would take for tools if a server had tools so named."""
    said = " ".join([text for text in texts if "_" in text or "-" in text])
    # Bytes are split much faster than an expression finds words, and most words repeat.
    plain = said.encode("utf-8", "replace").translate(_ONLY_NAMES_LEFT).decode("ascii")
    joined = " ".join([word for word in set(plain.split()) if "_" in word or "-" in word])
    found = set(_NAME.findall(joined))
    return frozenset([name for name in found if len(identifier(name)) > _PLAIN])


@check("cross.reference", PROSE, parts=(("_", "-"),), placed=True, foreign=True)
def reference(text: Text, context: Context) -> Iterable[Found]:
    """Find a distinctive tool name that exists only on other servers."""
    names = context.foreign_names
    if not names or text.part != "value" or " " not in text.raw:
        return
    for start, end in _named(text.raw):
        name = text.raw[start:end]
        if name in names and _is_distinctive(name, context):
            around = text.raw[max(0, start - _REACH) : end + _REACH]
            tier = Verdict.HARD if _IMPERATIVE.search(around) else Verdict.REVIEW
            yield Found(start, end, tier, f"Names a tool of another server ({name})")
            return


@lru_cache(maxsize=1024)
def _named(raw: str) -> list[tuple[int, int]]:
    """Return where a text holds words that are put together as names of tools are."""
    return [match.span() for match in _NAME.finditer(raw)]
