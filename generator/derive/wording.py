"""Values to the words of a sentence: counts, lists, dates, code spans, quotations.

Used by every module of this room that writes text. Crawled values pass through `code` or `quoted`
and come out visible, on one line, and unable to end the span they stand in.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from generator import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.model import Limit

NAME_LIMIT = 80
VALUE_LIMIT = 60
QUOTE_LIMIT = 280
_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_COUNTS = frozenset(_NUMBERS)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$")
_SENTENCE_END = (".", "!", "?", "…")
_NO_NAME = "(no name)"


def name(raw: str) -> str:
    """Return a crawled name as plain text for questions, without backticks."""
    return text.one_line(raw, NAME_LIMIT).replace("`", "'") or _NO_NAME


def code(raw: str, limit: int = NAME_LIMIT) -> str:
    """Return a crawled value as one code span."""
    return _code(raw, limit) if len(raw) <= NAME_LIMIT else _code.__wrapped__(raw, limit)


@lru_cache(maxsize=8192)
def _code(raw: str, limit: int) -> str:
    """Return a code span; the names of tools and arguments come again and again."""
    shown = text.one_line(raw, limit).replace("`", "'")
    return f"`{shown or _NO_NAME}`"


def quoted(raw: str, limit: int = QUOTE_LIMIT) -> str:
    """Return a crawled sentence for the inside of “…”: its own quotation marks cannot close it."""
    shown = text.one_line(raw, limit).replace("“", '"').replace("”", '"')
    return shown.replace("`", "'")


def number(count: int) -> str:
    """Return a count in words up to twelve, in digits above: `no`, `one`, `13`."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"


def is_count(words: str) -> bool:
    """Return whether a text begins with a count in words."""
    return words.partition(" ")[0] in _COUNTS


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a count and its noun: `one tool`, `20 tools`."""
    return f"{number(count)} {noun if count == 1 else plural or noun + 's'}"


def listed(words: Sequence[str], conjunction: str = "and") -> str:
    """Return `a`, `a and b`, or `a, b and c`."""
    if len(words) < 2:  # noqa: PLR2004 - a list needs two members for its conjunction
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def codes(values: Iterable[str], most: int = 8, conjunction: str = "and") -> str:
    """Return crawled values as a list of code spans, the first `most` of them and a count."""
    shown = [code(value, VALUE_LIMIT) for value in values]
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(shown) - most + 1} more"]
    return listed(shown, conjunction)


def capital(sentence: str) -> str:
    """Return the text with its first letter in upper case."""
    return sentence[:1].upper() + sentence[1:]


def lower(sentence: str) -> str:
    """Return the text ready to follow a comma: first letter small unless the word is a name."""
    if len(sentence) > 1 and sentence[0].isupper() and sentence[1].islower():
        return sentence[0].lower() + sentence[1:]
    return sentence


def sentence(words: str) -> str:
    """Return the text with a capital and a full stop, once."""
    words = words.strip()
    if not words:
        return ""
    return capital(words) if words.endswith(_SENTENCE_END) else f"{capital(words)}."


def day(iso: str) -> str:
    """Return `20 November 2026` for 2026-11-20, `November 2026`, `2026`; other text as it is."""
    found = _DATE.match(iso[:10])
    if found is None or not 1 <= int(found[2] or 1) <= len(_MONTHS):
        return text.one_line(iso, 40)
    year, month, date = found.groups()
    if month is None:
        return str(year)
    named = f"{_MONTHS[int(month) - 1]} {year}"
    return named if date is None else f"{int(date)} {named}"


def limits(rules: Sequence[Limit]) -> str:
    """Return limits in words: `5 calls an hour and 20 a day`; spend caps name their argument."""
    words = []
    for limit in rules:
        window = f"{'an' if limit.window == 'hour' else 'a'} {limit.window}"
        if limit.amount_path:
            argument = code(".".join(limit.amount_path), VALUE_LIMIT)
            words.append(f"a sum of {limit.count:,} over {argument} {window}")
        else:
            noun = "" if words else " call" if limit.count == 1 else " calls"
            words.append(f"{limit.count:,}{noun} {window}")
    return listed(words)
