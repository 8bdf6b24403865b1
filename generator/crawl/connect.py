"""One stdio connection, driven by the dispatcher of the `mcp` SDK over a transport of our own.

Called by `run.py` with an installed command. The SDK matches replies to requests and answers the
server's own requests; our transport reads, caps, cleans and drops notifications before the SDK
sees anything. `mcp` is imported here only, and only when a connection is made.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Self

from generator.crawl.conversation import HANDSHAKE, STATELESS, Conversation, ReplyError
from generator.crawl.outcome import Failure, exited, timed_out
from generator.crawl.record import Record
from generator.crawl.wire import Cleaner, Parsed, parse
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.crawl.child import Child
    from generator.crawl.limits import Limits
    from generator.model import Json, JsonObject

_THREAD_BYTES = 256 * 1024
"""Longer messages are parsed in a thread, so that deadlines of other servers still fire."""
_NOISE_CHARS = 200


class Incoming:
    """The SDK's read stream: messages of one child, cleaned; ends when the child's output does."""

    def __init__(self, child: Child, limits: Limits, record: Record) -> None:
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
                typed = self._typed(message)
                if typed is not None:
                    return typed
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

    def _typed(self, message: JsonObject) -> Any:  # noqa: ANN401  # as above
        import mcp_types as types  # noqa: PLC0415  # lazily, see the module's docstring
        from mcp.shared.message import SessionMessage  # noqa: PLC0415  # as above

        method, identity = message.get("method"), message.get("id")
        known = isinstance(identity, int | str) and not isinstance(identity, bool)
        if isinstance(method, str):
            if not known:
                return None
            request = types.JSONRPCRequest.model_construct(
                jsonrpc="2.0", id=identity, method=method[:_NOISE_CHARS], params=None
            )
            return SessionMessage(request)
        if "error" in message:
            # An error without an id can only mean the one request that waits.
            error = message["error"] if isinstance(message["error"], dict) else {}
            data = types.ErrorData.model_construct(
                code=error.get("code", 0),
                message=str(error.get("message", message["error"]))[:2000],
                data=error.get("data"),
            )
            number = identity if known else self.pending
            return SessionMessage(
                types.JSONRPCError.model_construct(jsonrpc="2.0", id=number, error=data)
            )
        if known and "result" in message:
            return SessionMessage(
                types.JSONRPCResponse.model_construct(
                    jsonrpc="2.0", id=identity, result=message["result"]
                )
            )
        return None


class Outgoing:
    """The SDK's write stream: one line of JSON per message."""

    def __init__(self, child: Child, incoming: Incoming) -> None:
        self._child, self._incoming = child, incoming

    async def send(self, item: Any) -> None:  # noqa: ANN401  # a type of the SDK, imported lazily
        """Write one message; a child that closed its input is noticed by its missing reply."""
        message = item.message
        if getattr(message, "method", None) is not None and hasattr(message, "id"):
            self._incoming.pending = message.id
        text = message.model_dump_json(by_alias=True, exclude_unset=True)
        with contextlib.suppress(OSError):
            await self._child.write(text.encode() + b"\n")

    async def aclose(self) -> None:
        """Do nothing: the child is ended by its owner."""

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Do nothing."""


async def _refuse(_context: object, method: str, _params: Mapping[str, Any] | None) -> JsonObject:
    """Answer a server's request: a ping politely, everything else with an error."""
    from mcp.shared.exceptions import MCPError  # noqa: PLC0415  # lazily

    if method == "ping":
        return {}
    raise MCPError(code=-32601, message="this client offers no capabilities")


async def _ignore(_context: object, _method: str, _params: Mapping[str, Any] | None) -> None:
    """Drop a notification; the transport has dropped them before."""


