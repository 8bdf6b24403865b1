"""Names and sentences to the words by which they are found: keys of the search index.

Called by derive, which notes the words of each tool, and by whoever looks words up.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from generator import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME, TOKEN = 120, 40
"""Characters of a name that are read, and of a word that are kept."""
RUN = re.compile(r"[^\W_]+")
_PARAMETERS, _PARAMETER = 64, 60
_NO_LETTER = re.compile("[^a-z0-9]+")


def split(text: str) -> frozenset[str]:
    """Return the words of a name or sentence, whole and cut at capital letters and digits."""
    return frozenset().union(*map(_words, set(RUN.findall(text))))


@lru_cache(maxsize=16384)
def _words(run: str) -> frozenset[str]:
    """Return the words of one run of letters and digits; most runs are common words."""
    found = {tokens.fold(run)}
    if not (run.isascii() and run.isalpha() and run.islower()):
        found.update(token.text for token in tokens.identifier(run))
    return frozenset(word[:TOKEN] for word in found if len(word) > 1)


def letters(text: str) -> str:
    """Return what long lists are parted by: letters and digits of ASCII, in lower case."""
    return _NO_LETTER.sub("", text.lower())


def of_tool(name: str, parameters: Sequence[str], description: str) -> str:
    """Return the words of a tool's name, of its parameters and of its description, sorted."""
    shown = [parameter[:_PARAMETER] for parameter in parameters[:_PARAMETERS]]
    return " ".join(sorted(split(" ".join([name[:NAME], *shown, description]))))
