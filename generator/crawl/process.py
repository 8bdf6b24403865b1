"""A command to a running process and our ends of its three pipes, none of which blocks.

Called by `child.py`. The pipes are made here and not by `subprocess`, which would wrap each end in
an object that a selector loop has no use for.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Process:
    """A process that leads its own session, and the descriptors that lead to it."""

    popen: subprocess.Popen[bytes]
    stdin: int
    stdout: int
    stderr: int
    watch: int
    """Becomes readable when the process ends; -1 on systems that have no such descriptor."""

    @property
    def id(self) -> int:
        """Return the id of the process, and of its group."""
        return self.popen.pid

    def end(self) -> None:
        """Kill the whole group, whether or not its leader lives, and reap the leader."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(timeout=1)


def start(argv: Sequence[str], env: Mapping[str, str], cwd: str) -> Process:
    """Start a process in its own session, with pipes and nothing inherited.

    Raises:
        OSError: the program cannot be started.
    """
    pipes: list[tuple[int, int]] = []
    try:
        pipes.extend(os.pipe() for _ in range(3))
        popen = subprocess.Popen(  # noqa: S603  # the command was shown or reviewed, see crawler.md
            argv,
            stdin=pipes[0][0],
            stdout=pipes[1][1],
            stderr=pipes[2][1],
            env=env,
            cwd=cwd,
            start_new_session=True,
            bufsize=0,
        )
    except BaseException:
        for descriptor in itertools.chain(*pipes):
            os.close(descriptor)
        raise
    for descriptor in (pipes[0][0], pipes[1][1], pipes[2][1]):
        os.close(descriptor)
    ours = (pipes[0][1], pipes[1][0], pipes[2][0])
    for descriptor in ours:
        os.set_blocking(descriptor, False)
    return Process(popen, *ours, _descriptor(popen.pid))


def _descriptor(process_id: int) -> int:
    try:
        return os.pidfd_open(process_id)
    except (AttributeError, OSError):
        return -1
