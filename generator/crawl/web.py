"""What every HTTP exchange of this room shares: the client, a request, the verdict on a response.

Called by `http.py`, `sse.py` and the command line, which makes the one client of a run.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.cookiejar
import re
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from generator import __version__
from generator.crawl.conversation import ReplyError
from generator.crawl.outcome import Failure
from generator.crawl.wire import parse
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from generator.crawl.address import Endpoint, Reach
    from generator.crawl.limits import Limits
    from generator.crawl.record import Record
    from generator.model import Json, JsonObject

USER_AGENT = f"mcp-tool-risk-catalogue/{__version__}"
_SHOWN = 200
_INTERNAL = -32603
_ASKED = re.compile(r'(?i)\b(realm|scope)="([^"]{1,100})"')


@dataclass(frozen=True, slots=True)
class Route:
    """How one remote is reached: the client, the declared URL, its headers and what is allowed."""

    client: httpx.AsyncClient
    url: str
    headers: Mapping[str, str]
    reach: Reach


class StatusError(ReplyError):
    """An HTTP status without a JSON-RPC answer; another era or transport may still work."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}", f"HTTP status {status}")
        self.status = status


def _no_trust() -> ssl.SSLContext:
    """Return a context that trusts nobody, so that no https address can be asked with it."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def client(limits: Limits, *, with_tls: bool = True) -> httpx.AsyncClient:
    """Return the one client of a run: no cookies, no proxies, no redirects of its own.

    Reading the trust store takes longer than asking a server; a run without remotes leaves it.
    """
    nothing = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
    return httpx.AsyncClient(
        verify=ssl.create_default_context() if with_tls else _no_trust(),
        trust_env=False,
        cookies=nothing,
        timeout=httpx.Timeout(None, connect=limits.connect_seconds),
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=2),
    )


@contextlib.asynccontextmanager
async def open_stream(
    web: httpx.AsyncClient,
    verb: str,
    endpoint: Endpoint,
    headers: Mapping[str, str],
    content: str | None,
) -> AsyncIterator[httpx.Response]:
    """Send one request to a checked address and yield its response before the body is read."""
    own = {"user-agent": USER_AGENT, "accept-encoding": "gzip", "host": endpoint.host_header}
    try:
        async with web.stream(
            verb,
            endpoint.url,
            headers={**headers, **own},
            content=content,
            extensions={"sni_hostname": endpoint.host},
        ) as response:
            yield response
    except httpx.HTTPError as error:
        raise unreachable(error) from None


async def judge(response: httpx.Response) -> None:
    """Return for a success.

    Raises:
        Failure: credentials are wanted, or the server itself failed.
        StatusError: any other status.
    """
    status = response.status_code
    if status in {401, 403}:
        raise _needs_auth(response)
    if status >= 500:  # noqa: PLR2004  # the server's own failure
        raise Failure(State.PROTOCOL_ERROR, f"HTTP status {status}")
    if status >= 300:  # noqa: PLR2004  # no success
        raise StatusError(status)


def message_of(data: bytes, limits: Limits, record: Record) -> list[JsonObject]:
    """Return the messages of one body or event; repairs go into the record."""
    record.arrived(len(data))
    try:
        parsed = parse(data, limits)
    except (ValueError, RecursionError):
        start = data[:_SHOWN].decode(errors="replace")
        raise Failure(State.PROTOCOL_ERROR, f"the answer is no JSON: {start}") from None
    for note in parsed.notes:
        record.note(note.what, note.why)
    batch = parsed.value if isinstance(parsed.value, list) else [parsed.value]
    return [message for message in batch if isinstance(message, dict)]


def _needs_auth(response: httpx.Response) -> Failure:
    challenge = response.headers.get("www-authenticate", "")
    scheme = challenge.partition(" ")[0][:40]
    details = "".join(f" {name}={value}" for name, value in _ASKED.findall(challenge[:2000]))
    asked = f", it asks for {scheme}{details[:_SHOWN]}" if scheme else ""
    return Failure(
        State.NEEDS_AUTH,
        f"HTTP status {response.status_code}{asked}",
        "no login is attempted; set the declared header variables and crawl privately",
    )


def retry_after(value: str) -> float:
    """Return the seconds of a Retry-After header: a number, a date, or one second for none."""
    text = value.strip()
    if text.isdecimal():
        return float(text[:9])
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    return 1.0


def unreachable(error: httpx.HTTPError) -> Failure:
    """Return the failure of a connection that could not be made or broke."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            reason = getattr(cause, "verify_message", "") or cause.reason or "handshake failed"
            return Failure(State.FAILED_TO_START, f"TLS: {reason}")
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectTimeout):
        return Failure(State.TIMED_OUT, "no connection within the limit")
    if isinstance(error, httpx.ConnectError):
        return Failure(State.FAILED_TO_START, "the connection was refused or is unreachable")
    if isinstance(error, httpx.RemoteProtocolError):
        return Failure(State.PROTOCOL_ERROR, f"broken HTTP: {str(error)[:_SHOWN]}")
    return Failure(State.PROTOCOL_ERROR, f"the connection broke: {type(error).__name__}")


def reply_error(error: Json) -> ReplyError:
    """Return the error of a reply, whatever shape it has."""
    if not isinstance(error, dict):
        return ReplyError(_INTERNAL, str(error)[:_SHOWN])
    return ReplyError(error.get("code"), str(error.get("message"))[:2000], error.get("data"))
