r"""A schema's regular expression (ECMA-262) to one that means the same in RE2 and in Python.

A conservative recogniser: it reads a subset, rewrites what the two languages read differently
(`.`, `\s`, `\uXXXX`, named groups), and refuses everything else with the reason. What it accepts,
Go's RE2 accepts too. Called by guards.py; samples.py uses `sample` to make a matching text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from generator.policy.regex_tree import (
    DIGITS,
    WORD,
    Anchor,
    Choice,
    Node,
    Range,
    Repeat,
    Set,
    one,
    sampled,
    weight,
    written,
)

MAX_LENGTH = 1000
MAX_REPEAT = 1000
"""RE2's bound, also for the product of nested repetitions."""
MAX_DEPTH = 50
_SPACES = (
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
    (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_SETS = {"d": DIGITS, "w": WORD, "s": _SPACES}
_DOT = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_PUNCTUATION = frozenset("^$\\.*+?()[]{}|/-_ !\"#%&',:;<=>@`~")
_QUANTITY = re.compile(r"\{(\d{1,6})(,(\d{0,6}))?\}")


class NotExpressibleError(ValueError):
    """The expression is outside the subset; the message is the reason, in our words."""


@lru_cache(maxsize=4096)
def to_re2(pattern: str) -> str:
    """Return the expression with the same meaning in RE2 and in Python's re (ASCII mode).

    Raises:
        NotExpressibleError: the pattern uses something outside the subset.
    """
    tree = _Reader(pattern).whole()
    if weight(tree) > MAX_REPEAT:
        raise NotExpressibleError(f"it repeats something more than {MAX_REPEAT} times")
    return "|".join("".join(map(written, branch)) for branch in tree.branches)


@lru_cache(maxsize=4096)
def sample(pattern: str) -> str:
    """Return a text that the accepted pattern was written for; callers check that it matches."""
    return sampled(_Reader(pattern).whole())


def heaviest(pattern: str) -> int:
    """Return the largest product of nested repetitions.

    Raises:
        NotExpressibleError: the pattern uses something outside the subset.
    """
    return weight(_Reader(pattern).whole())


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    depth: int = 0

    def whole(self) -> Choice:
        if len(self.text) > MAX_LENGTH:
            raise NotExpressibleError(f"it is longer than {MAX_LENGTH} characters")
        tree = self._choice()
        if self.at < len(self.text):
            raise NotExpressibleError("it closes a group that was not opened")
        return tree

    def _peek(self, size: int = 1) -> str:
        return self.text[self.at : self.at + size]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise NotExpressibleError("it ends in the middle")
        self.at += 1
        return char

    def _choice(self) -> Choice:
        branches: list[tuple[Node, ...]] = []
        items: list[Node] = []
        while self._peek() not in {"", ")"}:
            if self._peek() == "|":
                self.at += 1
                branches.append(tuple(items))
                items = []
            else:
                items.append(self._repeated(self._atom()))
        return Choice((*branches, tuple(items)))

    def _atom(self) -> Node:
        char = self._take()
        if char in "^$":
            return Anchor(char)
        if char == ".":
            return Set(_DOT, negated=True)
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        if char in "*+?{}]":
            raise NotExpressibleError(f"it has a bare {char}")
        return one(ord(char))

    def _group(self) -> Node:
        if self._peek() == "?":
            named = re.compile(r"\?(?::|<[A-Za-z_][A-Za-z0-9_]*>)").match(self.text, self.at)
            if named is None:
                raise NotExpressibleError("it looks ahead or behind, or sets flags")
            self.at = named.end()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotExpressibleError(f"its groups are nested deeper than {MAX_DEPTH}")
        tree = self._choice()
        if self._peek() != ")":
            raise NotExpressibleError("it opens a group that is not closed")
        self.at += 1
        self.depth -= 1
        return tree

    def _escape(self) -> Node:
        char = self._take()
        if char in "bB":
            return Anchor(f"\\{char}")
        if char in "dws":
            return Set(_SETS[char])
        if char in "DWS":
            return Set(_SETS[char.lower()], negated=True)
        return one(self._escaped(char))

    def _escaped(self, char: str) -> int:
        """Return the character that an escape stands for, inside and outside of classes."""
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char == "0" and not self._peek().isdigit():
            return 0
        if char == "x":
            return self._hexadecimal(2)
        if char == "u":
            return self._unicode()
        if char in _PUNCTUATION:
            return ord(char)
        if char.isascii() and char.isdigit():
            raise NotExpressibleError("it refers back to a group")
        raise NotExpressibleError(f"it uses the escape {char!a}")

    def _hexadecimal(self, size: int) -> int:
        digits = self._peek(size)
        if re.fullmatch(rf"[0-9A-Fa-f]{{{size}}}", digits) is None:
            raise NotExpressibleError("it has a broken hexadecimal escape")
        self.at += size
        return int(digits, 16)

    def _unicode(self) -> int:
        r"""Return the code point of `\uXXXX`; a surrogate pair is one character."""
        if self._peek() == "{":
            raise NotExpressibleError("it uses \\u{…}, which depends on a flag")
        unit = self._hexadecimal(4)
        if not 0xD800 <= unit <= 0xDFFF:  # noqa: PLR2004 - the surrogates
            return unit
        if unit < 0xDC00 and self._peek(2) == "\\u":  # noqa: PLR2004 - the high surrogates
            self.at += 2
            low = self._hexadecimal(4)
            if 0xDC00 <= low <= 0xDFFF:  # noqa: PLR2004 - the low surrogates
                return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
        raise NotExpressibleError("it holds half of a surrogate pair")

    def _class(self) -> Set:
        negated = self._peek() == "^"
        self.at += negated
        ranges: list[Range] = []
        while self._peek() != "]":
            first = self._member()
            if isinstance(first, int) and self._peek() == "-" and self._peek(2) != "-]":
                self.at += 1
                last = self._member()
                if not isinstance(last, int) or last < first:
                    raise NotExpressibleError("it has a broken range in brackets")
                ranges.append((first, last))
            elif isinstance(first, int):
                ranges.append((first, first))
            else:
                ranges += first
        self.at += 1
        if not ranges:
            raise NotExpressibleError("it has empty brackets")
        return Set(tuple(ranges), negated=negated)

    def _member(self) -> int | tuple[Range, ...]:
        char = self._take()
        if char != "\\":
            return ord(char)
        char = self._take()
        if char in _SETS:
            return _SETS[char]
        if char == "b":
            return 8
        if char in "DWSB":
            raise NotExpressibleError(f"it uses \\{char} inside brackets")
        return self._escaped(char)

    def _repeated(self, item: Node) -> Node:
        sign = self._peek()
        bounds: tuple[int, int | None]
        if sign and sign in "*+?":
            self.at += 1
            bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        elif (quantity := _QUANTITY.match(self.text, self.at)) is not None:
            self.at = quantity.end()
            low = int(quantity[1])
            bounds = (low, low) if quantity[2] is None else (low, int(quantity[3] or -1))
            bounds = (low, None) if bounds[1] == -1 else bounds
        else:
            return item
        if isinstance(item, Anchor):
            raise NotExpressibleError("it repeats an anchor")
        low, high = bounds
        if max(low, high or 0) > MAX_REPEAT or (high is not None and high < low):
            raise NotExpressibleError(f"it repeats something more than {MAX_REPEAT} times")
        lazy = self._peek() == "?"
        self.at += lazy
        if self._peek() and self._peek() in "*+?{":
            raise NotExpressibleError("it repeats a repetition")
        return Repeat(item, low, high, lazy)
