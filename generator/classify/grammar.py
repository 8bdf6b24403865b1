"""A verb and its object to an effect: which of the five categories, how firmly, and why.

The heart of the classifier: used for names, descriptions and the values of multiplexers. Knows
no tool and no server, only words. Tables hold one row per case, first match wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.classify import nouns
from generator.classify.lexicon import AMBIGUOUS, FIRM, singular
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Iterable

READ, WRITE, EXECUTE = Category.READ, Category.WRITE, Category.EXECUTE
DESTRUCTIVE, FINANCIAL = Category.DESTRUCTIVE, Category.FINANCIAL
FIRM_SUPPORT, AMBIGUOUS_SUPPORT, OBJECT_SUPPORT = 4, 2, 2


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a verb does to its object: category, support, the object that decided, and the rule."""

    category: Category
    support: int
    decided_by: str = ""
    rule: str = ""
    """The category rule that speaks when more than the verb decided, e.g. `send.verb`."""


@dataclass(frozen=True, slots=True)
class Case:
    """One row: these verbs with one of these objects (none listed: any) have this effect."""

    verbs: frozenset[str]
    objects: frozenset[str]
    category: Category
    rule: str = "verb.object"
    head_only: bool = False
    """Whether only the head noun counts: `create invoice` charges, `create invoice template`
    does not."""


def _verbs(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _nouns(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RUN = _verbs("run execute perform call start process do")
CASES: tuple[Case, ...] = (
    # --- false friends first
    Case(_verbs("charge"), _nouns("battery vehicle car ev"), EXECUTE),
    Case(_verbs("transfer"), _nouns("call"), EXECUTE),
    Case(
        _verbs("transfer"),
        _nouns(
            "file repository repo ownership project domain owner element "
            "issue app organization workspace image"
        ),
        WRITE,
    ),
    Case(_verbs("book"), _nouns("workbook"), WRITE),
    Case(_verbs("record"), _nouns("request"), WRITE),
    # --- money
    Case(
        _verbs(
            "create update finalize place submit modify cancel void accept close issue make "
            "execute confirm approve process complete settle capture request "
            "generate transfer send authorize replace amend"
        ),
        nouns.MONEY
        - {
            "bill",
            "offer",
            "quote",
            "position",
            "credit",
            "billing",
            "promotion",
            "discount",
            "receipt",
            "bid",
        },
        FINANCIAL,
        "fin.verb_object",
        head_only=True,
    ),
    Case(
        _verbs("transfer"),
        _nouns("fund money token asset crypto coin balance payment eth sol usdc nft credit amount"),
        FINANCIAL,
        "fin.verb_object",
    ),
    Case(
        _verbs("charge"),
        _nouns("customer card account user payment method"),
        FINANCIAL,
        "fin.verb_object",
    ),
    Case(
        _verbs("book order"),
        _nouns("flight hotel ride ticket trip room car taxi product item food pizza meal"),
        FINANCIAL,
        "fin.verb_object",
    ),
    Case(_verbs("sign"), _nouns("transaction"), FINANCIAL, "fin.verb_object"),
    # --- sending to people
    Case(
        _verbs("send post notify broadcast publish share forward reply"),
        nouns.MESSAGE,
        EXECUTE,
        "send.verb",
    ),
    Case(
        _verbs("create make initiate start place"),
        _nouns("call broadcast"),
        EXECUTE,
        "send.verb",
        head_only=True,
    ),
    # --- asking
    Case(_RUN | {"invoke", "trigger"}, nouns.QUESTION, READ, head_only=True),
    Case(_RUN | {"invoke", "apply", "test"}, nouns.RUNNABLE | nouns.PROCESS, EXECUTE),
    # --- running things
    Case(
        _verbs(
            "start stop end terminate cancel resume close open continue suspend pause kill "
            "activate deactivate reset finish end abort"
        ),
        _nouns(
            "run job task process container service session deployment execution pipeline "
            "workflow build instance vm machine server agent cluster function droplet app "
            "application emulator simulator recording campaign crawl crawler script program "
            "node pod project database sandbox playback"
        ),
        EXECUTE,
    ),
    Case(_verbs("open"), _nouns("url app application browser link"), EXECUTE),
    Case(
        _verbs("create build make deploy rebuild"),
        _nouns("deployment build"),
        EXECUTE,
        head_only=True,
    ),
    Case(_verbs("generate create make design edit"), nouns.MEDIA, EXECUTE, head_only=True),
    # --- text that is only returned
    Case(_verbs("generate write make design"), nouns.TEXT, READ, head_only=True),
    Case(_verbs("resolve"), _nouns("library id url name domain address dns path reference"), READ),
    Case(_verbs("resolve"), _nouns("thread issue incident conflict alert comment"), WRITE),
    Case(_verbs("open"), _nouns("node file document issue incident ticket pull"), READ),
    Case(_verbs("test"), _nouns("connection"), READ),
    # --- leaving a membership, small state
    Case(_verbs("remove"), nouns.MEMBERSHIP, WRITE),
    Case(
        _verbs("clear reset"),
        _nouns(
            "selection filter highlight formatting format view zoom "
            "emulation viewport geolocation override"
        ),
        WRITE,
    ),
)
_BY_VERB: dict[str, tuple[Case, ...]] = {}
for _case in CASES:
    for _verb in _case.verbs:
        _BY_VERB[_verb] = (*_BY_VERB.get(_verb, ()), _case)


def judge(verb: str, objects: Iterable[str]) -> Meaning:
    """Return what `verb` does to an object named by these words, the head noun last or only."""
    words = [singular(word) for word in objects]
    for case in _BY_VERB.get(verb, ()):
        found = _object(case, words)
        if found:
            support = FIRM_SUPPORT if verb in FIRM else AMBIGUOUS_SUPPORT + OBJECT_SUPPORT
            return Meaning(case.category, support, found, case.rule)
    if verb in FIRM:
        rule = "fin.verb" if FIRM[verb] is FINANCIAL else ""
        return Meaning(FIRM[verb], FIRM_SUPPORT, rule=rule)
    category = AMBIGUOUS.get(verb, Category.UNCLASSIFIED)
    return Meaning(category, AMBIGUOUS_SUPPORT if verb in AMBIGUOUS else 0)


def _object(case: Case, words: list[str]) -> str:
    if not words:
        return ""
    if case.head_only:
        head = _head(words)
        return head if head in case.objects else ""
    return next((word for word in words if word in case.objects), "")


_PREPOSITIONS = frozenset("to from for in on of with by at via into as using and or per".split())


def _head(words: list[str]) -> str:
    """Return the last word before the first preposition: `invoice` of `invoice for customer`."""
    head = words[0]
    for word in words:
        if word in _PREPOSITIONS:
            break
        if not word.isdigit():
            head = word
    return head
