"""A verb and its object to an effect: which of the five categories, how firmly, and why.

The heart of the classifier: used for names, descriptions and the values of multiplexers. Knows
no tool and no server, only words. Tables hold one row per case, first match wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.classify import nouns
from generator.classify.lexicon import AMBIGUOUS, FIRM, singular
from generator.classify.wordset import word_set
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


_RUN = word_set("run execute perform call start process do")
CASES: tuple[Case, ...] = (
    # --- false friends first
    Case(word_set("charge"), word_set("battery vehicle car ev"), EXECUTE),
    Case(word_set("transfer"), word_set("call"), EXECUTE),
    Case(
        word_set("transfer"),
        word_set(
            """file repository repo ownership project domain owner element issue app
            organization workspace image"""
        ),
        WRITE,
    ),
    Case(word_set("book"), word_set("workbook"), WRITE),
    Case(word_set("record"), word_set("request"), WRITE),
    # --- money
    Case(
        word_set(
            """create update finalize place submit modify cancel void accept close issue make
            execute confirm approve process complete settle capture request generate
            transfer send authorize replace amend"""
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
        word_set("transfer"),
        word_set(
            """fund money token asset crypto coin balance payment eth sol usdc nft credit
            amount"""
        ),
        FINANCIAL,
        "fin.verb_object",
    ),
    Case(
        word_set("charge"),
        word_set("customer card account user payment method"),
        FINANCIAL,
        "fin.verb_object",
    ),
    Case(
        word_set("book order"),
        word_set("""flight hotel ride ticket trip room car taxi product item food pizza meal"""),
        FINANCIAL,
        "fin.verb_object",
    ),
    Case(word_set("sign"), word_set("transaction"), FINANCIAL, "fin.verb_object"),
    # --- things that move, and infrastructure
    Case(
        word_set(
            """lock unlock open close turn set start stop switch toggle adjust control change
            activate deactivate"""
        ),
        nouns.PHYSICAL - {"switch"},
        EXECUTE,
    ),
    Case(word_set("apply"), word_set("terraform infrastructure manifest"), EXECUTE),
    # --- sending to people
    Case(
        word_set("send post notify broadcast publish share forward reply"),
        nouns.MESSAGE,
        EXECUTE,
        "send.verb",
    ),
    Case(
        word_set("create make initiate start place"),
        word_set("call broadcast"),
        EXECUTE,
        "send.verb",
        head_only=True,
    ),
    # --- asking
    Case(_RUN | {"invoke", "trigger"}, nouns.QUESTION, READ, head_only=True),
    Case(_RUN | {"invoke", "apply", "test"}, nouns.RUNNABLE | nouns.PROCESS, EXECUTE),
    # --- running things
    Case(
        word_set(
            """start stop end terminate cancel resume close open continue suspend pause kill
            activate deactivate reset finish end abort"""
        ),
        word_set(
            """run job task process container service session deployment execution pipeline
            workflow build instance vm machine server agent cluster function droplet app
            application emulator simulator recording campaign crawl crawler script program
            node pod project database sandbox playback"""
        ),
        EXECUTE,
    ),
    Case(word_set("open"), word_set("url app application browser link"), EXECUTE),
    Case(
        word_set("create build make deploy rebuild"),
        word_set("deployment build"),
        EXECUTE,
        head_only=True,
    ),
    Case(word_set("generate create make design edit"), nouns.MEDIA, EXECUTE, head_only=True),
    # --- text that is only returned
    Case(word_set("generate write make design"), nouns.TEXT, READ, head_only=True),
    Case(
        word_set("resolve"), word_set("library id url name domain address dns path reference"), READ
    ),
    Case(word_set("resolve"), word_set("thread issue incident conflict alert comment"), WRITE),
    Case(word_set("open"), word_set("node file document issue incident ticket pull"), READ),
    Case(word_set("test"), word_set("connection"), READ),
    # --- leaving a membership, small state
    Case(word_set("remove"), nouns.MEMBERSHIP, WRITE),
    Case(
        word_set("clear reset"),
        word_set(
            """selection filter highlight formatting format view zoom emulation viewport
            geolocation override"""
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


_PREPOSITIONS = word_set("to from for in on of with by at via into as using and or per")


def _head(words: list[str]) -> str:
    """Return the last word before the first preposition: `invoice` of `invoice for customer`."""
    head = words[0]
    for word in words:
        if word in _PREPOSITIONS:
            break
        if not word.isdigit():
            head = word
    return head
