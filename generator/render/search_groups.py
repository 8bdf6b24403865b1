"""The tools of the index to where each word stands: found out group by group of servers.

Called by search.py. What one group of servers adds follows from these servers alone, so it is
remembered and only the groups of changed servers are looked through again. Which group a server
belongs to follows from its slug. Within a group tools are numbered in the order of the index, so
that a list of numbers begins with the riskiest.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from generator import tokens
from generator.render import lots
from generator.render.memory import remembered
from generator.search_words import NAME, RUN, TOKEN, split

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from generator.model import ToolSummary
    from generator.render.context import Context

GROUPS = 64
_MARK = 16
"""Bytes that stand for the tools of a list, in front of their numbers."""
_NUMBER = array("I").itemsize


@dataclass(frozen=True, slots=True)
class Group:
    """Some servers' tools by rank, and what stands for the group: empty when nothing does."""

    number: int
    ranks: list[int]
    key: str


class Listed(NamedTuple):
    """The tools of a word within one group: what stands for them, and their numbers."""

    group: Group
    packed: bytes

    @property
    def mark(self) -> bytes:
        """Return what stands for the tools, in their order."""
        return self.packed[:_MARK]

    @property
    def total(self) -> int:
        """Return how many there are."""
        return (len(self.packed) - _MARK) // _NUMBER

    def ranks(self, most: int) -> list[int]:
        """Return the ranks of the first of them."""
        known = self.group.ranks
        return [known[one] for one in array("I", self.packed[_MARK : _MARK + most * _NUMBER])]


def riskiest(places: Iterable[Listed], most: int) -> list[int]:
    """Return the lowest ranks of a word's tools in all groups."""
    return list(islice(merge(*(one.ranks(most) for one in places)), most))


def groups(context: Context) -> list[Group]:
    """Return the groups that have tools."""
    place = {slug: crc32(slug.encode()) % GROUPS for slug in context.tools_of}
    ranks: dict[int, list[int]] = defaultdict(list)
    add = {slug: ranks[group].append for slug, group in place.items()}
    for rank, tool in enumerate(context.index.tools):
        add[tool.server](rank)
    slugs: dict[int, list[str]] = defaultdict(list)
    for slug in sorted(place):
        slugs[place[slug]].append(slug)
    return [Group(one, ranks[one], _key(context, slugs[one])) for one in sorted(ranks)]


def _key(context: Context, servers: Iterable[str]) -> str:
    stamps = [(slug, context.memory.stamp(slug)) for slug in servers]
    return lots.key("search", stamps) if all(stamp for _, stamp in stamps) else ""


def words(context: Context, group: Group) -> Mapping[str, bytes]:
    """Return every word of a group's tools with these, packed as in `Listed`."""
    make = partial(_words, context, group)
    return remembered(context.memory, f"search/words/{group.number}", group.key, make)


def _words(context: Context, group: Group) -> dict[str, bytes]:
    found: dict[str, array[int]] = defaultdict(lambda: array("I"))
    tools = [context.index.tools[rank] for rank in group.ranks]
    details = {slug: context.details(slug) for slug in sorted({tool.server for tool in tools})}
    for number, tool in enumerate(tools):
        for word in details[tool.server][tool.slug].words.split():
            found[word].append(number)
    return _packed(found, tools)


def joined(
    context: Context, group: Group, common: Collection[str], crowded: Collection[str]
) -> Mapping[str, bytes]:
    """Return names of crowded words as one word, with their tools, packed as in `Listed`.

    So `get_file` can be found although neither word is a key. A name that is a key as it stands is
    left out.
    """
    name = f"search/joined/{group.number}"
    key = group.key and lots.key(group.key, sorted(common), sorted(crowded))
    return remembered(context.memory, name, key, lambda: _joined(context, group, common, crowded))


def _joined(
    context: Context, group: Group, common: Collection[str], crowded: Collection[str]
) -> dict[str, bytes]:
    found: dict[str, array[int]] = defaultdict(lambda: array("I"))
    tools = [context.index.tools[rank] for rank in group.ranks]
    for number, tool in enumerate(tools):
        name = tool.name[:NAME]
        parts = [tokens.fold(run) for run in RUN.findall(name)]
        if parts and all(part in crowded for part in parts):
            word = "".join(parts)[:TOKEN]
            if word and (word in common or word not in split(name)):
                found[word].append(number)
    return _packed(found, tools)


def _packed(found: Mapping[str, array[int]], tools: Sequence[ToolSummary]) -> dict[str, bytes]:
    digests = [tool.digest for tool in tools]

    def packed(numbers: array[int]) -> bytes:
        said = b"".join([digests[one] for one in numbers])
        return hashlib.blake2b(said, digest_size=_MARK).digest() + numbers.tobytes()

    return {word: packed(numbers) for word, numbers in sorted(found.items())}
