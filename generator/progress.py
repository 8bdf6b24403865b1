"""Counts of finished work to a line that tells how much is done, how fast, and how long it lasts.

Used by the crawl and the build. On a terminal one line is rewritten; anywhere else a plain line
comes every few seconds, so that a log shows that something happens. Short work prints nothing.
"""

from __future__ import annotations

import math
import shutil
import time
from typing import TYPE_CHECKING, TextIO

from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET_SECONDS = 2.0
_LIVE_SECONDS, _LOG_SECONDS = 0.2, 15.0
_SMOOTH_SECONDS = 30.0
"""How far back the rate looks: a slow minute weighs more than a fast start."""
_NOTE_CHARS = 200
_MOST_HOURS = 99
_TEN = 10


class Progress:
    """The line of one piece of work; `add` what has ended, `close` at the end."""

    def __init__(
        self, total: int, unit: str, stream: TextIO, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total, self._unit, self._stream, self._clock = total, unit, stream, clock
        self._live = stream.isatty()
        self._began = self._shown = self._measured = clock()
        self._done = self._done_then = 0
        self._rate = self._weight = 0.0
        self._is_drawn = False

    def add(self, number: int = 1, note: str = "") -> None:
        """Count finished work, and show it when it is time; `note` may be a server's text."""
        self._done += number
        now = self._clock()
        pause = _LIVE_SECONDS if self._live else _LOG_SECONDS
        if now - self._began < QUIET_SECONDS or now - self._shown < pause:
            return
        self._shown = now
        self._measure(now)
        line = self.line(note)
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(f"\r\x1b[K{line[:width]}")
            self._is_drawn = True
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def say(self, text: str) -> None:
        """Print a line of its own above the counter."""
        self._erase()
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def close(self) -> None:
        """Leave the terminal as a plain log would."""
        self._erase()
        self._stream.flush()

    def line(self, note: str = "") -> str:
        """Return `1,234 of 9,000 servers · 210/s · 0:37 left`."""
        of = f" of {self._total:,}" if self._total else ""
        parts = [f"{self._done:,}{of} {self._unit}"]
        if self._rate > 0:
            parts.append(rate_words(self._rate))
            left = max(0, self._total - self._done) / self._rate
            parts += [f"{time_words(left)} left"] if self._total else []
        parts += [one_line(note, _NOTE_CHARS)] if note else []
        return " · ".join(parts)

    def _measure(self, now: float) -> None:
        """Move the smoothed rate towards the rate since the last look."""
        passed = now - self._measured
        if passed <= 0:
            return
        recent = (self._done - self._done_then) / passed
        keep = math.exp(-passed / _SMOOTH_SECONDS)
        # Without the division the first seconds would count as if the work had stood still before.
        self._weight = self._weight * keep + 1 - keep
        self._rate += (recent - self._rate) * (1 - keep) / self._weight
        self._measured, self._done_then = now, self._done

    def _erase(self) -> None:
        if self._is_drawn:
            self._stream.write("\r\x1b[K")
            self._is_drawn = False


def rate_words(per_second: float) -> str:
    """Return `210/s`, `3.2/s`, or `12/min` for slow work."""
    if per_second >= _TEN:
        return f"{per_second:,.0f}/s"
    if per_second >= 1:
        return f"{per_second:.1f}/s"
    return f"{per_second * 60:.0f}/min" if per_second * 60 >= 1 else f"{per_second * 3600:.0f}/h"


def time_words(seconds: float) -> str:
    """Return `0:37`, `12:05`, `3:20:00`."""
    minutes, rest = divmod(math.ceil(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours > _MOST_HOURS:
        return f"more than {_MOST_HOURS} hours"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
