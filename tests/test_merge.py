"""Shards and their merge: a crawl in parts ends in the files of one whole, and nothing is lost."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from test_crawl import ZOO, crawl, needs_bwrap, spec

from generator.canonical import list_digest
from generator.cli.main import run
from generator.crawl import parts
from generator.crawl import snapshot as files
from generator.crawl.parts import Part, PartError, Shard
from generator.crawl.parts_join import joined
from generator.model import Attempt, Snapshot, Source
from generator.snapshots import dump, load
from generator.taxonomy import State

if TYPE_CHECKING:
    from pathlib import Path

DAY = "2026-11-{:02}"


def seen(day: int, *tools: str, complete: bool = True, slug: str = "notes") -> Snapshot:
    """Return an observation of tools told apart by their description, `name:text`."""
    raw: list[dict[str, Any]] = []
    for tool in tools:
        name, _, text = tool.partition(":")
        raw.append({"name": name, "description": text, "inputSchema": {"type": "object"}})
    digests = files.digests(tuple(raw))
    return Snapshot(
        slug,
        DAY.format(day),
        State.OBSERVED,
        complete=complete,
        source=Source("stdio", f"pkg:npm/notes@{day}", str(day)),
        tools=tuple(raw),
        digest=list_digest((one.name, one.sha256) for one in digests),
        tool_digests=digests,
    )


def failed(day: int, slug: str = "notes") -> Snapshot:
    """Return an attempt that ended without a list."""
    return Snapshot(
        slug,
        DAY.format(day),
        State.TIMED_OUT,
        complete=False,
        reason="no answer",
        digest=list_digest(()),
    )


def after(*attempts: Snapshot) -> Snapshot:
    """Return what one crawler keeps of attempts in a row."""
    kept: Snapshot | None = None
    for attempt in attempts:
        kept = files.merged(kept, attempt)
    assert kept is not None
    return kept


def test_shards_are_a_division_that_a_new_server_does_not_move() -> None:
    """Every server is in one share, the shares are about equal, and they follow the slug alone."""
    slugs = [f"server-{number}" for number in range(4_000)]
    shares = [[s for s in slugs if Shard(number, 8).holds(s)] for number in range(1, 9)]
    assert sorted(slug for share in shares for slug in share) == sorted(slugs)
    assert all(430 < len(share) < 570 for share in shares)
    assert [s for s in ("time", "git", "fetch") if Shard(1, 2).holds(s)] == ["time", "git"]


@pytest.mark.parametrize("text", ["", "3", "0/8", "9/8", "3/0", "a/b", "-1/8", "3/8/1", "٣/8"])
def test_wrong_shards_are_refused(text: str) -> None:
    """The form is named with an example."""
    with pytest.raises(PartError) as caught:
        parts.shard(text)
    expected = f"--shard expected I/N with I from 1 to N, such as 3/8, got {text!r}"
    assert str(caught.value) == expected


BEFORE = after(seen(1, "a:one", "b:one"))
JOINS: dict[str, tuple[list[Snapshot], Snapshot]] = {
    "the newer observation wins, the older one is its history": (
        [after(seen(3, "a:two")), BEFORE],
        after(seen(1, "a:one", "b:one"), seen(3, "a:two")),
    ),
    "a part made from the same state adds nothing to itself": (
        [BEFORE, after(seen(1, "a:one", "b:one"), seen(2, "a:two", "b:one"))],
        after(seen(1, "a:one", "b:one"), seen(2, "a:two", "b:one")),
    ),
    "a failed attempt keeps the tools and is noted": (
        [BEFORE, failed(2)],
        replace(BEFORE, last_attempt=Attempt(DAY.format(2), State.TIMED_OUT, "no answer")),
    ),
    "an observation of the same day outdoes the failed attempt": (
        [failed(3), after(seen(3, "a:two"))],
        after(seen(3, "a:two")),
    ),
    "an earlier failure is forgotten": ([failed(1), BEFORE], BEFORE),
    "of two failures the newer is kept": ([failed(1), failed(2)], failed(2)),
    "the second crawl of a day wins over the first it knows of": (
        [after(seen(2, "a:one")), after(seen(2, "a:one"), seen(2, "a:two"))],
        after(seen(2, "a:one"), seen(2, "a:two")),
    ),
    "a whole list wins over a cut one of the same day": (
        [after(seen(2, "a:one", complete=False)), after(seen(2, "a:one", "b:one"))],
        after(seen(2, "a:one", "b:one")),
    ),
    "a definition is known since the first who saw it": (
        [after(seen(3, "a:one")), after(seen(1, "a:one"), failed(2))],
        after(seen(1, "a:one"), seen(3, "a:one")),
    ),
}


@pytest.mark.parametrize(("snapshots", "expected"), JOINS.values(), ids=JOINS)
def test_what_is_kept(snapshots: list[Snapshot], expected: Snapshot) -> None:
    """In every order the same is kept, and joining it again changes nothing."""
    for order in permutations(snapshots):
        assert dump(expected) == dump(joined(order))
        for one in order:
            assert dump(expected) == dump(joined([expected, one]))


def test_both_histories_are_kept() -> None:
    """Two crawlers that saw different definitions in between: both are in the history."""
    here = after(seen(1, "a:one"), seen(2, "a:two"), seen(5, "a:five"))
    there = after(seen(1, "a:one"), seen(3, "a:three"), seen(4, "a:four"))
    found = joined([here, there])
    texts = [one.definition["description"] for one in found.replaced]
    assert texts == ["one", "two", "three", "four"]
    assert [tool["description"] for tool in found.tools if isinstance(tool, dict)] == ["five"]


attempts = st.lists(
    st.one_of(
        st.builds(failed, st.integers(1, 4)),
        st.builds(
            lambda day, names, complete: seen(day, *names, complete=complete),
            st.integers(1, 4),
            st.lists(st.sampled_from(["a:1", "a:2", "b:1"]), max_size=3, unique=True),
            st.booleans(),
        ),
    ),
    min_size=1,
    max_size=4,
).map(lambda some: after(*sorted(some, key=lambda one: one.observed_on)))


@given(st.lists(attempts, min_size=1, max_size=4))
def test_nothing_is_lost_in_any_order(snapshots: list[Snapshot]) -> None:
    """The order does not matter, and every definition anybody knew is there."""
    found = joined(snapshots)
    assert dump(found) == dump(joined(snapshots[::-1]))
    assert dump(found) == dump(joined([found, found]))
    known = {d.sha256 for d in found.tool_digests} | {old.sha256 for old in found.replaced}
    for one in snapshots:
        assert {old.sha256 for old in one.replaced} <= known
        if one.state is State.OBSERVED:
            assert {d.sha256 for d in one.tool_digests} <= known
    newest = max((s.observed_on for s in snapshots if s.state is State.OBSERVED), default="")
    assert newest in ("", found.observed_on)


class Catalogue:
    """A content folder with servers, and parts of its crawl."""

    def __init__(self, folder: Path, *slugs: str) -> None:
        self.folder, self.content = folder, folder / "content"
        for slug in slugs:
            spec(self.content, slug, ZOO, "good")
        site = yaml.safe_dump({"name": "Test", "tagline": "A test."})
        self.content.mkdir(exist_ok=True)
        (self.content / "site.yaml").write_text(site)

    def part(self, number: int, of: int, *snapshots: Snapshot, name: str = "", **facts: Any) -> str:  # noqa: ANN401  # fields of Part
        """Write a part with these snapshots and return its folder."""
        folder = self.folder / (name or f"part-{number}-of-{of}")
        slugs = tuple(sorted({one.server for one in snapshots}))
        made = Part("Test", Shard(number, of), DAY.format(9), slugs, folder)
        parts.write(replace(made, **facts))
        for one in snapshots:
            files.write(folder / parts.SNAPSHOTS, one)
        return str(folder)

    def merge(self, *folders: str) -> int:
        """Run the command and return its exit code."""
        into = ["--into", str(self.content), "--cache", str(self.folder / "cache")]
        return run(["merge", *folders, *into])

    def kept(self, slug: str) -> Snapshot:
        """Return the snapshot of a server."""
        return load((self.content / "snapshots" / f"{slug}.json").read_bytes())


def test_two_parts_are_merged_and_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each server comes from its part; a second merge changes no byte."""
    here = Catalogue(tmp_path, "git", "notes")
    both = [here.part(1, 2, after(seen(3, "a:x"))), here.part(2, 2, after(seen(3, slug="git")))]
    assert here.merge(*both) == 0
    first = {p.name: p.read_bytes() for p in (here.content / "snapshots").iterdir()}
    assert here.merge(*reversed(both)) == 0
    assert first == {p.name: p.read_bytes() for p in (here.content / "snapshots").iterdir()}
    assert capsys.readouterr().out == (
        "2 parts: 2 servers, 2 changed\n2 parts: 2 servers, 0 changed\n"
    )


