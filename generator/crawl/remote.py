"""One remote endpoint to a Record: streamable HTTP first, the legacy event stream when it fails.

Called by `run.py` for each Target with a remote.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.crawl import sse
from generator.crawl.address import Reach, origin
from generator.crawl.conversation import (
    HANDSHAKE,
    STATELESS,
    Conversation,
    ReplyError,
    is_stateless,
)
from generator.crawl.http import HttpPeer
from generator.crawl.outcome import Failure, refused, timed_out
from generator.crawl.pages import Lists
from generator.crawl.plan import Settings, settings
from generator.crawl.record import Record
from generator.crawl.web import Route
from generator.crawl.wire import Cleaner
from generator.model import Source
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from generator.crawl.conversation import Peer
    from generator.crawl.limits import Limits
    from generator.crawl.stopwatch import Stopwatch
    from generator.model import Remote, ServerSpec

_NOT_SPOKEN = {404, 405}
_STREAMABLE, _SSE = "streamable-http", "sse"
_PER_HOST = 2


@dataclass(slots=True)
class Web:
    """What all remotes of a run share: the client, its bounds, and how many at once."""

    client: httpx.AsyncClient
    limits: Limits
    variables: Mapping[str, str]
    allow_private: bool = False
    all_hosts: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(32))
    hosts: dict[tuple[str, str, int], asyncio.Semaphore] = field(
        default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(_PER_HOST))
    )


class RemoteServer:
    """One crawl of one remote; `ask` runs it to its end."""

    def __init__(
        self, spec: ServerSpec, remote: Remote, web: Web, era: str, stopwatch: Stopwatch
    ) -> None:
        self._stopwatch = stopwatch
        self._remote, self._web = remote, web
        self._settings: Settings = settings(remote.headers, web.variables, "")
        reach = Reach(bool(spec.crawl.loopback_reason), web.allow_private)
        self._route = Route(web.client, remote.url, self._settings.values, reach)
        self.era = era or STATELESS
        self.record = Record()
        self.source = self._source(remote.transport)

    @property
    def secrets(self) -> Mapping[str, str]:
        """Return the real header values this server gets, by name."""
        real = set(self._settings.values) - set(self._settings.placeholders)
        return {name: self._settings.values[name] for name in real} | dict(self._settings.secrets)

    def _source(self, kind: str) -> Source:
        return Source(
            kind=kind,
            url=self._remote.url,
            env_names=tuple(self._settings.values),
            placeholders=self._settings.placeholders,
            network=True,
        )

    async def ask(self, redact: Callable[[str], str]) -> None:
        """Fill the record with everything the server lists.

        Raises:
            Failure: the ending, when no list could be read.
        """
        host = self._web.hosts[origin(self._remote.url)]
        # The other way round, a host with many servers would hold every turn and use two.
        async with host, self._web.all_hosts:
            with self._stopwatch:
                await self._in_time(Cleaner(self._web.limits, redact))

    async def _in_time(self, cleaner: Cleaner) -> None:
        seconds = self._web.limits.http_seconds
        try:
            async with asyncio.timeout(seconds):
                await self._any_transport(cleaner)
        except TimeoutError:
            late = timed_out("the requests", seconds)
            if not self.record.has_tools:
                raise late from None
            self.record.lose("the lists", late.reason)

    async def _any_transport(self, cleaner: Cleaner) -> None:
        if self._remote.transport == _SSE:
            await self._sse(cleaner)
            return
        peer = self._peer()
        try:
            await self._converse(peer, cleaner)
        except Failure:
            if peer.status not in _NOT_SPOKEN:
                raise
            if peer.has_session and not self.record.has_tools:
                # The session was lost on the way; one new one is worth a try.
                self.era = HANDSHAKE
                await self._converse(self._peer(), cleaner)
                return
            try:
                await self._sse(cleaner)
            except Failure as second:
                if second.state is State.NEEDS_AUTH:
                    raise
                failure = second
            else:
                self.source = self._source(_SSE)
                return
            raise Failure(
                State.PROTOCOL_ERROR,
                f"neither streamable HTTP (HTTP status {peer.status}) nor the legacy event stream "
                f"({failure.reason})",
            ) from None

    def _peer(self) -> HttpPeer:
        self.record = Record()
        return HttpPeer(self._route, self._web.limits, self.record)

    async def _converse(self, peer: HttpPeer, cleaner: Cleaner) -> None:
        try:
            await self._talk(peer, cleaner, self.era)
            self.era = STATELESS if is_stateless(self.record.used) else HANDSHAKE
        finally:
            await peer.close()

    async def _sse(self, cleaner: Cleaner) -> None:
        self.record = Record()
        try:
            async with sse.connect(self._route, self._web.limits, self.record) as peer:
                await self._talk(peer, cleaner, HANDSHAKE)
        except ReplyError as error:
            raise refused("the legacy event stream", error.code, error.message) from None

    async def _talk(self, peer: Peer, cleaner: Cleaner, era: str) -> None:
        conversation = Conversation(peer, self.record, cleaner, self._web.limits)
        await conversation.open(era)
        await Lists(peer, self.record, cleaner, self._web.limits).read()
        await conversation.learn_versions()
