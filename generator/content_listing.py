"""Content folders to the list of their files, none of them opened: what `content.py` will read.

A later folder lies over an earlier one, file by file. Each file carries the state in which it was
listed, so that a build knows without reading it whether it is the file it read before.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from generator.content_rules import RULE_ID
from generator.content_yaml import Sink
from generator.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.errors import Problem

SLUG = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """One sub-folder of a content folder: how its files end and what their names look like."""

    folder: str
    suffix: str
    form: re.Pattern[str]
    form_words: str


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file, the content folder it lies in, and its size and time of change when listed."""

    path: str
    folder: str
    size: int
    mtime_ns: int
    data: bytes | None = None
    """What it holds, when it was read for a machine that cannot read it."""

    @property
    def origin(self) -> str:
        """Return the path that objects remember."""
        return origin(Path(self.path), Path(self.folder))

    @property
    def is_as_listed(self) -> bool:
        """Return whether it was not touched since."""
        try:
            stat = os.stat(self.path)  # noqa: PTH116 - of every file of a catalogue
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == (self.size, self.mtime_ns)

    def read(self) -> bytes:
        """Return what it holds.

        Raises:
            ContentError: it cannot be read.
        """
        if self.data is not None:
            return self.data
        try:
            return Path(self.path).read_bytes()
        except OSError as error:
            raise ContentError(f"{self.path} cannot be read: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """The files of one server; those that are not there are None."""

    slug: str
    spec: ListedFile | None = None
    snapshot: ListedFile | None = None
    overrides: ListedFile | None = None

    @property
    def all(self) -> tuple[ListedFile | None, ...]:
        """Return the three files in their order."""
        return (self.spec, self.snapshot, self.overrides)


_WORDS = "lower-case letters, digits, hyphens"
WORDS = (
    Kind("rules", ".yaml", RULE_ID, "a rule id like schema.param.url"),
    Kind("attacks", ".md", SLUG, _WORDS),
    Kind("faq", ".md", SLUG, _WORDS),
    Kind("pages", ".md", SLUG, _WORDS),
)
SPECS = Kind("servers", ".yaml", SLUG, _WORDS)
_SERVERS = {
    "spec": SPECS,
    "snapshot": Kind("snapshots", ".json", SLUG, _WORDS),
    "overrides": Kind("overrides", ".yaml", SLUG, _WORDS),
}


@dataclass(slots=True)
class _Listing:
    servers: dict[str, dict[str, ListedFile]] = field(default_factory=dict)
    """The files of each server by part."""
    problems: list[Problem] = field(default_factory=list)


def files(folder: Path, kind: Kind) -> Iterator[tuple[Path, str, Sink]]:
    """Yield path, slug and sink of each file of a kind, by name; the sink holds what is wrong."""
    for item, slug, wrong in _named(folder, kind):
        path = Path(item.path)
        sink = Sink(str(path), origin(path, folder))
        for rule, message in wrong:
            sink.report(rule, message, -1)
        yield path, slug, sink


def _named(
    folder: Path, kind: Kind
) -> Iterator[tuple[os.DirEntry[str], str, list[tuple[str, str]]]]:
    """Yield each file of a kind, its slug, and what is wrong with its name, by name."""
    seen: dict[str, str] = {}
    for item in _items(folder / kind.folder):
        name, wrong = item.name, []
        slug = name.removesuffix(kind.suffix)
        well_named = name.endswith(kind.suffix) and kind.form.fullmatch(slug)
        if not well_named or not item.is_file():
            expected = f"{kind.form_words} and {kind.suffix}"
            wrong.append(("name", f'the file name (expected {expected}, got "{name}")'))
        if slug.lower() in seen:
            other = seen[slug.lower()]
            wrong.append(("duplicate", f'the slug (expected a new one, got that of "{other}")'))
        seen[slug.lower()] = name
        yield item, slug, wrong


def _items(place: Path) -> list[os.DirEntry[str]]:
    if not place.is_dir():
        return []
    with os.scandir(place) as items:
        return sorted(
            (item for item in items if not item.name.startswith(".")), key=lambda item: item.name
        )


def servers(folders: Sequence[Path]) -> tuple[dict[str, ServerFiles], list[Problem]]:
    """Return the files of every server by slug, in order, and what their names do wrong."""
    found = _Listing()
    for folder in folders:
        for part, kind in _SERVERS.items():
            _add(found, folder, part, kind)
    every = [ServerFiles(slug, **parts) for slug, parts in found.servers.items()]
    for one in every:
        if one.spec is None:
            found.problems += _without_spec(one)
    every.sort(key=lambda one: one.slug)
    return {one.slug: one for one in every if one.spec}, found.problems


def _add(found: _Listing, folder: Path, part: str, kind: Kind) -> None:
    whose = str(folder)
    for item, slug, wrong in _named(folder, kind):
        if not wrong:
            stat = item.stat()
            listed = ListedFile(item.path, whose, stat.st_size, stat.st_mtime_ns)
            found.servers.setdefault(slug, {})[part] = listed
            continue
        sink = Sink(item.path)
        for rule, message in wrong:
            sink.report(rule, message, -1)
        found.problems += sink.problems


def _without_spec(one: ServerFiles) -> Iterator[Problem]:
    """Yield that a snapshot or corrections belong to a server nobody described."""
    for listed in (one.snapshot, one.overrides):
        if listed is not None:
            sink = Sink(listed.path)
            expected = f"servers/{one.slug}.yaml beside it"
            sink.report("no-server", f"the file (expected {expected}, got none)", -1)
            yield from sink.problems


def origin(path: Path, folder: Path) -> str:
    """Return the path that objects remember: relative, or from the content folder's name on."""
    if not path.is_absolute() and ".." not in path.parts:
        return path.as_posix()
    return (folder.name / path.relative_to(folder)).as_posix()
