"""Encoded text: base64 or hex that decodes to words with a verb or an address."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from generator.classify.hygiene.checks import CHECKS, Found, check
from generator.classify.hygiene.strings import Text
from generator.classify.lexicon import VERBS
from generator.taxonomy import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.view import Context

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){20,}")
_LONGEST = 8192
_READABLE = 0.9
_MOST = 20
_PHRASES = ("phrase.override", "phrase.conceal", "phrase.exfil")


@check("enc.blob", over=39, run=40)
def blob(text: Text, context: Context) -> Iterable[Found]:
    """Find encoded runs that say something when decoded."""
    for count, match in enumerate(_BASE64.finditer(text.raw)):
        if count >= _MOST:
            return
        run = match.group()[:_LONGEST]
        if text.raw[max(0, match.start() - 60) : match.start()].rstrip().endswith("base64,"):
            continue
        for decoded in _decodings(run):
            if _speaks(decoded):
                hidden = Text(decoded, text.pointer, "value", decoded.lower())
                grave = any(True for i in _PHRASES for _ in CHECKS[i](hidden, context))
                tier = Verdict.HARD if grave else Verdict.REVIEW
                yield Found(match.start(), match.end(), tier, "Encoded text", decoded=decoded[:400])
                break


def _decodings(run: str) -> Iterable[str]:
    """Return what a run may decode to, as text."""
    tries: list[bytes] = []
    if _HEX.fullmatch(run):
        tries.append(bytes.fromhex(run))
    else:
        body = run.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            tries.append(base64.b64decode(body + "=" * (-len(body) % 4)))
        except (binascii.Error, ValueError):
            return
    for raw in tries:
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError:
            continue


def _speaks(decoded: str) -> bool:
    """Return whether text is readable and holds a verb or an address."""
    if not decoded or sum(c.isprintable() or c.isspace() for c in decoded) < _READABLE * len(
        decoded
    ):
        return False
    words = decoded.lower().split()
    has_verb = len(words) > 2 and any(word.strip(".,:;!") in VERBS for word in words)  # noqa: PLR2004 - a sentence
    return has_verb or "http://" in decoded or "https://" in decoded
