"""Crawled: a string that a server sent. It prints itself escaped, capped, and without tricks.

Invisible, control and bidirectional characters become visible `U+XXXX` chips, so that no page,
terminal or log shows a reader less than a model would read. Used by render/ and cli/ for
everything that is not our own text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from generator.model.quick import maker, quick

# Not exported by unicodedata as a set: everything a reader cannot see or that moves text around.
# Cc without tab and newline, Cf (format), Cs (surrogates), Co (private use), line and paragraph
# separators, variation selectors, the Hangul and braille blanks, and interlinear annotations.
_EMOJI = "\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff"
_ALWAYS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u0600-\u0605\u06dd\u070f\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010fffd"
)
_HIDDEN = re.compile(
    f"[{_ALWAYS}]"
    # One emoji selector after an emoji and one joiner between two emoji are how emoji are spelt.
    f"|(?<![{_EMOJI}])\ufe0f"
    f"|(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"
)
_SUSPECT = re.compile(f"[{_ALWAYS}\ufe0f\u200d]")
"""Every character that `_HIDDEN` may find, without looking around: several times as fast."""
_SPACE = re.compile(r"\s+")
_PLAIN = b"\t\n" + bytes(range(32, 127))
"""What ASCII shows, from space to tilde."""
_SHOWN = bytes(code if code in _PLAIN else 32 for code in range(256))
"""Maps these bytes to themselves: a text that it leaves alone hides nothing.

It looks at a byte in less than half of the time that `isprintable` or a pattern takes.
"""
_SAFE = _SHOWN.translate(bytes.maketrans(b"&<>\"'", b" " * 5))
"""Maps those of them to themselves that mean nothing in a page."""
_ENTITIES = (
    ("&#34;", '"'),
    ("&#39;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
)
"""The ampersand is last: what it was the first letter of is text."""
ELLIPSIS = "…"
_SHORT = 100
"""Characters, up to which all are looked at before any is looked for."""


def chip(char: str) -> str:
    """Return `U+XXXX` for one character."""
    return f"U+{ord(char):04X}"


def has_hidden(text: str) -> bool:
    """Return whether the text holds a character that `visible` would turn into a chip."""
    return not _is_plain(text) and _HIDDEN.search(text) is not None


def visible(raw: str) -> str:
    """Return the text with every hidden character as `[U+XXXX]`; safe for terminals and logs.

    Tab and newline stay; use `one_line` where a line break could forge output.
    """
    if _is_plain(raw):
        return raw
    return _HIDDEN.sub(lambda m: f"[{chip(m[0])}]", raw)


def _is_plain(text: str) -> bool:
    """Return whether nothing can be hidden: beyond ASCII, few characters are to be looked at."""
    if text.isascii():
        return (data := text.encode()).translate(_SHOWN) == data
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    return _SUSPECT.search(rest.decode("utf-8", "surrogatepass")) is None


def escaped(raw: str, limit: int) -> str:
    """Return at most `limit` characters as HTML, each hidden character as a chip."""
    text = raw if len(raw) <= limit else cut(raw, limit)
    # This runs dozens of times a page: most short texts need nothing, and that is soon seen.
    if len(text) < _SHORT and text.isascii() and (data := text.encode()).translate(_SAFE) == data:
        return text
    return _escaped(text)


def printed(raw: str, limit: int) -> bytes:
    """Return the same as `escaped` in UTF-8."""
    text = raw if len(raw) <= limit else cut(raw, limit)
    if len(text) < _SHORT and text.isascii() and (data := text.encode()).translate(_SAFE) == data:
        return data
    return _escaped(text).encode()


def _escaped(text: str) -> str:
    """Return a text that needs it as HTML, in short entities as the template engine does."""
    # Asking whether a character is there costs a fraction of replacing what is not.
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if '"' in text:
        text = text.replace('"', "&#34;")
    if "'" in text:
        text = text.replace("'", "&#39;")
    if _is_plain(text):
        return text
    return _HIDDEN.sub(lambda m: f'<span class="chip">{chip(m[0])}</span>', text)


def one_line(raw: str, limit: int = 200) -> str:
    """Return visible text on one line, white space folded, cut at a word within `limit`."""
    if len(raw) <= limit and raw.isascii() and raw.isprintable() and "  " not in raw:
        return raw.strip()
    return cut(_SPACE.sub(" ", visible(raw[: limit * 8])).strip(), limit)


def cut(text: str, limit: int) -> str:
    """Return the text, or its first `limit` characters cut at a word with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip() + ELLIPSIS


def unescaped(markup: str) -> str:
    """Return text that `escaped` or the template engine escaped as it was before."""
    if "&" not in markup:
        return markup
    for entity, char in _ENTITIES:
        markup = markup.replace(entity, char)
    return markup


@quick
@dataclass(frozen=True, slots=True)
class Crawled:
    """A server's string. `str()` is safe for a terminal, `__html__` for a page; `raw` is neither.

    `limit` caps the printed length in code points; the cut happens before escaping.
    """

    raw: str
    limit: int = 4000

    def __str__(self) -> str:
        """Return the capped text with hidden characters as `[U+XXXX]`."""
        return visible(cut(self.raw, self.limit))

    def __html__(self) -> str:
        """Return escaped HTML with each hidden character as a chip; jinja2 calls this."""
        return escaped(self.raw, self.limit)

    def __bool__(self) -> bool:
        """Return whether there is any text."""
        return self.raw != ""

    def short(self, limit: int) -> Crawled:
        """Return the same text folded to one line with a smaller cap."""
        return Crawled(cut(_SPACE.sub(" ", self.raw[: limit * 8]).strip(), limit), limit)


new_crawled = maker(Crawled)
"""Makes a Crawled as the class does, for those who make dozens for a page."""
