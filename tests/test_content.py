"""Content folders to objects: what a contributor can get wrong, each with its exact message."""

from __future__ import annotations

from pathlib import Path

import pytest
from content_files import ATTACK, FAQ, PAGE, SERVER, observed, write

from generator.content import load
from generator.errors import ContentError
from generator.model import Parameter

TOOL = {"name": "ping", "inputSchema": {"type": "object", "properties": {"host": {}}}}
HERE = Path(__file__).parent


def table() -> list[tuple[str, str, list[str]]]:
    """Return (file, text, problems) of each block in data/bad_content.txt."""
    blocks = (HERE / "data" / "bad_content.txt").read_text("utf-8").split("=== ")[1:]
    rows = []
    for block in blocks:
        name, _, rest = block.partition("\n")
        lines = rest.splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith(">>> "))
        rows.append((name, text, [line[4:-1] for line in lines if line.startswith(">>> ")]))
    return rows


def messages(folder: Path) -> list[str]:
    """Return the problems of a folder with paths relative to it."""
    return [str(problem).removeprefix(f"{folder}/") for problem in load([folder])[1]]


@pytest.mark.parametrize(("name", "text", "expected"), table())
def test_a_mistake_is_named(tmp_path: Path, name: str, text: str, expected: list[str]) -> None:
    """Each wrong line gives its place, its rule, what was expected and what was found."""
    assert messages(write(tmp_path, {name: text})) == expected


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    """The line of the first byte that is not UTF-8 is reported, the file is not read."""
    found = messages(write(tmp_path, {"servers/acme.yaml": b"title: A\n# caf\xe9\n"}))
    expected = "the file is not UTF-8 (expected UTF-8 text, got byte 0xe9)"
    assert found == [f"servers/acme.yaml:2: content.encoding: {expected}"]


def test_all_mistakes_of_all_files_come_in_one_run(tmp_path: Path) -> None:
    """Wrong files do not hide each other, and their good siblings are still read."""
    files = {
        "servers/acme.yaml": SERVER,
        "servers/b.yaml": "titel: x\n",
        "rules/c.d.yaml": "axis: [\n",
        "pages/e.md": "no front matter",
    }
    content, problems = load([write(tmp_path, files)])
    assert len(problems) == 4
    assert "acme" in [server.slug for server in content.servers]


EDITED = observed("acme", [TOOL]).replace('"type": "object"', '"type": "array"')
BAD_SNAPSHOTS = [
    ("{", "snapshot: the file (expected JSON, got Expecting property name"),
    ("[]", "snapshot: the file (expected an object, got a list)"),
    (observed("other", []), 'snapshot: /server (expected "acme", got "other")'),
    (observed("acme", [TOOL], format=2), "snapshot: /format"),
    (observed("acme", [TOOL], digest="sha256:0"), "digest: /digest (expected sha256:"),
    (observed("acme", [TOOL], tool_digests=[]), "digest: /tool_digests (expected 1 entries,"),
    (observed("acme", [TOOL], state="asleep"), "snapshot: /state (expected one of observed,"),
    (EDITED, "digest: /tools/0 (expected the tool of digest sha256:"),
]


@pytest.mark.parametrize(("text", "expected"), BAD_SNAPSHOTS)
def test_a_snapshot_that_nobody_observed_is_refused(
    tmp_path: Path, text: str, expected: str
) -> None:
    """Snapshots are machine-written: a wrong form, server or digest is a problem."""
    found = messages(write(tmp_path, {"servers/acme.yaml": SERVER, "snapshots/acme.json": text}))
    assert len(found) == 1
    assert f": content.{expected}" in found[0]


def test_a_server_gets_its_tools(tmp_path: Path) -> None:
    """A spec and its snapshot meet in one Server; a spec alone is one too."""
    files = {
        "servers/acme.yaml": SERVER,
        "servers/quiet.yaml": "title: Quiet\n",
        "snapshots/acme.json": observed("acme", [TOOL]),
    }
    content, problems = load([write(tmp_path, files)])
    acme, quiet = content.servers
    assert problems == []
    assert acme.tools[0].parameters == (Parameter("host", "/inputSchema/properties/host"),)
    assert (quiet.snapshot, quiet.tools) == (None, ())
    assert acme.spec.path == f"{tmp_path.name}/servers/acme.yaml"


