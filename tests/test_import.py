"""Sources of every kind to the files that `mcp-risk import` writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from content_files import SITE, write
from registry_server import Reply, ok, page, registry, server

from generator import content, snapshots
from generator.cli import main
from generator.model import Variable

if TYPE_CHECKING:
    from pathlib import Path


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


def test_files_that_cannot_be_read_are_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A spec with a mistake is somebody's work, with --update as well."""
    folder = write(tmp_path / "content", {"servers/a-one.yaml": "title: [\n"})
    source = file(tmp_path, {"servers": [server("a/one")]})
    assert run(tmp_path, source, "--update") == 1
    assert "a-one.yaml exists and cannot be read; lint it" in capsys.readouterr().out
    assert (folder / "servers/a-one.yaml").read_text() == "title: [\n"


def test_two_names_of_one_package_are_one_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The name that is in the catalogue stays; the other is said to be the same."""
    other = server("b/fork", packages=[{"registryType": "npm", "identifier": "a-one"}])
    source = file(tmp_path, {"servers": [server("a/one"), other]})
    assert run(tmp_path, source, "--update") == 0
    assert "exists     a-one (b/fork)  has a package or address of a/one" in capsys.readouterr().out
