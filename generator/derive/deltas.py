"""One difference of two definitions, before it is known whose and when: what drift is made of."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model import Json
    from generator.taxonomy import ChangeClass

VALUE_LIMIT = 300
_CONTEXT = 40
_CHIP = re.compile(r"\[U\+([0-9A-F]{4,6})\]")
_ADDRESS = re.compile(
    r"https?://([^\s/?#\"'`<>()\[\]{},\\]{1,253})|\b\d{1,3}(?:\.\d{1,3}){3}\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Delta:
    """One difference: its class before the version is looked at, its kind, and both sides."""

    change_class: ChangeClass
    kind: str
    text: str
    before: str = ""
    after: str = ""


def shown(value: str) -> str:
    """Return a crawled value for a before or after field: visible, one line, capped."""
    return text.one_line(value, VALUE_LIMIT)


def shown_pair(before: str, after: str) -> tuple[str, str]:
    """Return two texts from a little before their first difference, so that it can be seen."""
    same = next(
        (at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new),
        min(len(before), len(after)),
    )
    start = before.rfind(" ", 0, max(same - _CONTEXT, 0)) + 1
    if start < _CONTEXT:
        return shown(before), shown(after)
    return f"…{shown(before[start:])}", f"…{shown(after[start:])}"


def addresses(words: str) -> frozenset[str]:
    """Return the hosts of URLs and the bare IPv4 addresses in a text, in lower case."""
    return frozenset((found[1] or found[0]).lower() for found in _ADDRESS.finditer(words))


def hidden(words: str) -> Counter[str]:
    """Return the characters a reader cannot see, as `U+XXXX`, with their number."""
    if not text.has_hidden(words):
        return Counter()
    chips = Counter(_CHIP.findall(text.visible(words)))
    chips.subtract(_CHIP.findall(words))
    return Counter({f"U+{code}": count for code, count in chips.items() if count > 0})


def strings(value: Json) -> Iterator[str]:
    """Yield every string of a JSON value, keys included, without recursion."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from (key for key in item if isinstance(key, str))
            pending += item.values()
        elif isinstance(item, list | tuple):
            pending += item


def all_hidden(values: Iterable[str]) -> Counter[str]:
    """Return the hidden characters of many strings together."""
    total: Counter[str] = Counter()
    for value in values:
        total.update(hidden(value))
    return total
