"""What a crawl costs: CPU per stdio server beside a raw line client, and memory over 500 remotes.

`python -m tests.bench_crawl` prints a few lines; `make bench` runs it. CPU is user and system
time of the client process itself, without the servers it starts; files go to memory where there
is a file system for that, since the price of a disk depends on its neighbours. Only the loopback is
used, and everything that is started is ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from generator.crawl import sandbox
from generator.crawl.install import Installer
from generator.crawl.journal import Journal
from generator.crawl.limits import Limits
from generator.crawl.plan import Target
from generator.crawl.remote import Web
from generator.crawl.run import Crawl
from generator.crawl.stdio import Environment
from generator.crawl.web import client
from generator.model import CrawlSettings, Package, Remote, ServerSpec

STDIO_SERVERS, ROUNDS, REMOTES = 200, 5, 500
TOOLS = 2
MEMORY = "/dev/shm"  # noqa: S108  # a fresh folder inside, with a name nobody can guess
ZOO = Path(__file__).parent / "servers" / "zoo_stdio.py"


def cpu() -> float:
    """Return the CPU seconds of this process, without its children."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident() -> int:
    """Return the resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def ask(process: subprocess.Popen[bytes], number: int, method: str, params: object) -> object:
    """Send one request and return the parsed result of the reply that carries its number."""
    message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()
    while True:
        reply = json.loads(process.stdout.readline())
        if reply.get("id") == number:
            return reply["result"]


def raw_line_client() -> list[object]:
    """List the tools of one server as the smallest ordinary client does: subprocess and json."""
    tools: list[object] = []
    with subprocess.Popen(
        [sys.executable, str(ZOO), "good"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        client_info = {"name": "raw", "version": "1"}
        hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client_info}
        ask(process, 1, "initialize", hello)
        initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        process.stdin.write(json.dumps(initialized).encode() + b"\n")
        process.stdin.flush()
        params: dict[str, object] = {}
        for number in range(2, 200):
            page: Any = ask(process, number, "tools/list", params)
            tools += page["tools"]
            if page.get("nextCursor") is None:
                break
            params = {"cursor": page["nextCursor"]}
        process.stdin.close()
        process.wait()
    return tools


async def crawled(targets: list[Target], folder: Path, isolation: str) -> None:
    """Crawl targets into a folder."""
    limits = Limits()
    box = sandbox.Sandbox(isolation, folder / "scratch")
    installer = Installer(folder / "packages", box, limits, "2026-01-01")
    shared = Environment(installer, box, limits, {}, network=False, scratch=folder / "scratch")
    async with client(limits, with_tls=False) as web_client:
        web = Web(web_client, limits, {}, allow_private=True)
        journal = Journal(folder / "journal.json")
        crawl = Crawl(shared, web, folder / "snapshots", "2026-01-01", journal)
        await crawl.run(targets, lambda _result: None)


def stdio_targets(count: int) -> list[Target]:
    """Return the well-behaved server of the zoo, many times."""
    package = Package("local", str(ZOO), runtime_hint="python3", arguments=("good",))
    return [Target(ServerSpec(f"server-{n}", "server"), package=package) for n in range(count)]


def stdio(folder: Path, isolation: str) -> float:
    """Print both clients' own CPU per server, a few at a time in turn; return the ratio.

    What a process pays once (imports, the web client) is paid by a first round that does not
    count. In turn, because what else runs on the machine changes the price of a second.
    """
    asyncio.run(crawled(stdio_targets(4), folder / f"{isolation}-first", isolation))
    ours, raw = 0.0, 0.0
    for number in range(ROUNDS):
        began = cpu()
        for _ in range(STDIO_SERVERS // ROUNDS):
            assert len(raw_line_client()) == TOOLS
        between = cpu()
        targets = stdio_targets(STDIO_SERVERS // ROUNDS)
        asyncio.run(crawled(targets, folder / f"{isolation}-{number}", isolation))
        raw, ours = raw + between - began, ours + cpu() - between
    print(  # noqa: T201  # a benchmark prints
        f"crawler, isolation {isolation:5}    {ours / raw:8.2f} x    a raw line client on the same "
        f"{STDIO_SERVERS} servers: {1000 * ours / STDIO_SERVERS:.2f} against "
        f"{1000 * raw / STDIO_SERVERS:.2f} ms CPU" + ("   goal 2" if isolation == "none" else "")
    )
    return ours / raw


class Small(BaseHTTPRequestHandler):
    """Answers the stateless era with three tools."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:  # the base class's name
        """Answer discover and lists."""
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        tools = [{"name": f"t{n}", "inputSchema": {"type": "object"}} for n in range(3)]
        value = {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}, "tools": tools}
        data = json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": value}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


def remotes(ports: list[int], count: int) -> list[Target]:
    """Return remotes at different paths of a few local ports."""
    found = []
    for number in range(count):
        url = f"http://127.0.0.1:{ports[number % len(ports)]}/{number}"
        remote = Remote("streamable-http", url)
        spec = ServerSpec(
            f"remote-{number}", "remote", crawl=CrawlSettings(loopback_reason="bench")
        )
        found.append(Target(spec, remote=remote))
    return found


def main() -> None:
    """Measure and print."""
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        for isolation in (sandbox.NONE, sandbox.BWRAP):
            if isolation == sandbox.NONE or not sandbox.why_unavailable():
                stdio(folder, isolation)
        ports = []
        for _ in range(16):
            server = ThreadingHTTPServer(("127.0.0.1", 0), Small)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            ports.append(server.server_port)
        asyncio.run(crawled(remotes(ports, 100), folder / "first", "none"))
        before, wall = resident(), time.monotonic()
        asyncio.run(crawled(remotes(ports, REMOTES), folder / "remotes", "none"))
        grown, took = resident() - before, time.monotonic() - wall
        print(  # noqa: T201  # a benchmark prints
            f"crawler, {REMOTES} remotes       {grown / 1_000_000:8.1f} MB   "
            f"more than after the first 100, in {took:.1f} s"
        )


if __name__ == "__main__":
    main()
