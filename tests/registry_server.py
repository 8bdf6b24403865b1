"""A tiny registry on the loopback interface, and records to serve from it."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from generator.crawl import intake_registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Answer = Callable[[dict[str, str], dict[str, str]], "Reply"]

OFFICIAL = intake_registry.OFFICIAL
Reply = tuple[int, dict[str, str], bytes]


def server(name: str, **more: object) -> dict[str, object]:
    """Return a record of the registry with one npm package."""
    meta = {key: more.pop(key) for key in ("status", "updatedAt", "isLatest") if key in more}
    package = {"registryType": "npm", "identifier": name.replace("/", "-"), "version": "1.0.0"}
    return {
        "server": {"name": name, "version": "1.0.0", "packages": [package], **more},
        "_meta": {OFFICIAL: {"status": "active", "isLatest": True, **meta}},
    }


def page(*servers: object, cursor: object = None) -> bytes:
    """Return the body of one answer."""
    metadata = {} if cursor is None else {"nextCursor": cursor}
    return json.dumps({"servers": servers, "metadata": metadata}).encode()


def ok(body: bytes, **headers: str) -> Reply:
    """Return a good answer."""
    return 200, {k.replace("_", "-"): v for k, v in headers.items()}, body


@contextmanager
def registry(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """Serve answers to (query, headers) on the loopback interface; give base and paths asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            query = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
            status, headers, body = answer(query, dict(self.headers))
            self.send_response(status)
            for key, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}", asked
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()
