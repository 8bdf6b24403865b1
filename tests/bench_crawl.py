"""What a crawl costs: CPU per stdio server beside two raw line clients, memory over 500 remotes.

`python -m tests.bench_crawl` prints a few lines; `make bench` runs it. CPU is user and system
time of the client process itself, without the servers it starts; files go to memory where there
is a file system for that, since the price of a disk depends on its neighbours. Only the loopback is
used, and everything that is started is ended.

The goal, twice a raw line client, is meant for one that does the same job in the smallest ordinary
way: several servers at once, each with a time limit, through asyncio's own subprocesses and stream
readers, started with the same command line, sandbox and limits included. It may be careless where
the crawler may not: it throws stderr away, trusts every message, kills nobody, keeps no file. The
second client is the cheapest there is, blocking, with one server at a time and no limit. No
crawler can be like that: one silent server would stop it for ever, and a thousand would take as
long as all of them together. It is printed so that the goal cannot move unseen.
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
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Mapping, Sequence

STDIO_SERVERS, ROUNDS, REMOTES = 200, 5, 500
TOOLS, AT_ONCE = 2, 4
MEMORY = "/dev/shm"  # noqa: S108  # a fresh folder inside, with a name nobody can guess
ZOO = Path(__file__).parent / "servers" / "zoo_stdio.py"


def cpu() -> float:
    """Return the CPU seconds of this process, without its children."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident() -> int:
    """Return the resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


HELLO = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "raw", "version": "1"},
}


def message(method: str, **more: object) -> bytes:
    """Return one line of JSON-RPC."""
    return json.dumps({"jsonrpc": "2.0", "method": method, **more}).encode() + b"\n"


def blocking_ask(
    process: subprocess.Popen[bytes], number: int, method: str, params: object
) -> object:
    """Send one request and return the parsed result of the reply that carries its number."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(message(method, id=number, params=params))
    process.stdin.flush()
    while True:
        reply = json.loads(process.stdout.readline())
        if reply.get("id") == number:
            return reply["result"]


def blocking_client() -> list[object]:
    """List the tools of one server as the cheapest client does: subprocess and json."""
    tools: list[object] = []
    with subprocess.Popen(
        [sys.executable, str(ZOO), "good"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        blocking_ask(process, 1, "initialize", HELLO)
        process.stdin.write(message("notifications/initialized"))
        process.stdin.flush()
        params: dict[str, object] = {}
        for number in range(2, 200):
            page: Any = blocking_ask(process, number, "tools/list", params)
            tools += page["tools"]
            if page.get("nextCursor") is None:
                break
            params = {"cursor": page["nextCursor"]}
        process.stdin.close()
        process.wait()
    return tools


async def ask(process: Process, number: int, method: str, params: object) -> object:
    """Send one request and return the parsed result of the reply that carries its number."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(message(method, id=number, params=params))
    await process.stdin.drain()
    while True:
        reply = json.loads(await process.stdout.readline())
        if reply.get("id") == number:
            return reply["result"]


async def concurrent_client(
    argv: Sequence[str], env: Mapping[str, str], turns: asyncio.Semaphore
) -> list[object]:
    """List the tools of one server in its turn and its time, as an ordinary client does."""
    tools: list[object] = []
    async with turns, asyncio.timeout(Limits().stdio_seconds):
        process = await asyncio.create_subprocess_exec(
            *argv,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert process.stdin is not None
        await ask(process, 1, "initialize", HELLO)
        process.stdin.write(message("notifications/initialized"))
        params: dict[str, object] = {}
        for number in range(2, 200):
            page: Any = await ask(process, number, "tools/list", params)
            tools += page["tools"]
            if page.get("nextCursor") is None:
                break
            params = {"cursor": page["nextCursor"]}
        process.stdin.close()
        await process.wait()
    return tools


async def concurrent_clients(argv: Sequence[str], env: Mapping[str, str], count: int) -> None:
    """List the tools of one server many times, as many at once as the crawler does."""
    turns = asyncio.Semaphore(AT_ONCE)
    every = await asyncio.gather(*(concurrent_client(argv, env, turns) for _ in range(count)))
    assert all(len(tools) == TOOLS for tools in every)


async def command(folder: Path, isolation: str) -> tuple[list[str], dict[str, str]]:
    """Return the command line and the environment with which the crawler starts the server."""
    limits, (target,) = Limits(), stdio_targets(1)
    assert target.package is not None
    box = sandbox.Sandbox(isolation, folder / "scratch")
    installer = Installer(folder / "packages", box, limits, "2026-01-01")
    found = await installer.install(target.package, scripts=False)
    work = sandbox.WORK if box.is_isolated else str(folder)
    words = [*found.argv, *target.package.arguments]
    argv = box.command(words, found.binds, limits, network=False, work=work)
    return argv, sandbox.environment(box, str(folder), {})


async def crawled(targets: list[Target], folder: Path, isolation: str) -> None:
    """Crawl targets into a folder."""
    limits = Limits()
    box = sandbox.Sandbox(isolation, folder / "scratch")
    installer = Installer(folder / "packages", box, limits, "2026-01-01")
    shared = Environment(installer, box, limits, {}, network=False, scratch=folder / "scratch")
    async with client(limits, with_tls=False) as web_client:
        web = Web(web_client, limits, {}, allow_private=True)
        journal = Journal(folder / "journal.json")
        snapshots = folder / "snapshots"
        crawl = Crawl(shared, web, snapshots, "2026-01-01", journal, starts=AT_ONCE)
        await crawl.run(targets, lambda _result: None)


def stdio_targets(count: int) -> list[Target]:
    """Return the well-behaved server of the zoo, many times."""
    package = Package("local", str(ZOO), runtime_hint="python3", arguments=("good",))
    return [Target(ServerSpec(f"server-{n}", "server"), package=package) for n in range(count)]


def stdio(folder: Path, isolation: str) -> float:
    """Print the clients' own CPU per server, a few at a time in turn; return the ratio.

    What a process pays once (imports, the web client) is paid by a first round that does not
    count. In turn, because what else runs on the machine changes the price of a second.
    """
    argv, env = asyncio.run(command(folder, isolation))
    count = STDIO_SERVERS // ROUNDS
    asyncio.run(crawled(stdio_targets(AT_ONCE), folder / f"{isolation}-first", isolation))
    asyncio.run(concurrent_clients(argv, env, AT_ONCE))
    ours, concurrent, blocking = 0.0, 0.0, 0.0
    for number in range(ROUNDS):
        times = [cpu()]
        for _ in range(count):
            assert len(blocking_client()) == TOOLS
        times.append(cpu())
        asyncio.run(concurrent_clients(argv, env, count))
        times.append(cpu())
        asyncio.run(crawled(stdio_targets(count), folder / f"{isolation}-{number}", isolation))
        times.append(cpu())
        blocking += times[1] - times[0]
        concurrent += times[2] - times[1]
        ours += times[3] - times[2]
    for raw, name, goal in (
        (concurrent, f"a raw line client, {AT_ONCE} servers at once", "   goal 2"),
        (blocking, "a blocking one without isolation, one server at a time", ""),
    ):
        print(  # noqa: T201  # a benchmark prints
            f"crawler, isolation {isolation:5}    {ours / raw:8.2f} x    {name}: "
            f"{1000 * ours / STDIO_SERVERS:.2f} against {1000 * raw / STDIO_SERVERS:.2f} ms CPU"
            + goal
        )
    return ours / concurrent


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
