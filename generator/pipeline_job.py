"""What one build of a site is asked to do, works with, knows so far and comes to.

Made by `pipeline_build.py` and handed from stage to stage.
"""

from __future__ import annotations

import io
import os
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import BuildError, Problem, Severity
from generator.pipeline_times import Times
from generator.progress import Progress
from generator.render.checks.across import Across
from generator.render.checks.lost import Lost

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from datetime import date
    from typing import IO, TextIO

    from generator.derive.overview import Measured
    from generator.model import Content, ToolDetails
    from generator.pipeline_store import Kept, Store
    from generator.pipeline_tasks import (
        MakeJob,
        Part,
        Setting,
    )
    from generator.pipeline_times import Stage
    from generator.pipeline_units import Unit
    from generator.render import build as folder


BATCH = 60
"""Tools of one task: enough to make the way to a worker cheap, few enough to share work out."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build is asked to do."""

    content: Content
    """The words: rules, attacks, questions, pages, site; its servers are not looked at."""
    units: Sequence[Unit]
    out: Path
    templates: Path
    today: date
    program: str
    """Stands for the code that builds."""
    measured: Measured
    verify: bool = True
    is_known: bool = False
    """Whether the folder is as the last build left it, so that what the store says holds."""
    is_timed: bool = False
    """Whether tasks say where their time went."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a build works with."""

    executor: Executor
    store: Store
    screen: TextIO | None = None
    """Where to tell how long work gets on; None tells nobody."""
    is_near: bool = True
    """Whether workers read and write the same disk."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: problems and an untouched folder, or counts and what was written."""

    problems: tuple[Problem, ...]
    servers: int
    tools: int
    report: folder.BuildReport
    stages: tuple[Stage, ...] = ()

    @property
    def failed(self) -> bool:
        """Return whether the folder was left as it was."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(slots=True)
class Spill:
    """Packed entries between two stages, on disk: they are needed once and are large."""

    folder: Path
    file: IO[bytes]
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def put(self, slug: str, data: bytes) -> None:
        """Keep an entry.

        Raises:
            BuildError: there is no room for it.
        """
        try:
            self.places[slug] = (self.file.seek(0, 2), len(data))
            self.file.write(data)
            self.file.flush()
        except OSError as error:
            raise unspilled(self.folder, error) from error

    def get(self, slug: str) -> bytes:
        """Return an entry, empty when it was not made in this build."""
        if slug not in self.places:
            return b""
        start, size = self.places[slug]
        self.file.seek(start)
        return self.file.read(size)


@dataclass(slots=True)
class Job:
    """One build as it goes on."""

    plan: Plan
    means: Means
    given: Setting
    shared: object
    """The setting as tasks are given it."""
    jobs: dict[str, MakeJob] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    passing: dict[str, Mapping[str, ToolDetails]] = field(default_factory=dict)
    """Details of servers that the store may not keep."""
    across: Across = field(default_factory=Across)
    fresh: set[str] = field(default_factory=set)
    """Lots that this build made; what was found out about them is in the store."""
    wrong: list[Problem] = field(default_factory=list)
    """What they show to be wrong by themselves."""
    known: Mapping[str, Kept] = field(default_factory=dict)
    """Lots of the folder as the last build left it."""
    names: set[str] = field(default_factory=set)
    """All lots of the new site."""
    gone: list[str] = field(default_factory=list)
    """Files of the last build that its lots no longer have."""
    lost: Lost = field(default_factory=Lost)
    """What else they no longer have and other lots may count on."""
    files: int = 0
    bytes: int = 0
    staged: int = 0
    times: Times = field(default_factory=Times)


@contextmanager
def spilled(out: Path) -> Iterator[Spill]:
    """Open the place for what is half done, and remove it on every path.

    Raises:
        BuildError: there is no room for it.
    """
    place = _roomy(out)
    try:
        file = tempfile.TemporaryFile(dir=place)  # noqa: SIM115 - closed below
    except OSError as error:
        raise unspilled(place, error) from error
    try:
        yield Spill(place, file)
    finally:
        # What found no room before finds none now, and nobody needs it any more.
        with suppress(OSError):
            file.close()


def _roomy(out: Path) -> Path:
    """Return a folder on the disk of the site, which needs five times as much.

    The folder for temporary files may be a part of the memory; it is the second choice.
    """
    beside = next(one for one in out.absolute().parents if one.is_dir())
    return beside if os.access(beside, os.W_OK) else Path(tempfile.gettempdir())


def unspilled(place: Path, error: Exception) -> BuildError:
    """Return what a folder without room means."""
    return BuildError(f"{place} cannot hold what is half done: {error}")


@contextmanager
def told(job: Job, total: int, unit: str) -> Iterator[Progress]:
    """Tell how a piece of work gets on, where somebody listens."""
    progress = Progress(total, unit, job.means.screen or io.StringIO())
    try:
        yield progress
    finally:
        progress.close()
