"""A streaming HTTP body to JSON messages: decompressed with our own cap, events split as they come.

Called by `http.py` and `sse.py`. Nothing is read beyond the limits, whatever the headers claim.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.crawl.outcome import Failure
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from generator.crawl.limits import Limits

_GZIP_OR_ZLIB = 47
_STEP = 256 * 1024
_SHOWN = 200


@dataclass(slots=True)
class Budget:
    """What one server may still send, compressed and decompressed alike."""

    left: int

    def take(self, size: int) -> None:
        """Count bytes; raises Failure when the server has sent too much."""
        self.left -= size
        if self.left < 0:
            raise Failure(State.TOO_LARGE, "it sent more bytes in all than the limit")


async def chunks(response: httpx.Response, budget: Budget) -> AsyncIterator[bytes]:
    """Yield the decompressed body in small pieces."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "", "gzip", "deflate"}:
        raise Failure(State.PROTOCOL_ERROR, f"the body is encoded as {encoding[:40]!r}, not asked")
    inflate = zlib.decompressobj(_GZIP_OR_ZLIB) if encoding in {"gzip", "deflate"} else None
    async for raw in response.aiter_raw():
        budget.take(len(raw))
        if inflate is None:
            yield raw
            continue
        pending = raw
        while pending and not inflate.eof:
            try:
                piece = inflate.decompress(pending, _STEP)
            except zlib.error:
                raise Failure(State.PROTOCOL_ERROR, "the compressed body is damaged") from None
            budget.take(len(piece))
            pending = inflate.unconsumed_tail
            if piece:
                yield piece


async def whole(response: httpx.Response, budget: Budget, limits: Limits) -> bytes:
    """Return the body; raises Failure above the limit of one message."""
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks(response, budget):
        size += len(chunk)
        if size > limits.message_bytes:
            raise Failure(
                State.TOO_LARGE, f"one body is longer than {limits.message_bytes:,} bytes"
            )
        parts.append(chunk)
    return b"".join(parts)


@dataclass(slots=True)
class Events:
    """Splits an event stream into (event name, data) pairs."""

    limits: Limits
    _lines: list[bytes] = field(default_factory=list)
    _pending: list[bytes] = field(default_factory=list)
    _size: int = 0
    _name: str = ""

    def feed(self, chunk: bytes) -> list[tuple[str, bytes]]:
        """Return the events that this piece completes."""
        found: list[tuple[str, bytes]] = []
        first, *rest = chunk.split(b"\n")
        self._keep(first)
        for piece in rest:
            line = b"".join(self._pending).removesuffix(b"\r")
            self._pending.clear()
            event = self._line(line)
            if event is not None:
                found.append(event)
            self._keep(piece)
        return found

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self.limits.message_bytes:
            raise Failure(
                State.TOO_LARGE, f"one event is longer than {self.limits.message_bytes:,} bytes"
            )
        self._pending.append(piece)

    def _line(self, line: bytes) -> tuple[str, bytes] | None:
        if not line:
            data, name = b"\n".join(self._lines), self._name or "message"
            self._lines, self._name, self._size = [], "", 0
            return (name, data) if data else None
        key, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if key == b"data":
            self._lines.append(value)
        elif key == b"event":
            self._name = value.decode(errors="replace")[:_SHOWN]
        if key != b"data":
            self._size -= len(line)
        return None
