"""What helps the next run and is no content: eras, durations, last endings. Lives in the cache.

Read and written by `run.py`; losing the file costs time, nothing else.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from generator.crawl.visits import Visit
from generator.taxonomy import State

if TYPE_CHECKING:
    from pathlib import Path

    from generator.model import Snapshot

FORMAT = 1
_ENCODE = json.JSONEncoder(sort_keys=True).encode
_SECONDS = 1.0
_PAUSE = 50
"""How much longer than a writing the pause after it is: a large journal is written less often."""


@dataclass(slots=True)
class Journal:
    """The journal file of one cache folder."""

    path: Path
    servers: dict[str, dict[str, Any]] = field(default_factory=dict)
    _lines: dict[str, str] = field(default_factory=dict)
    """Of the file, by server; a line is made anew when its server has ended."""
    _due: float = 0.0

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Return the journal of a file; an unreadable one starts anew."""
        with contextlib.suppress(OSError, ValueError):
            data = json.loads(path.read_bytes())
            if isinstance(data, dict) and data.get("format") == FORMAT:
                servers = data.get("servers")
                if isinstance(servers, dict) and all(isinstance(v, dict) for v in servers.values()):
                    return cls(path, servers)
        return cls(path)

    def era(self, slug: str) -> str:
        """Return the protocol era that worked last time, empty when unknown."""
        return str(self.servers.get(slug, {}).get("era", ""))

    def remember_era(self, slug: str, era: str) -> None:
        """Keep the protocol era that worked."""
        self.servers.setdefault(slug, {})["era"] = era
        self._lines.pop(slug, None)

    def fresh_seconds(self, slug: str) -> int | None:
        """Return for how long the server's last answer holds, None when it did not say."""
        found = self.servers.get(slug, {}).get("fresh")
        return found if isinstance(found, int) else None

    def remember_freshness(self, slug: str, seconds: int | None) -> None:
        """Keep for how long an answer holds."""
        entry = self.servers.setdefault(slug, {})
        entry.pop("fresh", None)
        if seconds is not None:
            entry["fresh"] = seconds
        self._lines.pop(slug, None)

    def last_visit(self, slug: str) -> Visit | None:
        """Return the last visit when it was an observation."""
        entry = self.servers.get(slug, {})
        at = entry.get("at")
        if entry.get("state") != State.OBSERVED or not isinstance(at, int):
            return None
        return Visit(at, str(entry.get("version", "")), self.fresh_seconds(slug))

    def finished_on(self, slug: str) -> str:
        """Return the day of the last attempt, empty when there was none."""
        return str(self.servers.get(slug, {}).get("on", ""))

    def last_state(self, slug: str) -> str:
        """Return how the last attempt ended, empty when there was none."""
        return str(self.servers.get(slug, {}).get("state", ""))

    def finish(self, slug: str, attempt: Snapshot, seconds: float) -> None:
        """Note an ending; the file follows soon, and at the end of a run."""
        entry = self.servers.setdefault(slug, {})
        entry |= {
            "on": attempt.observed_on,
            "state": attempt.state.value,
            "seconds": round(seconds, 2),
            "at": int(time.time()),
            "version": attempt.source.version,
        }
        self._lines.pop(slug, None)
        if time.monotonic() > self._due:
            self.write()

    def write(self) -> None:
        """Write the journal whole, one line per server."""
        began = time.monotonic()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        for slug in self.servers.keys() - self._lines.keys():
            self._lines[slug] = f"{_ENCODE(slug)}: {_ENCODE(self.servers[slug])}"
        servers = ",\n".join([self._lines[slug] for slug in sorted(self._lines)])
        partial.write_text(f'{{"format": {FORMAT}, "servers": {{\n{servers}\n}}}}\n')
        partial.replace(self.path)
        now = time.monotonic()
        self._due = now + max(_SECONDS, _PAUSE * (now - began))
