"""The few lines every small stdio test server shares: read a message, answer it, list tools."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Message = dict[str, Any]
MODERN = "2026-07-28"


def tool(name: str, **more: object) -> Message:
    """Return a small definition."""
    schema = {"type": "object", "properties": {"q": {"type": "string"}}}
    return {"name": name, "description": f"Tool {name}.", "inputSchema": schema} | more


def raw(data: bytes) -> None:
    """Write bytes to stdout at once."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def send(message: object) -> None:
    """Write one message as a line."""
    raw(json.dumps(message).encode() + b"\n")


def result(request: Message, value: object) -> None:
    """Answer a request."""
    send({"jsonrpc": "2.0", "id": request["id"], "result": value})


def error(request: Message, code: int, text: str = "no", data: object = None) -> None:
    """Answer a request with an error."""
    body = {"code": code, "message": text} | ({} if data is None else {"data": data})
    send({"jsonrpc": "2.0", "id": request["id"], "error": body})


def messages() -> Iterator[Message]:
    """Yield what the client sends."""
    for line in sys.stdin.buffer:
        if line.strip():
            yield json.loads(line)


def hello(request: Message, **more: object) -> None:
    """Answer `initialize`."""
    value = {
        "protocolVersion": "2025-06-18",
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "zoo", "version": "1"},
    }
    result(request, value | more)


def serve(
    on_list: Callable[[Message], None] | None = None,
    tools: list[Any] | None = None,
    on_init: Callable[[Message], None] = hello,
    other: Callable[[Message], None] | None = None,
) -> None:
    """Answer until stdin closes; a plain server of the handshake era by default."""
    for request in messages():
        method = request.get("method")
        if method == "initialize":
            on_init(request)
        elif method == "tools/list":
            if on_list is None:
                result(request, {"tools": [tool("one")] if tools is None else tools})
            else:
                on_list(request)
        elif "id" in request and method:
            if other is None:
                error(request, -32601, "unknown method")
            else:
                other(request)
