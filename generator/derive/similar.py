"""The whole catalogue's summaries to similar tools and shared names; the last step of deriving.

Every tool is one bit of a large integer per category, in order of name and server. How many rules
each tool shares with a given set is counted with bit-parallel adders, so one distinct set of rules
costs a few operations on those integers instead of a comparison with every tool. Exact, and the
same on every machine and in any number of workers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from generator.derive.exposure import SERVERS_PER_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.model import ToolSummary
    from generator.taxonomy import Category

MOST_SIMILAR = 6
_AHEAD = 18
_NAMED = SERVERS_PER_NAME + 1
"""One of them may be the server itself."""


class Alike(NamedTuple):
    """Similar tools, and what stands for all that is said of them."""

    tools: tuple[ToolSummary, ...]
    mark: bytes


class _Near(NamedTuple):
    """What is similar to every tool with the same rules, whichever server has it."""

    positions: tuple[int, ...]
    """The first of them, enough for a server that has some itself."""
    first: Alike
    servers: frozenset[str]
    """Whose tools the first six are."""


@dataclass(frozen=True, slots=True)
class _Group:
    """The tools of one category in order, and the bits of each rule."""

    tools: Sequence[ToolSummary]
    rules: dict[str, int]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What answers "which tools are like this one" and "who else uses this name"."""

    groups: dict[Category, _Group]
    names: dict[str, tuple[str, ...]]
    """The first servers by tool name, one more than is printed; only names of two or more."""
    _seen: dict[tuple[Category, tuple[str, ...]], _Near] = field(
        default_factory=dict, compare=False
    )

    def similar(self, tool: ToolSummary) -> Alike:
        """Return six tools of other servers in the category: most shared rules, then name."""
        near = self._near(tool)
        if near is None:
            return _NONE
        if tool.server not in near.servers:
            return near.first
        group = self.groups[tool.category]
        others = [p for p in near.positions if group.tools[p].server != tool.server]
        if len(others) < MOST_SIMILAR and len(near.positions) == _AHEAD:
            mine = sum(1 << n for n, one in enumerate(group.tools) if one.server == tool.server)
            others = list(_first(_ranked(group, tool.rules, mine), MOST_SIMILAR))
        return _alike(group, others)

    def stands_for(self, tool: ToolSummary) -> tuple[bytes, set[str]]:
        """Return what stands for all that `similar` says of tools of this category and these rules.

        Servers that have most of the first ones themselves are told more than that; they are
        returned too.
        """
        near = self._near(tool)
        if near is None:
            return b"", set()
        group = self.groups[tool.category]
        first = [group.tools[position] for position in near.positions]
        owners = Counter(one.server for one in first) if len(first) == _AHEAD else {}
        most = {slug for slug, many in owners.items() if many > _AHEAD - MOST_SIMILAR}
        return b"".join([one.digest for one in first]), most

    def _near(self, tool: ToolSummary) -> _Near | None:
        key = (tool.category, tool.rules)
        near = self._seen.get(key)
        if near is None:
            group = self.groups.get(tool.category)
            if group is None or not tool.rules:
                return None
            near = self._seen[key] = _near(group, tool.rules)
        return near

    def others(self, name: str, server: str) -> tuple[str, ...]:
        """Return the first other servers that have a tool of this name."""
        found = [slug for slug in self.names.get(name, ()) if slug != server]
        return tuple(found[:SERVERS_PER_NAME])


_NONE = Alike((), b"")


def _near(group: _Group, rules: tuple[str, ...]) -> _Near:
    positions = tuple(_first(_ranked(group, rules, 0), _AHEAD))
    first = _alike(group, positions)
    return _Near(positions, first, frozenset(tool.server for tool in first.tools))


def _alike(group: _Group, positions: Sequence[int]) -> Alike:
    tools = tuple(group.tools[position] for position in positions[:MOST_SIMILAR])
    return Alike(tools, b"".join(tool.digest for tool in tools))


def neighbours(tools: Sequence[ToolSummary]) -> Neighbours:
    """Return the lookups over all summaries; built once per process."""
    # By name, then by server: two passes over texts cost less than one over pairs.
    ordered = sorted(tools, key=attrgetter("server"))
    ordered.sort(key=attrgetter("name"))
    members: dict[Category, list[ToolSummary]] = {}
    for tool in ordered:
        members.setdefault(tool.category, []).append(tool)
    groups = {category: _group(found) for category, found in members.items()}
    return Neighbours(groups, _shared(ordered))


def _shared(ordered: Iterable[ToolSummary]) -> dict[str, tuple[str, ...]]:
    """Return the first servers of each name that several use; tools come by name, then server."""
    found: dict[str, tuple[str, ...]] = {}
    name: str | None = None
    who: list[str] = []
    for tool in ordered:
        if tool.name != name:
            name, who = tool.name, [tool.server]
        elif tool.server != who[-1] and len(who) < _NAMED:
            who.append(tool.server)
            found[name] = tuple(who)
    return found


def shared_names(
    names: Iterable[str], server: str, near: Neighbours
) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return (tool name, other server) pairs of one server, and how many names are shared."""
    found = sorted(near.names.keys() & names)
    pairs = tuple((name, slug) for name in found for slug in near.others(name, server))
    return pairs, len(found)


def _group(tools: Sequence[ToolSummary]) -> _Group:
    alike: dict[tuple[str, ...], bytearray] = {}
    room = len(tools) // 8 + 1
    for position, tool in enumerate(tools):
        bits = alike.get(tool.rules)
        if bits is None:
            bits = alike[tool.rules] = bytearray(room)
        bits[position >> 3] |= 1 << (position & 7)
    # Tools share their sets of rules: each set is looked at once.
    rules: dict[str, int] = {}
    while alike:
        own, bits = alike.popitem()
        found = int.from_bytes(bits, "little")
        for rule in own:
            rules[rule] = rules.get(rule, 0) | found
    return _Group(tools, rules)


def _ranked(group: _Group, rules: tuple[str, ...], without: int) -> Iterator[int]:
    """Yield the positions of tools that share rules, most shared first, then in order."""
    planes: list[int] = []
    for rule in rules:
        carry = group.rules.get(rule, 0) & ~without
        for place, plane in enumerate(planes):
            planes[place], carry = plane ^ carry, plane & carry
            if not carry:
                break
        else:
            if carry:
                planes.append(carry)
    for count in range(len(rules), 0, -1):
        yield from _positions(_exactly(planes, count))


def _exactly(planes: list[int], count: int) -> int:
    """Return the bits whose binary counter in `planes` reads `count`."""
    if count >> len(planes):
        return 0
    wanted = [plane for place, plane in enumerate(planes) if count >> place & 1]
    found = wanted[0]
    for plane in wanted[1:]:
        found &= plane
    for place, plane in enumerate(planes):
        if not count >> place & 1:
            found &= ~plane
    return found


def _positions(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _first(positions: Iterator[int], most: int) -> Iterator[int]:
    for _, position in zip(range(most), positions, strict=False):
        yield position
