"""One stdio connection: requests out, replies in, everything else refused or dropped.

Called by `stdio.py` with an installed command. One request waits at a time, so a loop matches a
reply to it. Envelopes and their validation are the `mcp` SDK's; its dispatcher is not used, since
it took a third of what a server costs us and waits for many requests at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from typing import TYPE_CHECKING

from generator.crawl import envelope
from generator.crawl.conversation import HANDSHAKE, STATELESS, Conversation, ReplyError
from generator.crawl.outcome import Failure, exited, timed_out
from generator.crawl.pages import Lists
from generator.crawl.record import Record
from generator.crawl.stdio_streams import Incoming
from generator.crawl.wire import Cleaner
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.crawl.child import Child
    from generator.crawl.limits import Limits
    from generator.model import Json, JsonObject


class StdioPeer:
    """Requests over one child process, one at a time."""

    def __init__(self, child: Child, incoming: Incoming, redact: Callable[[str], str]) -> None:
        self._child, self._incoming, self._redact = child, incoming, redact
        # Not from one: a server cannot answer ahead of a question whose number it cannot guess.
        self._number = secrets.randbelow(2**30)
        self._unsent = b""

    async def request(self, method: str, params: JsonObject, version: str) -> Json:
        """Return a result; see `Peer.request`."""
        import mcp_types as types  # noqa: PLC0415  # lazily, see `envelope.py`

        del version  # travels in the parameters, stdio has no headers
        self._number += 1
        await self._send(envelope.request(self._number, method, params))
        while (message := await self._incoming.message()) is not None:
            got = envelope.typed(message, self._number)
            if isinstance(got, types.JSONRPCRequest):
                self._child.write_if_room(envelope.answer(got))
            elif got is None or got.id != self._number:
                continue
            elif isinstance(got, types.JSONRPCError):
                raise ReplyError(got.error.code, got.error.message, got.error.data)
            else:
                return got.result
        raise await self._ended(method)

    async def notify(self, method: str, version: str) -> None:
        """Send a notification."""
        del version
        await self._send(envelope.notification(method))

    async def _send(self, line: bytes) -> None:
        # A child that closed its input is noticed by its missing reply.
        with contextlib.suppress(OSError):
            await self._child.write(line)

    async def _ended(self, method: str) -> Failure:
        code = await self._child.exit_code_soon()
        said = self._redact(self._child.stderr)
        if not said.strip():
            said = self._redact(self._incoming.noise)
        return exited(code, said, method)


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
        await child.end()


def _late(
    during: str, seconds: float, child: Child, incoming: Incoming, cleaner: Cleaner
) -> Failure:
    # Secrets go before the text is cut: half of one could not be found any more.
    return timed_out(during, seconds, cleaner.redact(child.stderr), cleaner.redact(incoming.noise))


async def ask_versions(child: Child, record: Record, limits: Limits, seconds: float) -> None:
    """Ask a freshly started server which versions it speaks, add them to its record, and end it."""
    scratch = Record()
    incoming = Incoming(child, limits, scratch)
    cleaner = Cleaner(limits, lambda text: text)
    peer = StdioPeer(child, incoming, cleaner.redact)
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await Conversation(peer, scratch, cleaner, limits).ask_versions()
    finally:
        await child.end()
    for version in scratch.supported:
        record.speaks(version)


def other_era(era: str) -> str:
    """Return the era to try after this one."""
    return STATELESS if era == HANDSHAKE else HANDSHAKE
