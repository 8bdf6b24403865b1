"""The parts of a regular expression: how they are written for RE2, and a text they stand for.

regex.py builds the tree from a schema's pattern; everything here walks over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

DIGITS = ((0x30, 0x39),)
WORD = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
Range: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Set:
    """One character out of ranges, or out of all others."""

    ranges: tuple[Range, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    r"""`^`, `$`, `\b` or `\B`."""

    sign: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """An item, how often at least and at most (None: without end), and whether as few as can be."""

    item: Node
    low: int
    high: int | None
    lazy: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives of sequences; a group, or the whole expression."""

    branches: tuple[tuple[Node, ...], ...]


Node: TypeAlias = "Set | Anchor | Repeat | Choice"


def one(code: int) -> Set:
    """Return the set of one character."""
    return Set(((code, code),))


def weight(node: Node) -> int:
    """Return the largest product of nested counted repetitions, as RE2 limits it."""
    if isinstance(node, Choice):
        return max((weight(item) for branch in node.branches for item in branch), default=1)
    if isinstance(node, Repeat):
        return max(node.low, node.high or 0, 1) * weight(node.item)
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


def written(node: Node) -> str:
    """Return a part as RE2 and Python read it alike."""
    if isinstance(node, Anchor):
        return node.sign
    if isinstance(node, Set):
        return _written_set(node)
    if isinstance(node, Choice):
        return f"(?:{'|'.join(''.join(map(written, branch)) for branch in node.branches)})"
    counts = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((node.low, node.high))
    if counts is None:
        high = "" if node.high is None else str(node.high)
        counts = f"{{{node.low}}}" if node.low == node.high else f"{{{node.low},{high}}}"
    return f"{written(node.item)}{counts}{'?' if node.lazy else ''}"


def _written_set(node: Set) -> str:
    if node.ranges == DIGITS:
        return "\\D" if node.negated else "\\d"
    if node.ranges == WORD:
        return "\\W" if node.negated else "\\w"
    if len(node.ranges) == 1 and node.ranges[0][0] == node.ranges[0][1] and not node.negated:
        return _bare(node.ranges[0][0])
    parts = "".join(
        _char(low) if low == high else f"{_char(low)}-{_char(high)}" for low, high in node.ranges
    )
    return f"[{'^' if node.negated else ''}{parts}]"


def sampled(node: Node) -> str:
    """Return a text that a part stands for; anchors and neighbours may still refuse it."""
    if isinstance(node, Anchor):
        return ""
    if isinstance(node, Choice):
        return "".join(map(sampled, node.branches[0]))
    if isinstance(node, Repeat):
        return sampled(node.item) * (node.low or (0 if node.high == 0 else 1))
    if not node.negated:
        return chr(node.ranges[0][0])
    others = (
        char
        for char in "a1-Z \u00e9\u4e2d\U0001f600"
        if not any(low <= ord(char) <= high for low, high in node.ranges)
    )
    return next(others, "")
