"""`verify` names every kind of broken site with its place, and nothing in a sound one."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import site_sample
import typed_site

from generator.errors import Problem
from generator.executors import open_executor
from generator.pipeline import verified
from generator.render import verify as verify_room
from generator.render.checks import markup, styles

TEMPLATES = Path(__file__).parent.parent / "templates"
TOOL = "tools/sprintra/work_sessions/index.html"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "site"
    typed_site.build(site_sample.catalogue(base_url="https://example.org/x/"), folder)
    return folder


def verify(folder: Path) -> list[Problem]:
    """Return what is wrong with a folder."""
    return verify_room.verify(folder).problems


def _replaced(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new, 1))

    return change


def test_sound_site_has_no_problem(sound: Path) -> None:
    """The sample, hostile names and all, passes every check."""
    assert [str(problem) for problem in verify(sound)] == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            _replaced(TOOL, 'href="../../../servers/sprintra/"', 'href="../../../servers/gone/"'),
            (
                f"{TOOL}: links.dead: ../../../servers/gone/ leads to no file "
                "(servers/gone/index.html)"
            ),
        ),
        (
            _replaced(TOOL, 'href="#s1"', 'href="#s99"'),
            f"{TOOL}: links.anchor: #s99 names no id of {TOOL}",
        ),
        (
            _replaced(TOOL, 'href="../../../servers/"', 'href="../../../../up/"'),
            f"{TOOL}: links.outside: a link leaves the site: ../../../../up/",
        ),
        (
            _replaced(TOOL, "<h1 ", '<h1 style="color:red" '),
            f"{TOOL}: safety.inline: <h1> has an inline style",
        ),
        (
            _replaced(TOOL, "<h1 ", '<h1 onclick="x" '),
            f"{TOOL}: safety.inline: <h1> has an inline onclick",
        ),
        (
            _replaced(TOOL, "</main>", "<script>1</script></main>"),
            f"{TOOL}: safety.inline: a script without src",
        ),
        (
            _replaced(TOOL, "</main>", '<img src="https://a.example/p.png" alt="x"></main>'),
            f"{TOOL}: safety.external: <img> requests https://a.example/p.png",
        ),
        (
            _replaced(TOOL, "</main>", '<a href="javascript:x">x</a></main>'),
            f"{TOOL}: safety.url: <a> leads to javascript:",
        ),
        (
            _replaced(TOOL, "</main>", "<p>a\u202eb</p></main>"),
            f"{TOOL}: safety.hidden: raw hidden character U+202E",
        ),
        (
            _replaced(TOOL, "Content-Security-Policy", "X-Nothing"),
            f"{TOOL}: safety.csp: no Content-Security-Policy",
        ),
        (
            _replaced(TOOL, "base-uri", "base-url"),
            f"{TOOL}: safety.csp: differs from the front page's",
        ),
        (
            _replaced(TOOL, "</main>", "<h4>x</h4></main>"),
            f"{TOOL}: form.heading: h4 follows h2",
        ),
        (
            _replaced(TOOL, "</h1>", "</h1><h1>again</h1>"),
            f"{TOOL}: form.heading: expected one h1, got 2",
        ),
        (
            _replaced(TOOL, 'id="why"', 'id="use"'),
            f'{TOOL}: form.id: id "use" occurs twice',
        ),
        (
            _replaced(TOOL, "</h2>", "</h3>"),
            f"{TOOL}: form.parse: </h3> closes <h2>",
        ),
        (
            _replaced(TOOL, "</main>", '<a href="./">x<a href="./">y</a></a></main>'),
            f"{TOOL}: form.parse: <a> inside <a>",
        ),
        (
            _replaced(TOOL, "</main>", "<p><div>x</div></p></main>"),
            f"{TOOL}: form.parse: <div> inside <p>",
        ),
        (
            _replaced(TOOL, "</main>", "<p>a <b c</p></main>"),
            f"{TOOL}: form.parse: a tag never ends: 'b c'",
        ),
        (
            _replaced(TOOL, "<summary>What about what of", "<summary>What about that of"),
            (
                f"{TOOL}: form.structured: JSON-LD differs from the page: "
                "'What about what of work_sessions?'"
            ),
        ),
        (
            _replaced(TOOL, "</main>", '<a href="./"></a></main>'),
            f"{TOOL}: access.name: <a> without text",
        ),
        (
            _replaced(TOOL, "</main>", '<input id="z"></main>'),
            f'{TOOL}: access.label: a field without label: "z"',
        ),
        (
            _replaced(TOOL, '<th scope="col">Rule</th>', "<th>Rule</th>"),
            f"{TOOL}: access.scope: a table header without scope",
        ),
        (
            _replaced(TOOL, "</main>", '<img src="../../../static/icon.svg"></main>'),
            f"{TOOL}: access.alt: an image without alt",
        ),
        (
            _replaced(
                "api/v1/tools/sprintra/work_sessions.json",
                '"score":70,"level"',
                '"score":71,"level"',
            ),
            (
                "api/v1/tools/sprintra/work_sessions.json: truth.ledger: the ledger adds up to 70, "
                "the score is 71"
            ),
        ),
        (
            _replaced("api/v1/catalogue.json", "{", "{,"),
            (
                "api/v1/catalogue.json: form.json: no valid JSON: Expecting property name enclosed "
                "in double quotes: line 1 column 2 (char 1)"
            ),
        ),
        (
            _replaced("policies/sprintra.yaml", '"work_sessions"', '"other"'),
            'policies/sprintra.yaml: truth.policy: no entry for "work_sessions"',
        ),
        (
            _replaced("sitemap-1.xml", "/x/attacks/", "/x/nothing/"),
            "sitemap-1.xml: links.dead: https://example.org/x/nothing/ has no page",
        ),
    ],
)
def test_broken_site_is_named(
    sound: Path, tmp_path: Path, change: Callable[[Path], None], expected: str
) -> None:
    """One change gives the message a person needs to find it."""
    folder = tmp_path / "site"
    shutil.copytree(sound, folder, copy_function=shutil.copy)
    change(folder)
    assert expected in [str(problem) for problem in verify(folder)]


def test_missing_files_and_foreign_files(sound: Path, tmp_path: Path) -> None:
    """A page without its file, an orphan, a link and a name that differs in case are named."""
    folder = tmp_path / "site"
    shutil.copytree(sound, folder)
    (folder / TOOL).unlink()
    (folder / "lost.html").write_text((folder / "glossary" / "index.html").read_text())
    (folder / "LLMS.txt").write_text("x")
    (folder / "away").symlink_to(tmp_path)
    found = [str(problem) for problem in verify(folder)]
    assert f"api/v1/servers/sprintra.json: truth.page: no {TOOL}" in found
    assert "lost.html: links.orphan: no link from the front page leads here" in found
    assert "LLMS.txt: links.case: differs from llms.txt in case only" in found
    assert "away: links.symlink: a symbolic link" in found


def _written(path: str, data: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / path).write_bytes(data)


def _before(path: str, data: bytes) -> Callable[[Path], object]:
    return lambda folder: _written(path, data + (folder / path).read_bytes())(folder)


TOOL_DATA = "api/v1/tools/sprintra/work_sessions.json"
SERVER_DATA = "api/v1/servers/sprintra.json"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_before(TOOL, b"\xff"), f"{TOOL}: form.encoding: no UTF-8 (byte 1)"),
        (
            _before("static/site.css", b"\xff"),
            "static/site.css: form.encoding: no UTF-8 (byte 1)",
        ),
        (
            _before("policies/sprintra.yaml", b"\xff"),
            "policies/sprintra.yaml: form.encoding: no UTF-8 (byte 1)",
        ),
        (_before("sitemap-1.xml", b"\xff"), "sitemap-1.xml: form.encoding: no UTF-8 (byte 1)"),
        (
            _before("index.html", b"\xff"),
            "index.html: form.encoding: no UTF-8 (byte 1)",
        ),
        (
            _written("feeds/changes.json", b"[1]"),
            (
                "feeds/changes.json: form.shape: not a JSON feed (AttributeError: 'list' object "
                "has no attribute 'get')"
            ),
        ),
        (
            _written(TOOL_DATA, b"{}"),
            (
                f"{TOOL_DATA}: form.shape: not a record as the API describes it "
                "(KeyError: 'assessment')"
            ),
        ),
        (_written(TOOL_DATA, b"[]"), f"{TOOL_DATA}: form.shape: expected an object, got list"),
        (
            _written(SERVER_DATA, b'{"slug":"x"}'),
            f"{SERVER_DATA}: form.shape: not a record as the API describes it (KeyError: 'tools')",
        ),
        (
            _written("api/v1/catalogue.json", b"[" * 200_000),
            (
                "api/v1/catalogue.json: form.json: no valid JSON: maximum recursion depth exceeded "
                "while decoding a JSON array from a unicode string"
            ),
        ),
        (
            _replaced("faq/index.html", '"mainEntity"', '"nothing"'),
            "faq/index.html: form.structured: JSON-LD lacks a question or its answer",
        ),
        (
            _replaced(TOOL, "</main>", '<a href="ftp://[x">x</a></main>'),
            f"{TOOL}: links.outside: a link leaves the site: ftp://[x",
        ),
        (
            _written("glossary/index.html", b"x" * 1_000_000),
            ("glossary/index.html: size: 1000000 bytes, not read (expected at most 61440)"),
        ),
        (
            lambda folder: os.mkfifo(folder / "pipe.html"),
            "pipe.html: truth.file: expected a regular file",
        ),
        (
            lambda folder: (folder / "tools" / "sprintra" / "loop").symlink_to(folder / "tools"),
            "tools/sprintra/loop: links.symlink: a symbolic link",
        ),
        (
            lambda folder: (folder / ".staging").mkdir(),
            ".staging: truth.site: an interrupted build left its staging folder",
        ),
        (
            lambda folder: (folder / TOOL).with_suffix(".md").unlink(),
            (
                f"{TOOL}: links.dead: index.md leads to no file "
                "(tools/sprintra/work_sessions/index.md)"
            ),
        ),
        (
            _written("tools/sprintra/more.js", b"/*" + b"x" * 40_000),
            "static/: size: *.js: ",
        ),
        (
            _written("n\u00e4me.txt", b""),
            "n\u00e4me.txt: safety.hidden: a file name beyond printable ASCII",
        ),
    ],
)
def test_hostile_bytes_and_files_are_named(
    sound: Path, tmp_path: Path, change: Callable[[Path], object], expected: str
) -> None:
    """Whatever stands in the folder has a message; nothing stops the check of the rest."""
    folder = tmp_path / "site"
    shutil.copytree(sound, folder)
    change(folder)
    found = [str(problem) for problem in verify(folder)]
    assert [one for one in found if one.startswith(expected)], found


def test_what_cannot_be_read_is_there_all_the_same(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file and a folder of others' permissions are named, and links to the file are not dead."""
    folder = tmp_path / "site"
    shutil.copytree(sound, folder)
    right, listed = os.open, os.scandir

    def refuse(path: Path, flags: int) -> int:
        if path == folder / "glossary/index.html":
            raise PermissionError(errno.EACCES, "Permission denied")
        return right(path, flags)

    def hide(path: Path) -> object:
        if path == folder / "faq/":
            raise PermissionError(errno.EACCES, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "scandir", hide)
    found = [str(one) for one in verify(folder)]
    assert "glossary/index.html: truth.file: cannot be read: Permission denied" in found
    assert "faq/: truth.file: cannot be listed: Permission denied" in found
    assert not [one for one in found if "leads to no file (glossary/" in one]


