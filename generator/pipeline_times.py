"""Where the time of a build goes: laps within a task, stages of the whole.

Printed by `mcp-risk site --profile`. Seconds are CPU time, user and system, but for `wall`.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(slots=True)
class Laps:
    """CPU seconds of one process by what it did; none when nobody asks.

    The clock is a system call, which a build would make three times for each of a million files.
    """

    is_on: bool
    spent: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.process_time)

    def end(self, name: str) -> None:
        """Count what passed since the last lap as time for `name`."""
        if not self.is_on:
            return
        now = time.process_time()
        self.spent[name] = self.spent.get(name, 0.0) + now - self._last
        self._last = now


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a build."""

    name: str
    wall: float
    own: float
    """CPU seconds of the process that leads the build."""
    tasks: Mapping[str, float]
    """CPU seconds within tasks, wherever they ran, by what they did."""


@dataclass(slots=True)
class Times:
    """The stages of a build, as they pass."""

    stages: list[Stage] = field(default_factory=list)
    _tasks: Counter[str] = field(default_factory=Counter)

    def add(self, spent: Mapping[str, float]) -> None:
        """Count what a task spent to the present stage."""
        self._tasks.update(spent)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure a stage."""
        started, own = time.perf_counter(), time.process_time()
        self._tasks = Counter()
        yield
        passed, used = time.perf_counter() - started, time.process_time() - own
        self.stages.append(Stage(name, passed, used, dict(self._tasks)))
