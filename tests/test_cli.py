"""The commands as a person meets them: help, wrong usage, bad content, and a site that stays."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from content_files import SERVER, write

from generator import lint
from generator.cli import console, drafts, freshness
from generator.cli.commands import COMMANDS
from generator.cli.main import run
from generator.content import load
from generator.content_format import formatted, order_of
from generator.content_order import FAQ
from generator.derive import answers
from generator.errors import Location, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 11, 24)
ROOT = Path(__file__).parent.parent
Screen = pytest.CaptureFixture[str]


def test_help_names_every_command(capsys: Screen) -> None:
    """Without a command the overview is printed, each command with what it is for."""
    assert run([]) == 0
    text = capsys.readouterr().out
    assert [name for name in COMMANDS if f"  {name} " not in text] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str, capsys: Screen) -> None:
    """`--help` of a command shows a sentence, an example and its options."""
    with pytest.raises(SystemExit) as ended:
        run([command, "--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"mcp-risk {command}" in text
    assert "options:" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["buid"], "mcp-risk: unknown command 'buid'; all are in mcp-risk --help\n"),
        (
            ["sites"],
            "mcp-risk: unknown command 'sites'; perhaps site; all are in mcp-risk --help\n",
        ),
        (["lint", "--content", "nowhere"], "the content folder nowhere does not exist\n"),
        (["new", "server", "No Slug"], ('server expected lower-case letters, digits and hyphens, '
         'got "No Slug"\n')),
        (["new", "rule", "many"], ("rule expected words joined by dots, like schema.param.url, "
         'got "many"\n')),
        (["serve", "--port", "99999"], "--port expected 0 to 65535, got 99999\n"),
    ],
)  # fmt: skip
def test_wrong_usage_exits_with_two(words: list[str], message: str, capsys: Screen) -> None:
    """A call that cannot work says why in one line."""
    assert run(words) == 2
    assert capsys.readouterr().err.endswith(message)


def test_bad_content_keeps_the_site_that_stands(
    tmp_path: Path, capsys: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All problems are printed in one run, the exit code is 1, and no byte of the site moves."""
    monkeypatch.chdir(tmp_path)
    files = {"servers/a.yaml": "titel: A\n", "servers/b.yaml": SERVER, "pages/c.md": "text"}
    write(tmp_path / "content", {**files, "servers/d.yaml": b"\xff"})
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("before")
    assert run(["site"]) == 1
    screen = capsys.readouterr()
    places = [line.split(": ")[0] for line in screen.err.splitlines()]
    own = [place for place in places if place.startswith(("content/pages", "content/servers"))]
    assert own == [
        "content/pages/c.md:1",
        "content/servers/a.yaml",
        "content/servers/a.yaml:1",
        "content/servers/a.yaml:1",
        "content/servers/d.yaml:1",
    ]
    assert screen.out == "The site in site is still the one that was built before.\n"
    assert [path.name for path in (tmp_path / "site").iterdir()] == ["index.html"]
    assert (tmp_path / "site" / "index.html").read_text() == "before"


def test_problems_are_marked_in_the_diff_when_ci_runs(
    capsys: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the plain line there is an annotation whose values cannot end it early."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    place = Location("content/a,b.yaml", 3)
    code = console.report(
        [
            Problem("content.type", place, "title (expected text, got\n::error::100%)"),
            Problem("lint.stale", place, "old\x1b[2J", Severity.WARNING),
        ]
    )
    screen = capsys.readouterr()
    assert code == 1
    assert screen.out.splitlines() == [
        (
            "::error file=content/a%2Cb.yaml,line=3,title=content.type::"
            "title (expected text, got ::error::100%25)"
        ),
        "::warning file=content/a%2Cb.yaml,line=3,title=lint.stale::old[U+001B][2J",
    ]
    assert screen.err.splitlines()[-1] == "1 problem, 1 warning"


def test_warnings_alone_are_no_failure(capsys: Screen) -> None:
    """A warning is printed and the run goes on."""
    assert console.report([Problem("x", Location("a"), "b", Severity.WARNING)]) == 0
    assert capsys.readouterr().err == "warning: a: x: b\n1 warning\n"


@pytest.mark.parametrize(
    ("kind", "name", "more"),
    [
        ("server", "acme-demo", []),
        ("server", "acme", ["--package", "pypi:acme-mcp"]),
        ("server", "acme", ["--remote", "https://mcp.acme.example/mcp"]),
    ],
)
def test_a_new_server_is_sound_and_in_order(
    tmp_path: Path, kind: str, name: str, more: list[str], capsys: Screen
) -> None:
    """The written file loads without a problem and is already in canonical form."""
    write(tmp_path, {})
    assert run(["new", kind, name, "--content", str(tmp_path), *more]) == 0
    path = tmp_path / "servers" / f"{name}.yaml"
    content, problems = load([tmp_path])
    assert problems == []
    assert content.servers[0].slug == name
    order = order_of(path.relative_to(tmp_path))
    assert order is not None
    assert formatted(path.read_text(), order, str(path)).text == path.read_text()
    assert f"wrote {path}" in capsys.readouterr().out
    assert run(["new", kind, name, "--content", str(tmp_path), *more]) == 2
    assert "exists; edit it instead" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tool-who-pays", ("tool", 8, "Who pays?")),
        ("level-server-count", ("level-server", 1, "Count?")),
        ("who-pays", ("tool", 8, "Who pays?")),
    ],
)
def test_a_new_question_is_sound_and_last(
    tmp_path: Path, name: str, expected: tuple[str, int, str], capsys: Screen
) -> None:
    """A new question lints clean, stands after the others of its scope, and names its words."""
    before = '---\nscope: tool\norder: 7\nquestion: "Why?"\n---\n## always\nBecause.\n'
    write(tmp_path, {"faq/tool-why.md": before})
    assert run(["new", "question", name, "--content", str(tmp_path)]) == 0
    path = tmp_path / "faq" / f"{name}.md"
    content, problems = load([tmp_path])
    assert [*problems, *answers.problems(content.faq), *lint.check(content, TODAY)] == []
    found = next(entry for entry in content.faq if entry.slug == name)
    assert expected == (found.scope, found.order, found.question)
    assert [case.case for case in found.cases] == ["always"]
    assert formatted(path.read_text(), FAQ, str(path)).text == path.read_text()
    assert f"pages of scope {expected[0]}," in capsys.readouterr().out
    assert run(["new", "question", name, "--content", str(tmp_path)]) == 2


