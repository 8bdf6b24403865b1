"""One stdio connection, driven by the dispatcher of the `mcp` SDK over a transport of our own.

Called by `run.py` with an installed command. The SDK matches replies to requests and answers the
server's own requests; our transport reads, caps, cleans and drops notifications before the SDK
sees anything. `mcp` is imported here only, and only when a connection is made.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import TYPE_CHECKING, Any

from generator.crawl.conversation import HANDSHAKE, STATELESS, Conversation, ReplyError
from generator.crawl.outcome import Failure, exited, timed_out
from generator.crawl.pages import Lists
from generator.crawl.record import Record
from generator.crawl.stdio_streams import Incoming, Outgoing
from generator.crawl.wire import Cleaner
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.crawl.child import Child
    from generator.crawl.limits import Limits
    from generator.model import Json, JsonObject

_THREAD_BYTES = 256 * 1024
"""Longer messages are parsed in a thread, so that deadlines of other servers still fire."""
_NOISE_CHARS = 200


def typed(message: JsonObject, pending: int | str | None) -> Any:  # noqa: ANN401  # SDK, lazily
    """Return a message as the SDK reads it, None for one that nobody waits for."""
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
        code, text = error.get("code", 0), str(error.get("message", message["error"]))
        if not isinstance(code, int) or isinstance(code, bool):
            code, text = 0, f"{code}: {text}"
        data = types.ErrorData.model_construct(
            code=code, message=text[:_ERROR_CHARS], data=error.get("data")
        )
        number = identity if known else pending
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


async def _refuse(_context: object, method: str, _params: Mapping[str, Any] | None) -> JsonObject:
    """Answer a server's request: a ping politely, everything else with an error."""
    from mcp.shared.exceptions import MCPError  # noqa: PLC0415  # lazily

    if method == "ping":
        return {}
    raise MCPError(code=-32601, message="this client offers no capabilities")


async def _ignore(_context: object, _method: str, _params: Mapping[str, Any] | None) -> None:
    """Drop a notification; the transport has dropped them before."""


_ERROR_CHARS = 2000


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

    def __init__(self, child: Child, incoming: Incoming, redact: Callable[[str], str]) -> None:
        from mcp.shared.jsonrpc_dispatcher import JSONRPCDispatcher  # noqa: PLC0415  # lazily

        self._child, self._incoming, self._redact = child, incoming, redact
        # Not from one: a server cannot answer ahead of a question whose number it cannot guess.
        self._number = secrets.randbelow(2**30)
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
            self._number += 1
            options = {"cancel_on_abandon": False, "request_id": self._number}
            return await self._dispatcher.send_raw_request(method, params, options)
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
        said = self._redact(self._child.stderr)
        if not said.strip():
            said = self._redact(self._incoming.noise)
        return exited(code, said, method)

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
    incoming = Incoming(child, limits, record, typed)
    peer = StdioPeer(child, incoming, cleaner.redact)
    conversation = Conversation(peer, record, cleaner, limits)
    first = "initialize" if era == HANDSHAKE else "server/discover"
    deadline = asyncio.get_running_loop().time() + seconds
    try:
        try:
            async with asyncio.timeout(seconds * patience):
                await conversation.open(era)
        except TimeoutError:
            late = _late(first, seconds * patience, child, incoming, cleaner)
            raise Unanswered(late.state, late.reason, late.hint) from None
        except Failure as failure:
            if failure.state in {State.FAILED_TO_START, State.NEEDS_AUTH}:
                raise Unanswered(failure.state, failure.reason, failure.hint) from None
            raise
        try:
            async with asyncio.timeout_at(deadline):
                await Lists(peer, record, cleaner, limits).read()
        except TimeoutError:
            slow = _late("the lists", seconds, child, incoming, cleaner)
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


def _late(
    during: str, seconds: float, child: Child, incoming: Incoming, cleaner: Cleaner
) -> Failure:
    # Secrets go before the text is cut: half of one could not be found any more.
    return timed_out(during, seconds, cleaner.redact(child.stderr), cleaner.redact(incoming.noise))


async def ask_versions(child: Child, record: Record, limits: Limits, seconds: float) -> None:
    """Ask a freshly started server which versions it speaks, add them to its record, and end it."""
    scratch = Record()
    incoming = Incoming(child, limits, scratch, typed)
    cleaner = Cleaner(limits, lambda text: text)
    peer = StdioPeer(child, incoming, cleaner.redact)
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
