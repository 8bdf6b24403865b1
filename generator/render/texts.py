"""Numbers, dates and sentences to what a reader sees. Used by every page module.

`prose` (or `fresh`) is the one way for our own sentences that may hold a crawled name: it escapes
first and turns code spans into markup afterwards, so no name can end its span as an element.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache, partial
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from generator import text
from generator.text import new_crawled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.model import Json
    from generator.render.parts import Text
    from generator.text import Crawled

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
CODE = re.compile(r"`([^`\n]+)`")
"""A code span of a sentence of ours."""
_TAG = re.compile(r"<[^>]+>")
CHIP = '<span class="chip">'
"""How a hidden character begins in a page."""
_ENCODER = json.JSONEncoder(ensure_ascii=False)
_LONG = 100_000
_REMEMBERED = 1 << 12
"""Sentences kept as made: of those on tool pages three in four were printed a moment before."""

markup: Callable[[str], Markup] = partial(str.__new__, Markup)
"""Returns a text as markup that was escaped already; `Markup` asks first what it was given."""


def fresh(sentence: str, limit: int = _LONG) -> Markup:
    """Return an escaped sentence of ours with its `code` spans as elements."""
    return markup(_coded(text.escaped(sentence, limit)))


def fresh_each(sentences: Sequence[str]) -> tuple[list[Markup], list[str]]:
    """Return what `fresh` does of each, and what a reader sees of it as JSON without its quotes.

    Those in ASCII in one go, as the calls cost the most: neither escaping nor a code span looks
    over the end of a line. Where nothing is hidden and every mark is one of a code span, a reader
    sees the sentences without marks.
    """
    plain = [sentence for sentence in sentences if sentence.isascii()]
    whole = "\n".join(plain)
    escaped = text.escaped(whole, _LONG)
    coded = _all_coded(escaped)
    shown = [] if coded is None or len(whole) > _LONG else coded.split("\n")
    # Escaped, a text has an angle bracket only where a hidden character is shown.
    if len(shown) != len(plain) or "<" in escaped or "\t" in whole:
        made = list(map(fresh, sentences))
        return made, list(map(_quoted, made))
    read = whole.replace("`", "")
    for char in '\\"':
        if char in read:
            read = read.replace(char, f"\\{char}")
    made, quoted = list(map(markup, shown)), read.split("\n")
    for place, sentence in enumerate(sentences):
        if not sentence.isascii():
            made.insert(place, fresh(sentence))
            quoted.insert(place, _quoted(made[place]))
    return made, quoted


def _quoted(printed: Markup) -> str:
    return encode_basestring_ascii(as_read(printed))[1:-1]


def _coded(escaped: str) -> str:
    """Return an escaped text with its code spans as elements, which are all that is added."""
    if "`" not in escaped:
        return escaped
    coded = _all_coded(escaped)
    return CODE.sub(_as_code, escaped) if coded is None else coded


def _all_coded(escaped: str) -> str | None:
    """Return the same of a text whose every mark is one of a code span, None of another."""
    parts = escaped.split("`")
    spans = parts[1::2]
    if len(parts) % 2 == 0 or not all(spans) or "\n" in "".join(spans):
        return None
    parts[1::2] = [f"<code>{span}</code>" for span in spans]
    return "".join(parts)


def as_read(value: Text) -> str:
    """Return the characters that a reader sees of what a page prints."""
    return text.unescaped(_TAG.sub("", str(escape(value))))


def _as_code(span: re.Match[str]) -> str:
    return f"<code>{span[1]}</code>"


def prose(sentence: str, limit: int = _LONG) -> Markup:
    """Return the same as `fresh`, kept for what is said more than once."""
    return _kept(sentence if len(sentence) <= limit else text.cut(sentence, limit))


@lru_cache(maxsize=_REMEMBERED)
def _kept(sentence: str) -> Markup:
    return fresh(sentence)


@lru_cache(maxsize=1024)
def breakable(identifier: str) -> Markup:
    """Return an identifier of ours that may continue on the next line after a dot."""
    return Markup(".<wbr>").join(escape(part) for part in identifier.split("."))


@lru_cache(maxsize=_REMEMBERED)
def name(raw: str, limit: int) -> Markup:
    """Return a crawled name that may continue on the next line after an underscore."""
    shown = text.escaped(raw, limit)
    return markup(shown.replace("_", "_<wbr>"))  # no tag holds `_`


@lru_cache(maxsize=_REMEMBERED)
def named(tool: str, server: str) -> Markup:
    """Return a tool's name as code with its server's title in brackets."""
    name = text.escaped(tool, 80)
    return markup(f"<code>{name}</code> ({escape(server)})")


def split(prose: str) -> tuple[str, ...]:
    """Return the paragraphs of a text of ours, which empty lines part."""
    if "\n\n" not in prose:
        prose = prose.strip()
        return (prose,) if prose else ()
    return tuple([part.strip() for part in prose.split("\n\n") if part.strip()])


def paragraphs(prose: str) -> tuple[Markup, ...]:
    """Return a text of ours split at empty lines, as `fresh` prints each paragraph."""
    return tuple(map(fresh, split(prose)))


def plain(sentence: str, limit: int = 200) -> str:
    """Return one line without code marks for titles, labels and descriptions."""
    return text.one_line(sentence.replace("`", ""), limit)


@lru_cache(maxsize=1024)
def day(iso: str) -> str:
    """Return a date as people read it: `20 November 2026`, `April 2025`, `2025`."""
    parts = iso.split("-")
    try:
        named = [_MONTHS[int(part) - 1] if i == 1 else part for i, part in enumerate(parts)]
        if len(parts) == 3:  # noqa: PLR2004 (year, month, day)
            named[2] = str(int(parts[2]))
    except (ValueError, IndexError):
        return text.one_line(iso, 40)
    return " ".join(reversed(named))


def number(value: int) -> str:
    """Return a number with thousands separators."""
    return f"{value:,}"


def count(value: int, noun: str) -> str:
    """Return a number with its noun: `1 tool`, `2,500 tools`, `2 categories`."""
    if value == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{value:,} {plural}"


def word(value: int) -> str:
    """Return a small number as a word, a larger one as digits."""
    return _WORDS[value] if 0 <= value < len(_WORDS) else f"{value:,}"


def listing(items: Sequence[str], last: str = "and") -> str:
    """Return `a`, `a and b`, or `a, b and c`."""
    if len(items) < 2:  # noqa: PLR2004 (one item needs no joint)
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def package(purl: str) -> str:
    """Return a package URL as people write it: `npm @scope/name 1.2`."""
    kind, _, rest = purl.removeprefix("pkg:").partition("/")
    at = rest.rfind("@")
    name, version = (rest[:at], rest[at + 1 :]) if at > 0 else (rest, "")
    return " ".join(part for part in (kind, name.replace("%40", "@"), version) if part)


def points(value: int) -> str:
    """Return signed points with a real minus sign: `+62`, `0`."""
    return f"+{value}" if value > 0 else f"−{-value}" if value else "0"  # noqa: RUF001 (minus sign)


def share(part: int, whole: int) -> str:
    """Return a percentage with one digit, or a dash when there is nothing to divide."""
    return f"{100 * part / whole:.1f} %" if whole else "–"  # noqa: RUF001 (dash for no value)


def pretty(value: Json, limit: int = 20_000) -> Crawled:
    """Return indented JSON of crawled data for a page."""
    return new_crawled(_indented(value), limit)


def _indented(value: Json, margin: str = "\n") -> str:
    """Return what `json.dumps` with an indent returns; that one is slow with an indent only."""
    if isinstance(value, str):
        return encode_basestring(value)
    deeper = f"{margin}  "
    if isinstance(value, dict) and value:
        lines = [
            f"{encode_basestring(str(key))}: {_indented(item, deeper)}"
            for key, item in value.items()
        ]
        return f"{{{deeper}{f',{deeper}'.join(lines)}{margin}}}"
    if isinstance(value, list | tuple) and value:
        lines = [_indented(item, deeper) for item in value]
        return f"[{deeper}{f',{deeper}'.join(lines)}{margin}]"
    return str(value) if type(value) is int else _ENCODER.encode(value)


def compact(value: Json, limit: int = 600) -> Crawled:
    """Return crawled data as JSON on one line."""
    return new_crawled(_ENCODER.encode(value), limit)
