"""A server's highest level as a badge: a small SVG of our own, and data for badge services."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING

from generator.render import texts
from generator.taxonomy import Level

if TYPE_CHECKING:
    from generator.model import ServerSummary

LABEL = "mcp risk"
COLORS = {
    Level.LOW: "41677a",
    Level.MEDIUM: "876000",
    Level.HIGH: "a83200",
    Level.CRITICAL: "690034",
}
UNKNOWN = "4b565e"
_CHAR, _PAD = 6.5, 12


def message(server: ServerSummary) -> str:
    """Return what the badge says: `high · 20 tools`, `no tools`, `not observed`."""
    if server.level is not None:
        return f"{server.level.value} · {texts.count(server.tools_total, 'tool')}"
    return "no tools" if server.state.value == "observed" else "not observed"


def endpoint(server: ServerSummary) -> bytes:
    """Return the data that badge services read."""
    color = COLORS[server.level] if server.level else UNKNOWN
    data = {"schemaVersion": 1, "label": LABEL, "message": message(server), "color": color}
    return json.dumps(data, sort_keys=True).encode()


def svg(server: ServerSummary) -> bytes:
    """Return the badge as SVG with a title; attributes only, no style and no script."""
    said = message(server)
    left, right = round(len(LABEL) * _CHAR + _PAD), round(len(said) * _CHAR + _PAD)
    color = COLORS[server.level] if server.level else UNKNOWN
    width = left + right
    label = html.escape(f"{LABEL}: {said}")
    text = (
        f'<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" '
        f'font-size="11"><text x="{left / 2:g}" y="14">{LABEL}</text>'
        f'<text x="{left + right / 2:g}" y="14">{html.escape(said)}</text></g>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" '
        f'aria-label="{label}"><title>{label}</title>'
        f'<path fill="#14191d" d="M0 0h{left}v20H0z"/>'
        f'<path fill="#{color}" d="M{left} 0h{right}v20H{left}z"/>{text}</svg>\n'
    ).encode()
