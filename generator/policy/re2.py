"""Expressions that are meant for RE2 already: what RE2 refuses, and how Python runs the rest.

Called by the check of Intercept files, for a user's own expressions too, and by the evaluators.
"""

from __future__ import annotations

import math
import re
import warnings
from functools import lru_cache

from generator.policy.regex import MAX_REPEAT, NotExpressibleError, heaviest


@lru_cache(maxsize=8192)
def compiled(expression: str) -> re.Pattern[str]:
    """Return a RE2 expression of ours for Python: `$` is the end of the text in RE2."""
    ends = re.sub(
        r"\\.|\[(?:\\.|[^\]\\])*\]|\$",
        lambda m: "\\Z" if m[0] == "$" else m[0],
        expression,
        flags=re.DOTALL,
    )
    return re.compile(ends, re.ASCII)


_FOREIGN = re.compile(
    r"\\(?P<escape>.)|(?P<look>\(\?(?:[=!>#|(]|<[=!]))"
    r"|(?P<class>\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\])"
    r"|(?P<twice>(?:[*+?]|\{\d+(?:,\d*)?\})[*+])|\{(?P<count>\d+)(?:,(?P<most>\d*))?\}",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SHARED_ESCAPES = frozenset("dwsDWSpPafnrtvx0")
_OUTSIDE_ONLY = frozenset("bBAz")
"""Letters that RE2 knows after a backslash; it knows all punctuation as well."""


@lru_cache(maxsize=8192)
def refused_by_re2(expression: str) -> str:
    """Return why Go's RE2 would refuse an expression, empty when it accepts it.

    Expressions of ours pass the recogniser; those that users write are searched for what RE2
    lacks and then compiled by Python, which refuses what is broken in both.
    """
    reason = next(filter(None, map(_foreign, _FOREIGN.finditer(expression))), "")
    if reason:
        return reason
    if _heaviest(expression) > MAX_REPEAT:
        return f"it repeats something more than {MAX_REPEAT} times"
    python = re.sub(r"\\([zpP])(\{\^?\w+\}|[A-Z])?", _as_python, expression)
    python = re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", python)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            compiled(python)
    except (re.error, OverflowError, RecursionError) as error:
        return f"it is broken: {error}"
    return ""


def _heaviest(expression: str) -> int:
    """Return the largest product of nested repetitions, or a bound on it where we cannot read."""
    try:
        return heaviest(expression)
    except NotExpressibleError:
        counts = (found for found in _FOREIGN.finditer(expression) if found["count"])
        return math.prod(max(1, int(found["count"]), int(found["most"] or 0)) for found in counts)


def _foreign(found: re.Match[str]) -> str:
    """Return why one part of an expression is foreign to RE2, empty when it is not."""
    if found["look"] is not None:
        return "it looks ahead or behind, or uses an atomic group or comment"
    if found["twice"] is not None:
        return "it repeats a repetition"
    escapes = [found["escape"]] if found["escape"] else _ESCAPED.findall(found["class"] or "")
    known = _SHARED_ESCAPES if found["class"] else _SHARED_ESCAPES | _OUTSIDE_ONLY
    wrong = next((char for char in escapes if char.isalnum() and char not in known), "")
    if wrong:
        return f"it uses the escape \\{wrong}"
    counts = [int(count[:9]) for count in (found["count"], found["most"]) if count]
    too_many = max(counts, default=0) > MAX_REPEAT
    return f"it repeats something more than {MAX_REPEAT} times" if too_many else ""


def _as_python(escape: re.Match[str]) -> str:
    if escape[1] == "z":
        return "\\Z"
    return "\\w"