def test_a_new_attack_asks_for_its_facts(tmp_path: Path) -> None:
    """What only a person knows is empty, and the loader names each of it."""
    write(tmp_path, {})
    assert run(["new", "attack", "session-fixation", "--content", str(tmp_path)]) == 0
    missing = {re.split(r"[: ]+", str(one))[3] for one in load([tmp_path])[1]}
    assert missing == {"title", "summary", "references[0].title"}


def test_a_new_rule_begins_its_predicate() -> None:
    """The stub registers the id under a name of its own and is valid Python."""
    text = drafts.predicate("schema.param.webhook", first=True)
    compile(text, "schema.py", "exec")
    assert '@rule("schema.param.webhook")\ndef param_webhook(case: Case)' in text


def test_an_untouched_site_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A touched source, a touched page or another base URL make a site stale."""
    monkeypatch.chdir(tmp_path)
    for name in ("content/a.yaml", "site/index.html"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("1")
    state = freshness.State((Path("content"),), Path("site"), ("https://a.example",))
    other = freshness.State(state.sources, state.out, ("https://b.example",))
    assert not state.is_fresh(state.seen())
    state.remember(state.seen(), "first")
    assert state.is_fresh(state.seen())
    assert not other.is_fresh(other.seen())
    assert (state.is_as_left("first"), state.is_as_left("second"), state.is_as_left("")) == (
        True, False, False,
    )  # fmt: skip
    (tmp_path / "site" / "index.html").write_text("22")
    assert not state.is_fresh(state.seen())
    assert not state.is_as_left("first")
    state.remember(state.seen(), "second")
    (tmp_path / "content" / "a.yaml").write_text("22")
    assert not state.is_fresh(state.seen())
    assert state.is_as_left("second")


def _edit_front_page(site: Path) -> None:
    (site / "index.html").write_text("edited by hand")


def _replace_tool(site: Path) -> None:
    (site / "new").write_text("x")
    (site / "new").replace(site / "tools" / "acme" / "index.html")


def _add_server(site: Path) -> None:
    (site / "tools" / "more").mkdir()
    (site / "tools" / "more" / "index.html").touch()


def _stage_in_vain(site: Path) -> None:
    (site / ".staging").mkdir()
    (site / ".staging").rmdir()
    (site / ".mcp-risk-site").write_text("signed by a build that failed")


@pytest.mark.parametrize(
    ("change", "as_left"),
    [(_edit_front_page, False), (_replace_tool, False), (_add_server, False),
     (_stage_in_vain, True)],
)  # fmt: skip
@pytest.mark.parametrize("whole", [1, 1000])
def test_a_site_is_as_left_until_somebody_else_changes_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
    whole: int,
    *,
    as_left: bool,
) -> None:
    """A large site shows it by its folders, a small one by its files; no failed build counts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(freshness, "_WHOLE", whole)
    site = tmp_path / "site"
    for name in ("index.html", ".mcp-risk-site", "tools/acme/index.html"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("1")
        os.utime(site / name, ns=(1, 1))
    for folder in (site / "tools" / "acme", site / "tools", site):
        os.utime(folder, ns=(1, 1))
    state = freshness.State((), Path("site"))
    state.remember(state.seen(), "first")
    assert state.is_as_left("first")
    change(site)
    assert state.is_as_left("first") == as_left


def test_what_is_edited_during_a_build_makes_the_site_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sources are looked at before they are read, so an edit meanwhile is not lost."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "content", {})
    (tmp_path / "site").mkdir()
    state = freshness.State((Path("content"),), Path("site"))
    seen = state.seen()
    (tmp_path / "content" / "site.yaml").write_text("name: Edited while the build ran\n")
    state.remember(seen, "first")
    assert not state.is_fresh(state.seen())


def test_help_is_quick_and_imports_no_room() -> None:
    """The overview loads neither the rooms nor a third-party package."""
    code = (
        "import sys; from generator.cli.main import run; run([]);"
        "print([m for m in ('jinja2', 'yaml', 'httpx', 'mcp') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_site_builds_without_the_sdk() -> None:
    """Building and linting never import mcp: it costs a second and is not needed."""
    code = "import sys; from generator import pipeline; print('mcp' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_make_alone_explains_itself() -> None:
    """Every target with a comment is in the help that `make` prints."""
    done = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "MAKEFLAGS": ""},
    )
    for target in ("site", "serve", "verify", "test", "lint", "format", "crawl", "new", "clean"):
        assert re.search(rf"^  make {target} +\S", done.stdout, re.MULTILINE)
