"""How many tools of the catalogue share each attack's preconditions: bars with their figures.

Used by the page of all attacks. Lengths follow the largest count; the figures stand beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.render import texts, urls
from generator.render.parts import Link

if TYPE_CHECKING:
    from generator.render.context import Context

_WIDTH = 1000
_FIRST = 12


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """One attack: the bar's length in pixels of its picture, and the figures it stands for."""

    link: Link
    tools: str
    servers: str
    width: int
    label: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """The picture in two parts, so that the long tail can be folded, and who shares none."""

    note: str
    first: tuple[ExposureRow, ...]
    rest: tuple[ExposureRow, ...]
    width: int = _WIDTH


def exposure(context: Context, root: str) -> Exposure:
    """Return the bars of all attack entries that share something with a tool, longest first."""
    facts = [item for item in context.index.attack_facts if item.tools_total]
    facts.sort(key=lambda item: (-item.tools_total, context.attacks[item.attack].title))
    most = facts[0].tools_total if facts else 1
    rows = tuple(
        ExposureRow(
            Link(context.attacks[item.attack].title, root + urls.attack(item.attack)),
            texts.number(item.tools_total),
            texts.number(item.servers_total),
            max(_WIDTH * item.tools_total // most, 4),
            f"{texts.count(item.tools_total, 'tool')} of "
            f"{texts.count(item.servers_total, 'server')}",
        )
        for item in facts
    )
    none = len(context.index.attacks) - len(facts)
    note = f"Of {texts.count(len(context.index.tools), 'tool')} in the catalogue, by entry."
    if none:
        entries = "entry is" if none == 1 else "entries are"
        note += (
            f" {texts.number(none)} {entries} not listed: no tool shares what the entry needs, or"
            " it happens outside definitions."
        )
    return Exposure(note, rows[:_FIRST], rows[_FIRST:])