def test_a_later_folder_lies_over_an_earlier_one(tmp_path: Path) -> None:
    """A file of the same name replaces, site keys merge, the rest adds up."""
    ours = write(tmp_path / "a", {"servers/acme.yaml": SERVER, "servers/b.yaml": "title: B\n"})
    theirs = write(
        tmp_path / "b", {"site.yaml": "name: Ours\n", "servers/b.yaml": "title: New B\n"}
    )
    content, problems = load([ours, theirs])
    assert problems == []
    assert [server.spec.title for server in content.servers] == ["Acme", "New B"]
    assert (content.site.name, content.site.tagline) == ("Ours", "A catalogue for tests.")


def test_the_registrys_words_become_a_spec(tmp_path: Path) -> None:
    """Arguments may be texts or the registry's objects; reasons of the crawl are kept."""
    text = """title: Acme
packages:
- registryType: npm
  identifier: "@acme/demo"
  version: 1.2.3
  packageArguments:
  - --stdio
  - {type: named, name: --root, value: /data}
  environmentVariables:
  - {name: ACME_KEY, isRequired: true, isSecret: true, placeholder: placeholder}
remotes:
- {type: streamable-http, url: https://mcp.example.org, headers: [{name: X-Key, isSecret: true}]}
catalogue: {domain: devtools, license: MIT, crawl: {network: it reads its tools from a service}}
"""
    content, problems = load([write(tmp_path, {"servers/acme.yaml": text})])
    spec = content.servers[0].spec
    assert problems == []
    assert spec.packages[0].purl == "pkg:npm/%40acme/demo@1.2.3"
    assert spec.packages[0].arguments == ("--stdio", "--root", "/data")
    assert spec.packages[0].environment[0].is_secret
    assert spec.remotes[0].headers[0].name == "X-Key"
    assert spec.crawl.network_reason == "it reads its tools from a service"


def test_prose_keeps_its_words_and_places(tmp_path: Path) -> None:
    """Attacks, questions and pages come with the line their body starts at."""
    files = {"attacks/poison.md": ATTACK, "faq/what.md": FAQ, "pages/levels.md": PAGE}
    content, problems = load([write(tmp_path, files)])
    assert problems == []
    assert (content.attacks[0].date, content.attacks[0].body_line) == ("2025-04-01", 13)
    assert [(case.case, case.text) for case in content.faq[0].cases] == [("described", "It does.")]
    assert content.pages[0].body == "Text."


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("tool: ping\n  field: level\n  value: lwo\n  reason: r\n  author: a\n  date: 2026-11-20\n",
         'value (expected low, medium, high or critical (perhaps low), got "lwo")'),
        ("tool: ping\n  field: level\n  value: low\n  author: a\n  date: 2026-11-20\n",
         "reason (expected text, got nothing)"),
        ("tool: ping\n  field: level\n  value: low\n  reason: r\n  author: a\n  date: 20.11.2026\n",
         'date (expected a date like 2026-11-20, got "20.11.2026")'),
    ],
)  # fmt: skip
def test_a_correction_without_reason_author_or_day_is_refused(
    tmp_path: Path, row: str, expected: str
) -> None:
    """A correction says what, why, who and when; one that does not is left out."""
    files = {"servers/acme.yaml": SERVER, "overrides/acme.yaml": f"overrides:\n- {row}"}
    content, problems = load([write(tmp_path, files)])
    assert content.overrides == ()
    assert [problem.message for problem in problems] == [f"overrides[0].{expected}"]


def test_a_missing_folder_stops_the_run(tmp_path: Path) -> None:
    """A folder that is not there is no mistake in content but a wrong call."""
    with pytest.raises(ContentError, match="does not exist"):
        load([tmp_path / "nowhere"])


def test_a_missing_site_file_is_named(tmp_path: Path) -> None:
    """Without a site.yaml nothing can be called by its name."""
    write(tmp_path, {})
    (tmp_path / "site.yaml").unlink()
    assert messages(tmp_path) == [
        "site.yaml: content.missing: the file (expected name and tagline, got no file)"
    ]
