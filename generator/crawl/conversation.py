"""A connection to a Record: which protocol, then every page of every list. Nothing else is asked.

Called by `connect.py` (stdio) and `http.py`, which differ only in how a request travels. Both
protocol eras are spoken: the handshake (2024-11-05 to 2025-11-25) and the stateless one
(2026-07-28). No method that acts, reads a resource or expands a prompt is ever sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Protocol

from generator import __version__
from generator.crawl.outcome import Failure, refused
from generator.taxonomy import State
from generator.text import one_line

if TYPE_CHECKING:
    from generator.crawl.limits import Limits
    from generator.crawl.record import Record
    from generator.crawl.wire import Cleaner
    from generator.model import Json, JsonObject

HANDSHAKE, STATELESS = "handshake", "stateless"
LATEST_HANDSHAKE = "2025-11-25"
LATEST_STATELESS = "2026-07-28"
UNSUPPORTED_VERSION = -32022
METHOD_NOT_FOUND = -32601
INVALID_REQUEST = -32600

_CLIENT = {"name": "mcp-tool-risk-catalogue", "version": __version__}
_META = "io.modelcontextprotocol/"
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}")
_VERSIONS_KEPT = 20
_VERSION_CHARS = 40


class ReplyError(Exception):
    """The server answered a request with an error."""

    def __init__(self, code: object, message: str, data: Json = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data


class Peer(Protocol):
    """One connection, whatever carries it."""

    async def request(self, method: str, params: JsonObject, version: str) -> Json:
        """Return the result of a request; raise ReplyError for an error, Failure for an end."""

    async def notify(self, method: str, version: str) -> None:
        """Send a notification."""


def meta(version: str) -> JsonObject:
    """Return the `_meta` that each stateless request carries."""
    return {
        f"{_META}protocolVersion": version,
        f"{_META}clientInfo": _CLIENT,
        f"{_META}clientCapabilities": {},
    }


def is_stateless(version: str) -> bool:
    """Return whether a protocol version belongs to the stateless era."""
    return version >= LATEST_STATELESS


class Conversation:
    """One server's answers on one connection, collected into its record."""

    def __init__(self, peer: Peer, record: Record, cleaner: Cleaner, limits: Limits) -> None:
        self._peer, self._record, self._cleaner, self._limits = peer, record, cleaner, limits

    async def open(self, era: str) -> None:
        """Agree on a protocol version, in the given era first.

        Raises:
            Failure: neither era works on this connection.
        """
        if era == STATELESS:
            try:
                await self._discover(LATEST_STATELESS)
            except ReplyError as error:
                if _names_versions(error) and not self._stateless_of(error):
                    raise _no_common(error) from None
                await self._initialize_or_fail(error)
            return
        try:
            await self._initialize()
        except ReplyError as error:
            await self._discover_after(error)

    async def _initialize_or_fail(self, first: ReplyError) -> None:
        try:
            await self._initialize()
        except ReplyError as error:
            chosen = first if error.code == METHOD_NOT_FOUND else error
            raise refused("initialize", chosen.code, chosen.message) from None

    async def _discover_after(self, error: ReplyError) -> None:
        version = self._stateless_of(error) if _names_versions(error) else LATEST_STATELESS
        if not version:
            raise _no_common(error)
        try:
            await self._discover(version)
        except ReplyError:
            raise refused("initialize", error.code, error.message) from None

    async def _initialize(self) -> None:
        params: JsonObject = {
            "protocolVersion": LATEST_HANDSHAKE,
            "capabilities": {},
            "clientInfo": _CLIENT,
        }
        result = await self._peer.request("initialize", params, LATEST_HANDSHAKE)
        if not isinstance(result, dict):
            raise wrong("initialize", "an object", result)
        version = result.get("protocolVersion")
        if not isinstance(version, str):
            raise wrong("initialize", "a protocolVersion", version)
        if not _VERSION.fullmatch(version):
            shown = one_line(version, _VERSION_CHARS)
            self._record.note(f"protocol version {shown}", "no version that was published")
            version = shown
        self._adopt(version, result)
        self._record.server_info = self._object(result.get("serverInfo"))
        await self._peer.notify("notifications/initialized", self._record.used)

    async def _discover(self, version: str) -> None:
        try:
            result = await self._peer.request("server/discover", {"_meta": meta(version)}, version)
        except ReplyError as error:
            # Once more at a version the server names, though it may be the one it just refused.
            other = self._stateless_of(error) if _names_versions(error) else ""
            if not other:
                raise
            version = other
            result = await self._peer.request("server/discover", {"_meta": meta(version)}, version)
        if not isinstance(result, dict):
            raise wrong("server/discover", "an object", result)
        named = _texts(result.get("supportedVersions"))
        if named and not any(map(is_stateless, named)):
            # A server that answers discover but speaks only the handshake.
            raise ReplyError(METHOD_NOT_FOUND, "no stateless version", {"supported": named})
        self._adopt(version, result)
        self._speaks(named)
        stamped = result.get("_meta")
        info = stamped.get(f"{_META}serverInfo") if isinstance(stamped, dict) else None
        self._record.server_info = self._object(info or result.get("serverInfo"))

    def _adopt(self, version: str, result: JsonObject) -> None:
        record = self._record
        record.used = version
        record.speaks(version)
        record.capabilities = self._object(result.get("capabilities"))
        instructions = result.get("instructions")
        if isinstance(instructions, str):
            text = str(self._cleaner.clean(instructions))
            if len(text) > self._limits.header_bytes:
                record.lose("the instructions", f"cut at {self._limits.header_bytes:,} characters")
            record.instructions = text[: self._limits.header_bytes]

    def _speaks(self, versions: list[str]) -> None:
        for version in versions[:_VERSIONS_KEPT]:
            self._record.speaks(one_line(version, _VERSION_CHARS))

    def _object(self, value: Json) -> JsonObject:
        if not isinstance(value, dict):
            return {}
        cleaned = self._cleaner.clean(value)
        if self._cleaner.printed > self._limits.header_bytes:
            self._record.note("server information", "larger than its limit, not kept")
            return {}
        return dict(cleaned)

    def _stateless_of(self, error: ReplyError) -> str:
        named = _texts(error.data.get("supported")) if isinstance(error.data, dict) else []
        self._speaks(named)
        # Only the version whose wire form is known; a later one cannot be spoken.
        return LATEST_STATELESS if LATEST_STATELESS in named else ""

    async def learn_versions(self) -> bool:
        """Ask which other versions the server speaks; silence and errors cost nothing any more.

        Return whether only a fresh connection can tell: this one is bound to its era.
        """
        if is_stateless(self._record.used):
            return False
        try:
            async with asyncio.timeout(self._limits.discover_seconds):
                result = await self._peer.request(
                    "server/discover", {"_meta": meta(LATEST_STATELESS)}, LATEST_STATELESS
                )
                if isinstance(result, dict):
                    self._speaks(_texts(result.get("supportedVersions")))
        except ReplyError as error:
            if _names_versions(error):
                self._stateless_of(error)
            return error.code == INVALID_REQUEST
        except (Failure, TimeoutError):
            return False
        return False

    async def ask_versions(self) -> None:
        """Ask on a fresh connection, as its first question, which versions the server speaks."""
        with contextlib.suppress(Failure, ReplyError):
            params = {"_meta": meta(LATEST_STATELESS)}
            result = await self._peer.request("server/discover", params, LATEST_STATELESS)
            if isinstance(result, dict):
                self._speaks(_texts(result.get("supportedVersions")))


def _texts(value: Json) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _names_versions(error: ReplyError) -> bool:
    return error.code == UNSUPPORTED_VERSION and isinstance(error.data, dict)


def _no_common(error: ReplyError) -> Failure:
    named = _texts(error.data.get("supported")) if isinstance(error.data, dict) else []
    words = ", ".join(named[:5]) or "none that it names"
    return Failure(State.PROTOCOL_ERROR, f"no common protocol version; the server speaks {words}")


def wrong(method: str, expected: str, got: Json) -> Failure:
    """Return the failure of a result that has another shape than the protocol says."""
    kinds = {dict: "an object", list: "a list", str: "text", bool: "a boolean", type(None): "null"}
    kind = kinds.get(type(got), "a number")
    return Failure(State.PROTOCOL_ERROR, f"{method} expected {expected}, got {kind}")
