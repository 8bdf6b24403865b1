r"""A schema's regular expression (ECMA-262) to one that means the same in RE2 and in Python.

A conservative recogniser: it reads a subset, rewrites what the two languages read differently
(`.`, `\s`, `\uXXXX`, named groups), and refuses everything else with the reason. What it accepts,
Go's RE2 accepts too. Called by guards.py; samples.py uses `sample` to make a matching text.
"""

from __future__ import annotations

import math
import re
import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

MAX_LENGTH = 1000
MAX_REPEAT = 1000
"""RE2's bound, also for the product of nested repetitions."""
MAX_DEPTH = 50
_SPACES = (
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
    (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_DIGITS = ((0x30, 0x39),)
_WORD = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SETS = {"d": _DIGITS, "w": _WORD, "s": _SPACES}
_DOT = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_PUNCTUATION = frozenset("^$\\.*+?()[]{}|/-_ !\"#%&',:;<=>@`~")
_QUANTITY = re.compile(r"\{(\d{1,6})(,(\d{0,6}))?\}")
Range: TypeAlias = tuple[int, int]


class NotExpressibleError(ValueError):
    """The expression is outside the subset; the message is the reason, in our words."""


@dataclass(frozen=True, slots=True)
class _Set:
    """One character out of ranges, or out of all others."""

    ranges: tuple[Range, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class _Anchor:
    r"""`^`, `$`, `\b` or `\B`."""

    sign: str


@dataclass(frozen=True, slots=True)
class _Repeat:
    item: _Node
    low: int
    high: int | None
    lazy: bool


@dataclass(frozen=True, slots=True)
class _Choice:
    """Alternatives of sequences; a group, or the whole expression."""

    branches: tuple[tuple[_Node, ...], ...]


_Node: TypeAlias = "_Set | _Anchor | _Repeat | _Choice"


@lru_cache(maxsize=4096)
def to_re2(pattern: str) -> str:
    """Return the expression with the same meaning in RE2 and in Python's re (ASCII mode).

    Raises:
        NotExpressibleError: the pattern uses something outside the subset.
    """
    tree = _Reader(pattern).whole()
    if _weight(tree) > MAX_REPEAT:
        raise NotExpressibleError(f"it repeats something more than {MAX_REPEAT} times")
    return "|".join("".join(map(_written, branch)) for branch in tree.branches)


@lru_cache(maxsize=4096)
def sample(pattern: str) -> str:
    """Return a text that the accepted pattern was written for; callers check that it matches."""
    return _sample(_Reader(pattern).whole())


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
        return _weight(_Reader(expression).whole())
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


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0
    depth: int = 0
    ranges: list[Range] = field(default_factory=list)

    def whole(self) -> _Choice:
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

    def _choice(self) -> _Choice:
        branches: list[tuple[_Node, ...]] = []
        items: list[_Node] = []
        while self._peek() not in {"", ")"}:
            if self._peek() == "|":
                self.at += 1
                branches.append(tuple(items))
                items = []
            else:
                items.append(self._repeated(self._atom()))
        return _Choice((*branches, tuple(items)))

    def _atom(self) -> _Node:
        char = self._take()
        if char in "^$":
            return _Anchor(char)
        if char == ".":
            return _Set(_DOT, negated=True)
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        if char in "*+?{}]":
            raise NotExpressibleError(f"it has a bare {char}")
        return _one(ord(char))

    def _group(self) -> _Node:
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

    def _escape(self) -> _Node:
        char = self._take()
        if char in "bB":
            return _Anchor(f"\\{char}")
        if char in "dws":
            return _Set(_SETS[char])
        if char in "DWS":
            return _Set(_SETS[char.lower()], negated=True)
        return _one(self._escaped(char))

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

    def _class(self) -> _Set:
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
        return _Set(tuple(ranges), negated=negated)

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

    def _repeated(self, item: _Node) -> _Node:
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
        if isinstance(item, _Anchor):
            raise NotExpressibleError("it repeats an anchor")
        low, high = bounds
        if max(low, high or 0) > MAX_REPEAT or (high is not None and high < low):
            raise NotExpressibleError(f"it repeats something more than {MAX_REPEAT} times")
        lazy = self._peek() == "?"
        self.at += lazy
        if self._peek() and self._peek() in "*+?{":
            raise NotExpressibleError("it repeats a repetition")
        return _Repeat(item, low, high, lazy)


def _one(code: int) -> _Set:
    return _Set(((code, code),))


def _weight(node: _Node) -> int:
    """Return the largest product of nested counted repetitions, as RE2 limits it."""
    if isinstance(node, _Choice):
        return max((_weight(item) for branch in node.branches for item in branch), default=1)
    if isinstance(node, _Repeat):
        return max(node.low, node.high or 0, 1) * _weight(node.item)
    return 1


def _char(code: int) -> str:
    char = chr(code)
    if char.isascii() and not char.isalnum() and char != "_":
        return f"\\x{code:02x}" if code < 0x20 or code == 0x7F else f"\\{char}"  # noqa: PLR2004
    return char


def _bare(code: int) -> str:
    """Return a character outside brackets; only the special ones are escaped there."""
    char = chr(code)
    return char if char in " -_/:,@#%&=\"'<>!;~`" else _char(code)


def _written(node: _Node) -> str:
    if isinstance(node, _Anchor):
        return node.sign
    if isinstance(node, _Set):
        return _written_set(node)
    if isinstance(node, _Choice):
        return f"(?:{'|'.join(''.join(map(_written, branch)) for branch in node.branches)})"
    counts = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((node.low, node.high))
    if counts is None:
        high = "" if node.high is None else str(node.high)
        counts = f"{{{node.low}}}" if node.low == node.high else f"{{{node.low},{high}}}"
    return f"{_written(node.item)}{counts}{'?' if node.lazy else ''}"


def _written_set(node: _Set) -> str:
    if node.ranges == _DIGITS:
        return "\\D" if node.negated else "\\d"
    if node.ranges == _WORD:
        return "\\W" if node.negated else "\\w"
    if len(node.ranges) == 1 and node.ranges[0][0] == node.ranges[0][1] and not node.negated:
        return _bare(node.ranges[0][0])
    parts = "".join(
        _char(low) if low == high else f"{_char(low)}-{_char(high)}" for low, high in node.ranges
    )
    return f"[{'^' if node.negated else ''}{parts}]"


def _sample(node: _Node) -> str:
    if isinstance(node, _Anchor):
        return ""
    if isinstance(node, _Choice):
        return "".join(map(_sample, node.branches[0]))
    if isinstance(node, _Repeat):
        return _sample(node.item) * (node.low or (0 if node.high == 0 else 1))
    if not node.negated:
        return chr(node.ranges[0][0])
    others = (
        char
        for char in "a1-Z \u00e9\u4e2d\U0001f600"
        if not any(low <= ord(char) <= high for low, high in node.ranges)
    )
    return next(others, "")
