"""Live-looking keys inside a definition. The quote is cut: a page must not publish a key."""

from __future__ import annotations

import re
from collections import Counter
from math import log2
from typing import TYPE_CHECKING

from generator.classify.hygiene.checks import Found, check
from generator.classify.wordset import word_set
from generator.taxonomy import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.hygiene.strings import Text
    from generator.classify.view import Context

_KEY = re.compile(
    r"\b(ghp_|gho_|ghs_|github_pat_|glpat-|xox[abps]-|sk_live_|rk_live_|AKIA|ASIA|AIza|npm_|"
    r"pypi-AgEI|sk-ant-|sk-proj-|hf_|SG\.)([A-Za-z0-9_.-]{16,200})"
)
_STARTS = word_set("ghp gho ghs github glpat xoxa xoxb xoxp xoxs sk rk npm pypi hf sg")
"""What stands in front of the first character of a key that is no letter."""
_RANDOM = 3.2
_SHOWN = 8
_PLACEHOLDER = re.compile(
    r"x{4,}|X{4,}|\.\.\.|your|example|12345|abcdef|placeholder|test", re.IGNORECASE
)


@check("secret.embedded", words=(_STARTS,), glued=("AKIA", "ASIA", "AIza"))
def embedded(text: Text, _: Context) -> Iterable[Found]:
    """Find keys with a known prefix and a random rest; only their first letters are quoted."""
    for match in _KEY.finditer(text.raw):
        rest = match.group(2)
        if _PLACEHOLDER.search(rest) or _entropy(rest) < _RANDOM:
            continue
        yield Found(
            match.start(),
            min(match.end(), match.start() + _SHOWN),
            Verdict.HARD,
            "A key inside the definition",
            discounts=False,
        )


def _entropy(text: str) -> float:
    counts = Counter(text)
    return -sum(n / len(text) * log2(n / len(text)) for n in counts.values())