def test_pages_that_lead_to_each_other_alone_are_orphans(sound: Path, tmp_path: Path) -> None:
    """A ring of pages in several folders needs a link from the front page, not from itself."""
    folder = tmp_path / "site"
    shutil.copytree(sound, folder)
    text = (folder / TOOL).read_text()
    for path, other in (("tools/sprintra/qa", "categories/ex/qb"), ("categories/ex/qb", "")):
        link = f'<a href="../../../{other or "tools/sprintra/qa"}/">on</a></main>'
        (folder / path).mkdir(parents=True)
        page = text.replace("<title>", f"<title>{path} ").replace("</main>", link)
        (folder / path / "index.html").write_text(page)
    found = [str(one) for one in verify(folder) if one.rule == "links.orphan"]
    assert found == [
        f"{path}/index.html: links.orphan: no link from the front page leads here"
        for path in ("categories/ex/qb", "tools/sprintra/qa")
    ]


def test_processes_find_the_same(sound: Path, tmp_path: Path) -> None:
    """Reading in two processes gives the problems that reading in one gives, in the same order."""
    folder = tmp_path / "site"
    shutil.copytree(sound, folder)
    _replaced(TOOL, "<h1 ", '<h1 style="color:red" ')(folder)
    _replaced(TOOL, 'href="#s1"', 'href="#s99"')(folder)
    (folder / "glossary" / "index.html").unlink()
    with open_executor(jobs=1) as executor:
        alone = verified(folder, executor)
    assert len(alone.problems) > 40
    with open_executor(jobs=2) as executor:
        assert alone == verified(folder, executor)


