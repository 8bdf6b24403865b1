"""A URL to the one address that is connected to; private ones are refused before anything is sent.

Called by `http.py` for every request, redirects included. The connection goes to the address that
was checked, not to the name, so a name cannot point elsewhere a moment later.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from generator.crawl.outcome import Failure
from generator.taxonomy import State

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_PORTS = {"https": 443, "http": 80}
_PRIVATE_HINT = "private addresses are asked only with --allow-private or a loopback reason"


@dataclass(frozen=True, slots=True)
class Reach:
    """Which addresses beside public ones may be asked."""

    loopback: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A URL taken apart: what goes into the request line, the Host header and the socket."""

    scheme: str
    host: str
    port: int
    target: str
    address: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def url(self) -> str:
        """Return the URL with the checked address in place of the name."""
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{address}:{self.port}{self.target}"

    @property
    def host_header(self) -> str:
        """Return the value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if _PORTS[self.scheme] == self.port else f"{host}:{self.port}"


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of a URL; raises Failure for one that cannot be asked."""
    parts, port = _parts(url)
    return parts.scheme, str(parts.hostname), port


def _parts(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise Failure(State.PROTOCOL_ERROR, "the address is no URL") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise Failure(State.PROTOCOL_ERROR, "the address is no https URL")
    if parts.username is not None or parts.password is not None:
        raise Failure(State.NOT_OBSERVED, "the address holds credentials, which are never stored")
    return parts, port


async def resolve(url: str, reach: Reach) -> Endpoint:
    """Return where to connect for a URL.

    Raises:
        Failure: no URL, an unknown host, a private address, or http beyond the loopback.
    """
    parts, port = _parts(url)
    host = str(parts.hostname)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )
    except (OSError, UnicodeError):
        raise Failure(State.FAILED_TO_START, f"the host {host} is unknown") from None
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        _refuse_private(host, address, reach)
    if parts.scheme == "http" and not all(_is_loopback(a) or reach.private for a in addresses):
        raise Failure(State.NOT_OBSERVED, "http without TLS is asked on the loopback only")
    target = parts.path or "/"
    if parts.query:
        target = f"{target}?{parts.query}"
    return Endpoint(parts.scheme, host, port, target, addresses[0])


def _refuse_private(host: str, address: str, reach: Reach) -> None:
    if reach.private or (reach.loopback and _is_loopback(address)) or is_public(address):
        return
    raise Failure(
        State.NOT_OBSERVED, f"the host {host} is at a private address, refused", _PRIVATE_HINT
    )


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def is_public(address: str) -> bool:
    """Return whether an address is on the public internet, also behind its IPv6 disguises."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast
