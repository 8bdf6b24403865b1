"""Registries over loopback, saved answers, and the files that `mcp-risk import` writes."""

from __future__ import annotations

import gzip
import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from content_files import SITE, write
from hypothesis import given
from hypothesis import strategies as st

from generator import content, content_write, snapshots
from generator.cli import main
from generator.crawl import intake_names, intake_registry
from generator.crawl.intake_sync import Registry
from generator.model import CrawlSettings, Package, Remote, ServerSpec, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Answer = Callable[[dict[str, str], dict[str, str]], "Reply"]

OFFICIAL = intake_registry.OFFICIAL
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
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


# ------------------------------------------------------------------ records of the registry


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


# ------------------------------------------------------------------ slugs

SLUGS = {
    "io.github.acme/demo": "acme-demo",
    "io.github.acme/acme-demo": "acme-demo",
    "com.stripe/mcp": "stripe-mcp",
    "ai.exa/Search_MCP": "exa-search-mcp",
    "localname/x": "localname-x",
}


@pytest.mark.parametrize("name", SLUGS)
def test_slugs_of_registry_names(name: str) -> None:
    """The part that says who and what is kept."""
    assert intake_names.Slugs().new(intake_names.of_name(name), (f"name:{name}",)) == SLUGS[name]


@given(st.lists(st.text(max_size=90), unique=True, max_size=12))
def test_slugs_are_injective_and_no_path(texts: list[str]) -> None:
    """Two servers never share a slug, and a slug is letters, digits and hyphens."""
    slugs = intake_names.Slugs(reserved=("page", "server"))
    found = [slugs.new(text, (f"name:{text}",)) for text in texts]
    assert len(set(found)) == len(texts)
    assert all(content.SLUG.fullmatch(slug) and len(slug) <= 129 for slug in found)
    assert not {"page", "server"} & set(found)


# ------------------------------------------------------------------ specs as files

CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"])
TEXT = st.text(CHARACTERS, min_size=1, max_size=40).filter(str.strip)
MAYBE = st.just("") | TEXT
VARIABLE = st.builds(
    Variable, TEXT, MAYBE, st.booleans(), st.just(value=False), MAYBE, MAYBE, st.tuples(TEXT)
)
PACKAGE = st.builds(
    Package,
    *(st.sampled_from(["npm", "pypi", "oci"]), TEXT, MAYBE, MAYBE, MAYBE),
    st.tuples(TEXT, TEXT) | st.tuples(),
    st.tuples(VARIABLE) | st.tuples(),
    st.sampled_from(["stdio", "sse"]),
)
REMOTE = st.builds(Remote, st.just("sse"), st.just("https://a.example"), st.tuples(VARIABLE))
SPEC = st.builds(
    ServerSpec,
    slug=st.just("acme"),
    title=TEXT,
    name=st.sampled_from(["", "io.github.acme/demo"]),
    description=MAYBE,
    repository_url=st.sampled_from(["", "https://github.com/acme/x", "https://code.example/x"]),
    packages=st.tuples() | st.tuples(PACKAGE),
    remotes=st.tuples() | st.tuples(REMOTE, REMOTE),
    crawl=st.builds(CrawlSettings, network_reason=MAYBE, skip_reason=MAYBE),
    license=MAYBE,
)


@given(SPEC)
def test_a_spec_survives_its_file(spec: ServerSpec) -> None:
    """What is written loads without a problem and says the same."""
    assert content_write.spec_to_yaml(spec)[1] == []


def test_every_committed_spec_survives_its_file() -> None:
    """The writer knows every field that people use."""
    from pathlib import Path  # noqa: PLC0415 - the only test that reads the repository

    root = Path(__file__).parent.parent / "content"
    for one in content.load([root])[0].servers:
        assert content_write.spec_to_yaml(one.spec)[1] == []


def test_a_spec_that_would_not_load_is_a_problem() -> None:
    """An address the loader refuses is found before there is a file."""
    spec = ServerSpec("acme", "Acme", remotes=(Remote("sse", "ftp://a.example"),))
    (problem,) = content_write.spec_to_yaml(spec)[1]
    assert problem.message.startswith("remotes[0].url (expected an https address")


# ------------------------------------------------------------------ the command


def run(tmp_path: Path, *words: str) -> int:
    """Run the import of this test's content folder."""
    folder = write(tmp_path / "content", {"site.yaml": SITE})
    return main.run(["import", *words, "--content", str(folder)])