def test_policy_check_of_the_caller_is_asked(sound: Path) -> None:
    """Every download is handed to the check of its format."""
    asked: list[str] = []
    verify_room.verify(sound, lambda path, _text: asked.append(path) or [])
    assert "policies/sprintra.yaml" in asked


def test_folder_without_a_site(tmp_path: Path) -> None:
    """An empty folder is no site."""
    assert [problem.message for problem in verify(tmp_path)] == [
        "expected a built site, found no index.html"
    ]


def test_contrast_is_computed_from_the_style_sheet() -> None:
    """A token that is too pale is reported with both figures; the real sheet passes."""
    css = (TEMPLATES / "static" / "site.css").read_text()
    assert list(styles.check(css)) == []
    pale = css.replace("--ink-2: light-dark(#4b565e", "--ink-2: light-dark(#aaaaaa")
    assert (
        "form.contrast",
        "--ink-2 on --paper in the light theme (expected 4.5, got 2.17)",
    ) in list(styles.check(pale))
    assert styles.contrast("#000000", "#ffffff") == 21


@pytest.mark.parametrize("page", ["", "<", "<a", "</b>", "<p><div>", "<a><a>", "<svg><title>x"])
def test_any_text_can_be_read(page: str) -> None:
    """The scanner never raises."""
    assert markup.read(page).problems
