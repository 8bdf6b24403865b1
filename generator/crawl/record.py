"""What one connection gave so far; filled by `conversation.py`, read by `snapshot.py`.

Mutable on purpose: whatever arrived before a failure is still here after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.model import Loss

if TYPE_CHECKING:
    from generator.model import Json, JsonObject

_PROBLEMS = 200


@dataclass(slots=True)
class Record:
    """The answers of one server, cleaned, in the order of the wire."""

    used: str = ""
    supported: list[str] = field(default_factory=list)
    server_info: JsonObject = field(default_factory=dict)
    capabilities: JsonObject = field(default_factory=dict)
    instructions: str = ""
    lists: dict[str, list[Json]] = field(default_factory=dict)
    hashes: dict[str, list[str]] = field(default_factory=dict)
    """Of the entries of a list, in the same order, where they were computed while reading it."""
    problems: list[Loss] = field(default_factory=list)
    complete: bool = True
    has_tools: bool = False
    """Whether tools/list gave at least one page."""
    fresh_seconds: int | None = None
    """For how long the list of tools may be used by everybody, when the server says so."""
    last_bytes: int = 0
    """Of the message that came last; decides whether it is worth a thread."""
    received: int = 0
    """Of all messages together."""

    def arrived(self, size: int) -> None:
        """Count a message."""
        self.last_bytes = size
        self.received += size

    def note(self, what: str, why: str, tool: str = "", pointer: str = "") -> None:
        """Remember something that was repaired or noticed; nothing is lost."""
        if len(self.problems) < _PROBLEMS:
            self.problems.append(Loss(what, why, tool, pointer))

    def lose(self, what: str, why: str, tool: str = "") -> None:
        """Remember that something is missing from the lists."""
        self.complete = False
        self.note(what, why, tool)

    def speaks(self, version: str) -> None:
        """Remember a protocol version that the server named."""
        if version and version not in self.supported:
            self.supported.append(version)
