"""What the crawler says over stdio is what the SDK's types allow, and what it hears is typed."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import mcp_types as types
import pytest
from mcp_types import methods, version

from generator.crawl import child, conversation, envelope, process
from generator.crawl.connect import talk
from generator.crawl.descriptors import Listener, Nested, listener
from generator.crawl.limits import Limits
from generator.crawl.record import Record
from generator.crawl.wire import Cleaner

SERVER = """
import json, sys
log, era = open(sys.argv[1], "w"), sys.argv[2]
say = lambda message: print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)
results = {
    "initialize": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}, "prompts": {}},
                   "serverInfo": {"name": "a", "version": "1"}},
    "server/discover": {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}},
    "prompts/list": {"prompts": []},
}
for line in sys.stdin:
    log.write(line); log.flush()
    request = json.loads(line)
    number, method = request.get("id"), request.get("method")
    if method is None or number is None:
        continue
    if method == "tools/list":
        say({"id": "mine", "method": "roots/list"})
        say({"id": 0, "method": "ping"})
        more = {} if "cursor" in request.get("params", {}) else {"nextCursor": "2"}
        say({"id": number, "result": {"tools": [], **more}})
    elif method in results and (method == "server/discover") == (era == "stateless"):
        say({"id": str(number), "result": results[method]})
    elif method in results and method == "prompts/list":
        say({"id": number, "result": results[method]})
    else:
        say({"id": number, "error": {"code": -32601, "message": "no"}})
"""


def test_the_words_of_the_protocol_are_those_of_the_sdk() -> None:
    """The versions that are spoken and the codes that are understood are the SDK's."""
    ours = (conversation.LATEST_HANDSHAKE, conversation.LATEST_STATELESS)
    assert ours == (version.LATEST_HANDSHAKE_VERSION, version.LATEST_MODERN_VERSION)
    assert types.METHOD_NOT_FOUND == conversation.METHOD_NOT_FOUND
    assert types.INVALID_REQUEST == conversation.INVALID_REQUEST
    assert types.UNSUPPORTED_PROTOCOL_VERSION == conversation.UNSUPPORTED_VERSION
    stateless = filter(conversation.is_stateless, version.KNOWN_PROTOCOL_VERSIONS)
    assert tuple(stateless) == version.MODERN_PROTOCOL_VERSIONS


def said(tmp_path: Path, era: str) -> list[dict[str, Any]]:
    """Return what a server of an era hears while it is asked."""
    program, log = tmp_path / "server.py", tmp_path / "log"
    program.write_text(SERVER)
    words = ["python3", str(program), str(log), era]

    async def ask() -> Record:
        record, limits = Record(), Limits(discover_seconds=1)
        started = child.start(words, dict(os.environ), str(tmp_path), limits)
        await talk(started, record, Cleaner(limits, str), limits, era=era, seconds=20)
        return record

    assert asyncio.run(ask()).has_tools
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.mark.parametrize(
    ("era", "spoken"),
    [("handshake", version.LATEST_HANDSHAKE_VERSION), ("stateless", version.LATEST_MODERN_VERSION)],
)
def test_every_line_is_valid(tmp_path: Path, era: str, spoken: str) -> None:
    """The SDK finds every request, notification and answer right in the version that is spoken."""
    lines = said(tmp_path, era)
    asked = [line["method"] for line in lines if "method" in line and "id" in line]
    assert asked.count("tools/list") == 2
    for line in lines:
        method = line.get("method")
        if method is None:
            types.jsonrpc_message_adapter.validate_python(line)
        elif "id" not in line:
            methods.validate_client_notification(method, spoken, line.get("params"))
        else:
            # The one question of the other era, which tells what else the server speaks.
            other = method == "server/discover" and era == "handshake"
            wanted = version.LATEST_MODERN_VERSION if other else spoken
            methods.validate_client_request(method, wanted, line.get("params"))
    answers = [line for line in lines if "method" not in line]
    assert {"jsonrpc": "2.0", "id": 0, "result": {}} in answers
    assert [a["error"]["code"] for a in answers if "error" in a] == [-32601, -32601]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"id": 7, "result": {}}, types.JSONRPCResponse(jsonrpc="2.0", id=7, result={})),
        ({"id": "7", "result": {}}, types.JSONRPCResponse(jsonrpc="2.0", id=7, result={})),
        ({"id": "a", "method": "ping"}, types.JSONRPCRequest(jsonrpc="2.0", id="a", method="ping")),
        (
            {"id": None, "error": {"code": -1, "message": "no"}},
            types.JSONRPCError(
                jsonrpc="2.0", id=7, error=types.ErrorData(code=-1, message="no", data=None)
            ),
        ),
        (
            {"error": "broken"},
            types.JSONRPCError(
                jsonrpc="2.0", id=7, error=types.ErrorData(code=0, message="broken", data=None)
            ),
        ),
        (
            {"id": 7, "error": {"code": "E1", "message": "no", "data": [1]}},
            types.JSONRPCError(
                jsonrpc="2.0", id=7, error=types.ErrorData(code=0, message="E1: no", data=[1])
            ),
        ),
        ({"method": "notifications/message"}, None),
        ({"id": True, "result": {}}, None),
        ({"id": 1.5, "result": {}}, None),
        ({}, None),
    ],
)
def test_messages_are_typed(message: dict[str, Any], expected: object) -> None:
    """A message becomes what the SDK calls it, also where a server is careless."""
    assert expected == envelope.typed(message, 7)


@pytest.mark.parametrize("kind", [Listener, Nested])
def test_descriptors_are_heard(kind: type[Listener]) -> None:
    """A descriptor that can be read calls back until it is closed, and others are left alone."""

    async def hear() -> tuple[list[bytes], int]:
        heard: list[bytes] = []
        listens = kind(asyncio.get_running_loop())
        out, into = os.pipe()
        listens.add(out, lambda: heard.append(os.read(out, 10)))
        os.write(into, b"one")
        await asyncio.sleep(0.01)
        listens.remove(-1)
        closed = listens.close(out)
        os.close(into)
        await asyncio.sleep(0.01)
        return heard, closed

    assert asyncio.run(hear()) == ([b"one"], -1)


def test_one_listener_per_loop() -> None:
    """A loop keeps its listener, and one that is closed is forgotten."""

    async def twice() -> tuple[Listener, Listener]:
        loop = asyncio.get_running_loop()
        return listener(loop), listener(loop)

    first, again = asyncio.run(twice())
    other, _ = asyncio.run(twice())
    assert first is again
    assert other is not first


def test_a_program_that_is_missing_leaves_nothing_open(tmp_path: Path) -> None:
    """A command that cannot be started raises, and its pipes are closed."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(FileNotFoundError):
        process.start([str(tmp_path / "missing")], {}, "/")
    assert before == len(list(Path("/proc/self/fd").iterdir()))
