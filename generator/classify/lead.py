"""The lead verb of a description and the verbs coordinated with it, as Evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.classify.evidence import new_evidence
from generator.classify.grammar import judge, object_of
from generator.classify.lexicon import (
    COORDINATORS,
    FIRM,
    FORMS,
    HOMOGRAPHS,
    NEGATIONS,
    VERBS,
    base_form,
    singular,
)
from generator.classify.nouns import CODE
from generator.classify.wordset import word_set
from generator.taxonomy import Category

if TYPE_CHECKING:
    from generator.classify.evidence import Evidence
    from generator.classify.view import View
    from generator.tokens import Sentence, Token

LEAD_SUPPORT = 3
_NOUN_SUPPORT = 2
_REACH = 5
_FURTHER, _FEWEST = 6, 2
_OBJECT_WORDS = 12
_LOOK_AHEAD = 7
# Words in front of the lead verb that say nothing: "This tool will allow you to".
_OPENERS = word_set(
    """this tool will is are used to you the a an helper function method endpoint api command
    for can be that users user which please it name description purpose title use mcp your
    agents agent llm ai model models action operation works must should server may summary
    overview"""
)
_ALLOWING = word_set("allow allows allowing let lets enable enables enabling help helps")
_ALLOWED = word_set("you user users agent agents ai llm llms model models claude client clients to")
_ACTING_NOUNS = word_set("agent terminal shell execution deployment automation")
_MODIFIERS = word_set(
    """batch bulk directly simply just also first once optionally mass async manually then
    multi re one-click best one-shot experimental deprecated beta new"""
)
_DETERMINERS = word_set(
    """a an the it its this that these those their your all any every each new existing one
    multiple several specific them some"""
)
_PURPOSE = frozenset(("to", "for", "that", "which"))
_NO_OBJECT = frozenset(("of", "between", "for"))
_STOPS = frozenset(",;:()[]")
_SEPARATORS = frozenset(",/&+|")
_LISTED = frozenset(("actions", "operations", "tasks"))


def read(view: View) -> list[Evidence]:
    """Return evidence from the first sentence that says what the tool does."""
    sentence, tokens = lead_sentence(view)
    if sentence is None:
        return []
    position = _lead(tokens)
    if position < 0:
        listed = _listed(sentence.tokens, view.tool.description)
        found = [_evidence(view, sentence.tokens, i, "desc.coordinated") for i in listed]
        return found or _taken_back(view, sentence.tokens) or _noun_phrase(view, tokens)
    found = [_evidence(view, tokens, position, "desc.lead_verb")]
    text = view.tool.description
    others = _coordinated(tokens, position, text)
    listed = _listed(tokens, text)
    if listed:
        found, others = [], listed
    found += [_evidence(view, tokens, i, "desc.coordinated") for i in others]
    found += _further(view, sentence)
    taken = {evidence.place.start for evidence in found}
    found += [e for e in _taken_back(view, sentence.tokens) if e.place.start not in taken]
    return found


def _further(view: View, lead: Sentence) -> list[Evidence]:
    """Return grave effects that later sentences start with: "Runs the given command."."""
    found: list[Evidence] = []
    for sentence in view.running[:_FURTHER]:
        tokens = sentence.tokens
        if sentence is lead or len(tokens) <= _FEWEST or tokens[0].text not in FORMS:
            continue
        if _form(tokens[0].text) != "third" or tokens[1].text not in _DETERMINERS:
            continue
        firm = FIRM.get(FORMS[tokens[0].text]) in (Category.DESTRUCTIVE, Category.FINANCIAL)
        objects = [singular(token.text) for token in tokens[1 : 1 + _OBJECT_WORDS]]
        if not firm and CODE.isdisjoint(objects):
            continue
        evidence = _evidence(view, tokens, 0, "desc.coordinated")
        runs = evidence.category is Category.EXECUTE and CODE & set(evidence.governed.direct)
        if runs or firm:
            found.append(evidence)
    return found


def _noun_phrase(view: View, tokens: tuple[Token, ...]) -> list[Evidence]:
    """Return weak evidence for a description that only names a thing: it is what comes back."""
    governed = object_of(_objects(tokens, -1, view.tool.description)) if tokens else None
    is_verb = len(tokens) > 1 and tokens[1].text in ("a", "an", "the", "this")
    if governed is None or not governed.head or is_verb:
        return []
    acts = governed.head in _ACTING_NOUNS
    token = tokens[0]
    what = "acts by itself" if acts else "names what is returned"
    return [
        new_evidence(
            rule="desc.noun",
            category=Category.EXECUTE if acts else Category.READ,
            support=_NOUN_SUPPORT,
            place=view.in_description(token.start, token.end),
            text=f'"{governed.head}" {what}',
            governed=governed,
        )
    ]


def _taken_back(view: View, tokens: tuple[Token, ...]) -> list[Evidence]:
    """Return the verbs that the sentence itself denies: "without sending it"."""
    found: list[Evidence] = []
    if NEGATIONS.isdisjoint([token.text for token in tokens]):
        return found
    for i, token in enumerate(tokens[:-1]):
        if token.text in NEGATIONS:
            following = range(i + 1, min(i + 3, len(tokens)))
            verb = next((j for j in following if base_form(tokens[j].text)), -1)
            if verb > 0:
                evidence = _evidence(view, tokens, verb, "desc.coordinated")
                found.append(replace(evidence, by="desc.negation"))
    return found


def lead_sentence(view: View) -> tuple[Sentence | None, tuple[Token, ...]]:
    """Return the first running sentence, or the first at all when all are advice, and its tokens.

    The tokens are those after the openers.
    """
    name = view.tool.name.lower()
    for sentence in view.running[:2]:
        tokens = _opened(sentence.tokens, name)
        if len(tokens) > 1:
            return sentence, tokens
    if not view.sentences:
        return None, ()
    first = view.sentences[0]
    return first, _opened(first.tokens, name)


def _opened(tokens: tuple[Token, ...], name: str) -> tuple[Token, ...]:
    """Return the tokens after openers, adverbs and the tool's own name."""
    for i, token in enumerate(tokens):
        word = token.text
        if word in _OPENERS or word in _MODIFIERS or word.isdigit():
            continue
        if word == name and word not in VERBS:
            continue
        following = tokens[i + 1].text if i + 1 < len(tokens) else ""
        if word in _ALLOWING and following in _ALLOWED:
            continue
        if word in ("call", "use") and following == "this":
            continue
        if word.endswith("ly") and word not in VERBS and word != "reply":
            continue
        return tokens[i:]
    return ()


