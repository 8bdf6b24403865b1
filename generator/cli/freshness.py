"""Whether a built site still belongs to its sources, known without loading any of them.

Called by `mcp-risk site`. The state of a folder is every file's path, size and time of change, so
it costs one walk; it is kept in `.cache/` and only ever saves work: when in doubt, build. The
sources are looked at before they are read, so that what is edited meanwhile counts as new.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

CACHE = Path(".cache") / "site-state"


_MARKER = ".mcp-risk-site"
_DEPTH = 2
_WHOLE = 2_000
"""Folders of a site up to which each file is looked at; in a larger one the folders are."""


@dataclass(frozen=True, slots=True)
class State:
    """The sources of a site, the folder it is built into, and the other words it depends on."""

    sources: tuple[Path, ...]
    out: Path
    words: tuple[str, ...] = ()

    @property
    def memory(self) -> Path:
        """Return where the program keeps what it knows of the folder."""
        return self._file().with_suffix(".sqlite")

    def seen(self) -> str:
        """Return what stands for the sources as they are now, empty when one cannot be seen."""
        found = hashlib.sha256(repr((__version__, self.words)).encode())
        try:
            for folder in self.sources:
                for line in sorted(_entries(folder)):
                    found.update(line.encode("utf-8", "surrogateescape"))
        except OSError:
            return ""
        return found.hexdigest()

    def is_fresh(self, seen: str) -> bool:
        """Return whether nothing was touched since `remember`, on either side."""
        known = self._remembered()
        return bool(seen) and known[:1] == [seen] and self._is_out(known[1:2])

    def is_as_left(self, build: str) -> bool:
        """Return whether the folder is as `remember` saw it after this build."""
        known = self._remembered()
        return bool(build) and known[2:] == [build] and self._is_out(known[1:2])

    def remember(self, seen: str, build: str) -> None:
        """Keep the state of the folder; one that cannot be written only costs the next build."""
        path = self._file()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{seen}\n{self._out()}\n{build}\n", "ascii")
        except OSError:
            return

    def _is_out(self, known: list[str]) -> bool:
        """Return whether the folder is in this state: looked at last, since it costs most."""
        try:
            return known == [self._out()]
        except OSError:
            return False

    def _remembered(self) -> list[str]:
        try:
            return self._file().read_text("ascii").splitlines()
        except (OSError, UnicodeDecodeError):
            return []

    def _file(self) -> Path:
        name = hashlib.sha256(str(self.out.resolve()).encode()).hexdigest()[:16]
        return CACHE.with_name(f"{CACHE.name}-{name}")

    def _out(self) -> str:
        """Return what stands for the folder: every file, or every folder near its root.

        A folder's time of change moves when a file in it comes, goes or is replaced, as every
        build does it; only a file edited in place below is overlooked in a large site. That of the
        root says nothing: every build that stages a file moves it, also one that fails.
        """
        lines = list(_folders(self.out))
        if len(lines) <= _WHOLE:
            lines = list(_entries(self.out))
        # Every build signs the marker, also one that fails.
        marker = f"{os.path.join(str(self.out), _MARKER)}\0"  # noqa: PTH118 - as `_entries` does
        lines = [line for line in lines if not line.startswith(marker)]
        found = hashlib.sha256()
        for line in sorted(lines):
            found.update(line.encode("utf-8", "surrogateescape"))
        return found.hexdigest()


def _folders(root: Path) -> Iterator[str]:
    """Yield one line per file of the root, per folder in it, and per folder in these."""
    pending = [(str(root), _DEPTH)]
    while pending:
        path, left = pending.pop()
        with os.scandir(path) as items:
            for item in items:
                is_folder = item.is_dir(follow_symlinks=False)
                if is_folder or left == _DEPTH:
                    stat = item.stat(follow_symlinks=False)
                    size = 0 if is_folder else stat.st_size
                    yield f"{item.path}\0{size}\0{stat.st_mtime_ns}\n"
                if is_folder and left > 1:
                    pending.append((item.path, left - 1))


def _entries(folder: Path) -> Iterator[str]:
    """Yield one line per file below a folder."""
    for item in _files(folder):
        stat = item.stat(follow_symlinks=False)
        yield f"{item.path}\0{stat.st_size}\0{stat.st_mtime_ns}\n"


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield every file below a folder; caches of Python are nobody's source."""
    pending = [str(folder)]
    while pending:
        with os.scandir(pending.pop()) as items:
            for item in items:
                if not item.is_dir(follow_symlinks=False):
                    yield item
                elif item.name != "__pycache__":
                    pending.append(item.path)
