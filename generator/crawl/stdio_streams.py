"""The two streams between the SDK's dispatcher and a child process: lines in, lines out.

Made by `connect.py`. Reading caps, cleans and drops before the SDK sees anything: text that is no
message, notifications, and messages beyond the limit never reach it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any, Self

from generator.crawl.outcome import Failure
from generator.crawl.wire import Parsed, parse
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.crawl.child import Child
    from generator.crawl.limits import Limits
    from generator.crawl.record import Record
    from generator.model import Json, JsonObject

_THREAD_BYTES = 256 * 1024
"""Longer messages are parsed in a thread, so that deadlines of other servers still fire."""
_NOISE_CHARS = 200


class Incoming:
    """The SDK's read stream: messages of one child, cleaned; ends when the child's output does."""

    def __init__(
        self,
        child: Child,
        limits: Limits,
        record: Record,
        typed: Callable[[JsonObject, int | str | None], Any],
    ) -> None:
        self._typed = typed
        self._child, self._limits, self._record = child, limits, record
        self._batch: list[Json] = []
        self._messages = 0
        self.pending: int | str | None = None
        self.failure: Failure | None = None
        self.has_ended = False
        self.noise = ""
        self.noise_lines = 0

    def __aiter__(self) -> Incoming:
        """Return itself, as the SDK expects."""
        return self

    async def __anext__(self) -> Any:  # noqa: ANN401  # a type of the SDK, imported lazily
        """Return the next message that is a reply or a request."""
        try:
            while (message := await self._message()) is not None:
                wanted = self._typed(message, self.pending)
                if wanted is not None:
                    return wanted
        except Failure as failure:
            self.failure = failure
        self.has_ended = True
        raise StopAsyncIteration

    async def receive(self) -> Any:  # noqa: ANN401  # as above
        """Return the next message."""
        return await self.__anext__()

    async def aclose(self) -> None:
        """Do nothing: the child is ended by its owner."""

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Do nothing."""

    async def _message(self) -> Json:
        while not self._batch:
            line = await self._child.line()
            if line is None:
                return None
            await self._read(line.removeprefix(b"\xef\xbb\xbf").strip())
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


class Outgoing:
    """The SDK's write stream: one line of JSON per message."""

    def __init__(self, child: Child, incoming: Incoming) -> None:
        self._child, self._incoming = child, incoming

    async def send(self, item: Any) -> None:  # noqa: ANN401  # a type of the SDK, imported lazily
        """Write one message; a child that closed its input is noticed by its missing reply."""
        message = item.message
        if getattr(message, "method", None) is not None and hasattr(message, "id"):
            self._incoming.pending = message.id
        # Plain ASCII: a cursor with a lone surrogate goes back as it came.
        text = json.dumps(message.model_dump(by_alias=True, exclude_unset=True))
        with contextlib.suppress(OSError):
            await self._child.write(text.encode() + b"\n")

    async def aclose(self) -> None:
        """Do nothing: the child is ended by its owner."""

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Do nothing."""
