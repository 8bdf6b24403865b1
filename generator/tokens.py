"""Identifiers and sentences to tokens: lower-case words with their place in the raw string.

Used by the classifier and by the search index. Matching ignores case, Unicode width, invisible
characters and look-alike letters; the places always address the raw string, so that a quote can
be cut from what the server really sent. Linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache, partial
from string import ascii_letters, digits
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable

# Format characters that a reader cannot see; they stay inside a word and are dropped in matching.
HIDDEN = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
_HIDDEN_ALL = re.compile(f"[{HIDDEN}]")
_RUN = re.compile(f"[^\\W\\d_](?:[^\\W\\d_]|[{HIDDEN}])*|\\d+")
_LOWER_RUN = re.compile(r"[a-z]+|[0-9]+")
_HUMP = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
_WORD = re.compile(f"\\w(?:\\w|[{HIDDEN}]|[-'\u2019](?=\\w))*")
_REMEMBERED = 100
_ASCII_WORD = re.compile(r"[a-z0-9_]+(?:[-'][a-z0-9_]+)*")
"""The same for a text of small ASCII letters: without a choice at every letter."""
_IN_WORDS = f"{ascii_letters}{digits}_-'"
_ONLY_WORDS_LEFT = bytes(
    ord(chr(code).lower() if chr(code) in _IN_WORDS else " ") for code in range(256)
)
# Cyrillic and Greek letters that look like Latin ones: a look-alike does not hide a verb.
_LOOK_ALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u0432\u043a\u043c\u0442\u043d"
    "\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba\u03c4\u03b5\u0261\u0131",
    "aeopcyxijsdhbkmtnaopviktegi",
)


class Token(NamedTuple):
    """One word for matching, and its place [start, end) in the raw string."""

    text: str
    start: int
    end: int


_token = cast("Callable[[tuple[str, int, int]], Token]", partial(tuple.__new__, Token))
"""Make a Token of its three values in half the time; there is one for every word of a catalogue."""


class Sentence(NamedTuple):
    """The tokens between two sentence ends, and the kind of section they stand in."""

    tokens: tuple[Token, ...]
    section: str
    """Empty for running text; args, returns, example, usage or avoid in a marked section."""
    start: int
    end: int


@lru_cache(maxsize=16384)
def fold(word: str) -> str:
    """Return the word as it is matched: lower case, Latin look-alikes as Latin, nothing hidden."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKC", _HIDDEN_ALL.sub("", word)).casefold()
    return plain if plain.isascii() else plain.translate(_LOOK_ALIKES)


_SAME_LETTERS = {0x17F: "s", 0x131: "i", 0x307: None}


def lowered(text: str) -> str:
    """Return the text in lower case, with plain letters for those that expressions take for them.

    An expression that ignores case reads a long s as s, and an i with or without its dot as i.
    What it finds has its words here as well, so that a look for one of them may come first.
    """
    low = text.lower()
    return low if low.isascii() else low.translate(_SAME_LETTERS)


def identifier(name: str) -> tuple[Token, ...]:
    """Return the words of a name, split at separators, capital letters and digits."""
    return _split(name) if len(name) <= _REMEMBERED else _split.__wrapped__(name)


@lru_cache(maxsize=16384)
def _split(name: str) -> tuple[Token, ...]:
    if name.isascii() and name.islower():
        return tuple([_token((m[0], m.start(), m.end())) for m in _LOWER_RUN.finditer(name)])
    found: list[Token] = []
    for run in _RUN.finditer(name):
        text, start = run.group(), run.start()
        if text.isascii() and not (text.islower() or text.isupper() or text.isdigit()):
            found += [
                _token((hump.group().lower(), start + hump.start(), start + hump.end()))
                for hump in _HUMP.finditer(text)
            ]
        else:
            found += _folded(text, start)
    return tuple(found)


def _folded(text: str, start: int) -> list[Token]:
    """Return one word, or the humps of a word that is camelCase behind look-alike letters."""
    if text.isascii():
        return [_token((text.lower(), start, start + len(text)))]
    humps = re.split(r"(?<=[^\W\d_A-Z])(?=[A-Z])", text)
    found: list[Token] = []
    for hump in humps:
        found.append(Token(fold(hump), start, start + len(hump)))
        start += len(hump)
    return found


def words(text: str) -> tuple[Token, ...]:
    """Return the words of running text; `read-only`, `don't` and `other_tool` are one word."""
    return tuple(_words_of(_plain_words(text), text, 0, len(text)))


_END = r"(?P<end>[.!?\u3002\uff01\uff1f]+(?=[\s\"')*`]|$)|\n[ \t]*\n|[\u3002\uff01\uff1f])"
_LINE = r"(?P<line>\n)[ \t]*(?P<bullet>[-*\u2022\u2713\u2714#>]+|\d{1,3}[.)])?[ \t]*"
_STOP = re.compile("[.!?:\n\u3002\uff01\uff1f]")
"""The characters that a break starts with; they are in no word."""
_BREAK = re.compile(f"{_END}|{_LINE}|(?P<colon>:)")

