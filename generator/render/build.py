"""Files to the folder `site/`: all are made first, then changed bytes alone are put in place.

Until every file is made the old site stays untouched; a build that dies before leaves it as it
was. Then a journal is written and the staged files are moved: a build that dies during that is
finished by the next one, so what stands after it is the new site and never a mixture.
"""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from generator.render.files import File

STAGING = ".staging"
MARKER = ".mcp-risk-site"
JOURNAL = "journal"
_KEPT = {".gitkeep", MARKER}
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
MARKER_TEXT = b"Built by mcp-risk. Everything in this folder is replaced by the next build.\n"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did to the folder."""

    files: int
    written: int
    removed: int
    bytes: int


@dataclass(slots=True)
class Staging:
    """The folder of a site while a build puts files beside it; use as a context manager.

    Raises:
        BuildError: the folder holds something else than a built site, or cannot be written.
    """

    out: Path
    is_known: bool = False
    """Whether the folder is as the last build left it, so that it need not be looked through."""
    linked: frozenset[str] = frozenset()
    """Folders of the present site that are symbolic links: nothing is read or written through."""
    is_empty: bool = False
    """Whether the folder holds no file of a site yet."""

    def __enter__(self) -> Self:
        """Make the folder, finish an interrupted build, refuse a folder that is not ours."""
        try:
            claim(self.out)
            settle(self.out)
            self.is_empty = next(_walk(self.out), None) is None
            if not self.is_known:
                self.linked = frozenset(path for path, is_link in _walk(self.out) if is_link)
        except OSError as error:
            raise BuildError(f"{self.out}: {error.strerror or error}") from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what was staged, unless it is being put in place."""
        if not (self.out / STAGING / JOURNAL).exists():
            shutil.rmtree(self.out / STAGING, ignore_errors=True)
        if isinstance(error, OSError):
            raise BuildError(f"{self.out}: {error.strerror or error}") from error

    def stale(self, is_wanted: Callable[[str], bool]) -> list[str]:
        """Return what the present site holds and the new one does not."""
        return sorted(path for path, is_link in _walk(self.out) if is_link or not is_wanted(path))

    def commit(self, removed: Sequence[str], written: int) -> None:
        """Put the staged files in place and remove others; once begun, the next build ends it."""
        if written or removed:
            _journal(self.out, removed)
            _finish(self.out)


def put(
    out: Path | str,
    file: File,
    linked: frozenset[str] = frozenset(),
    *,
    is_empty: bool = False,
) -> bool:
    """Stage a file unless the folder holds these very bytes; return whether it was staged.

    Whoever knows that the folder is empty saves to ask it for each file.
    """
    if not is_empty and not _inside(file.path, linked) and _same(f"{out}/{file.path}", file.data):
        return False
    target = f"{out}/{STAGING}/files/{file.path}"
    if target.endswith("/index.html"):
        # A page is the first file of its folder, mostly; a call that fails costs more than this.
        _make_folder(target.removesuffix("/index.html"))
    try:
        _write(target, file.data)
    except FileNotFoundError:
        _make_folder(target.rpartition("/")[0])
        _write(target, file.data)
    return True


def _write(target: str, data: bytes) -> None:
    """Write a file with the fewest calls there are: a large site has a million of them."""
    descriptor = os.open(target, _NEW, 0o666)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    finally:
        os.close(descriptor)


def _make_folder(path: str) -> None:
    """Make a folder that is missing; mostly the one above is there, and nobody else makes it."""
    try:
        os.mkdir(path)  # noqa: PTH102 - as above
    except (FileNotFoundError, FileExistsError):
        Path(path).mkdir(parents=True, exist_ok=True)


