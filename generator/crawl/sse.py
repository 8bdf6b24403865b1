"""One legacy SSE endpoint: replies come on a stream that stays open, questions go out as POSTs.

Called by `remote.py` when a spec declares it or streamable HTTP is not spoken. The address for
questions comes from the server and must stay on its origin.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from generator.crawl.address import origin, resolve
from generator.crawl.body import Budget, Events, chunks
from generator.crawl.conversation import ReplyError
from generator.crawl.outcome import Failure
from generator.crawl.web import Route, judge, message_of, open_stream, reply_error
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from generator.crawl.limits import Limits
    from generator.crawl.record import Record
    from generator.model import Json, JsonObject

_ENDPOINT_CHARS = 2048


class SsePeer:
    """Requests over one open event stream; made by `connect`."""

    def __init__(self, route: Route, endpoint: str, messages: AsyncIterator[JsonObject]) -> None:
        self._route, self._endpoint, self._messages = route, endpoint, messages
        self._number = 0

    async def request(self, method: str, params: JsonObject, version: str) -> Json:
        """Return a result; see `Peer.request`."""
        del version  # this transport has no header for it
        self._number += 1
        number = self._number
        body: JsonObject = {"jsonrpc": "2.0", "id": number, "method": method}
        if params:
            body["params"] = params
        await self._post(body)
        async for message in self._messages:
            if "method" not in message and message.get("id") == number:
                if "error" in message:
                    raise reply_error(message["error"])
                return message.get("result")
        raise Failure(State.PROTOCOL_ERROR, f"the event stream ended without a reply to {method}")

    async def notify(self, method: str, version: str) -> None:
        """Send a notification."""
        del version
        with contextlib.suppress(ReplyError):
            await self._post({"jsonrpc": "2.0", "method": method})

    async def _post(self, body: JsonObject) -> None:
        where = await resolve(self._endpoint, self._route.reach)
        headers = {**self._route.headers, "content-type": "application/json"}
        sent = open_stream(self._route.client, "POST", where, headers, json.dumps(body))
        async with sent as response:
            await judge(response)


@contextlib.asynccontextmanager
async def connect(route: Route, limits: Limits, record: Record) -> AsyncIterator[SsePeer]:
    """Open the stream and yield the peer once the server has named its endpoint."""
    budget = Budget(limits.server_bytes)
    where = await resolve(route.url, route.reach)
    asked = {**route.headers, "accept": "text/event-stream"}
    async with open_stream(route.client, "GET", where, asked, None) as response:
        await judge(response)
        if not response.headers.get("content-type", "").lower().startswith("text/event-stream"):
            raise Failure(State.PROTOCOL_ERROR, "GET was not answered with an event stream")
        events = _events(response, budget, limits)
        endpoint = await _endpoint(events, route.url)
        yield SsePeer(route, endpoint, _messages(events, limits, record))


async def _events(
    response: httpx.Response, budget: Budget, limits: Limits
) -> AsyncIterator[tuple[str, bytes]]:
    splitter = Events(limits)
    count = 0
    async for chunk in chunks(response, budget):
        for event in splitter.feed(chunk):
            count += 1
            if count > limits.messages:
                raise Failure(State.TOO_LARGE, f"it sent more than {limits.messages:,} events")
            yield event


async def _endpoint(events: AsyncIterator[tuple[str, bytes]], url: str) -> str:
    async for name, data in events:
        if name != "endpoint":
            continue
        named = urljoin(url, data[:_ENDPOINT_CHARS].decode(errors="replace").strip())
        if origin(named) != origin(url):
            raise Failure(
                State.PROTOCOL_ERROR, "the endpoint event names another origin, which is not asked"
            )
        return named
    raise Failure(State.PROTOCOL_ERROR, "the event stream ended before it named an endpoint")


async def _messages(
    events: AsyncIterator[tuple[str, bytes]], limits: Limits, record: Record
) -> AsyncIterator[JsonObject]:
    async for name, data in events:
        if name == "message":
            for message in await asyncio.to_thread(message_of, data, limits, record):
                yield message
