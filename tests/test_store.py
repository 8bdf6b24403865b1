"""The memory of a build only saves work: whatever happens to it, the site is the right one."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import built_site
import pytest
from built_site import SERVERS, Site, tree

from generator import pipeline
from generator.cli.main import run
from generator.executors.own import Serial
from generator.pipeline_store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _garble(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "inside").touch()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _change_schema(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TABLE whose")
        database.execute("CREATE TABLE whose (other TEXT)")
        database.commit()


def _change_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE whose SET program = 'another'")
        database.commit()


@pytest.mark.parametrize(
    "damage", [_truncate, _garble, _make_folder, _empty, _change_schema, _change_program]
)
def test_a_broken_file_is_an_empty_memory(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """It is replaced where that is possible, and never an error."""
    path = tmp_path / "memory.sqlite"
    with Store(path, "ours") as store:
        store.put_lot("a", b"key", (), None)
        store.commit_site()
        assert store.build
    damage(path)
    with Store(path, "ours") as store:
        assert (store.build, store.names(), store.lots().get("a")) == ("", set(), None)
        store.put_lot("b", b"key", (), None)
        store.commit_site()
    with Store(path, "ours") as store:
        assert store.names() == (set() if path.is_dir() else {"b"})


def test_the_journal_of_a_broken_file_is_not_applied_to_the_next(tmp_path: Path) -> None:
    """What a killed build left beside a file goes with that file."""
    path = tmp_path / "memory.sqlite"
    path.write_bytes(b"no database")
    path.with_name("memory.sqlite-journal").write_bytes(b"of another time")
    with Store(path, "ours") as store:
        store.commit_site()
    assert [item.name for item in tmp_path.iterdir()] == ["memory.sqlite"]


def test_a_place_without_room_for_a_file_is_an_empty_memory(tmp_path: Path) -> None:
    """A folder that cannot be made costs the next build its memory, and nothing else."""
    (tmp_path / "file").touch()
    with Store(tmp_path / "file" / "memory.sqlite", "ours") as store:
        store.put_lot("a", b"key", (), None)
        store.commit_site()
        assert store.names() == {"a"}


def test_what_was_not_committed_is_forgotten(tmp_path: Path) -> None:
    """Lots count when the folder holds them; a build that failed leaves those of before."""
    path = tmp_path / "memory.sqlite"
    with Store(path, "ours") as store:
        store.put_lot("a", b"key", (), None)
        store.commit_site()
        build = store.build
        store.put_lot("a", b"other", (), None)
    with Store(path, "ours") as store:
        kept = store.lots().get("a")
        assert kept is not None
        assert (kept.key, store.build) == (b"key", build)


def test_while_a_site_is_put_in_place_no_build_is_known(tmp_path: Path) -> None:
    """Who is killed in between leaves lots that nobody relies on."""
    path = tmp_path / "memory.sqlite"
    with Store(path, "ours") as store:
        store.put_lot("a", b"key", (), None)
        store.commit_site()
        store.put_lot("a", b"other", (), None)
        store.begin_site()
    with Store(path, "ours") as store:
        assert store.build == ""


def test_a_value_that_cannot_be_read_breaks_the_memory_and_not_the_build(site: Site) -> None:
    """The build begins again without it, and takes away what no lot makes any more."""
    for path in site.content.rglob("omega.*"):
        path.unlink()
    with closing(sqlite3.connect(site.memory)) as database:
        database.execute("UPDATE parts SET part = x'00'")
        database.commit()
    assert not site.build().failed
    assert tree(site.out) == site.clean()


@pytest.mark.parametrize("pages", [0, 30])
def test_a_disk_that_fills_up_costs_the_memory_only(site: Site, pages: int) -> None:
    """Whether it is noticed while rating or while printing, the site becomes the right one."""
    (site.content / "servers" / "omega.yaml").unlink()
    (site.content / "snapshots" / "omega.json").unlink()
    site.memory.unlink()
    plan, problems = pipeline.planned([site.content], site.out, site.templates, built_site.TODAY)
    assert plan is not None, problems
    with Store(site.memory, plan.program) as store:
        now = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {now + pages}")
        assert not site.build(means=pipeline.Means(Serial(), store)).failed
    assert tree(site.out) == site.clean()
    assert not site.memory.exists()


def test_a_folder_that_is_gone_is_made_again(site: Site) -> None:
    """The memory of its lots does not hide that the folder holds none."""
    before = tree(site.out)
    shutil.rmtree(site.out)
    assert not site.build(is_known=False).failed
    assert tree(site.out) == before


def test_files_changed_while_they_are_read_are_read_again(site: Site) -> None:
    """A rating of files that moved since they were listed is not kept under their old name."""
    path = site.content / "servers" / "acme.yaml"
    words = path.read_text()
    plan, problems = pipeline.planned([site.content], site.out, site.templates, built_site.TODAY)
    assert plan is not None, problems
    path.write_text(words.replace("title: Acme", "title: Meanwhile another"))
    with Store(None, plan.program) as store:
        pipeline.build_site(plan, pipeline.Means(Serial(), store))
        acme = next(unit for unit in plan.units if unit.slug == "acme")
        assert not acme.is_as_listed
        kept = store.lots().get("server/acme")
        assert kept is not None
        assert kept.key == b""
        kept = store.lots().get("server/beta")
        assert kept is not None
        assert kept.key != b""


def _restore(site: Site, older: Path) -> None:
    shutil.rmtree(site.out)
    shutil.copytree(older, site.out)


def _edit(site: Site, _older: Path) -> None:
    (site.out / "servers" / "acme" / "index.html").write_text("edited by hand")


def _drop(site: Site, _older: Path) -> None:
    (site.out / "tools" / "index.html").unlink()


@pytest.mark.parametrize("harm", [_restore, _edit, _drop])
def test_a_folder_that_is_not_as_it_was_left_is_healed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Site, Path], None]
) -> None:
    """An older copy in its place, a page edited by hand, a page taken away: all are seen."""
    monkeypatch.chdir(tmp_path)
    site = Site(tmp_path)
    built_site.write_content(site.content, SERVERS[:1])
    assert run(["site", "--jobs", "1"]) == 0
    shutil.copytree(site.out, tmp_path / "older")
    path = site.content / "site.yaml"
    path.write_text(path.read_text().replace("Catalogue", "Collection"))
    assert run(["site", "--jobs", "1"]) == 0
    right = tree(site.out)
    harm(site, tmp_path / "older")
    assert tree(site.out) != right
    assert run(["site", "--jobs", "1"]) == 0
    assert tree(site.out) == right


def test_a_forced_build_believes_nothing_of_the_last_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--force` rates and prints everything, whatever the memory says."""
    monkeypatch.chdir(tmp_path)
    site = Site(tmp_path)
    built_site.write_content(site.content, SERVERS[:2])
    assert run(["site", "--jobs", "1"]) == 0
    right = tree(site.out)
    [memory] = (tmp_path / ".cache").glob("*.sqlite")
    with closing(sqlite3.connect(memory)) as database:
        swapped = "UPDATE parts SET part = (SELECT part FROM parts WHERE slug = 'beta')"
        database.execute(swapped)
        database.commit()
    assert run(["site", "--jobs", "1", "--force"]) == 0
    assert tree(site.out) == right


def test_without_the_programs_folder_the_site_that_stands_is_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With `.cache` gone, or broken alone, nothing is written twice and nothing stays too long."""
    monkeypatch.chdir(tmp_path)
    site = Site(tmp_path)
    built_site.write_content(site.content, SERVERS[:2])
    assert run(["site", "--jobs", "1"]) == 0
    shutil.rmtree(tmp_path / ".cache")
    capsys.readouterr()
    assert run(["site", "--jobs", "1"]) == 0
    assert " 0 written, 0 removed, " in capsys.readouterr().out
    # Only what the build knew is lost, not the state of the folder.
    for path in (tmp_path / ".cache").glob("*.sqlite"):
        path.unlink()
    for path in site.content.rglob("acme.*"):
        path.unlink()
    assert run(["site", "--jobs", "1"]) == 0
    assert not (site.out / "servers" / "acme").exists()
    assert not [path for path in tree(site.out) if "acme" in path]
