"""Texts to 64 bits each, packed and sorted: a million paths are compared in eight megabytes.

Used by the checks that look across lots. Two of a million paths meet once in thirty million sites.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHARES, _SHARE_BITS = 256, 56


def number(text: str) -> int:
    """Return 64 bits that stand for a path."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def packed(texts: Iterable[str]) -> bytes:
    """Return the numbers of texts, each once and in order."""
    return array("Q", sorted({number(text) for text in texts})).tobytes()


def path_numbers(paths: Iterable[str]) -> bytes:
    """Return the numbers of a lot's files in order, twice where two of them have one path."""
    return array("Q", sorted(map(number, paths))).tobytes()


def unpacked(numbers: bytes) -> array[int]:
    """Return packed numbers."""
    return array("Q", numbers)


def in_order(numbers: array[int]) -> array[int]:
    """Return numbers sorted: in shares, since a number costs four times as much alone."""
    shares = [array("Q") for _ in range(_SHARES)]
    for one in numbers:
        shares[one >> _SHARE_BITS].append(one)
    found = array("Q")
    for share in shares:
        found.extend(sorted(share))
    return found


def has(numbers: array[int], one: int) -> bool:
    """Return whether sorted numbers hold this one."""
    at = bisect_left(numbers, one)
    return at < len(numbers) and numbers[at] == one


def times(numbers: array[int], one: int) -> int:
    """Return how often sorted numbers hold this one."""
    at = bisect_left(numbers, one)
    end = at
    while end < len(numbers) and numbers[end] == one:
        end += 1
    return end - at
