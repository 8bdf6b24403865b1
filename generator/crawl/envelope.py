"""JSON-RPC envelopes in the types of the `mcp` SDK: our lines out, a server's messages in.

Called by `connect.py`. What goes out is validated by the SDK's types. What comes in is typed
without refusing it, since servers of the field break an envelope in ways that can be understood;
`conversation.py` and `pages.py` judge what is inside. The SDK is imported when the first envelope
is made, which takes a fifth of a second.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.model import Json, JsonObject

_METHOD_CHARS = 200
_ERROR_CHARS = 2000
_ID_CHARS = 200
_REFUSAL = "this client offers no capabilities"


def warm() -> None:
    """Import the SDK's types, so that this does not count against the first server."""
    import mcp_types  # noqa: F401, PLC0415  # lazily, see the module's docstring


def request(number: int, method: str, params: JsonObject) -> bytes:
    """Return the line of a request."""
    message: JsonObject = {"jsonrpc": "2.0", "id": number, "method": method}
    if params:
        message["params"] = params
    return _line(message)


def notification(method: str) -> bytes:
    """Return the line of a notification."""
    return _line({"jsonrpc": "2.0", "method": method})


def _line(message: JsonObject) -> bytes:
    # Plain ASCII: a cursor with a lone surrogate goes back as it came.
    return json.dumps(message).encode() + b"\n"


def answer(asked: Any) -> bytes:  # noqa: ANN401  # a type of the SDK, imported lazily
    """Return the line that answers a server's request: a ping politely, all else with an error."""
    import mcp_types as types  # noqa: PLC0415  # lazily

    made: Any
    if asked.method == "ping":
        made = types.JSONRPCResponse(jsonrpc="2.0", id=asked.id, result={})
    else:
        error = types.ErrorData(code=types.METHOD_NOT_FOUND, message=_REFUSAL)
        made = types.JSONRPCError(jsonrpc="2.0", id=asked.id, error=error)
    return _line(made.model_dump(exclude_unset=True))


def typed(message: JsonObject, pending: int) -> Any:  # noqa: ANN401  # as above
    """Return a request, response or error of the SDK, None for a message nobody waits for.

    `pending` is the number of the one request that waits.
    """
    import mcp_types as types  # noqa: PLC0415  # lazily

    method, number = message.get("method"), _number(message.get("id"))
    if isinstance(method, str):
        if number is None:
            return None
        return types.JSONRPCRequest(jsonrpc="2.0", id=number, method=method[:_METHOD_CHARS])
    if "error" in message:
        # An error without an id can only mean the one request that waits.
        return types.JSONRPCError.model_construct(
            jsonrpc="2.0",
            id=pending if number is None else number,
            error=_error(message["error"]),
        )
    if "result" in message and number is not None:
        return types.JSONRPCResponse.model_construct(
            jsonrpc="2.0", id=number, result=message["result"]
        )
    return None


def _number(value: Json) -> int | str | None:
    """Return the id of a message; a number that comes back as text is the number again."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, str):
        value = value[:_ID_CHARS]
        return int(value) if value.isascii() and value.isdecimal() else value
    return value


def _error(value: Json) -> Any:  # noqa: ANN401  # as above
    from mcp_types import ErrorData  # noqa: PLC0415  # lazily

    error: dict[str, Any] = value if isinstance(value, dict) else {}
    code, text = error.get("code", 0), str(error.get("message", value))
    if not isinstance(code, int) or isinstance(code, bool):
        code, text = 0, f"{code}: {text}"
    return ErrorData(code=code, message=text[:_ERROR_CHARS], data=error.get("data"))