def file(tmp_path: Path, value: object, name: str = "source.json") -> str:
    """Write a source file and return its path."""
    path = tmp_path / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return str(path)


def test_a_configuration_becomes_files_that_load(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Specs are written once, what is no package says why, and no value is in any file."""
    entries = {
        "fs": {"command": "npx", "args": ["-y", "acme-fs@1.0"], "env": {"FS_KEY": "hunter22"}},
        "again": {"command": "npx", "args": ["acme-fs"]},
        "hosted": {"url": "https://mcp.acme.example/mcp"},
        "mine": {"command": "node", "args": ["/home/me/x.js"]},
        "here": {"url": "http://localhost:3000/mcp"},
    }
    source = file(tmp_path, {"mcpServers": entries})
    assert run(tmp_path, source, "--dry-run") == 0
    assert not (tmp_path / "content/servers").exists()
    assert run(tmp_path, source) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[-5:] == [
        "added      acme-fs (fs)",
        "added      mcp-acme-example (hosted)",
        "left out   mine  a node program on this machine",
        "left out   here  its address is on this machine, where nobody else finds it",
        "4 servers: 2 added, 2 left out",
    ]
    loaded, problems = content.load([tmp_path / "content"])
    assert [s.slug for s in loaded.servers] == ["acme-fs", "mcp-acme-example"]
    assert problems == []
    assert all(b"hunter22" not in p.read_bytes() for p in (tmp_path / "content/servers").iterdir())
    assert run(tmp_path, source) == 0
    assert "4 servers: 2 exists, 2 left out" in capsys.readouterr().out


def test_an_update_keeps_what_people_wrote(tmp_path: Path) -> None:
    """Title, licence, placeholders and settings stay; version and description are renewed."""
    old = (
        "title: Our Title\npackages:\n- registryType: npm\n  identifier: a-one\n"
        "  executable: run\n  environmentVariables:\n  - name: K\n    placeholder: p\n"
        "catalogue:\n  domain: devtools\n  license: MIT\n"
    )
    folder = write(tmp_path / "content", {"servers/mine.yaml": old})
    record = server("a/one", title="Theirs", description="New words")
    source = file(tmp_path, {"servers": [record]})
    assert run(tmp_path, source) == 0
    assert (folder / "servers/mine.yaml").read_text() == old
    assert run(tmp_path, source, "--update") == 0
    (one,) = content.load([folder])[0].servers
    spec, package = one.spec, one.spec.packages[0]
    assert (spec.title, spec.license, spec.description) == ("Our Title", "MIT", "New words")
    assert (package.version, package.executable) == ("1.0.0", "run")
    assert package.environment == (Variable("K", placeholder="p"),)


def test_a_saved_registry_is_filtered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Deleted and deprecated servers are left out, names can be chosen, new ones counted."""
    rows = [server("a/one"), server("a/two", status="deprecated"), server("b/x", status="deleted"),
            server("a/three"), server("c/y")]  # fmt: skip
    lines = "\n".join(page(row).decode() for row in rows)
    assert run(tmp_path, file(tmp_path, lines), "--match", "A/*", "b/x", "--limit", "1") == 0
    assert capsys.readouterr().out.splitlines() == [
        "added      a-one (a/one)",
        "left out   a/three  is beyond --limit",
        "left out   a/two  is deprecated in the registry",
        "left out   b/x  is deleted in the registry",
        "4 servers: 1 added, 3 left out",
    ]
    assert run(tmp_path, file(tmp_path, lines), "--deprecated") == 0
    assert "added      a-two (a/two)  deprecated" in capsys.readouterr().out


def test_a_live_registry_that_stops_keeps_what_came(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages before the failure are imported, and the exit code says that some are missing."""

    def answer(query: dict[str, str], _: dict[str, str]) -> Reply:
        return (500, {}, b"") if "cursor" in query else ok(page(server("a/one"), cursor="2"))

    with registry(answer) as (base, _):
        assert run(tmp_path, base, "--cache", str(tmp_path / "cache")) == 1
    captured = capsys.readouterr()
    assert "added      a-one (a/one)" in captured.out
    assert "mcp-risk import: the registry answered with HTTP 500" in captured.err
    with registry(lambda _q, _h: (500, {}, b"")) as (base, _):
        assert run(tmp_path, base, "--cache", str(tmp_path / "cache")) == 2


TOOL = {"name": "read_file", "description": "Read", "inputSchema": {"type": "object"}}
DUMPS = {
    "result": {"tools": [TOOL]},
    "envelope": {"jsonrpc": "2.0", "id": 1, "result": {"tools": [TOOL]}},
    "list": [TOOL],
    "tool": TOOL,
    "pages": [{"jsonrpc": "2.0", "id": 1, "result": {"tools": [TOOL], "nextCursor": "2"}},
              {"jsonrpc": "2.0", "id": 2, "result": {"tools": [TOOL]}}],
    "lines": '{"jsonrpc": "2.0", "method": "initialize", "id": 0}\n'
             '{"jsonrpc": "2.0", "id": 1, "result": ' + json.dumps({"tools": [TOOL]}) + "}",
}  # fmt: skip


@pytest.mark.parametrize("form", DUMPS)
def test_every_form_of_a_saved_answer(form: str, tmp_path: Path) -> None:
    """Whatever is around the tools, the snapshot says `dump` and keeps each tool once."""
    source = file(tmp_path, DUMPS[form])
    assert run(tmp_path, source, "--server", "acme-demo", "--title", "Acme") == 0
    found = snapshots.load((tmp_path / "content/snapshots/acme-demo.json").read_bytes())
    assert (found.source.kind, found.tools, found.state.value) == ("dump", (TOOL,), "observed")
    loaded, problems = content.load([tmp_path / "content"])
    assert ([s.spec.title for s in loaded.servers], problems) == (["Acme"], [])


def test_a_saved_answer_that_is_not_whole_says_so(tmp_path: Path) -> None:
    """A last page with a cursor and an odd tool are kept and named; nothing is lost silently."""
    value = {"tools": [TOOL, 5, {"name": "x", "description": "\ud800"}], "nextCursor": "2"}
    assert run(tmp_path, file(tmp_path, value), "--server", "acme") == 0
    found = snapshots.load((tmp_path / "content/snapshots/acme.json").read_bytes())
    assert (found.complete, len(found.tools)) == (False, 3)
    assert "the last saved page names another one" in {loss.why for loss in found.problems}


def test_an_observation_is_not_replaced_by_a_dump_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a server was seen to say counts more than a file, unless --update says otherwise."""
    assert run(tmp_path, file(tmp_path, [TOOL]), "--server", "acme") == 0
    path = tmp_path / "content/snapshots/acme.json"
    path.write_text(path.read_text().replace('"kind": "dump"', '"kind": "stdio"'))
    source = file(tmp_path, [{**TOOL, "title": "New"}])
    assert run(tmp_path, source, "--server", "acme") == 0
    assert "was observed over stdio" in capsys.readouterr().out
    assert run(tmp_path, source, "--server", "acme", "--update") == 0
    found = snapshots.load(path.read_bytes())
    assert (found.source.kind, len(found.replaced)) == ("dump", 1)


WRONG = {
    ("[]", "--server", "a"): "is no client's configuration, no answer of a registry and no tools",
    ("x", "--kind", "dump", "--server", "a"): "the file (expected JSON, got broken JSON in line 1)",
    ('{"a": 1}', "--kind", "dump", "--server", "a"): "got another object)",
    ('{"tools": []}',): "a saved tools/list answer needs --server SLUG",
    ('{"tools": []}', "--server", "../x"): "a saved tools/list answer needs --server SLUG",
    ('{"jsonrpc": "2.0", "error": {}}', "--server", "a"): "got an error reply)",
    ('[{"function": {"name": "x"}, "name": "x", "description": ""}]', "--server", "a"): (
        "expected an MCP tool with inputSchema, got a function of another protocol"
    ),
    ("{", "--kind", "registry"): "cannot be read: broken JSON in line 1",
    ('{"mcpServers": {', "--dry-run"): "the file (expected JSON, got broken JSON in line 1)",
}


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_sources_that_hold_nothing(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written, the reason is said, and the exit code is 2."""
    assert run(tmp_path, file(tmp_path, words[0]), *words[1:]) == 2
    assert WRONG[words] in capsys.readouterr().err
    assert not (tmp_path / "content/servers").exists()


def test_a_missing_file_is_said_to_be_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong path is wrong usage."""
    assert run(tmp_path, str(tmp_path / "no.json")) == 2
    assert "no.json cannot be read: No such file or directory" in capsys.readouterr().err
