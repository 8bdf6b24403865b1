"""The registry's API over loopback: pages, patience, and records to specs."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registry_server import OFFICIAL, Reply, ok, page, registry, server

from generator.crawl import intake_registry, plan
from generator.crawl.intake_sync import Registry
from generator.model import Package, Remote, ServerSpec, Variable

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def client(base: str, folder: Path, slept: list[float] | None = None) -> Registry:
    """Return a registry whose waits are only written down."""
    return Registry(base, folder, "test/1", ([] if slept is None else slept).append, lambda _: None)


def names(copy: Registry) -> list[str]:
    """Return the names in a local copy, with the status of those that are not active."""
    listed, _ = intake_registry.read(copy.pages(), "r")
    return [f"{one.spec.name} {one.status}".removesuffix(" active") for one in listed]


def test_pages_are_followed_and_changes_asked_for(tmp_path: Path) -> None:
    """A second run an hour later asks for what changed since the first began; a deletion shows."""

    def answer(query: dict[str, str], headers: dict[str, str]) -> Reply:
        assert headers["User-Agent"] == "test/1"
        if "updated_since" in query:
            assert query["updated_since"] == "2026-11-20T12:00:00Z"
            return ok(page(server("a/one", status="deleted", updatedAt="2026-11-21")))
        if "cursor" in query:
            return ok(page(server("a/two", updatedAt="2026-11-02"), cursor=""))
        return ok(page(server("a/one", updatedAt="2026-11-01"), cursor="a/one:1"))

    with registry(answer) as (base, asked):
        copy = client(base, tmp_path)
        assert copy.sync(NOW).stopped == ""
        assert names(copy) == ["a/one", "a/two"]
        assert copy.sync(NOW + timedelta(minutes=59)).is_recent
        assert copy.sync(NOW + timedelta(hours=2)).asked == 1
        assert names(copy) == ["a/one deleted", "a/two"]
    assert asked[0] == "/v0.1/servers?limit=100&version=latest"
    assert asked[1].endswith("&cursor=a%2Fone%3A1")
    assert len(asked) == 3


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Pages that came are kept, and only the missing one is asked for again."""
    broken = [True]

    def answer(query: dict[str, str], _: dict[str, str]) -> Reply:
        if "cursor" not in query:
            return ok(page(server("a/one"), cursor="2"))
        return (500, {}, b"") if broken[0] else ok(page(server("a/two")))

    with registry(answer) as (base, asked):
        outcome = client(base, tmp_path).sync(NOW)
        assert (outcome.stopped, names(client(base, tmp_path))) == (
            "the registry answered with HTTP 500",
            ["a/one"],
        )
        broken[0] = False
        copy = client(base, tmp_path)
        assert copy.sync(NOW + timedelta(minutes=1)).stopped == ""
        assert names(copy) == ["a/one", "a/two"]
    assert [("cursor" in path) for path in asked] == [False, True, True]


def test_a_full_run_sends_validators_back(tmp_path: Path) -> None:
    """What did not change is not sent again, and files of pages that are gone are removed."""

    def answer(_: dict[str, str], headers: dict[str, str]) -> Reply:
        if headers.get("If-None-Match") == '"v1"':
            assert headers["If-Modified-Since"] == "yesterday"
            return 304, {}, b""
        return ok(page(server("a/one")), ETag='"v1"', Last_Modified="yesterday")

    with registry(answer) as (base, _):
        copy = client(base, tmp_path)
        copy.sync(NOW)
        (tmp_path / "page-old.json").write_text("{}")
        outcome = copy.sync(NOW + timedelta(hours=2), full=True)
        assert (outcome.asked, outcome.unchanged, names(copy)) == (1, 1, ["a/one"])
    assert not (tmp_path / "page-old.json").exists()


def test_a_busy_registry_is_given_time_once(tmp_path: Path) -> None:
    """Retry-After is honoured up to a minute; a longer one ends the run with its length."""
    replies: list[Reply] = [(429, {"Retry-After": "7"}, b""), ok(page(server("a/one")))]
    slept: list[float] = []
    with registry(lambda _q, _h: replies.pop(0)) as (base, _):
        assert client(base, tmp_path, slept).sync(NOW).stopped == ""
        assert slept == [7]
        replies += [(503, {"Retry-After": "Fri, 20 Nov 2099 12:00:00 GMT"}, b"")]
        later = client(base, tmp_path, slept).sync(NOW + timedelta(hours=2))
        assert later.stopped.startswith("the registry asks to come back in ")
        replies += [(503, {}, b""), (503, {}, b"")]
        again = client(base, tmp_path, slept).sync(NOW + timedelta(hours=2))
        assert (again.stopped, slept) == ("the registry asks to come back in 4 s", [7, 2])


