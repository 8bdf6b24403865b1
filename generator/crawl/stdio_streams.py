"""Lines of a child process to JSON messages: capped, repaired, and without what is no message.

Made by `connect.py`, whose peer takes one message after the other.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from generator.crawl.outcome import Failure
from generator.crawl.wire import Parsed, parse
from generator.taxonomy import State

if TYPE_CHECKING:
    from generator.crawl.child import Child
    from generator.crawl.limits import Limits
    from generator.crawl.record import Record
    from generator.model import JsonObject

_THREAD_BYTES = 256 * 1024
"""Longer messages are parsed in a thread, so that deadlines of other servers still fire."""
_NOISE_CHARS = 200


class Incoming:
    """The messages of one child, cleaned; ends when the child's output does."""

    def __init__(self, child: Child, limits: Limits, record: Record) -> None:
        self._child, self._limits, self._record = child, limits, record
        self._batch: list[JsonObject] = []
        self._messages = 0
        self._failure: Failure | None = None
        self.noise = ""
        self.noise_lines = 0

    async def message(self) -> JsonObject | None:
        """Return the next message, None when the child's output has ended.

        Raises:
            Failure: a limit was passed; now and whenever it is asked again.
        """
        if self._failure is not None:
            raise self._failure
        try:
            while not self._batch:
                line = await self._child.line()
                if line is None:
                    return None
                await self._read(line.removeprefix(b"\xef\xbb\xbf").strip())
        except Failure as failure:
            self._failure = failure
            raise
        return self._batch.pop()

    async def _read(self, line: bytes) -> None:
        self._count()
        self._record.arrived(len(line))
        if line[:1] not in {b"{", b"["}:
            self._noise(line)
            return
        try:
            if len(line) > _THREAD_BYTES:
                parsed = await asyncio.to_thread(parse, line, self._limits)
            else:
                parsed = parse(line, self._limits)
        except (ValueError, RecursionError):
            self._noise(line)
            return
        self._accept(parsed)

    def _accept(self, parsed: Parsed) -> None:
        for note in parsed.notes:
            self._record.note(note.what, note.why)
        batch = parsed.value if isinstance(parsed.value, list) else [parsed.value]
        for _ in batch[1:]:
            self._count()
        self._batch = [message for message in reversed(batch) if isinstance(message, dict)]

    def _count(self) -> None:
        self._messages += 1
        if self._messages > self._limits.messages:
            raise Failure(
                State.TOO_LARGE, f"it sent more than {self._limits.messages:,} messages unasked"
            )

    def _noise(self, line: bytes) -> None:
        self.noise_lines += 1
        self.noise = self.noise or line[:_NOISE_CHARS].decode(errors="replace")
