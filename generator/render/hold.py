"""One build at a time in a folder: who comes second is told who is there.

Used by the command around a whole build, before it asks whether the folder is as it was left. The
lock is on the marker of the folder and ends with the processes that hold it, however they end; the
workers of a build hold it too, so that none of a killed build still writes when the next begins.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from generator.errors import BuildError
from generator.render import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE_SECONDS, _LOOK_SECONDS = 2.0, 0.05
"""How long the workers of a killed build may take to notice it."""


def is_half_done(out: Path) -> bool:
    """Return whether a build was interrupted while it put files in place; `hold` ends it."""
    return (out / build.STAGING / build.JOURNAL).exists()


@contextmanager
def hold(out: Path) -> Iterator[None]:
    """Keep other builds out of a folder, and end first what an interrupted one began.

    Raises:
        BuildError: another build is under way, or the folder is not ours or cannot be written.
    """
    try:
        build.claim(out)
        descriptor = os.open(out / build.MARKER, os.O_RDWR)
    except OSError as error:
        raise BuildError(f"{out}: {error.strerror or error}") from error
    try:
        _lock(descriptor, out)
        try:
            _sign(descriptor, f"Process {os.getpid()} builds it now.\n")
            build.settle(out)
        except OSError as error:
            raise BuildError(f"{out}: {error.strerror or error}") from error
        try:
            yield
        finally:
            with suppress(OSError):
                _sign(descriptor, "")
    finally:
        os.close(descriptor)


def _lock(descriptor: int, out: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise BuildError(f"{out}: {_who(descriptor)}; wait for it, or end it") from None
            time.sleep(_LOOK_SECONDS)
        except OSError:
            return  # a file system that knows no locks: nobody can be told
        else:
            return


def _sign(descriptor: int, words: str) -> None:
    """Write below the text of the marker who builds."""
    os.ftruncate(descriptor, len(build.MARKER_TEXT))
    os.pwrite(descriptor, words.encode(), len(build.MARKER_TEXT))


def _who(descriptor: int) -> str:
    words = os.pread(descriptor, 200, len(build.MARKER_TEXT)).decode("ascii", "replace").split()
    # Process NUMBER builds it now.
    number = words[1] if len(words) > 1 and words[1].isdigit() else ""
    return (
        f"process {number} builds this folder" if number else "another process builds this folder"
    )
