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
from generator.render import site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import Catalogue, Index, ServerEntry
    from generator.render.files import File

STAGING = ".staging"
MARKER = ".mcp-risk-site"
_JOURNAL = "journal"
_KEPT = {".gitkeep", MARKER}
_MARKER_TEXT = b"Built by mcp-risk. Everything in this folder is replaced by the next build.\n"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did to the folder."""

    files: int
    written: int
    removed: int
    bytes: int


def build(catalogue: Catalogue, out: Path, templates: Path) -> BuildReport:
    """Build the site of a catalogue."""
    return build_stream(catalogue.index, catalogue.entries, out, templates)


def build_stream(
    index: Index, entries: Iterable[ServerEntry], out: Path, templates: Path
) -> BuildReport:
    """Build the site; `entries` may be a generator, one server is held at a time."""
    return write(site.files(index, entries, templates), out)


def write(files: Iterable[File], out: Path) -> BuildReport:
    """Put files in place, all or nothing, and remove what no longer belongs there.

    Raises:
        BuildError: the folder holds something else than a built site, or cannot be written.
    """
    try:
        _prepare(out)
        wanted, report = _stage(files, out)
        removed = _stale(out, wanted)
        if report.written or removed:
            _journal(out, removed)
            _finish(out)
    except OSError as error:
        raise BuildError(f"{out}: {error.strerror or error}") from error
    finally:
        if not (out / STAGING / _JOURNAL).exists():
            shutil.rmtree(out / STAGING, ignore_errors=True)
    return BuildReport(report.files, report.written, len(removed), report.bytes)


def _prepare(out: Path) -> None:
    """Make the folder, finish an interrupted build, and refuse a folder that is not ours."""
    out.mkdir(parents=True, exist_ok=True)
    if not (out / MARKER).exists():
        foreign = sorted({item.name for item in os.scandir(out)} - _KEPT - {STAGING})
        if foreign:
            raise BuildError(
                f"{out}: expected an empty folder or a built site, found {foreign[0]!r}"
            )
        (out / MARKER).write_bytes(_MARKER_TEXT)
    if (out / STAGING / _JOURNAL).exists():
        _finish(out)
    shutil.rmtree(out / STAGING, ignore_errors=True)


def _stage(files: Iterable[File], out: Path) -> tuple[set[str], BuildReport]:
    """Write what differs from the present site below the staging folder."""
    staging = out / STAGING / "files"
    wanted: set[str] = set()
    folders: set[str] = set()
    written = size = 0
    linked = _linked_folders(out)
    for path, data in files:
        if path in wanted:
            raise BuildError(f"{path}: two pages claim this path")
        wanted.add(path)
        size += len(data)
        if not _inside(path, linked) and _same(out / path, data):
            continue
        target = staging / path
        parent = path.rpartition("/")[0]
        if parent not in folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            folders.add(parent)
        target.write_bytes(data)
        written += 1
    return wanted, BuildReport(len(wanted), written, 0, size)


def _same(target: Path, data: bytes) -> bool:
    """Return whether a regular file holds exactly these bytes."""
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


def _linked_folders(out: Path) -> set[str]:
    """Return folders of the present site that are symbolic links; nothing is written through."""
    return {path for path in _walk(out) if (out / path).is_symlink()}


def _inside(path: str, folders: set[str]) -> bool:
    if not folders:
        return False
    parts = path.split("/")
    return any("/".join(parts[:length]) in folders for length in range(1, len(parts)))


def _walk(out: Path, below: str = "") -> list[str]:
    """Return every file and link below a folder, never following a link."""
    found = []
    for item in os.scandir(out / below if below else out):
        path = f"{below}{item.name}"
        if not below and (item.name in _KEPT or item.name == STAGING):
            continue
        if item.is_dir(follow_symlinks=False):
            found += _walk(out, f"{path}/")
        else:
            found.append(path)
    return found


def _stale(out: Path, wanted: set[str]) -> list[str]:
    """Return what the present site holds and the new one does not."""
    return sorted(path for path in _walk(out) if path not in wanted or (out / path).is_symlink())


def _journal(out: Path, removed: list[str]) -> None:
    staging = out / STAGING
    staging.mkdir(exist_ok=True)
    draft = staging / "journal.tmp"
    with draft.open("w", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write("".join(f"{path}\n" for path in removed))
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(staging / _JOURNAL)


def _finish(out: Path) -> None:
    """Do what the journal says: remove, then move. Repeating it after a crash does no harm."""
    staging = out / STAGING
    journal = staging / _JOURNAL
    with journal.open(encoding="utf-8", errors="surrogateescape") as stream:
        for line in stream:
            (out / line.rstrip("\n")).unlink(missing_ok=True)
    if (staging / "files").exists():
        for path in _walk(staging / "files"):
            target = out / path
            _make_way(out, path)
            (staging / "files" / path).replace(target)
    _remove_empty(out)
    journal.unlink()


def _make_way(out: Path, path: str) -> None:
    """Make the folders of a path; a file or link in the way is removed, a folder at its end too."""
    parts = path.split("/")
    for length in range(1, len(parts)):
        folder = out.joinpath(*parts[:length])
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
        folder.mkdir(exist_ok=True)
    target = out / path
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)


def _remove_empty(out: Path) -> None:
    """Remove folders that hold nothing any more."""
    for folder, _, _ in os.walk(out, topdown=False):
        if folder == str(out) or STAGING in folder:
            continue
        try:
            Path(folder).rmdir()
        except OSError:
            continue
