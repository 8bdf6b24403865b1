"""The whole catalogue's summaries to similar tools and shared names; the last step of deriving.

Every tool is one bit of a large integer per category, in order of name and server. How many rules
each tool shares with a given set is counted with bit-parallel adders, so one distinct set of rules
costs a few operations on those integers instead of a comparison with every tool. Exact, and the
same on every machine and in any number of workers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.derive.exposure import SERVERS_PER_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.model import ToolSummary
    from generator.taxonomy import Category

MOST_SIMILAR = 6
_AHEAD = 18


@dataclass(frozen=True, slots=True)
class _Group:
    """The tools of one category in order, and the bits of each rule."""

    tools: tuple[ToolSummary, ...]
    rules: dict[str, int]
    servers: dict[str, tuple[int, ...]]
    """Positions by server: most servers have few tools, a bit each would be large."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What answers "which tools are like this one" and "who else uses this name"."""

    groups: dict[Category, _Group]
    names: dict[str, tuple[str, ...]]
    """Servers by tool name, sorted; only names of two or more servers."""
    _seen: dict[tuple[Category, tuple[str, ...]], tuple[int, ...]] = field(
        default_factory=dict, compare=False
    )

    def similar(self, tool: ToolSummary) -> tuple[ToolSummary, ...]:
        """Return six tools of other servers in the category: most shared rules, then name."""
        group = self.groups.get(tool.category)
        if group is None or not tool.rules:
            return ()
        key = (tool.category, tool.rules)
        if key not in self._seen:
            self._seen[key] = tuple(_first(_ranked(group, tool.rules, 0), _AHEAD))
        near = self._seen[key]
        others = [p for p in near if group.tools[p].server != tool.server]
        if len(others) < MOST_SIMILAR and len(near) == _AHEAD:
            mine = sum(1 << position for position in group.servers.get(tool.server, ()))
            others = list(_first(_ranked(group, tool.rules, mine), MOST_SIMILAR))
        return tuple(group.tools[position] for position in others[:MOST_SIMILAR])

    def others(self, name: str, server: str) -> tuple[str, ...]:
        """Return the other servers that have a tool of this name."""
        return tuple(slug for slug in self.names.get(name, ()) if slug != server)


def neighbours(tools: Sequence[ToolSummary]) -> Neighbours:
    """Return the lookups over all summaries; built once per process."""
    members: dict[Category, list[ToolSummary]] = {}
    first: dict[str, str] = {}
    shared: dict[str, set[str]] = {}
    for tool in tools:
        members.setdefault(tool.category, []).append(tool)
        owner = first.setdefault(tool.name, tool.server)
        if owner != tool.server:
            shared.setdefault(tool.name, {owner}).add(tool.server)
    return Neighbours(
        groups={category: _group(found) for category, found in members.items()},
        names={name: tuple(sorted(who)) for name, who in shared.items()},
    )


def shared_names(
    names: Sequence[str], server: str, near: Neighbours
) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return (tool name, other server) pairs of one server, and how many names are shared."""
    found = [(name, near.others(name, server)) for name in sorted(set(names))]
    pairs = tuple((name, slug) for name, others in found for slug in others[:SERVERS_PER_NAME])
    return pairs, sum(1 for _, others in found if others)


def _group(tools: list[ToolSummary]) -> _Group:
    ordered = tuple(sorted(tools, key=lambda t: (t.name, t.server)))
    rules: dict[str, bytearray] = {}
    servers: dict[str, list[int]] = {}
    room = len(ordered) // 8 + 1
    for position, tool in enumerate(ordered):
        servers.setdefault(tool.server, []).append(position)
        for rule in tool.rules:
            if rule not in rules:
                rules[rule] = bytearray(room)
            rules[rule][position >> 3] |= 1 << (position & 7)
    return _Group(
        ordered,
        {rule: int.from_bytes(bits, "little") for rule, bits in rules.items()},
        {server: tuple(positions) for server, positions in servers.items()},
    )


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
