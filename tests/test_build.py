"""A build replaces the site as a whole, writes changed bytes only, and never leaves the folder."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
import site_sample
import typed_site
from site_sample import Catalogue

from generator.errors import BuildError
from generator.render import build
from generator.render.files import File

TEMPLATES = Path(__file__).parent.parent / "templates"


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _two(*files: tuple[str, bytes]) -> list[File]:
    return [File(*item) for item in files]


def test_second_build_writes_nothing(tmp_path: Path) -> None:
    """The same catalogue gives the same bytes, and unchanged files keep their time."""
    catalogue = site_sample.catalogue(base_url="https://example.org/base/")
    first = typed_site.build(catalogue, tmp_path / "site")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "site").rglob("*")}
    again = site_sample.catalogue(base_url="https://example.org/base/")
    second = typed_site.build(again, tmp_path / "site")
    assert first.files == first.written
    assert (second.written, second.removed) == (0, 0)
    assert times == {path: path.stat().st_mtime_ns for path in (tmp_path / "site").rglob("*")}


def test_files_of_a_removed_server_vanish(tmp_path: Path) -> None:
    """A server that left the catalogue leaves no file and no empty folder behind."""
    whole = site_sample.catalogue()
    typed_site.build(whole, tmp_path)
    index = whole.index
    smaller = Catalogue(
        type(index)(
            site=index.site,
            ruleset=index.ruleset,
            servers=tuple(item for item in index.servers if item.slug != "odd"),
            tools=tuple(item for item in index.tools if item.server != "odd"),
            rules=index.rules,
            attacks=index.attacks,
            faq=index.faq,
            pages=index.pages,
            changes=(),
        ),
        tuple(
            type(item)(
                server=item.server,
                tools=tuple(
                    type(tool)(
                        **{
                            name: getattr(tool, name)
                            for name in tool.__slots__
                            if name != "similar"
                        }
                    )
                    for tool in item.tools
                ),
                policies=item.policies,
                rendered=item.rendered,
                exposure=None,
                changes=(),
                summary=item.summary,
            )
            for item in whole.entries
            if item.summary.slug != "odd"
        ),
    )
    report = typed_site.build(smaller, tmp_path)
    assert report.removed > 0
    assert not [path for path in _tree(tmp_path) if "odd" in path]
    assert not (tmp_path / "tools" / "odd").exists()


def test_failure_while_rendering_leaves_the_old_site(tmp_path: Path) -> None:
    """A build that dies before every file is made changes nothing."""
    typed_site.write(_two(("a.html", b"old"), ("b/index.html", b"old")), tmp_path)
    before = _tree(tmp_path)

    def dying() -> Iterator[File]:
        yield File("a.html", b"new")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        typed_site.write(dying(), tmp_path)
    assert before == _tree(tmp_path)


def test_failure_while_moving_is_finished_by_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build killed between two moves is completed before anything else happens."""
    typed_site.write(_two(("a.html", b"old"), ("b.html", b"old"), ("c.html", b"old")), tmp_path)
    new = _two(("a.html", b"new"), ("b.html", b"new"))
    moves: list[str] = []
    way = build._make_way

    def killed(target: Path, *, is_folder: bool) -> None:
        moves.append(target.name)
        if len(moves) == 2:
            raise KeyboardInterrupt
        way(target, is_folder=is_folder)

    with monkeypatch.context() as patch:
        patch.setattr(build, "_make_way", killed)
        with pytest.raises(KeyboardInterrupt):
            typed_site.write(new, tmp_path)

    def unfinished() -> Iterator[File]:
        yield File("a.html", b"newest")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        typed_site.write(unfinished(), tmp_path)
    found = {name: data for name, data in _tree(tmp_path).items() if not name.startswith(".")}
    assert found == {"a.html": b"new", "b.html": b"new"}


def test_links_are_replaced_and_never_followed(tmp_path: Path) -> None:
    """A symbolic link in the site is removed; what it points to stays as it was."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_bytes(b"precious")
    (outside / "file").write_bytes(b"precious")
    site = tmp_path / "site"
    typed_site.write(_two(("x.html", b"x")), site)
    (site / "servers").symlink_to(outside)
    (site / "x.html").unlink()
    (site / "x.html").symlink_to(outside / "file")
    typed_site.write(_two(("x.html", b"precious"), ("servers/index.html", b"ours")), site)
    assert (site / "servers" / "index.html").read_bytes() == b"ours"
    assert not (site / "servers").is_symlink()
    assert not (site / "x.html").is_symlink()
    assert {item.read_bytes() for item in outside.iterdir()} == {b"precious"}


def test_folder_that_is_no_site_is_refused(tmp_path: Path) -> None:
    """A folder with other things in it is left alone."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(BuildError, match="expected an empty folder or a built site, found 'thesis"):
        typed_site.write(_two(("a.html", b"a")), tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_file_becomes_folder_and_back(tmp_path: Path) -> None:
    """A path may change its kind from one build to the next."""
    typed_site.write(_two(("a", b"file")), tmp_path)
    typed_site.write(_two(("a/b", b"inside")), tmp_path)
    assert (tmp_path / "a" / "b").read_bytes() == b"inside"
    typed_site.write(_two(("a", b"file")), tmp_path)
    assert (tmp_path / "a").read_bytes() == b"file"


def test_many_may_stage_files_in_one_new_folder(tmp_path: Path) -> None:
    """Whoever finds that another made the folder meanwhile goes on."""
    with ThreadPoolExecutor(8) as executor:
        for turn in range(50):
            out = tmp_path / str(turn)
            (out / build.STAGING / "files").mkdir(parents=True)
            ready = Barrier(8)

            def put(number: int, out: Path = out, ready: Barrier = ready) -> bool:
                ready.wait()
                return build.put(out, File(f"policies/{number}.yaml", b"x"))

            assert list(executor.map(put, range(8))) == [True] * 8
            assert len(list((out / build.STAGING / "files" / "policies").iterdir())) == 8