_SECTIONS: dict[tuple[str, ...], str] = {
    ("args",): "args",
    ("arguments",): "args",
    ("parameters",): "args",
    ("params",): "args",
    ("inputs",): "args",
    ("input",): "args",
    ("options",): "args",
    ("optional", "parameters"): "args",
    ("required", "parameters"): "args",
    ("returns",): "returns",
    ("return",): "returns",
    ("output",): "returns",
    ("response",): "returns",
    ("responses",): "returns",
    ("raises",): "returns",
    ("example",): "example",
    ("examples",): "example",
    ("usage",): "usage",
    ("usage", "examples"): "example",
    ("example", "usage"): "example",
    ("notes",): "usage",
    ("note",): "usage",
    ("tips",): "usage",
    ("prerequisites",): "usage",
    ("requirements",): "usage",
    ("workflow",): "usage",
    ("guidelines",): "usage",
    ("when", "to", "use"): "usage",
    ("use", "cases"): "usage",
    ("best", "practices"): "usage",
    ("use", "this", "when"): "usage",
    ("use", "this", "tool"): "usage",
    ("use", "this", "tool", "when"): "usage",
    ("use", "this", "tool", "for"): "usage",
    ("use", "when"): "usage",
    ("do", "not", "use"): "avoid",
    ("don't", "use"): "avoid",
    ("when", "not", "to", "use"): "avoid",
    ("do", "not", "use", "this", "tool"): "avoid",
    ("see", "also"): "usage",
    ("related", "tools"): "usage",
}
_LONGEST_HEADER = max(map(len, _SECTIONS))
_USAGE_STARTS = ("use", "call", "always", "never", "prefer", "avoid", "useful", "when", "if")


class _Reader:
    """Collect tokens into sentences while the scan goes on."""

    def __init__(self) -> None:
        self.sentences: list[Sentence] = []
        self.tokens: list[Token] = []
        self.section = ""

    def finish(self) -> None:
        """Close the running sentence."""
        if self.tokens:
            first, last = self.tokens[0], self.tokens[-1]
            section = self.section or _opening(self.tokens)
            self.sentences.append(Sentence(tuple(self.tokens), section, first.start, last.end))
            self.tokens = []

    def colon(self) -> None:
        """Turn a short known heading in front of a colon into a section."""
        if len(self.tokens) <= _LONGEST_HEADER:
            section = _SECTIONS.get(tuple(token.text for token in self.tokens))
            if section is not None:
                self.tokens = []
                self.section = section


def _opening(tokens: list[Token]) -> str:
    """Return `usage` for a sentence that tells when to call the tool instead of what it does."""
    first = tokens[0].text
    if first in _USAGE_STARTS and not (first in ("use", "call") and len(tokens) < 3):  # noqa: PLR2004 - "use X" alone is no advice
        return "usage"
    return "example" if first in ("e.g", "example", "examples", "eg") else ""


def sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a description in order, each with the section it stands in."""
    reader = _Reader()
    left, at = _plain_words(text), 0
    for stop in _STOP.finditer(text):
        start = stop.start()
        found = _BREAK.match(text, start) if start >= at else None
        if found is None:
            continue
        reader.tokens += _words_of(left, text, at, start)
        at = found.end()
        kind = found.lastgroup
        if kind == "colon":
            reader.colon()
        elif kind == "end":
            reader.finish()
            if found[0].startswith("\n") and reader.section in ("example", "usage", "avoid"):
                reader.section = ""
        elif _breaks(text, found):
            reader.finish()
    reader.tokens += _words_of(left, text, at, len(text))
    reader.finish()
    return tuple(reader.sentences)


def _words_of(left: str, text: str, start: int, end: int) -> list[Token]:
    """Return the words of a part of a text; `left` is what `_plain_words` leaves of it."""
    if not left:
        found = _WORD.finditer(text, start, end)
        return [_token((fold(m[0]), m.start(), m.end())) for m in found]
    tokens: list[Token] = []
    for word in left[start:end].split(" "):
        end = start + len(word)
        if word.isalnum():
            tokens.append(_token((word, start, end)))
        elif word:
            inner = _ASCII_WORD.finditer(left, start, end)
            tokens += [_token((m[0], m.start(), m.end())) for m in inner]
        start = end + 1
    return tokens


def _plain_words(text: str) -> str:
    """Return an ASCII text in lower case with spaces for what is in no word, else nothing.

    Such a text is split at its spaces, each of which stands for one character: that is faster than
    an expression, and where a word stands is counted.
    """
    return text.encode().translate(_ONLY_WORDS_LEFT).decode() if text.isascii() else ""


def _breaks(text: str, match: re.Match[str]) -> bool:
    """Return whether a line end also ends the sentence: a list item or a new capital follows."""
    if match.group("bullet"):
        return True
    following = text[match.end() : match.end() + 1]
    return following.isupper()
