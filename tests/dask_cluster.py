"""A real Dask scheduler and its workers on the loopback, started and ended by id."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
_SECONDS = 30


@dataclass(slots=True)
class DaskCluster:
    """One scheduler; `workers` are added by `start_worker`."""

    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    scheduler: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Return what `--executor` takes."""
        written = json.loads((self.folder / "scheduler.json").read_bytes())
        return str(written["address"]).replace("tcp://", "dask://")

    def start_scheduler(self, **environment: str) -> None:
        """Start the scheduler and wait until it says where it is."""
        file = self.folder / "scheduler.json"
        words = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        self.scheduler = self._start(
            [*words, "--scheduler-file", str(file)], str(ROOT), **environment
        )
        deadline = time.monotonic() + _SECONDS
        while not file.exists() or not file.read_bytes().endswith(b"}"):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def start_worker(
        self, path: str = f"{ROOT}{os.pathsep}{ROOT / 'tests'}", **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker whose Python looks for modules in `path`."""
        words = ["worker", "--scheduler-file", str(self.folder / "scheduler.json"), "--no-nanny"]
        words += ["--nthreads", "1", "--no-dashboard", "--local-directory", str(self.folder)]
        worker = self._start(words, path, **environment)
        self.workers.append(worker)
        return worker

    def _start(self, words: list[str], path: str, **more: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "PYTHONPATH": path,
            "DASK_DISTRIBUTED__WORKER__LIFETIME__DURATION": "300s",
            **more,
        }
        environment.pop("COVERAGE_PROCESS_START", None)
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *words],
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=log,
            )


@contextlib.contextmanager
def cluster(folder: Path, workers: int = 2, **environment: str) -> Iterator[DaskCluster]:
    """Run a scheduler and some workers, and end them by their ids whatever happened.

    `environment` is the scheduler's.
    """
    found = DaskCluster(folder)
    try:
        found.start_scheduler(**environment)
        for _ in range(workers):
            found.start_worker()
        yield found
    finally:
        for process in [*found.workers, *([found.scheduler] if found.scheduler else [])]:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            process.wait()