def test_a_missing_and_a_cut_shard_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is there is merged; who was not asked is a warning."""
    here = Catalogue(tmp_path, "git", "notes")
    part = here.part(2, 3, after(seen(3, "a:x")), servers=("git", "notes"))
    assert here.merge(part) == 0
    said = capsys.readouterr()
    assert said.out == "1 part: 1 server, 1 changed\n"
    assert said.err.splitlines() == [
        f"warning: {part}: part.missing-shard: the parts (expected all 3, got none of 1/3, 3/3)",
        f"warning: {part}: part.not-crawled: shard 2/3 (expected 2 servers, got 1); without: git",
        "2 warnings",
    ]


def test_one_shard_twice_with_different_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A shard that ran twice in a day: the same result in both orders, the conflict is told."""
    here = Catalogue(tmp_path, "notes")
    parts_of_both = [
        here.part(1, 1, after(seen(3, "a:one")), name="first"),
        here.part(1, 1, after(seen(3, "a:two")), name="second"),
    ]
    assert here.merge(*parts_of_both) == 0
    first = dump(here.kept("notes"))
    assert "part.conflict: two different answers on 2026-11-03" in capsys.readouterr().err
    assert here.merge(*reversed(parts_of_both)) == 0
    assert first == dump(here.kept("notes"))
    assert len(here.kept("notes").replaced) == 1


