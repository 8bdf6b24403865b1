"""The built site over HTTP on this machine only, rebuilt when its sources change.

Called by `mcp-risk serve`. Requests whose Host header is not this very address are refused, so no
web page can reach the preview through a name of its own (DNS rebinding). The headers and rewrites
are those of the site's own `_headers` and `_redirects`, as a static host would apply them.
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

ADDRESS = "127.0.0.1"
_TYPES = {
    ".md": "text/markdown; charset=utf-8",
    ".yaml": "text/yaml; charset=utf-8",
    ".toml": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".sarif": "application/sarif+json",
    ".xml": "application/xml",
    ".csv": "text/csv; charset=utf-8",
}
_PLACE = re.compile(r":(\w+)|\*")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request gets: status, headers, body."""

    status: HTTPStatus
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(slots=True)
class Files:
    """A folder served as a static host would; every answer reads the disk afresh."""

    root: Path

    def answer(self, target: str) -> Answer:
        """Return the answer to the path of a request, query string included."""
        path = unquote(urlsplit(target).path, errors="replace")
        rewritten = _rewritten(path, _lines(self.root / "_redirects"))
        found = self._file(rewritten)
        if found is not None and found.is_dir():
            if not rewritten.endswith("/"):
                return Answer(HTTPStatus.MOVED_PERMANENTLY, (("Location", f"{path}/"),))
            found = found / "index.html"
        if found is None or not found.is_file():
            missing = self.root / "404.html"
            body = missing.read_bytes() if missing.is_file() else b"Not found\n"
            return Answer(HTTPStatus.NOT_FOUND, self._headers("404.html"), body)
        return Answer(HTTPStatus.OK, self._headers(found.name), found.read_bytes())

    def _file(self, path: str) -> Path | None:
        """Return the file of a path, None when it would leave the folder."""
        if "\0" in path or "\\" in path:
            return None
        found = (self.root / path.lstrip("/")).resolve()
        return found if found.is_relative_to(self.root.resolve()) else None

    def _headers(self, name: str) -> tuple[tuple[str, str], ...]:
        suffix = f".{name.rsplit('.', 1)[-1]}"
        guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if guessed.startswith("text/"):
            guessed += "; charset=utf-8"
        kind = ("Content-Type", _TYPES.get(suffix, guessed))
        return (kind, ("Cache-Control", "no-store"), *_site_headers(self.root / "_headers"))


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.is_file() else []


def _site_headers(path: Path) -> Iterator[tuple[str, str]]:
    """Return the headers that `_headers` sets for every path."""
    applies = False
    for line in _lines(path):
        if line.startswith((" ", "\t")):
            name, colon, value = line.strip().partition(":")
            if applies and colon:
                yield name, value.strip()
        elif line.strip():
            applies = line.strip() == "/*"


def _rewritten(path: str, lines: Iterable[str]) -> str:
    """Return the path after the first rule of `_redirects` that fits it."""
    for line in lines:
        words = line.split()
        if len(words) < 2 or words[0].startswith("#"):  # noqa: PLR2004 - a rule is `from to`
            continue
        pattern, start = "", 0
        for place in _PLACE.finditer(words[0]):
            group = f"(?P<{place[1]}>[^/]+)" if place[1] else "(?P<splat>.*)"
            pattern += re.escape(words[0][start : place.start()]) + group
            start = place.end()
        found = re.fullmatch(pattern + re.escape(words[0][start:]), path)
        if found:
            target = words[1]
            for name, value in found.groupdict().items():
                target = target.replace(f":{name}", value)
            return target
    return path


def server(root: Path, port: int) -> ThreadingHTTPServer:
    """Return a server of the folder, bound to the loopback address; port 0 picks a free one."""
    files = Files(root)

    class Handler(BaseHTTPRequestHandler):
        """Answers GET and HEAD; the names of its methods are those of the standard library."""

        protocol_version = "HTTP/1.1"
        server_version = "preview"
        sys_version = ""

        def do_GET(self) -> None:
            self._send(with_body=True)

        def do_HEAD(self) -> None:
            self._send(with_body=False)

        def log_message(self, *_: object) -> None:
            """Say nothing: the terminal is for rebuilds and their problems."""

        def _send(self, *, with_body: bool) -> None:
            if self.headers.get("Host", "") in hosts:
                answer = files.answer(self.path)
            else:
                text = b"This preview answers to its own address only.\n"
                plain = (("Content-Type", "text/plain; charset=utf-8"),)
                answer = Answer(HTTPStatus.MISDIRECTED_REQUEST, plain, text)
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if with_body:
                self.wfile.write(answer.body)

    found = ThreadingHTTPServer((ADDRESS, port), Handler)
    bound = found.server_port
    hosts = (f"{ADDRESS}:{bound}", f"localhost:{bound}")
    return found


@dataclass(slots=True)
class Watch:
    """Sources that may change: folders walked, and the state they were in last time."""

    folders: tuple[Path, ...]
    state: frozenset[tuple[str, int, int]] = field(default_factory=frozenset)

    def changed(self) -> bool:
        """Return whether any file came, went or was written since the last call."""
        before, self.state = self.state, frozenset(self._entries())
        return before != self.state

    def _entries(self) -> Iterator[tuple[str, int, int]]:
        for folder in self.folders:
            for path in folder.rglob("*"):
                try:
                    stat = path.stat()
                except FileNotFoundError:
                    continue
                if path.is_file() and path.suffix != ".pyc" and not path.name.startswith("."):
                    yield str(path), stat.st_mtime_ns, stat.st_size


def rebuild_on_change(
    watch: Watch, build: Callable[[], None], stop: threading.Event, every: float = 0.7
) -> None:
    """Call `build` after each change until stopped; runs in a thread beside the server."""
    watch.changed()
    while not stop.wait(every):
        if watch.changed():
            build()