def _lead(tokens: tuple[Token, ...]) -> int:
    """Return the position of the lead verb, -1 when the sentence starts with something else."""
    if not tokens:
        return -1
    if base_form(tokens[0].text):
        return 0
    # "Element builder to create elements", "A tool that deletes files".
    for i in range(1, min(_LOOK_AHEAD, len(tokens) - 1)):
        verb = base_form(tokens[i + 1].text)
        if verb and tokens[i].text in _PURPOSE:
            return i + 1
    return -1


def _coordinated(tokens: tuple[Token, ...], lead: int, text: str) -> list[int]:
    """Return the verbs joined to the lead verb in the same form: "apply … and delete …"."""
    form = _form(tokens[lead].text)
    found: list[int] = []
    for i in range(lead + 1, len(tokens)):
        word = tokens[i].text
        if word not in FORMS or _form(word) != form:
            continue
        before = tokens[i - 1].text
        between = text[tokens[i - 1].end : tokens[i].start]
        chained = i - 1 == lead or bool(found and found[-1] == i - 1)
        if "(" in text[tokens[i - 2].end : tokens[i].start] and i - 2 > lead:
            continue
        stray = i - 2 > lead and i - 2 not in found and bool(base_form(tokens[i - 2].text))
        joined = (before in COORDINATORS and not stray) or (
            chained and not _SEPARATORS.isdisjoint(between)
        )
        if joined and _is_verb_here(tokens, i):
            found.append(i)
    return found


def _listed(tokens: tuple[Token, ...], text: str) -> list[int]:
    """Return the verbs after "actions like": create a folder, get all assets, update them."""
    words = [token.text for token in tokens]
    if _LISTED.isdisjoint(words):
        return []
    start = next(
        (
            i + 2
            for i, word in enumerate(words[:-2])
            if word in _LISTED and words[i + 1] in ("like", "such", "including")
        ),
        0,
    )
    if not start:
        return []
    first = start + 1 if tokens[start].text == "as" else start
    return [
        i
        for i in range(first, len(tokens) - 1)
        if tokens[i].text in VERBS
        and (
            i == first
            or tokens[i - 1].text in COORDINATORS
            or "," in text[tokens[i - 1].end : tokens[i].start]
        )
    ]


def _is_verb_here(tokens: tuple[Token, ...], i: int) -> bool:
    """Return whether a word that may be a noun is used as a verb: something follows it."""
    following = tokens[i + 1].text if i + 1 < len(tokens) else ""
    word = base_form(tokens[i].text)
    if word in HOMOGRAPHS or word in ("create", "update"):
        return following in _DETERMINERS or (word not in HOMOGRAPHS and bool(following))
    return bool(following) and following not in _NO_OBJECT


def _form(word: str) -> str:
    if word in VERBS:
        return "base"
    return "gerund" if word.endswith("ing") else "third"


def _evidence(view: View, tokens: tuple[Token, ...], position: int, rule: str) -> Evidence:
    token = tokens[position]
    verb = base_form(token.text)
    governed = object_of(_objects(tokens, position, view.tool.description))
    meaning = judge(verb, governed)
    if meaning.decided_by:
        said = f'acts on "{meaning.decided_by}" in the description'
    elif rule == "desc.lead_verb":
        said = "opens the description"
    else:
        said = "is a further verb of the description"
    return new_evidence(
        rule=rule,
        category=meaning.category,
        support=LEAD_SUPPORT if meaning.category is not Category.UNCLASSIFIED else 0,
        place=view.in_description(token.start, token.end),
        text=f'"{token.text}" {said}',
        verb=verb,
        governed=governed,
        is_decided=bool(meaning.decided_by),
        is_one=_is_one(tokens, position, governed.head),
        by="desc.negation" if _negated(tokens, position) else "",
    )


_ARTICLES = word_set("a an the one this specific single given specified existing")


def _is_one(tokens: tuple[Token, ...], position: int, head: str) -> bool:
    """Return whether an article follows the verb and the head noun stands in the singular."""
    following = tokens[position + 1 : position + 1 + _OBJECT_WORDS]
    if not following or following[0].text not in _ARTICLES:
        return False
    return head in [token.text for token in following]


def _objects(tokens: tuple[Token, ...], position: int, text: str) -> list[str]:
    """Return the words the verb governs: up to a comma or bracket, twelve at most."""
    found: list[str] = []
    for i in range(position + 1, min(position + 1 + _OBJECT_WORDS, len(tokens))):
        between = text[tokens[i - 1].end : tokens[i].start]
        if found and not _STOPS.isdisjoint(between):
            break
        word = tokens[i].text
        if word not in _DETERMINERS:
            found.append(word)
    return found


def _negated(tokens: tuple[Token, ...], position: int) -> bool:
    before = tokens[max(0, position - _REACH) : position]
    return not NEGATIONS.isdisjoint([token.text for token in before])
