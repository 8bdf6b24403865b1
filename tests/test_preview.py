"""The preview: this machine only, this address only, and the answers a static host would give."""

from __future__ import annotations

import http.client
import threading
from typing import TYPE_CHECKING

import pytest

from generator.serve import preview

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Serve a small site and return its address."""
    root = tmp_path / "site"
    (root / "tools" / "acme").mkdir(parents=True)
    (root / "index.html").write_text("home")
    (root / "404.html").write_text("way back")
    (root / "tools" / "acme" / "index.html").write_text("acme")
    (root / "tools" / "acme" / "index.md").write_text("# acme")
    (root / "_headers").write_text("/*\n  X-Content-Type-Options: nosniff\n/other\n  X-Other: 1\n")
    (root / "_redirects").write_text(
        "# rules\n/v0.1/servers /index.html 200\n/old/:name/x /tools/:name/index.html 200\n"
    )
    (tmp_path / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    server = preview.server(root, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    host, port = server.server_address[:2]
    yield str(host), int(port)
    server.shutdown()
    server.server_close()
    thread.join()


def ask(
    address: tuple[str, int], path: str, host: str = "", method: str = "GET"
) -> tuple[int, dict[str, str], str]:
    """Return status, headers and body of one request."""
    connection = http.client.HTTPConnection(*address, timeout=5)
    connection.request(method, path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    found = (answer.status, dict(answer.getheaders()), answer.read().decode())
    connection.close()
    return found


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", 200, "home"),
        ("/tools/acme/?q=1", 200, "acme"),
        ("/tools/acme", 301, ""),
        ("/nowhere", 404, "way back"),
        ("/tools/", 404, "way back"),
        ("/../secret.txt", 404, "way back"),
        ("/%2e%2e/secret.txt", 404, "way back"),
        ("/link.txt", 404, "way back"),
        ("/a%00b", 404, "way back"),
        ("/v0.1/servers", 200, "home"),
        ("/old/acme/x", 200, "acme"),
    ],
)
def test_paths_answer_as_on_a_static_host(
    address: tuple[str, int], path: str, status: int, body: str
) -> None:
    """Folders have an index, missing pages a way back, rewrites apply, nothing leaves the site."""
    found = ask(address, path)
    assert (found[0], found[2]) == (status, body)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1", "localhost.evil"]
)
def test_another_host_name_is_refused(address: tuple[str, int], host: str) -> None:
    """A page of another name that resolves to this machine reads nothing."""
    status, _, body = ask(address, "/", host)
    assert (status, "home" in body) == (421, False)


def test_localhost_is_a_name_of_this_machine(address: tuple[str, int]) -> None:
    """`localhost` with the port is accepted beside the address itself."""
    assert ask(address, "/", f"localhost:{address[1]}")[0] == 200


def test_the_sites_own_headers_are_sent(address: tuple[str, int]) -> None:
    """What `_headers` sets for every path is on every answer; types are right; HEAD has no body."""
    status, headers, body = ask(address, "/tools/acme/index.md", method="HEAD")
    assert (status, body) == (200, "")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert "X-Other" not in headers


def test_a_changed_source_is_noticed(tmp_path: Path) -> None:
    """A file that is new, written or gone is a change; looking twice is none."""
    watch = preview.Watch((tmp_path,))
    watch.changed()
    (tmp_path / "a.yaml").write_text("title: A\n")
    assert watch.changed()
    assert not watch.changed()
    (tmp_path / "a.yaml").unlink()
    assert watch.changed()


def test_each_change_rebuilds_once(tmp_path: Path) -> None:
    """The builder is called after a change and not otherwise."""
    stop, built = threading.Event(), threading.Event()
    calls: list[int] = []

    def build() -> None:
        calls.append(1)
        built.set()

    args = (preview.Watch((tmp_path,)), build, stop, 0.01)
    thread = threading.Thread(target=preview.rebuild_on_change, args=args)
    thread.start()
    threading.Event().wait(0.05)
    assert calls == []
    (tmp_path / "a.yaml").write_text("title: A\n")
    assert built.wait(5)
    stop.set()
    thread.join()
    assert calls == [1]
