"""One streamable HTTP endpoint, asked with plain requests: one POST per question.

Called by `remote.py`. Every status, redirect, content type and body is judged here; header values
come from the operator's environment by name, and go to the declared origin only.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx

from generator.crawl.address import origin, resolve
from generator.crawl.body import Budget, Events, chunks, whole
from generator.crawl.conversation import ReplyError, is_stateless
from generator.crawl.outcome import Failure
from generator.crawl.web import Route, judge, message_of, open_stream, reply_error, retry_after
from generator.crawl.wire import parse
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from generator.crawl.limits import Limits
    from generator.crawl.record import Record
    from generator.model import Json, JsonObject

_JSON, _EVENTS = "application/json", "text/event-stream"
_REDIRECTS = 3
_LONGEST_WAIT = 60.0
_SHOWN = 200
_SERVER_REQUESTS = 5
_LOST = 404
"""What a server answers for a session that it no longer knows."""
_THREAD_BYTES = 256 * 1024
"""Longer bodies are parsed in a thread, so that deadlines of other servers still fire."""
_SESSION_CHARS = 1024


class HttpPeer:
    """Requests to one endpoint; keeps its session and what it may still send."""

    def __init__(self, route: Route, limits: Limits, record: Record) -> None:
        self._route, self._limits, self._record = route, limits, record
        self._origin = origin(route.url)
        self._session = ""
        self._number = 0
        self._retried = False
        self._refusals = 0
        self._messages = 0
        self.budget = Budget(limits.server_bytes)
        self.status = 0
        """The last HTTP status; 404 and 405 may mean that another transport is spoken."""

    @property
    def has_session(self) -> bool:
        """Return whether the server opened a session."""
        return bool(self._session)

    async def request(self, method: str, params: JsonObject, version: str) -> Json:
        """Return a result; see `Peer.request`."""
        self._number += 1
        body: JsonObject = {"jsonrpc": "2.0", "id": self._number, "method": method}
        if params:
            body["params"] = params
        headers = self._headers(method, version)
        async with self._send(body, headers) as response:
            return await self._answer(response, method, self._number)

    async def notify(self, method: str, version: str) -> None:
        """Send a notification; how it is answered does not matter."""
        body: JsonObject = {"jsonrpc": "2.0", "method": method}
        with contextlib.suppress(ReplyError):
            async with self._send(body, self._headers(method, version)):
                return

    async def close(self) -> None:
        """End the session, when the server opened one."""
        if not self._session or self.status == _LOST:
            return
        with contextlib.suppress(Failure, ReplyError, httpx.HTTPError, TimeoutError):
            async with asyncio.timeout(self._limits.end_seconds):
                endpoint = await resolve(self._route.url, self._route.reach)
                headers = {**self._route.headers, "mcp-session-id": self._session}
                async with open_stream(self._route.client, "DELETE", endpoint, headers, None):
                    return

    def _headers(self, method: str, version: str) -> dict[str, str]:
        headers = {
            **self._route.headers,
            "content-type": _JSON,
            "accept": f"{_JSON}, {_EVENTS}",
        }
        if is_stateless(version):
            headers |= {"mcp-protocol-version": version, "mcp-method": method}
        elif method != "initialize":
            headers["mcp-protocol-version"] = version
        if self._session:
            headers["mcp-session-id"] = self._session
        return headers

    @contextlib.asynccontextmanager
    async def _send(
        self, body: JsonObject, headers: Mapping[str, str]
    ) -> AsyncIterator[httpx.Response]:
        """Send one POST, through redirects of the same origin, and once more when asked to wait."""
        url = self._route.url
        for _ in range(_REDIRECTS + 2):
            endpoint = await resolve(url, self._route.reach)
            async with open_stream(
                self._route.client, "POST", endpoint, headers, json.dumps(body)
            ) as response:
                following = self._redirect(response, url)
                if not following:
                    wait = self._wait(response)
                    if wait is None:
                        await self._judge(response)
                        yield response
                        return
            if following:
                url = following
            else:
                await asyncio.sleep(wait or 0)
        raise Failure(State.PROTOCOL_ERROR, "too many redirects")

    def _redirect(self, response: httpx.Response, url: str) -> str:
        if response.status_code not in {301, 302, 303, 307, 308}:
            return ""
        location = str(response.headers.get("location", ""))
        following = urljoin(url, location)
        if response.status_code in {307, 308} and location and origin(following) == self._origin:
            return following
        shown = following.partition("?")[0][:_SHOWN]
        raise Failure(
            State.PROTOCOL_ERROR,
            f"HTTP {response.status_code} redirects to {shown}, which is not followed",
        )

    def _wait(self, response: httpx.Response) -> float | None:
        """Return how long to wait before asking once more, None when not to."""
        if response.status_code not in {429, 503}:
            return None
        seconds = retry_after(response.headers.get("retry-after", ""))
        longest = min(_LONGEST_WAIT, self._limits.http_seconds / 2)
        if self._retried or seconds > longest:
            raise Failure(
                State.PROTOCOL_ERROR,
                f"HTTP {response.status_code}, asked to come back after {seconds:g} s",
                "crawl it again later",
            )
        self._retried = True
        return seconds

    async def _judge(self, response: httpx.Response) -> None:
        self.status = response.status_code
        error = None
        if 400 <= self.status < 500 and self.status not in {401, 403}:  # noqa: PLR2004  # client errors
            error = await self._error_body(response)
        if error is not None:
            raise error
        await judge(response)
        self._adopt_session(response)

    async def _error_body(self, response: httpx.Response) -> ReplyError | None:
        if not _type(response).startswith(_JSON):
            return None
        try:
            value = parse(await whole(response, self.budget, self._limits), self._limits).value
        except ValueError:
            return None
        error = value.get("error") if isinstance(value, dict) else None
        return reply_error(error) if isinstance(error, dict) and "code" in error else None

    def _adopt_session(self, response: httpx.Response) -> None:
        session = response.headers.get("mcp-session-id", "")
        if session and not self._session:
            if len(session) > _SESSION_CHARS or not session.isascii() or not session.isprintable():
                raise Failure(State.PROTOCOL_ERROR, "the session id is no visible ASCII text")
            self._session = session

    async def _answer(self, response: httpx.Response, method: str, number: int) -> Json:
        kind = _type(response)
        if kind.startswith(_JSON):
            data = await whole(response, self.budget, self._limits)
            for message in await self._messages_of(data):
                if message.get("id") == number:
                    return _result(message)
            raise Failure(State.PROTOCOL_ERROR, f"the body holds no reply to {method}")
        if kind.startswith(_EVENTS):
            return await self._stream(response, method, number)
        raise Failure(
            State.PROTOCOL_ERROR,
            f"{method} was answered with HTTP {response.status_code} and content type "
            f"{kind[:60] or 'none'!r} instead of JSON or an event stream",
        )

    async def _stream(self, response: httpx.Response, method: str, number: int) -> Json:
        events = Events(self._limits)
        async for chunk in chunks(response, self.budget):
            for _, data in events.feed(chunk):
                for message in await self._messages_of(data):
                    if "method" in message:
                        await self._refuse(message)
                    elif message.get("id") == number:
                        return _result(message)
        raise Failure(State.PROTOCOL_ERROR, f"the event stream ended without a reply to {method}")

    async def _refuse(self, message: JsonObject) -> None:
        """Answer a request of the server with an error, a few times."""
        if "id" not in message or self._refusals >= _SERVER_REQUESTS:
            return
        self._refusals += 1
        body = {
            "jsonrpc": "2.0",
            "id": message["id"],
            "error": {"code": -32601, "message": "this client offers no capabilities"},
        }
        with contextlib.suppress(ReplyError, Failure):
            async with self._send(body, self._headers("", self._record.used)):
                return

    async def _messages_of(self, data: bytes) -> list[JsonObject]:
        if len(data) > _THREAD_BYTES:
            batch = await asyncio.to_thread(message_of, data, self._limits, self._record)
        else:
            batch = message_of(data, self._limits, self._record)
        self._messages += 1
        if self._messages > self._limits.messages:
            raise Failure(
                State.TOO_LARGE, f"it sent more than {self._limits.messages:,} messages unasked"
            )
        return batch


def _type(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).strip().lower()


def _result(message: JsonObject) -> Json:
    if "error" in message:
        raise reply_error(message["error"])
    return message.get("result")
