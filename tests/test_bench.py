"""The benchmark's own parts: the same catalogue each time, and a judgement that can be trusted."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import synthetic
from tests.bench import build, facts, figures, goals, hugo, memory, naive, report, search, smoke

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site of a hundred synthetic tools."""
    folder = tmp_path_factory.mktemp("bench")
    synthetic.write(folder / "content", 100)
    build.site(folder, "--jobs", "1", "--no-verify")
    return folder


def test_the_synthetic_catalogue_has_the_shape_of_the_public_ones(tmp_path: Path) -> None:
    """Median and mean of tools per server and of parameters are those of docs/benchmarks.md."""
    synthetic.write(tmp_path / "content", 3000)
    snapshots = [json.loads(path.read_text()) for path in (tmp_path / "content").glob("sn*/*.json")]
    sizes = [len(one["tools"]) for one in snapshots]
    parameters = [
        len(tool["inputSchema"]["properties"]) for one in snapshots for tool in one["tools"]
    ]
    assert sum(sizes) == 3000
    assert 10 <= statistics.median(sizes) <= 14
    assert 20 <= statistics.mean(sizes) <= 30
    assert statistics.median(parameters) == 4
    assert max(parameters) <= 77


def test_the_same_size_gives_the_same_catalogue(small: Path, tmp_path: Path) -> None:
    """Nothing of the machine or the moment is in the synthetic content."""
    synthetic.write(tmp_path / "content", 100)
    assert build.digests(tmp_path / "content") == build.digests(small / "content")


def test_the_others_print_the_blocks_of_our_page(small: Path) -> None:
    """The naive page has the headings of ours, and about its bytes; the comparison is fair."""
    assert facts.write(small / "site", small / "facts.jsonl") == 100
    naive.build(small / "facts.jsonl", small / "naive")
    theirs = sorted((small / "naive" / "tools").rglob("index.html"))
    ours = [small / "site" / path.relative_to(small / "naive") for path in theirs]
    assert len(theirs) == 100
    for one, other in zip(ours, theirs, strict=True):
        assert _headings(one) - _headings(other) <= {"params", "tried"}
    ratio = sum(map(_size, theirs)) / sum(map(_size, ours))
    assert 0.8 <= ratio <= 1.2


def _headings(path: Path) -> set[str]:
    return {part.split('"')[0] for part in path.read_text("utf-8").split('<h2 id="')[1:]}


def _size(path: Path) -> int:
    return path.stat().st_size


def test_hugo_gets_one_content_file_per_page(small: Path) -> None:
    """What Hugo reads are the same facts, as front matter; its layout names no other page kind."""
    facts.write(small / "site", small / "facts.jsonl")
    hugo.prepare(small / "facts.jsonl", small / "hugo")
    pages = sorted((small / "hugo" / "content").rglob("*.md"))
    assert len(pages) == 100
    assert json.loads(pages[0].read_text("utf-8"))["params"]["server"] == pages[0].parent.name
    assert [path.name for path in hugo.LAYOUTS.iterdir()] == ["page.html"]


def test_what_one_word_loads_is_the_largest_part_of_the_index(small: Path) -> None:
    """The whole index is the sum of its parts, so no part is larger."""
    whole, first = search.sizes(small / "site")
    assert 0 < first < whole


def test_a_part_that_was_split_costs_its_signpost_too(tmp_path: Path) -> None:
    """A reader who is sent on has loaded both files."""
    folder = tmp_path / search.INDEX
    folder.mkdir(parents=True)
    (folder / "ab.json").write_text('{"split": 3}')
    (folder / "abc.json").write_text('{"tokens": {}}')
    whole, first = search.sizes(tmp_path)
    assert whole == first


def test_a_change_touches_one_server(small: Path) -> None:
    """The server that changes has about the median of tools, and no other snapshot moves."""
    before = build.digests(small / "content")
    assert build.change(small) in build.TYPICAL
    after = build.digests(small / "content")
    assert len([name for name in before if before[name] != after[name]]) == 1


def test_memory_is_that_of_the_whole_tree() -> None:
    """A child's memory counts, and each page of memory once."""
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]], check=True)"
    child = "import time; held = bytearray(60_000_000); time.sleep(0.6)"
    process = subprocess.Popen([sys.executable, "-c", code, child])
    with memory.Watch(process.pid) as watch:
        time.sleep(0.1)
        process.wait()
    assert 60 * memory.MB <= watch.peak <= 120 * memory.MB


def test_a_ratio_worse_by_more_than_half_is_named() -> None:
    """Better and somewhat worse pass; what nobody committed is named too."""
    found = {"better": 1.0, "busy": 2.9, "worse": 3.1, "new": 1.0}
    assert smoke.worse(found, {"better": 2.0, "busy": 2.0, "worse": 2.0}) == [
        "worse: expected at most 1.5 x 2.0, got 3.1",
        "new: expected a committed ratio, got none",
    ]


def test_the_smoke_test_knows_what_was_committed() -> None:
    """A new ratio is committed with the code that measures it."""
    assert smoke.committed().keys() == {
        "build against the floor",
        "build against naive",
        "one server changed against naive",
        "nothing changed against naive",
    }


def test_a_goal_takes_the_largest_size_up_to_its_own() -> None:
    """Goal 1 is about 50,000 tools; a figure that was not taken is looked for at other sizes."""
    sizes = {
        1_000: figures.Figures(tools=1_000, build=4.0, hugo=1.0),
        10_000: figures.Figures(tools=10_000, build=30.0, hugo=20.0),
        224_000: figures.Figures(tools=224_000, build=600.0),
    }
    first = goals.table(sizes)[0]
    assert (first.result, first.tools, first.met) == ("1.50 x", 10_000, True)
    assert {goal.met for goal in goals.table(sizes)[1:]} == {None}


def test_wall_time_on_a_busy_machine_is_no_verdict() -> None:
    """A goal about wall time that is missed while others had the cores stays open."""
    took = figures.Figures(tools=1_000, build=5.0, build_wall=20.0, two_wall=20.0)
    third = goals.table({1_000: took})[2]
    assert (third.result, third.met) == ("1.00 x, on a busy machine", None)
    took.build_wall = 5.1
    assert goals.table({1_000: took})[2].met is False


def test_the_document_holds_the_last_results() -> None:
    """The generated part of docs/benchmarks.md is what results.json says."""
    text = report.PAGE.read_text("utf-8")
    assert text.count(report.BEGIN) == text.count(report.END) == 1
    assert report.markdown(report.kept()) in text