def test_overlapping_divisions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Parts of two divisions may hold the same server; its newer observation is kept."""
    here = Catalogue(tmp_path, "notes")
    old, new = here.part(1, 2, after(seen(2, "a:old"))), here.part(3, 8, after(seen(4, "a:new")))
    assert here.merge(old, new) == 0
    assert here.kept("notes").observed_on == DAY.format(4)
    assert "got none of 2/2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "content.snapshot: the file (expected JSON, got "),
        ("[]", "content.snapshot: the file (expected an object, got a list)"),
        ('{"format": 1}', "content.snapshot: "),
        ("\udcff", "content.encoding: the file is not UTF-8 (expected UTF-8 text, got byte 0xff)"),
    ],
)
def test_a_corrupt_file_costs_its_server_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    """The file is named with its place, the others are merged, the good observation stays."""
    here = Catalogue(tmp_path, "git", "notes")
    files.write(here.content / "snapshots", after(seen(1, "a:one", slug="git")))
    part = here.part(1, 1, after(seen(3, "a:x")), after(seen(3, "a:two", slug="git")))
    bad = tmp_path / "part-1-of-1" / "snapshots" / "git.json"
    bad.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert here.merge(part) == 1
    assert f"{bad}" in capsys.readouterr().err
    assert here.merge(part) == 1
    assert said in capsys.readouterr().err
    assert (here.kept("git").observed_on, here.kept("notes").observed_on) == (
        DAY.format(1),
        DAY.format(3),
    )


def test_tools_that_were_edited_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A snapshot whose tools are not those of its digests is nobody's observation."""
    here = Catalogue(tmp_path, "notes")
    part = here.part(1, 1, after(seen(3, "a:deletes")))
    file = tmp_path / "part-1-of-1" / "snapshots" / "notes.json"
    file.write_text(file.read_text().replace("deletes", "reads"))
    assert here.merge(part) == 1
    assert f"{file}:" in capsys.readouterr().err
    assert not (here.content / "snapshots").exists()


def test_an_unreadable_snapshot_of_the_catalogue_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is broken in content/ may still be repaired by hand."""
    here = Catalogue(tmp_path, "notes")
    (here.content / "snapshots").mkdir()
    (here.content / "snapshots" / "notes.json").write_text("{")
    assert here.merge(here.part(1, 1, after(seen(3, "a:x")))) == 1
    assert (here.content / "snapshots" / "notes.json").read_text() == "{"
    assert "content/snapshots/notes.json" in capsys.readouterr().err


def test_parts_of_other_catalogues_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is merged, not even the part beside it, and each reason is told."""
    here = Catalogue(tmp_path, "notes")
    good = here.part(1, 1, after(seen(3, "a:x")))
    named = here.part(1, 1, after(seen(3, "a:x")), name="named", catalogue="Other")
    strange = here.part(1, 1, after(seen(3, "a:x", slug="strange")), name="strange")
    assert here.merge(good, named, strange) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"mcp-risk merge: {named} is a part of another catalogue: expected 'Test', got 'Other'",
        f"mcp-risk merge: {strange} is a part of another catalogue: no server of it is known here",
        "mcp-risk merge: nothing was merged",
    ]
    assert not (here.content / "snapshots").exists()


