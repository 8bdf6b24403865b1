"""The style sheet's colour tokens to contrast: every text colour on every ground, both themes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(r"--([a-z0-9-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)")
_INKS = ("ink", "ink-2", "link")
_GROUNDS = ("paper", "sheet")
_LEVELS = ("low", "medium", "high", "critical")
TEXT, EDGE = 4.5, 3.0


def check(css: str) -> Iterator[tuple[str, str]]:
    """Yield (rule, message) for every pair below its minimum, and for tokens that are missing."""
    tokens = {name: (light, dark) for name, light, dark in _TOKEN.findall(css)}
    wanted = {*_INKS, *_GROUNDS, "edge", "on-fill"}
    wanted |= {name for level in _LEVELS for name in (level, f"{level}-tint")}
    for name in sorted(wanted - tokens.keys()):
        yield "form.contrast", f"no colour token --{name}"
    if wanted - tokens.keys():
        return
    for ink, ground, least in _pairs():
        for theme, position in (("light", 0), ("dark", 1)):
            found = contrast(tokens[ink][position], tokens[ground][position])
            if found < least:
                yield (
                    "form.contrast",
                    (
                        f"--{ink} on --{ground} in the {theme} theme "
                        f"(expected {least:g}, got {found:.2f})"
                    ),
                )


def _pairs() -> Iterator[tuple[str, str, float]]:
    for ink in _INKS:
        for ground in (*_GROUNDS, *(f"{level}-tint" for level in _LEVELS)):
            yield ink, ground, TEXT
    for level in _LEVELS:
        yield from ((level, ground, TEXT) for ground in (*_GROUNDS, f"{level}-tint"))
        yield "on-fill", level, TEXT
    yield from (("edge", ground, EDGE) for ground in _GROUNDS)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours as WCAG defines it."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 (WCAG)
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
