"""The progress line: what it says, when it says it, and where it stays silent."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING, Any

import built_site
import pytest

from generator import progress as progress_room
from generator.executors.own import Serial
from generator.pipeline import Means, Store
from generator.progress import Progress, rate_words, time_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return true."""
        return True


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def after(stream: io.StringIO, seconds: float, step: float, each: int, total: int) -> str:
    """Return what is printed by steady work: `each` every `step` seconds."""
    clock = Clock()
    progress = Progress(total, "servers", stream, clock)
    for _ in range(round(seconds / step)):
        clock.now += step
        progress.add(each)
    progress.close()
    return stream.getvalue()


def test_short_work_prints_nothing() -> None:
    """Under two seconds nobody wonders, on a terminal or in a log."""
    assert after(Terminal(), 1.9, 0.1, 10, 190) == ""
    assert after(io.StringIO(), 1.9, 0.1, 10, 190) == ""


def test_a_log_gets_a_plain_line_every_fifteen_seconds() -> None:
    """Count, rate and remaining time of steady work are exact."""
    assert after(io.StringIO(), 45, 0.5, 105, 20_000) == (
        "3,150 of 20,000 servers · 210/s · 1:21 left\n"
        "6,300 of 20,000 servers · 210/s · 1:06 left\n"
        "9,450 of 20,000 servers · 210/s · 0:51 left\n"
    )


def test_a_terminal_gets_one_line_that_is_rewritten() -> None:
    """Each version starts at the margin, and the last is erased."""
    text = after(Terminal(), 3, 0.5, 1, 100)
    versions = text.split("\r\x1b[K")
    assert "\n" not in text
    assert versions[1:] == [
        "4 of 100 servers · 2.0/s · 0:48 left",
        "5 of 100 servers · 2.0/s · 0:48 left",
        "6 of 100 servers · 2.0/s · 0:47 left",
        "",
    ]


def test_a_slow_end_lengthens_the_remaining_time() -> None:
    """The rate follows the last half minute, not the average since the start."""
    clock, stream = Clock(), io.StringIO()
    progress = Progress(1_000, "servers", stream, clock)
    for step in (100, 100, 1, 1, 1, 1):
        clock.now += 30
        progress.add(step)
    rates = [line.split(" · ")[1] for line in stream.getvalue().splitlines()]
    assert rates == ["3.3/s", "3.3/s", "1.1/s", "26/min", "11/min", "5/min"]


def test_unknown_totals_have_no_remaining_time() -> None:
    """Without a total the count and the rate remain."""
    assert after(io.StringIO(), 15, 1, 1, 0) == "15 servers · 1.0/s\n"


def test_names_of_servers_are_cleaned() -> None:
    """A server's name can move no cursor and start no line."""
    clock, stream = Clock(), io.StringIO()
    progress = Progress(2, "servers", stream, clock)
    clock.now += 20
    progress.add(1, "evil\r\x1b[2J\nname")
    assert stream.getvalue().endswith(" · evil[U+000D][U+001B][2J name\n")
    assert stream.getvalue().count("\n") == 1


def test_lines_of_their_own_come_above_the_counter() -> None:
    """`say` erases the counter first, and only where there is one."""
    clock, stream = Clock(), Terminal()
    progress = Progress(2, "servers", stream, clock)
    progress.say("first")
    clock.now += 20
    progress.add()
    progress.say("second")
    assert stream.getvalue() == (
        "first\n\r\x1b[K1 of 2 servers · 3/min · 0:20 left\r\x1b[Ksecond\n"
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0:00"), (36.2, "0:37"), (725, "12:05"), (12_000, "3:20:00"), (1e9, "more than 99 hours")],
)
def test_times(seconds: float, words: str) -> None:
    """Times are rounded up and never run out of room."""
    assert words == time_words(seconds)


@pytest.mark.parametrize(
    ("rate", "words"), [(1234.5, "1,234/s"), (3.25, "3.2/s"), (0.2, "12/min"), (0.01, "36/h")]
)
def test_rates(rate: float, words: str) -> None:
    """A rate is a whole number of its unit, or has one decimal."""
    assert words == rate_words(rate)


class Stopping(Serial):
    """Works in this process until somebody presses Ctrl-C."""

    def __init__(self, tasks: int) -> None:
        super().__init__()
        self._left = tasks

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as in the base class
        """Run one task more, or stop."""
        if not self._left:
            raise KeyboardInterrupt
        self._left -= 1
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize("tasks", [1, 2, 3])
def test_a_build_leaves_the_screen_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tasks: int
) -> None:
    """Finished or interrupted, a terminal shows no half line, and a log ends with a whole one."""
    monkeypatch.setattr(progress_room, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(progress_room, "_LIVE_SECONDS", 0.0)
    monkeypatch.setattr(progress_room, "_LOG_SECONDS", 0.0)
    site = built_site.Site(tmp_path)
    built_site.write_content(site.content, built_site.SERVERS[:1])
    shutil.copytree(built_site.ROOT / "templates", site.templates)
    for screen in (Terminal(), io.StringIO()):
        shutil.rmtree(site.out, ignore_errors=True)
        with Store(None, "") as store:
            means = Means(Stopping(tasks), store, screen)
            try:
                site.build(is_known=False, means=means)
            except KeyboardInterrupt:
                assert tasks < 3
        said = screen.getvalue()
        assert "1 of 1 servers read" in said
        assert said.endswith("\r\x1b[K" if screen.isatty() else "\n")
