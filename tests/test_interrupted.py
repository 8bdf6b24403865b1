"""Builds that are killed, stopped, or find no room: the site is the old one or becomes the new."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import built_site
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, "-m", "generator", "site", "--jobs", "2")
_SECONDS = 60


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with content and the site that was built of it."""
    place = tmp_path_factory.mktemp("first") / "place"
    built_site.write_content(place / "content", built_site.SERVERS[:2])
    done = run(place)
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture(scope="module")
def renamed(first: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the site of the same content under another name, built by one that knows nothing."""
    place = tmp_path_factory.mktemp("renamed") / "place"
    shutil.copytree(first / "content", place / "content")
    rename(place)
    assert run(place).returncode == 0
    return pages(place)


@pytest.fixture
def place(first: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder, its site built and remembered where it now is."""
    shutil.copytree(first, tmp_path / "place")
    return tmp_path / "place"


def start(place: Path, *words: str) -> subprocess.Popen[str]:
    """Start the command in a session of its own."""
    return subprocess.Popen(
        [*COMMAND, *words],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    process = start(place, *words)
    said, errors = process.communicate(timeout=_SECONDS)
    return subprocess.CompletedProcess(process.args, process.returncode, said, errors)


def rename(place: Path) -> None:
    """Change something that every page shows."""
    path = place / "content" / "site.yaml"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(['name: "Another name"', *lines[1:]]))


def pages(place: Path) -> dict[str, bytes]:
    """Return the files of the site as a visitor sees it."""
    found = built_site.tree(place / "site")
    return {path: data for path, data in found.items() if not path.startswith(".")}


def wait_for(process: subprocess.Popen[str], is_time: Callable[[], bool]) -> None:
    """Wait until a moment in a build, or until it has ended."""
    deadline = time.monotonic() + _SECONDS
    while process.poll() is None and not is_time():
        assert time.monotonic() < deadline
        time.sleep(0.0005)


def wait_until_alone(process: subprocess.Popen[str]) -> None:
    """Wait until no process of a session is left."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    pytest.fail("a process is left")


def _is_signed(place: Path) -> bool:
    return b"builds it now" in (place / "site" / ".mcp-risk-site").read_bytes()


def _is_printing(place: Path) -> bool:
    return (place / "site" / ".staging" / "files").exists()


def _is_moving(place: Path) -> bool:
    return (place / "site" / ".staging" / "journal").exists()


def _is_half_moved(place: Path) -> bool:
    return (
        _is_moving(place)
        and not (place / "site" / ".staging" / "files" / "attacks" / "index.html").exists()
    )


@pytest.mark.parametrize("is_time", [_is_signed, _is_printing, _is_half_moved])
def test_a_killed_build_leaves_the_old_site_or_one_that_the_next_ends(
    place: Path, renamed: dict[str, bytes], is_time: Callable[[Path], bool]
) -> None:
    """Killed while rating, printing or moving: nothing is mixed, and the next build is clean."""
    before = pages(place)
    rename(place)
    process = start(place)
    wait_for(process, lambda: is_time(place))
    process.kill()
    process.communicate()
    if not _is_moving(place):
        assert pages(place) in (before, renamed)
    done = run(place)
    assert done.returncode == 0, done.stderr
    wait_until_alone(process)
    assert not (place / "site" / ".staging").exists()
    assert pages(place) == renamed


def test_what_was_half_moved_is_ended_even_when_the_content_is_bad(
    place: Path, renamed: dict[str, bytes]
) -> None:
    """A mixture does not stay because somebody made a mistake meanwhile."""
    rename(place)
    process = start(place)
    wait_for(process, lambda: _is_moving(place))
    process.kill()
    process.communicate()
    (place / "content" / "servers" / "bad.yaml").write_text("titel: Bad\n")
    done = run(place)
    assert done.returncode == 1
    assert not (place / "site" / ".staging").exists()
    assert pages(place) == renamed


def test_ctrl_c_ends_all_processes_and_keeps_the_old_site(place: Path) -> None:
    """The terminal's signal reaches every process; the command says one line and ends with 130."""
    before = pages(place)
    rename(place)
    process = start(place)
    wait_for(process, lambda: _is_printing(place))
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=_SECONDS)
    assert (process.returncode, errors) == (130, "mcp-risk: interrupted\n")
    wait_until_alone(process)
    assert pages(place) == before
    assert not (place / "site" / ".staging").exists()
    assert not _is_signed(place)


def test_two_builds_of_one_folder_do_not_mix(place: Path) -> None:
    """The second says who is building and ends with 2; the first is not disturbed."""
    rename(place)
    process = start(place)
    wait_for(process, lambda: _is_signed(place))
    os.killpg(process.pid, signal.SIGSTOP)
    done = run(place)
    os.killpg(process.pid, signal.SIGCONT)
    assert (done.returncode, done.stdout, done.stderr) == (
        2, "", f"mcp-risk: site: process {process.pid} builds this folder; wait for it, or end it\n"
    )  # fmt: skip
    said, errors = process.communicate(timeout=_SECONDS)
    assert (process.returncode, errors) == (0, ""), said
    assert b"Another name" in pages(place)["index.html"]


@pytest.mark.parametrize(
    ("room", "message"),
    [
        (
            20_000,
            "{place} cannot hold what is half done: [Errno 27] File too large",
        ),
        (60_000, "site: File too large"),
    ],
)
def test_a_full_disk_is_said_and_the_old_site_stays(place: Path, room: int, message: str) -> None:
    """Neither the memory nor a page finds room: one line, exit code 2, no half-written file."""
    before = pages(place)
    rename(place)
    # What is half done of one server is smaller than the largest file of the site.
    (place / "content" / "servers" / "acme.yaml").unlink()
    (place / "content" / "snapshots" / "acme.json").unlink()
    limited = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}));"
        "from generator.cli.main import run; sys.exit(run(['site', '--jobs', '2']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, f"mcp-risk: {message.format(place=place)}\n")
    assert pages(place) == before
    done = run(place)
    assert done.returncode == 0, done.stderr
    assert b"Another name" in pages(place)["index.html"]


def test_a_place_that_cannot_be_written_is_said(place: Path) -> None:
    """A folder below a file cannot be made; the message names it."""
    done = run(place, "--out", "content/site.yaml/site")
    assert (done.returncode, done.stderr) == (
        2, "mcp-risk: content/site.yaml/site: Not a directory\n"
    )  # fmt: skip
