"""The folder of a site to lots that can be read one by one, and a lot to its files.

Called by `verify.py`. A server's files lie in a dozen places and are one lot; the rest is cut
into lots of bounded size. Nothing is followed out of the folder, and what cannot be read is told.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.errors import Location, Problem
from generator.render.build import MARKER, STAGING
from generator.render.checks import pile
from generator.render.files import File

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SERVER_FOLDER = re.compile(r"(?:tools|servers|api/v1/tools|risk/[^/]+|registry/[^/]+/servers)/")
_SERVER_FILE = re.compile(r"(?:policies|badges|api/v1/(?:servers|badges|sarif))/")
_LISTS = "page"
"""No server is called so: below it are the parts of a long list."""
_TOGETHER = 200
"""Files of a lot that belong to no server."""
_MOST = 1 << 28
"""Bytes of a file that are still read; a list of a million tools has half of them."""
_ENOUGH = 16
"""How often a file may be as large as it should be and still be read."""


@dataclass(slots=True)
class Read:
    """The files of a lot: those to be read, those only to be there, and what went wrong."""

    paths: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def lots(folder: Path, problems: list[Problem]) -> list[tuple[str, ...]]:
    """Return the places of each lot, files and folders (`tools/acme/`); add what is no file."""
    owned: dict[str, list[str]] = {}
    rest: list[str] = []
    pending = [""]
    while pending:
        below = pending.pop()
        for path in _listed(folder, below, problems):
            owner = _owner(below, path)
            if owner:
                owned.setdefault(owner, []).append(path)
            elif path.endswith("/"):
                pending.append(path)
            else:
                rest.append(path)
    rest.sort()
    found = [tuple(places) for _, places in sorted(owned.items())]
    return found + [tuple(rest[at : at + _TOGETHER]) for at in range(0, len(rest), _TOGETHER)]


def opened(folder: Path, places: tuple[str, ...]) -> Read:
    """Return the files of a lot, in order; which of them can be read is tried for all."""
    found = Read()
    pending = list(places)
    while pending:
        place = pending.pop()
        if place.endswith("/"):
            pending += _listed(folder, place, found.problems)
        elif pile.is_read(place):
            found.paths.append(place)
        else:
            found.beside.append(place)
            _bytes(folder, place, found.problems)
    found.paths.sort()
    return found


def files(folder: Path, found: Read) -> Iterator[File]:
    """Yield the files of a lot; one that cannot be read is told, and joins those beside."""
    for path in found.paths:
        data = _bytes(folder, path, found.problems)
        if data is None:
            found.beside.append(path)
        else:
            yield File(path, data)


def _owner(below: str, path: str) -> str:
    """Return the slug of the server that a place in a folder belongs to."""
    name = path[len(below) :]
    if name.endswith("/"):
        is_owned = _SERVER_FOLDER.fullmatch(below) and name != f"{_LISTS}/"
        return name[:-1] if is_owned else ""
    return name.partition(".")[0] if _SERVER_FILE.fullmatch(below) else ""


def _listed(folder: Path, below: str, problems: list[Problem]) -> Iterator[str]:
    """Yield what a folder holds, folders with `/` behind; tell what a site must not hold."""
    try:
        with os.scandir(folder / below) as items:
            for item in items:
                path = f"{below}{item.name}"
                if path in {MARKER, ".gitkeep"}:
                    continue
                if path == STAGING:
                    message = "an interrupted build left its staging folder"
                    problems.append(Problem("truth.site", Location(path), message))
                elif item.is_symlink():
                    problems.append(Problem("links.symlink", Location(path), "a symbolic link"))
                else:
                    yield f"{path}/" if item.is_dir() else path
    except OSError as error:
        message = f"cannot be listed: {error.strerror}"
        problems.append(Problem("truth.file", Location(below), message))


def _bytes(folder: Path, path: str, problems: list[Problem]) -> bytes | None:
    """Return a file's bytes, none when only its being there matters; tell why it has none."""
    try:
        # A pipe without a writer must not hold us, and a link made meanwhile not lead away.
        descriptor = os.open(folder / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                problems.append(Problem("truth.file", Location(path), "expected a regular file"))
                return None
            if not pile.is_read(path):
                return None
            limit = pile.limit(path)
            if status.st_size > (limit * _ENOUGH or _MOST):
                message = f"{status.st_size} bytes, not read (expected at most {limit or _MOST})"
                problems.append(Problem("size", Location(path), message))
                return None
            return stream.read()
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        problems.append(Problem("truth.file", Location(path), message))
        return None
