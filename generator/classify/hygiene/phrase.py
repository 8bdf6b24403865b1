"""Sentences that address the model: override, conceal, exfiltrate, put themselves first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify.hygiene.checks import PROSE, Found, check
from generator.classify.wordset import word_set
from generator.taxonomy import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.hygiene.strings import Text
    from generator.classify.view import Context

# The words without which an expression cannot hold; each stands whole in what it finds.
_DROPS = word_set("ignore disregard forget override bypass")
_ORDERS = word_set(
    """instruction instructions prompt prompts rules guidelines directive directives messages
    commands"""
)
_DENIALS = word_set("not don never without")
_PEOPLE = word_set(
    """user users human humans customer customers anyone anyones operator operators"""
)
_ANY = word_set("any this called")
_FIRST = word_set("before first")
_CALLS = word_set("using calling invoking running always must call")
_PREFERRED = word_set("always important priority other")
_TOOLS = word_set("this tool tools")
_OVERRIDE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,30}?\b(?:all |any |the |your |my )?"
    r"(?:previous|prior|earlier|preceding|above|system|original|other)\b[^.\n]{0,20}?"
    r"\b(?:instructions?|prompts?|rules|guidelines|directives?|messages|commands)\b",
    re.IGNORECASE,
)
_CONCEAL = re.compile(
    r"\b(?:do not|don't|never|must not|without)\b[^.\n]{0,20}?\b(?:tell(?:ing)?|mention(?:ing)?|"
    r"reveal(?:ing)?|inform(?:ing)?|notify(?:ing)?|alert(?:ing)?|disclos(?:e|ing)|"
    r"show(?:ing)? (?:this|it|these instructions) to|let(?:ting)?|inform)\b[^.\n]{0,40}?"
    r"\b(?:the )?(?:user|human|customer|anyone|operator)s?\b",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"\b(?:send|read|include|pass|append|forward|copy|upload|call|execute|run|write|add|attach|"
    r"insert|first|always|must|set|put|provide|use|access|fetch)\b",
    re.IGNORECASE,
)
_TAKE = re.compile(
    r"\b(?:send|upload|include|pass|forward|append|attach|exfiltrate|transmit|leak|post|copy|"
    r"read|insert|provide|submit|paste|put)\b",
    re.IGNORECASE,
)
_PRIZE = re.compile(
    r"(?:~/\.ssh|\bid_(?:rsa|ed25519)\b|\.aws/credentials|(?<![\w.])\.env\b(?! (?:var|file name))|"
    r"\bsystem prompt\b|\bconversation (?:history|log|transcript)\b|"
    r"\b(?:entire|whole|full|complete) (?:conversation|chat|context)\b|\bmcp\.json\b|"
    r"\bprivate keys?\b|\b(?:all|any|the user'?s|user'?s|your) (?:credentials|passwords?|"
    r"api keys?|secrets|tokens)\b|\bseed phrase\b|\b/etc/(?:passwd|shadow)\b)",
    re.IGNORECASE,
)
_PRIZE_WORDS = word_set(
    """ssh rsa ed aws env prompt conversation chat context mcp key keys credentials password
    passwords secrets tokens seed etc"""
)
_PRIZES = (
    ".ssh",
    "id_rsa",
    "id_ed25519",
    ".aws/",
    ".env",
    "system prompt",
    "conversation",
    " chat",
    " context",
    "mcp.json",
    "private key",
    " credentials",
    " password",
    " api key",
    " secrets",
    " tokens",
    "seed phrase",
    "/etc/",
)
_REACH = 40
_SECRET_TOOLS = re.compile(
    r"\b(?:password manager|secret scan|leaked secrets?|vault|dotenv|keychain|"
    r"ssh (?:client|server|tunnel)|secrets? manager|credential store|scan(?:s|ning)? for)\b",
    re.IGNORECASE,
)
_PRECONDITION = re.compile(
    r"\b(?:before (?:using|calling|invoking|running) any (?:other )?(?:tools?|functions?)|"
    r"always (?:call|use|run|invoke) this(?: tool| function)? (?:first|before)|"
    r"must (?:be called|call this(?: tool)?|use this(?: tool)?|run this(?: tool)?) "
    r"(?:first|before any)|call this (?:tool )?(?:first|before any))\b",
    re.IGNORECASE,
)
_PRIORITY = re.compile(
    r"\b(?:always (?:use|prefer|call) this (?:tool )?(?:instead of|over|rather than)|"
    r"(?:the )?most important tool|(?:highest|top) priority tool|"
    r"(?:do not|never|don't) use (?:any )?other tools?|instead of (?:any|all) other tools?)\b",
    re.IGNORECASE,
)


@check("phrase.override", PROSE, words=(_DROPS, _ORDERS))
def override(text: Text, _: Context) -> Iterable[Found]:
    """Find the request to ignore earlier instructions."""
    for match in _OVERRIDE.finditer(text.raw):
        yield Found(match.start(), match.end(), Verdict.HARD, "Asks to ignore other instructions")


@check("phrase.conceal", PROSE, words=(_PEOPLE, _DENIALS))
def conceal(text: Text, _: Context) -> Iterable[Found]:
    """Find the request to keep something from the user."""
    for match in _CONCEAL.finditer(text.raw):
        around = text.raw[max(0, match.start() - 160) : match.start()]
        after = text.raw[match.end() : match.end() + 160]
        acts = _ACTION.search(around) or _ACTION.search(after)
        grave = bool(acts) and bool(_PRIZE.search(around + after) or _SECRETLY.search(around))
        tier = Verdict.HARD if grave else Verdict.REVIEW
        yield Found(match.start(), match.end(), tier, "Asks to keep something from the user")


_SECRETLY = re.compile(
    r"\b(?:send|forward|upload|read|copy|include|append|attach|bcc)\b[^.\n]{0,120}\Z|<important>",
    re.IGNORECASE,
)


@check("phrase.exfil", PROSE, words=(_PRIZE_WORDS,), signed=True, parts=(_PRIZES,))
def exfil(text: Text, _: Context) -> Iterable[Found]:
    """Find the request to hand out keys, environment files or the conversation."""
    for prize in _PRIZE.finditer(text.raw):
        before = text.raw[max(0, prize.start() - _REACH) : prize.start()]
        takes = list(_TAKE.finditer(before))
        if not takes or _SECRET_TOOLS.search(text.raw):
            continue
        start = max(0, prize.start() - _REACH) + takes[-1].start()
        if _denied(text.raw, start):
            continue
        yield Found(start, prize.end(), Verdict.HARD, "Asks for secrets or the conversation")
        return


_DENIAL = re.compile(
    r"\b(?:not|never|don't|cannot|without|avoid|no)\b[^.\n]{0,20}\Z", re.IGNORECASE
)


def _denied(raw: str, start: int) -> bool:
    return _DENIAL.search(raw[max(0, start - 40) : start]) is not None


@check("phrase.precondition", PROSE, words=(_ANY, _FIRST, _CALLS))
def precondition(text: Text, _: Context) -> Iterable[Found]:
    """Find the request to be called before anything else: mostly an ordinary workflow."""
    match = _PRECONDITION.search(text.raw)
    if match is not None:
        yield Found(match.start(), match.end(), Verdict.NOTE, "Asks to be called first")


@check("phrase.priority", PROSE, words=(_PREFERRED, _TOOLS))
def priority(text: Text, _: Context) -> Iterable[Found]:
    """Find the request to be preferred over other tools."""
    match = _PRIORITY.search(text.raw)
    if match is not None:
        yield Found(match.start(), match.end(), Verdict.NOTE, "Asks to be preferred")