class _Running:
    """Tells when the dispatcher is ready, in the way the SDK reports it."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    def started(self, value: object = None) -> None:
        """Note that the receive loop runs."""
        del value
        self.event.set()


class StdioPeer:
    """Requests over one child process."""

    def __init__(self, child: Child, incoming: Incoming) -> None:
        from mcp.shared.jsonrpc_dispatcher import JSONRPCDispatcher  # noqa: PLC0415  # lazily

        self._child, self._incoming = child, incoming
        self._dispatcher: Any = JSONRPCDispatcher(incoming, Outgoing(child, incoming))
        self._running = _Running()
        self._task = asyncio.create_task(
            self._dispatcher.run(_refuse, _ignore, task_status=self._running)
        )

    async def request(self, method: str, params: JsonObject, version: str) -> Json:
        """Return a result; see `Peer.request`."""
        del version  # travels in the parameters, stdio has no headers
        from mcp.shared.exceptions import MCPError  # noqa: PLC0415  # lazily

        await self._running.event.wait()
        try:
            return await self._dispatcher.send_raw_request(
                method, params, {"cancel_on_abandon": False}
            )
        except MCPError as error:
            if self._incoming.has_ended:
                raise await self._ended(method) from None
            raise ReplyError(error.error.code, str(error.error.message), error.error.data) from None

    async def notify(self, method: str, version: str) -> None:
        """Send a notification."""
        del version
        await self._dispatcher.notify(method, None)

    async def _ended(self, method: str) -> Failure:
        if self._incoming.failure is not None:
            return self._incoming.failure
        code = await self._child.exit_code_soon()
        failure = exited(code, self._child.stderr, method)
        if self._incoming.noise and not self._child.stderr.strip():
            failure = exited(code, self._incoming.noise, method)
        return failure

    async def close(self) -> None:
        """Stop the dispatcher."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await self._task


class Unanswered(Failure):
    """The server neither answered nor ended within its share of the time, or it just ended."""


async def talk(
    child: Child,
    record: Record,
    cleaner: Cleaner,
    limits: Limits,
    *,
    era: str,
    seconds: float,
    patience: float = 1.0,
) -> bool:
    """Run one whole conversation with a started server; the child is ended in every case.

    `patience` is the share of the time after which silence means the other era. Return whether a
    fresh connection could tell more versions that the server speaks.

    Raises:
        Unanswered: the era was not accepted by silence or exit; the other one may work.
        Failure: any other ending.
    """
    incoming = Incoming(child, limits, record)
    peer = StdioPeer(child, incoming)
    conversation = Conversation(peer, record, cleaner, limits)
    first = "initialize" if era == HANDSHAKE else "server/discover"
    deadline = asyncio.get_running_loop().time() + seconds
    try:
        try:
            async with asyncio.timeout(seconds * patience):
                await conversation.open(era)
        except TimeoutError:
            late = timed_out(first, seconds * patience, child.stderr, incoming.noise)
            raise Unanswered(late.state, late.reason, late.hint) from None
        except Failure as failure:
            if failure.state in {State.FAILED_TO_START, State.NEEDS_AUTH}:
                raise Unanswered(failure.state, failure.reason, failure.hint) from None
            raise
        try:
            async with asyncio.timeout_at(deadline):
                await conversation.read_lists()
        except TimeoutError:
            slow = timed_out("the lists", seconds, child.stderr, incoming.noise)
            if not record.has_tools:
                raise slow from None
            record.lose("the lists", slow.reason)
            return False
        return await conversation.learn_versions()
    finally:
        if incoming.noise_lines:
            record.note("text on stdout that is no message", "ignored")
        await peer.close()
        await child.end()


async def ask_versions(child: Child, record: Record, limits: Limits, seconds: float) -> None:
    """Ask a freshly started server which versions it speaks, add them to its record, and end it."""
    scratch = Record()
    incoming = Incoming(child, limits, scratch)
    peer = StdioPeer(child, incoming)
    cleaner = Cleaner(limits, lambda text: text)
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await Conversation(peer, scratch, cleaner, limits).ask_versions()
    finally:
        await peer.close()
        await child.end()
    for version in scratch.supported:
        record.speaks(version)


def other_era(era: str) -> str:
    """Return the era to try after this one."""
    return STATELESS if era == HANDSHAKE else HANDSHAKE


def warm() -> None:
    """Import the SDK; takes about a second, which must not count against the first server."""
    import mcp.shared.jsonrpc_dispatcher  # noqa: F401, PLC0415  # lazily
