"""A server and the definitions it replaced to the changes between crawls. Called by catalogue.py.

A snapshot keeps replaced definitions with the first and last day they were seen; each is compared
with the one that followed it, the last one with the current definition. A change is dated by the
last day its earlier definition was seen: the day of the newest crawl would move with every crawl
of an unchanged server.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.derive import drift
from generator.model import Observation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import Assessment, Change, EarlierTool, Server


def changes(
    server: Server, assessments: Sequence[Assessment], earlier: Sequence[EarlierTool]
) -> tuple[Change, ...]:
    """Return every recorded change of a server's tools, newest first."""
    chains: dict[str, list[Observation]] = {}
    for one in sorted(earlier, key=lambda e: (e.first_on, e.last_on, e.tool.digest)):
        side = Observation(server.slug, (one.tool,), (one.assessment,), one.version, one.last_on)
        chains.setdefault(one.tool.name, []).append(side)
    if not chains or server.snapshot is None:
        return ()
    snapshot = server.snapshot
    current: dict[str, list[int]] = {}
    for position, tool in enumerate(server.tools):
        current.setdefault(tool.name, []).append(position)
    found: list[Change] = []
    for name, chain in chains.items():
        places = current.get(name, [])
        now = Observation(
            server.slug,
            tuple(server.tools[p] for p in places[:1]),
            tuple(assessments[p] for p in places[:1]),
            snapshot.source.version,
            snapshot.observed_on,
        )
        for before, after in zip(chain, [*chain[1:], now], strict=True):
            found += (
                replace(change, observed_on=before.observed_on)
                for change in drift.compare(before, after)
            )
    return drift.in_order(found)
