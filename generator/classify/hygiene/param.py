"""Parameters that collect what no tool needs: the conversation, the prompt, foreign secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify.hygiene.checks import NAMES, PROSE, Found, check
from generator.classify.wordset import word_set
from generator.taxonomy import Verdict
from generator.tokens import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.hygiene.strings import Text
    from generator.classify.view import Context

_SINKS = frozenset(
    (
        ("sidenote",),
        ("side", "note"),
        ("scratchpad",),
        ("conversation",),
        ("system", "prompt"),
        ("chain", "of", "thought"),
        ("tools", "list"),
        ("conversation", "history"),
        ("chat", "history"),
        ("message", "history"),
        ("previous", "messages"),
    )
)
_ASKS = re.compile(
    r"\b(?:entire|full|whole|complete|all (?:the |of the )?)\s*(?:conversation|chat|"
    r"context|message history|system prompt|tool list|tools|file contents)\b|"
    r"\bcontents? of (?:~|\.env|the \.env|mcp\.json)",
    re.IGNORECASE,
)
_PARTS = word_set("conversation chat context message system tool tools file")
_GLUED = frozenset(
    whole + part for whole in ("entire", "full", "whole", "complete") for part in _PARTS
)
"""No space needs to stand between the two: `fullcontext`."""
_WHOLES = _GLUED | word_set("entire full whole complete all content contents")
_CONTEXTS = _GLUED | _PARTS | word_set("content contents")
_PROPERTY = re.compile(r"/properties/[^/]+\Z")


@check(
    "param.sink",
    NAMES,
    PROSE,
    starts=(words[0] for words in _SINKS),
    words=(_WHOLES, _CONTEXTS),
    placed=True,
)
def sink(text: Text, _: Context) -> Iterable[Found]:
    """Find a property named like a place for the model's private context."""
    if text.part == "key" and _PROPERTY.search(text.pointer) and text.pointer.startswith("/input"):
        words = tuple(token.text for token in identifier(text.raw))
        if words in _SINKS:
            yield Found(
                0,
                len(text.raw),
                Verdict.NOTE,
                f"Collects context (`{text.raw[:60]}`)",
                discounts=False,
            )
    elif text.part == "value" and text.pointer.endswith("/description"):
        match = _ASKS.search(text.raw) if "/properties/" in text.pointer else None
        if match is not None:
            yield Found(match.start(), match.end(), Verdict.REVIEW, "Asks for the whole context")


_HEADER = re.compile(r"\Ax-mcp-header\Z", re.IGNORECASE)


@check("header.secret", NAMES, starts=("x-mcp",), placed=True)
def header(text: Text, _: Context) -> Iterable[Found]:
    """Find a secret-like argument that is to be sent as a header."""
    if text.part == "key" and _HEADER.match(text.raw):
        place = text.pointer.rpartition("/")[0].rpartition("/")[2]
        words = {token.text for token in identifier(place)}
        if words & {"password", "secret", "token", "key", "credential", "authorization"}:
            yield Found(
                0, len(text.raw), Verdict.REVIEW, "Sends a secret as a header", discounts=False
            )


_SECRETS = word_set("password phrase mnemonic key")
_OWNERS = word_set("your user users")
_FOREIGN = re.compile(
    r"\b(?:your|the user'?s) (?:[\w-]+ ){0,2}(?:password|seed phrase|recovery phrase|mnemonic|"
    r"private key|master password)\b",
    re.IGNORECASE,
)


@check("cred.request", PROSE, words=(_SECRETS, _OWNERS), placed=True)
def credential(text: Text, _: Context) -> Iterable[Found]:
    """Find the request for a password, seed phrase or private key of the user."""
    if text.part == "value" and "/properties/" in text.pointer:
        match = _FOREIGN.search(text.raw)
        if match is not None:
            yield Found(
                match.start(), match.end(), Verdict.REVIEW, "Asks for the user's own secret"
            )
