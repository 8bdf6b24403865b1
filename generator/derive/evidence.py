"""Which signals of an assessment speak first, and what they say: shared by all sentences.

A signal counts when it is applied or reduced; "largest" is by points, then in ledger order.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from generator import pointers, text
from generator.derive import wording
from generator.latest import latest
from generator.taxonomy import Category, Status, Verdict

if TYPE_CHECKING:
    from generator.derive.texts import Texts
    from generator.model import Assessment, Signal

_COUNTED = frozenset((Status.APPLIED, Status.REDUCED))
_NO_VERDICT, _UNCLASSIFIED = Verdict.NONE, Category.UNCLASSIFIED
_FIELD = re.compile(r"\{(subject|value)\}")


def _counted(assessment: Assessment) -> tuple[Signal, ...]:
    return tuple([s for s in assessment.signals if s.status in _COUNTED])


counted = latest(_counted)
"""The signals that count, in ledger order."""


def _largest(assessment: Assessment) -> tuple[Signal, ...]:
    raising = [s for s in counted(assessment) if s.points > 0]
    first: dict[str, Signal] = {}
    for signal in sorted(raising, key=lambda s: -s.points):
        first.setdefault(signal.rule, signal)
    return tuple(first.values())


largest = latest(_largest)
"""The counted signals that raise the score, largest first, one per rule."""


def rule_ids(assessment: Assessment) -> tuple[str, ...]:
    """Return the ids of all rules that count for a tool, hygiene notes included, sorted."""
    signals = {s.rule for s in counted(assessment)}
    findings = {f.rule for f in assessment.findings if f.verdict is not _NO_VERDICT}
    return _same(tuple(sorted(signals | findings)))


@lru_cache(maxsize=4096)
def _same(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return one tuple for all that are equal: many tools show the same rules."""
    return ids


def headline(signal: Signal) -> str:
    """Return the signal's own text on one line, without a full stop, backticks balanced."""
    return _headline(signal.text)


@lru_cache(maxsize=4096)
def _headline(words: str) -> str:
    """Return a text as a headline; rules say the same of many tools, and twice of each."""
    return _balanced(text.one_line(words, 160)).rstrip(".")


def consequence(signal: Signal, texts: Texts) -> str:
    """Return the rule's consequence with the signal's subject and value, empty if it has none.

    A consequence that does not name the parameter it is about gets the name in front.
    """
    rule = texts.rules.get(signal.rule)
    if rule is None or not rule.consequence:
        return ""
    subject = signal.subject
    wanted = _FIELD.findall(rule.consequence) if "{" in rule.consequence else ()
    filled = rule.consequence
    if wanted:
        fields = {
            "subject": wording.code(subject) if subject else "",
            "value": str(signal.measure.value) if signal.measure else "",
        }
        if any(not fields[found] for found in wanted):
            return wording.sentence(headline(signal))
        filled = _FIELD.sub(lambda m: fields[m[1]], filled.replace("`{subject}`", "{subject}"))
    if (
        subject
        and "subject" not in wanted
        and not signal.rule.startswith("base.")
        and is_parameter(signal)
    ):
        words = wording.lower(filled.strip())
        return f"{wording.code(subject)}: {words if words.endswith('.') else f'{words}.'}"
    return wording.sentence(filled)


def is_parameter(signal: Signal) -> bool:
    """Return whether the signal's subject is the name of the parameter it points at."""
    return signal.pointer.endswith(f"/properties/{pointers.escape(signal.subject)}")


def verdict(assessment: Assessment, malformed: str = "") -> str:
    """Return one sentence of ours: what the tool does, and the next largest signal.

    Of signals with equal points one about the tool comes before a hint of its server.
    """
    if malformed:
        return wording.sentence(f"The definition is malformed: {malformed}")
    return _in_one_sentence(assessment)


def _in_one(assessment: Assessment) -> str:
    raising = [s for s in largest(assessment) if s.text]
    base = [s for s in raising if s.rule.startswith("base.")]
    others = [s for s in raising if not s.rule.startswith("base.")]
    others.sort(key=lambda s: (-s.points, s.rule.startswith("anno.")))
    words = _opening(assessment.category, headline(base[0]) if base else "")
    return wording.sentence(f"{words}{_also(others[0])}" if others else words)


_in_one_sentence = latest(_in_one)


def _opening(category: Category, text_of_base: str) -> str:
    """Return what the tool does, with the words of its definition that say so."""
    opening = _OPENINGS[category]
    if category is _UNCLASSIFIED or not text_of_base:
        return opening
    method = _METHOD.match(text_of_base)
    if method:
        return f"{opening} ({method[0]})"
    said = _SAID.match(text_of_base)
    if said:
        return f'{opening} ("{" ".join(word for word in said.groups() if word)}")'
    return f"{opening} ({wording.lower(text_of_base)})"


def _also(signal: Signal) -> str:
    """Return a further signal as the end of the sentence: a second verb, or a second clause."""
    clause = _CLAUSES.get(signal.rule, "")
    if clause and (signal.measure or "{value}" not in clause):
        value = str(signal.measure.value) if signal.measure else ""
        filled = clause.replace("{value}", value)
        return " and " + filled.replace("{subject}", wording.code(signal.subject))
    words = wording.lower(headline(signal))
    acts = words.partition(" ")[0]
    return f" and {words}" if acts.isalpha() and acts.endswith("s") else f"; {words}"


def reason(assessment: Assessment, without: str = "") -> str:
    """Return the two largest signals as one sentence, without a rule that is told elsewhere."""
    words = [headline(s) for s in largest(assessment) if s.text and s.rule != without][:2]
    if not words:
        return "No signal of this definition raises its score."
    rest = [wording.lower(word) for word in words[1:]]
    return wording.sentence("; ".join([words[0], *rest]))


_OPENINGS = {
    Category.READ: "Reads information",
    Category.WRITE: "Changes data",
    Category.EXECUTE: "Runs an action",
    Category.DESTRUCTIVE: "Removes for good",
    Category.FINANCIAL: "Moves or commits money",
    Category.UNCLASSIFIED: "Has an effect that its definition does not tell",
}
"""What a tool of each category does, in the fewest words that are true of all of them."""
_CLAUSES = {
    "anno.contradicts": "declares `readOnlyHint` {subject}, which its definition contradicts",
    "anno.destructive": "is marked destructive by its own server",
    "mux.mixed": "mixes reading with changing operations",
    "schema.param.bulk": "acts on many things in one call ({subject})",
    "schema.no_required": "requires none of its {value} arguments",
    "schema.param_count": "takes {value} parameters",
}
"""Second halves for rules whose own words do not continue a sentence about the tool."""
_METHOD = re.compile(r'method "[^"]+"(?= |:)')
_SAID = re.compile(r'"([^"]+)"(?: acts on "([^"]+)")?(?= |$)')


def _balanced(words: str) -> str:
    """Return the text without backticks when their number is odd: a cut must not open a span."""
    return words.replace("`", "'") if words.count("`") % 2 else words