def claim(out: Path) -> None:
    """Make the folder and mark it as ours; refuse one that holds something else."""
    out.mkdir(parents=True, exist_ok=True)
    if not (out / MARKER).exists():
        foreign = sorted({item.name for item in os.scandir(out)} - _KEPT - {STAGING})
        if foreign:
            raise BuildError(
                f"{out}: expected an empty folder or a built site, found {foreign[0]!r}"
            )
        (out / MARKER).write_bytes(MARKER_TEXT)


def settle(out: Path) -> None:
    """Finish an interrupted build that had begun to put files in place; forget any other."""
    if (out / STAGING / JOURNAL).exists():
        _finish(out)
    shutil.rmtree(out / STAGING, ignore_errors=True)


def _same(target: str, data: bytes) -> bool:
    """Return whether a regular file holds exactly these bytes."""
    if not os.access(target, os.R_OK):  # says so without an exception: mostly no file is there
        return False
    try:
        descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size != len(data):
            return False
        return os.read(descriptor, len(data) + 1) == data
    finally:
        os.close(descriptor)


def _inside(path: str, folders: frozenset[str]) -> bool:
    if not folders:
        return False
    parts = path.split("/")
    return any("/".join(parts[:length]) in folders for length in range(1, len(parts)))


def _walk(out: Path) -> Iterator[tuple[str, bool]]:
    """Yield every file below a folder and whether it is a link; no link is followed."""
    pending = [""]
    while pending:
        below = pending.pop()
        with os.scandir(out / below) as items:
            for item in items:
                path = f"{below}{item.name}"
                if not below and (item.name in _KEPT or item.name == STAGING):
                    continue
                if item.is_dir(follow_symlinks=False):
                    pending.append(f"{path}/")
                else:
                    yield path, item.is_symlink()


def _journal(out: Path, removed: Sequence[str]) -> None:
    staging = out / STAGING
    staging.mkdir(exist_ok=True)
    draft = staging / "journal.tmp"
    with draft.open("w", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write("".join(f"{path}\n" for path in removed))
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(staging / JOURNAL)


def _finish(out: Path) -> None:
    """Do what the journal says: remove, then move. Repeating it after a crash does no harm."""
    staging = out / STAGING
    journal = staging / JOURNAL
    with journal.open(encoding="utf-8", errors="surrogateescape") as stream:
        removed = [line.rstrip("\n") for line in stream]
    folders = {path.rpartition("/")[0] for path in removed}
    linked = {folder for folder in folders if folder and _is_linked(out, folder)}
    for path in removed:
        if path.rpartition("/")[0] not in linked:
            (out / path).unlink(missing_ok=True)
    if (staging / "files").exists():
        _move(staging / "files", out, "")
    for folder in sorted(folders, key=len, reverse=True):
        _remove_empty(out, folder)
    journal.unlink()


def _is_linked(out: Path, folder: str) -> bool:
    """Return whether a folder of the site is, or lies behind, a symbolic link."""
    parts = folder.split("/")
    return any(out.joinpath(*parts[: n + 1]).is_symlink() for n in range(len(parts)))


def _move(staged: Path, out: Path, below: str) -> None:
    """Move staged files to their places; a folder that is new goes as a whole."""
    with os.scandir(staged / below) as items:
        found = sorted(items, key=lambda item: item.name)
    for item in found:
        path = f"{below}{item.name}"
        target = out / path
        _make_way(target, is_folder=item.is_dir())
        if item.is_dir() and target.exists():
            _move(staged, out, f"{path}/")
        else:
            Path(item.path).replace(target)


def _make_way(target: Path, *, is_folder: bool) -> None:
    """Remove what stands where a file or folder goes: a link, a file for a folder, or reverse."""
    if target.is_symlink() or (is_folder and target.is_file()):
        target.unlink()
    elif not is_folder and target.is_dir():
        shutil.rmtree(target)


def _remove_empty(out: Path, folder: str) -> None:
    """Remove a folder that holds nothing any more, and those above it that are empty then."""
    while folder:
        try:
            (out / folder).rmdir()
        except OSError:
            return
        folder = folder.rpartition("/")[0]
