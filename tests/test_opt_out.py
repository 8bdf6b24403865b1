"""Operators who asked not to be crawled are left alone, under whatever name they are added."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from content_files import SITE
from test_crawl import ZOO, crawl, needs_bwrap, spec

from generator.content_optout import left_alone
from generator.model import CrawlSettings, OptOut, Package, Remote, ServerSpec
from generator.snapshots import load

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 11, 20)
ENTRIES = [
    OptOut("acme.example", "", "by mail", DAY),
    OptOut("", "npm/@acme/demo", "by mail", DAY),
    OptOut("", "pypi/Acme.Demo", "by mail", DAY),
]
REASON = "its operator asked not to be crawled, on 2026-11-20: by mail"


def remote(url: str) -> ServerSpec:
    """Return a server at an address."""
    return ServerSpec("a", "A", remotes=(Remote("streamable-http", url),))


def package(kind: str, name: str) -> ServerSpec:
    """Return a server in a package."""
    return ServerSpec("a", "A", packages=(Package(kind, name, version="1"),))


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        (remote("https://acme.example/mcp"), REASON),
        (remote("https://MCP.Acme.example:8443/mcp"), REASON),
        (remote("https://other-acme.example/mcp"), ""),
        (remote("https://acme.example.org/mcp"), ""),
        (remote("https://[broken/"), ""),
        (package("npm", "@acme/demo"), REASON),
        (package("npm", "@acme/demo-2"), ""),
        (package("pypi", "acme-demo"), REASON),
        (package("npm", "acme-demo"), ""),
        (ServerSpec("a", "A", crawl=CrawlSettings(skip_reason="closed")), "closed"),
    ],
)
def test_who_is_left_alone(server: ServerSpec, reason: str) -> None:
    """A host with all below it and a package are found; names that only look alike are not."""
    assert reason == left_alone(server, ENTRIES).crawl.skip_reason


@needs_bwrap
def test_a_crawl_asks_nobody_on_the_list(tmp_path: Path) -> None:
    """A server on the list is not started, and its snapshot says why."""
    content = tmp_path / "content"
    spec(content, "good", ZOO, "good")
    (content / "opt-out.yaml").write_text(
        f"opt_out:\n- package: local/{ZOO}\n  reason: by mail\n  date: 2026-11-20\n"
    )
    done = crawl(content, "--all")
    kept = load((content / "snapshots" / "good.json").read_bytes())
    assert (done.returncode, kept.state.value, kept.reason) == (2, "not-observed", REASON)


def test_a_list_that_cannot_be_read_stops_the_crawl(tmp_path: Path) -> None:
    """Nobody is asked while an entry of the list is wrong, and the entry is named."""
    content = tmp_path / "content"
    spec(content, "good", ZOO, "good")
    (content / "site.yaml").write_text(SITE)
    (content / "opt-out.yaml").write_text("opt_out:\n- hots: a.example\n")
    done = crawl(content, "--all")
    assert (done.returncode, list((tmp_path / "cache").glob("*"))) == (2, [])
    assert "opt_out[0].hots" in done.stdout + done.stderr
