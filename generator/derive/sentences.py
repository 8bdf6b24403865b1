"""The sentences of a tool page and a server page that are ours: purpose, reasons, head line.

Called by catalogue.py. Prose comes from content; here it is filled with this tool's names.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from generator.derive import defaults, evidence, wording
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.derive.defaults import Default
    from generator.derive.texts import Texts
    from generator.model import Assessment, Tool

_TOP = 3


def purpose(tool: Tool, assessment: Assessment, texts: Texts) -> str:
    """Return what agents use a tool for: its category's sentence, then what it takes."""
    return f"{texts.purpose(assessment.category)} {takes(tool, assessment)}".strip()


def takes(tool: Tool, assessment: Assessment) -> str:
    """Return what a call needs, by name: the methods, or the required parameters."""
    if tool.malformed:
        return ""
    subject = wording.code(tool.name)
    methods = assessment.methods
    if methods:
        names = wording.codes((m.method for m in methods), 12)
        return f"{subject} is {wording.counted(len(methods), 'method')} in one tool: {names}."
    needed = [p.name for p in tool.parameters if p.required]
    optional = len(tool.parameters) - len(needed)
    if not tool.parameters:
        return f"{subject} takes no arguments."
    if not needed:
        return f"{subject} takes {wording.counted(optional, 'optional argument')} and needs none."
    words = f"{subject} needs {wording.codes(needed)}"
    if not optional:
        return f"{words}."
    verb = "is" if optional == 1 else "are"
    return f"{words}; {wording.counted(optional, 'further argument')} {verb} optional."


def why_policy(assessment: Assessment, default: Default, texts: Texts) -> tuple[str, ...]:
    """Return why a tool needs a policy: three largest consequences, then the advice."""
    advice = texts.advice(assessment.category)
    if assessment.category is Category.READ and assessment.level is Level.LOW:
        reasons = [_loops(default)]
    else:
        filled = (evidence.consequence(s, texts) for s in evidence.largest(assessment))
        reasons = [words for words in dict.fromkeys(filled) if words][:_TOP]
    return tuple(words for words in (*reasons, advice) if words)


def _loops(default: Default) -> str:
    words = "What is left to watch is volume: an agent in a loop calls it again and again"
    if default.outcome != defaults.ALLOWED or not default.limits:
        return f"{words}."
    return f"{words}. The balanced policy stops it at {wording.limits(default.limits)}."


def server_headline(outcomes: Iterable[Default]) -> str:
    """Return how many tools a server has and what the balanced policy does with them."""
    kinds = Counter(_kind(default) for default in outcomes)
    total = sum(kinds.values())
    if not total:
        return "No tools were listed."
    parts = [
        _part(kinds[kind], singular, plural)
        for kind, singular, plural in (
            ("limited", "is limited", "are limited"),
            ("open", "is allowed without a limit", "are allowed without a limit"),
            (defaults.WAITS, "waits for a person", "wait for a person"),
            (defaults.DENIED, "is denied", "are denied"),
            (defaults.HIDDEN, "stays hidden", "stay hidden"),
        )
        if kinds[kind]
    ]
    tools = "1 tool" if total == 1 else f"{total:,} tools"
    return f"{tools}. {wording.capital(wording.listed(parts))}."


def policy_on(outcomes: Iterable[tuple[Default, Assessment]]) -> str:
    """Return what the balanced policy does with a few tools, as a sentence."""
    kinds = Counter(_kind_of_many(default, found) for default, found in outcomes)
    total = sum(kinds.values())
    done = [(verb, tail, kinds[kind]) for kind, verb, tail in _VERBS if kinds[kind]]
    if not done:
        return ""
    if len(done) == 1:
        verb, tail, _ = done[0]
        whole = {1: "it", 2: "both"}.get(total, f"all {wording.number(total)}")
        return f"The balanced policy {verb} {whole}{tail}."
    parts = [f"{verb} {wording.number(count)}{tail}" for verb, tail, count in done]
    return f"The balanced policy {wording.listed(parts)}."


def _kind_of_many(default: Default, found: Assessment) -> str:
    """Return the kind, or `split` for a tool of which some methods pass and some do not."""
    kind = _kind(default)
    passing = default.methods
    if default.outcome != defaults.ALLOWED or not passing:
        return kind
    return kind if passing >= {method.method for method in found.methods} else "split"


_VERBS = (
    (defaults.HIDDEN, "hides", ""),
    (defaults.DENIED, "denies", ""),
    (defaults.WAITS, "holds", " back until a person agrees"),
    ("split", "lets only some methods of", " through"),
    ("limited", "limits", ""),
    ("open", "allows", " without a limit"),
)


def _kind(default: Default) -> str:
    if default.outcome != defaults.ALLOWED:
        return default.outcome
    return "limited" if default.limits else "open"


def _part(count: int, singular: str, plural: str) -> str:
    return f"{wording.number(count)} {singular if count == 1 else plural}"
