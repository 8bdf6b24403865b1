"""One bounded GET of a JSON answer: size, time, encoding and patience are ours, not the server's.

Called by `intake_sync.py`. Redirects are not followed: a registry that moved is named in the
message, and the person decides.
"""

from __future__ import annotations

import email.utils
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from generator.crawl import wire
from generator.crawl.limits import Limits
from generator.crawl.outcome import Failure
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.model import Json

LIMITS = Limits()
SECONDS = 60.0
"""For one whole answer, however slowly it drips."""
PATIENCE = 60.0
_TRIES = 2
_BACK_OFF = 2.0
_BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_GZIP = 31


class FetchError(Exception):
    """Nothing came that can be used; the message says why, for a person."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer and its validators; `is_unchanged` when the kept one still holds."""

    body: bytes
    etag: str = ""
    last_modified: str = ""
    is_unchanged: bool = False

    def value(self) -> Json:
        """Return the JSON value.

        Raises:
            FetchError: the body is no JSON.
        """
        try:
            return wire.parse(self.body, LIMITS).value
        except (Failure, RecursionError):
            raise FetchError("the registry's answer is too deep or has too many values") from None
        except ValueError:
            kind = "HTML" if self.body.lstrip()[:1] == b"<" else "something else"
            raise FetchError(f"the registry answered with {kind} instead of JSON") from None


def get(
    url: str, agent: str, sleep: Callable[[float], None], validators: Mapping[str, str]
) -> Answer:
    """Return the answer of an address; wait once when asked to, up to a minute.

    Raises:
        FetchError: no usable answer.
    """
    headers = {
        **validators,
        "User-Agent": agent,
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
    }
    is_local = urlsplit(url).hostname in {"localhost", "127.0.0.1", "::1"}
    for attempt in range(1, _TRIES + 1):
        try:
            with (
                httpx.Client(timeout=LIMITS.connect_seconds, trust_env=not is_local) as client,
                client.stream("GET", url, headers=headers) as response,
            ):
                if response.status_code not in _BUSY:
                    return _answer(response)
                wait = _wait(response.headers.get("retry-after", ""), attempt)
        except httpx.HTTPError as error:
            # A name, not a message: messages of the library may hold addresses with credentials.
            raise FetchError(f"the registry cannot be reached ({type(error).__name__})") from None
        if attempt == _TRIES or wait > PATIENCE:
            raise FetchError(f"the registry asks to come back in {wait:.0f} s")
        sleep(wait)
    raise FetchError("the registry is busy")


def _wait(text: str, attempt: int) -> float:
    """Return the seconds of Retry-After, which are a number or a date."""
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        then = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return _BACK_OFF**attempt
    now = datetime.now(tz=UTC)
    return max(
        0.0, (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    )


def _answer(response: httpx.Response) -> Answer:
    status = response.status_code
    etag = response.headers.get("etag", "")[:200]
    modified = response.headers.get("last-modified", "")[:100]
    if status == HTTPStatus.NOT_MODIFIED:
        return Answer(b"", etag, modified, is_unchanged=True)
    if response.has_redirect_location:
        target = urlsplit(response.headers.get("location", ""))
        shown = one_line(f"{target.scheme}://{target.hostname}", 100)
        raise FetchError(f"the registry redirects to {shown}; name that address if you trust it")
    if status != HTTPStatus.OK:
        raise FetchError(f"the registry answered with HTTP {status}")
    return Answer(_body(response), etag, modified)


def _body(response: httpx.Response) -> bytes:
    """Return the body, decompressed by us with a cap."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", ""}:
        raise FetchError(f"the registry answered in the encoding {one_line(encoding, 20)}")
    ends, raw = time.monotonic() + SECONDS, bytearray()
    for block in response.iter_raw():
        raw += block
        if len(raw) > LIMITS.message_bytes:
            raise FetchError(f"the answer is larger than {LIMITS.message_bytes:,} bytes")
        if time.monotonic() > ends:
            raise FetchError(f"the answer took longer than {SECONDS:.0f} s")
    if encoding != "gzip":
        return bytes(raw)
    try:
        unzip = zlib.decompressobj(_GZIP)
        body = unzip.decompress(bytes(raw), LIMITS.message_bytes + 1)
    except zlib.error:
        raise FetchError("the answer is broken gzip") from None
    if len(body) > LIMITS.message_bytes:
        raise FetchError(f"the answer is larger than {LIMITS.message_bytes:,} bytes")
    if not unzip.eof:
        raise FetchError("the answer is broken gzip")
    return body