BOMB = gzip.compress(b" " * 17_000_000)
ANSWERS = {
    "HTML": (ok(b"<html>"), "the registry answered with HTML instead of JSON"),
    "list": (ok(b"[]"), "the registry answered without a list of servers"),
    "cursor": (ok(page(cursor=5)), "the registry's cursor is no text"),
    "again": (ok(page(cursor="x")), "the registry repeats a cursor; what came so far is kept"),
    "large": (ok(b" " * 17_000_000), "the answer is larger than 16,777,216 bytes"),
    "bomb": (ok(BOMB, Content_Encoding="gzip"), "the answer is larger than 16,777,216 bytes"),
    "no gzip": (ok(b"x", Content_Encoding="gzip"), "the answer is broken gzip"),
    "brotli": (ok(b"x", Content_Encoding="br"), "the registry answered in the encoding br"),
    "moved": (
        (302, {"Location": "https://user:pw@elsewhere.example/?token=x"}, b""),
        "the registry redirects to https://elsewhere.example; name that address if you trust it",
    ),
    "deep": (ok(b"[" * 100_000), "the registry answered without a list of servers"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_answers_that_cannot_be_used(case: str, tmp_path: Path) -> None:
    """Each bad answer ends the run with its own reason."""
    reply, expected = ANSWERS[case]
    with registry(lambda _q, _h: reply) as (base, _):
        stopped = client(base, tmp_path).sync(NOW).stopped
    assert stopped == expected or (case == "deep" and stopped)


@pytest.mark.parametrize("base", ["http://a.example", "https://u:p@a.example", "x", "http://["])
def test_only_https_or_this_machine_is_asked(base: str, tmp_path: Path) -> None:
    """An address that is neither is refused before anything is sent."""
    assert "the address of" in client(base, tmp_path).sync(NOW).stopped


def test_a_damaged_copy_starts_anew(tmp_path: Path) -> None:
    """A state file that is not ours is ignored."""
    (tmp_path / "state.json").write_text('{"format": 1, "base": 5}')
    body = gzip.compress(page(server("a/one")))
    with registry(lambda _q, _h: ok(body, Content_Encoding="gzip")) as (base, _):
        copy = client(base, tmp_path)
        assert copy.sync(NOW).asked == 1
        assert names(copy) == ["a/one"]


def test_a_closed_port_is_a_reason(tmp_path: Path) -> None:
    """A registry that cannot be reached is said to be so, without an address."""
    with registry(lambda _q, _h: ok(b"")) as (base, _):
        pass
    assert (
        client(base, tmp_path).sync(NOW).stopped == "the registry cannot be reached (ConnectError)"
    )


def spec_of(record: dict[str, object]) -> ServerSpec:
    """Return the spec of one record."""
    return intake_registry.read([record], "r")[0][0].spec


def test_a_record_becomes_a_spec() -> None:
    """Packages, remotes and inputs keep the registry's words; secrets keep their name only."""
    record = {
        "name": "io.github.acme/demo",
        "title": "Demo",
        "description": "Line one\nand two\u202e",
        "websiteUrl": "http://insecure.example",
        "repository": {"url": "https://github.com/acme/demo", "source": "github", "id": "1"},
        "packages": [
            {
                "registryType": "pypi",
                "identifier": "acme-demo",
                "version": "2.0",
                "transport": {"type": "stdio"},
                "packageArguments": [
                    {"type": "positional", "value": "serve"},
                    {"type": "named", "name": "--dir", "isRequired": True, "format": "filepath"},
                    {"type": "named", "name": "--key", "isRequired": True, "isSecret": True},
                    {"type": "named", "name": "--mode", "isRequired": True, "choices": ["a", "b"]},
                    {"type": "named", "name": "--port", "default": "80"},
                    {"type": "named", "name": "--url", "value": "https://{host}/x",
                     "variables": {"host": {"default": "a.example"}}},
                    {"type": "named", "name": "--verbose"},
                ],
                "environmentVariables": [
                    {"name": "DEMO_KEY", "isSecret": True, "default": "leak", "isRequired": True},
                    {"name": "DEMO_MODE", "default": "fast", "choices": ["fast", "slow"]},
                    {"name": "not a name"},
                ],
            },
            {"registryType": "floppy", "identifier": "x"},
        ],
        "remotes": [
            {"type": "sse", "url": "https://{tenant}.acme.example/sse"},
            {"type": "streamable-http", "url": "https://u:p@acme.example/mcp?api_key=1",
             "headers": [{"name": "Authorization", "isRequired": True, "value": "Bearer {t}"}]},
            {"type": "streamable-http", "url": "http://acme.example"},
        ],
    }  # fmt: skip
    (listed,), problems = intake_registry.read([record], "r")
    words = ("serve", "--dir", ".", "--key", "placeholder-not-a-secret", "--mode", "a")
    assert listed.spec == ServerSpec(
        slug="",
        title="Demo",
        name="io.github.acme/demo",
        description="Line one and two[U+202E]",
        repository_url="https://github.com/acme/demo",
        packages=(
            Package(
                "pypi",
                "acme-demo",
                "2.0",
                arguments=(*words, "--url", "https://a.example/x", "--verbose"),
                environment=(
                    Variable("DEMO_KEY", is_required=True, is_secret=True),
                    Variable("DEMO_MODE", default="fast", choices=("fast", "slow")),
                ),
            ),
        ),
        remotes=(
            Remote(
                "streamable-http",
                "https://acme.example/mcp",
                (Variable("Authorization", is_required=True, is_secret=True),),
            ),
            Remote("sse", "https://{tenant}.acme.example/sse"),
        ),
    )
    assert [problem.rule for problem in problems] == [
        "intake.registry.remote",
        "intake.registry.package",
    ]


RECORDS = {
    '{"servers": [5]}': "a server (expected an object, got a number)",
    '{"servers": 5}': "servers (expected a list, got a number)",
    '{"name": "x", "packages": []}': (
        'server 1 (expected a name like io.github.acme/demo, got "x")'
    ),
    '{"name": "../../etc/passwd", "packages": []}': (
        'server 1 (expected a name like io.github.acme/demo, got "../../etc/passwd")'
    ),
    '{"servers": [{"server": {"name": null}}]}': (
        "server 1 (expected a name like io.github.acme/demo, got nothing)"
    ),
    '{"name": "a/b", "remotes": [], "shape": 1}': (
        "shape (expected a known key, got one of no place here, 1 times)"
    ),
}


@pytest.mark.parametrize("text", RECORDS)
def test_odd_records_are_reported(text: str) -> None:
    """A record that has no usable name is left out; an unknown key costs nothing."""
    assert [RECORDS[text]] == [p.message for p in intake_registry.read([json.loads(text)], "r")[1]]


@given(st.recursive(st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(
    inner, max_size=3) | st.dictionaries(st.sampled_from(["servers", "server", "name", "packages",
    "remotes", "_meta", "url", "type", "headers", "packageArguments", "variables", OFFICIAL]),
    inner, max_size=5), max_leaves=25))  # fmt: skip
def test_no_answer_is_a_crash(value: object) -> None:
    """Any JSON is records and problems."""
    intake_registry.read([value, {"name": "a/b", "packages": [value], "remotes": value}], "r")


def test_the_newest_record_of_a_server_counts() -> None:
    """Of several versions the latest is taken, whatever their order."""
    old = server("a/b", title="Old", isLatest=False, updatedAt="2026-12-01")
    new = server("A/b", title="New", updatedAt="2026-11-01")
    for rows in ([old, new], [new, old]):
        (listed,), _ = intake_registry.read([{"servers": rows}], "r")
        assert listed.spec.title == "New"


def test_an_address_that_users_fill_in_is_not_asked() -> None:
    """Another way is taken, and without one the reason is said instead of a failed request."""
    open_to_all, template = Remote("sse", "https://a.example"), Remote("sse", "https://{t}.example")
    package = Package("npm", "acme")
    both = plan.target(ServerSpec("a", "A", remotes=(template, open_to_all), packages=(package,)))
    assert both.remote == open_to_all
    assert plan.target(ServerSpec("a", "A", remotes=(template,), packages=(package,))).package
    neither = plan.target(ServerSpec("a", "A", remotes=(template,)))
    assert neither.why_not == "its address needs a value that only its users have"