def test_a_server_that_left_the_catalogue_is_not_merged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its snapshot would be an orphan; the warning names it."""
    here = Catalogue(tmp_path, "notes")
    part = here.part(1, 1, after(seen(3, "a:x")), after(seen(3, slug="gone")))
    assert here.merge(part) == 0
    assert "part.no-server: not merged (expected gone among" in capsys.readouterr().err
    assert [p.name for p in (here.content / "snapshots").iterdir()] == ["notes.json"]


def test_empty_parts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A share without servers is whole; a folder without `part.json` is no part."""
    here = Catalogue(tmp_path, "notes")
    assert here.merge(here.part(1, 1)) == 0
    assert capsys.readouterr().out == "1 part: 0 servers, 0 changed\n"
    (tmp_path / "empty").mkdir()
    assert here.merge(str(tmp_path / "empty")) == 2
    assert capsys.readouterr().err == (
        f"mcp-risk: {tmp_path / 'empty'} is no part of a crawl: part.json cannot be read: "
        "No such file or directory\n"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "expected format 1, as `mcp-risk crawl --shard` writes it"),
        ({"shard": "9/8"}, "--shard expected I/N with I from 1 to N, such as 3/8, got '9/8'"),
        ({"on": 3}, "on expected text, got int"),
        ({"servers": ["../x"]}, "servers expected a list of slugs, got '../x'"),
        ({"servers": "notes"}, "servers expected a list of slugs, got None"),
    ],
)
def test_a_part_that_was_edited_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, object], said: str
) -> None:
    """What the part says of itself is checked before anything is merged."""
    here = Catalogue(tmp_path, "notes")
    part = here.part(1, 1, after(seen(3, "a:x")))
    file = tmp_path / "part-1-of-1" / "part.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    assert here.merge(part) == 2
    assert said in capsys.readouterr().err


@needs_bwrap
def test_a_crawl_in_shards_ends_in_the_files_of_a_whole_one(tmp_path: Path) -> None:
    """Two shards, crawled apart and merged, give the bytes of one crawl; content/ waits so long."""
    slugs = [f"good-{number}" for number in range(3)]
    whole, split = Catalogue(tmp_path / "whole", *slugs), Catalogue(tmp_path / "split", *slugs)
    for here in (whole, split):
        spec(here.content, "exits", ZOO, "exits-at-once")
        spec(here.content, "pages", ZOO, "three-pages")
        earlier = after(seen(1, "one:old", slug="good-1"))
        files.write(here.content / "snapshots", earlier)
        files.write(here.content / "snapshots", after(seen(1, "x:y", slug="exits")))
    crawl(whole.content, "--all")
    before = (split.content / "snapshots" / "good-1.json").read_bytes()
    folders = []
    for shard in ("1/2", "2/2"):
        folders.append(str(tmp_path / f"part-{shard[0]}"))
        done = crawl(split.content, "--all", "--shard", shard, "--part", folders[-1])
        assert f"shard {shard} is in {folders[-1]}" in done.stdout, done.stdout + done.stderr
    assert before == (split.content / "snapshots" / "good-1.json").read_bytes()
    assert split.merge(*folders) == 0
    assert [(p.name, p.read_bytes()) for p in sorted((whole.content / "snapshots").iterdir())] == [
        (p.name, p.read_bytes()) for p in sorted((split.content / "snapshots").iterdir())
    ]
    journal = json.loads((tmp_path / "split" / "cache" / "journal.json").read_bytes())
    assert {entry["state"] for entry in journal["servers"].values()} == {
        "observed",
        "failed-to-start",
    }
    shutil.rmtree(folders[0])


@needs_bwrap
def test_a_shard_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    """`--resume` asks what the part lacks, though the whole was crawled today elsewhere."""
    here = Catalogue(tmp_path, "good")
    crawl(here.content, "--all")
    part = ("--shard", "1/1", "--part", str(tmp_path / "part"), "--resume")
    assert "good  observed" in crawl(here.content, "--all", *part).stdout
    assert "0 servers of 0 observed" in crawl(here.content, "--all", *part).stdout
