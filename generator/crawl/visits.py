"""Whether a server is asked again now: its last observation, its own hint, and how old is too old.

Called by the command line before a crawl with `--max-age`. Pure: the time comes in as an argument.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generator.errors import CatalogueError
from generator.taxonomy import State

if TYPE_CHECKING:
    from generator.crawl.plan import Target
    from generator.model import Snapshot

LONGEST_HINT = 30 * 86_400
"""A server may ask to be left alone for so many seconds; one that changes cannot hide for ever."""
SAME_VERSION = "its package still has the version that was observed"
_AGE = re.compile(r"([0-9]{1,6})([dhm])")
_SECONDS = {"d": 86_400, "h": 3600, "m": 60}


@dataclass(frozen=True, slots=True)
class Visit:
    """The last time a server answered: when, which version of its package, for how long."""

    at: float
    """Seconds since 1970."""
    version: str = ""
    fresh_seconds: int | None = None
    """For how long its answer may be used, as it says for everybody; None: it does not say."""


def age(text: str) -> int:
    """Return the seconds of `7d`, `12h` or `30m`.

    Raises:
        CatalogueError: another form.
    """
    match = _AGE.fullmatch(text)
    if match is None:
        raise CatalogueError(f"--max-age expected a number of d, h or m, such as 7d, got {text!r}")
    return int(match[1]) * _SECONDS[match[2]]


def of_snapshot(kept: Snapshot | None) -> Visit | None:
    """Return the visit that a snapshot tells of, None when the last one was no observation."""
    if kept is None or kept.state is not State.OBSERVED or kept.last_attempt is not None:
        return None
    try:
        day = datetime.fromisoformat(kept.observed_on).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Visit(day.timestamp(), kept.source.version)


def why_not(target: Target, last: Visit | None, now: float, max_age: int) -> str:
    """Return why a server is not asked again now, empty when it is.

    A package that names its version says the same until the name changes; what a server says
    about its answer counts more than `max_age`.
    """
    if last is None:
        return ""
    package = target.package
    if package is not None and package.version and package.version == last.version:
        return SAME_VERSION
    waited = now - last.at
    if last.fresh_seconds is not None:
        wanted = min(last.fresh_seconds, LONGEST_HINT)
        return f"they said that their answer holds for {_words(wanted)}" if waited < wanted else ""
    return f"observed within {_words(max_age)}" if waited < max_age else ""


def _words(seconds: int) -> str:
    for unit, size in _SECONDS.items():
        if seconds % size == 0 and seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
