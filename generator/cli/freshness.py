"""Whether a built site still belongs to its sources, known without loading any of them.

Called by `mcp-risk site`. The state of a folder is every file's path, size and time of change, so
it costs one walk; it is kept in `.cache/` and only ever saves work: when in doubt, build.
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


@dataclass(frozen=True, slots=True)
class State:
    """The sources of a site, the folder it is built into, and the other words it depends on."""

    sources: tuple[Path, ...]
    out: Path
    words: tuple[str, ...] = ()

    def is_fresh(self) -> bool:
        """Return whether nothing was touched since `remember`, on either side."""
        try:
            return self._file().read_text("ascii") == self._digest()
        except (OSError, UnicodeDecodeError):
            return False

    def remember(self) -> None:
        """Keep the state of now; a folder that cannot be written only costs the next build."""
        path = self._file()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._digest(), "ascii")
        except OSError:
            return

    def _file(self) -> Path:
        name = hashlib.sha256(str(self.out.resolve()).encode()).hexdigest()[:16]
        return CACHE.with_name(f"{CACHE.name}-{name}")

    def _digest(self) -> str:
        found = hashlib.sha256(repr((__version__, self.words)).encode())
        for folder in (*self.sources, self.out):
            for line in sorted(_entries(folder)):
                found.update(line.encode("utf-8", "surrogateescape"))
        return found.hexdigest()


def _entries(folder: Path) -> Iterator[str]:
    """Yield one line per file below a folder; caches of Python are nobody's source."""
    pending = [str(folder)]
    while pending:
        with os.scandir(pending.pop()) as items:
            for item in items:
                if item.is_dir(follow_symlinks=False):
                    if item.name != "__pycache__":
                        pending.append(item.path)
                else:
                    stat = item.stat(follow_symlinks=False)
                    yield f"{item.path}\0{stat.st_size}\0{stat.st_mtime_ns}\n"
