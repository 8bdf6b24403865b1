"""What a crawl costs: CPU per stdio server beside a raw line client, and memory over 500 remotes.

`python -m tests.bench_crawl` prints a few lines; `make bench` may call it. Only the loopback is
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

from generator.crawl import sandbox
from generator.crawl.connect import warm
from generator.crawl.install import Installer
from generator.crawl.journal import Journal
from generator.crawl.limits import Limits
from generator.crawl.plan import Target
from generator.crawl.remote import Web
from generator.crawl.run import Crawl
from generator.crawl.stdio import Environment
from generator.crawl.web import client
from generator.model import CrawlSettings, Package, Remote, ServerSpec

STDIO_SERVERS, REMOTES = 40, 500
ZOO = Path(__file__).parent / "servers" / "zoo_stdio.py"


def cpu() -> float:
    """Return the CPU seconds of this process, without its children."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def resident() -> int:
    """Return the resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def raw_line_client() -> float:
    """Return the CPU per server of the smallest client there is."""
    began = cpu()
    for _ in range(STDIO_SERVERS):
        process = subprocess.Popen(
            [sys.executable, str(ZOO), "good"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin is not None
        assert process.stdout is not None
        for number, method in enumerate(("initialize", "tools/list", "server/discover")):
            message = {"jsonrpc": "2.0", "id": number, "method": method, "params": {}}
            process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.flush()
            json.loads(process.stdout.readline())
        process.stdin.close()
        process.stdout.close()
        process.wait()
    return (cpu() - began) / STDIO_SERVERS


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


def stdio_targets() -> list[Target]:
    """Return the well-behaved server of the zoo, many times."""
    package = Package("local", str(ZOO), runtime_hint="python3", arguments=("good",))
    return [
        Target(ServerSpec(f"server-{n}", "server"), package=package) for n in range(STDIO_SERVERS)
    ]


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
    warm()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        raw = raw_line_client()
        for isolation in sandbox.ISOLATIONS:
            began, wall = cpu(), time.monotonic()
            asyncio.run(crawled(stdio_targets(), folder / isolation, isolation))
            each, took = (cpu() - began) / STDIO_SERVERS, time.monotonic() - wall
            print(  # noqa: T201  # a benchmark prints
                f"stdio, isolation {isolation}: {1000 * each:.1f} ms CPU per server, "
                f"{each / raw:.1f} x a raw line client ({1000 * raw:.1f} ms); "
                f"{STDIO_SERVERS} servers in {took:.1f} s"
            )
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
            f"{REMOTES} remotes in {took:.1f} s, "
            f"{grown / 1_000_000:.1f} MB more than after the first 100"
        )


if __name__ == "__main__":
    main()
