"""What a build asks about a server before it works on it: its digest, its names, whom it mentions.

A unit is one server as a task carries it: the list of its files. A survey is what the rest of the
catalogue must know of it before it is rated.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator import content as content_room
from generator.classify.hygiene import cross
from generator.model.quick import quick

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from generator.content_listing import ServerFiles
    from generator.errors import Problem
    from generator.model import Json, Override, Server


@dataclass(frozen=True, slots=True)
class Unit:
    """One server as a task carries it."""

    slug: str
    files: ServerFiles

    @property
    def state(self) -> str:
        """Return what tells without reading whether the files are those of another build."""
        return "\n".join(
            f"{one.path}\0{one.size}\0{one.mtime_ns}" if one else "" for one in self.files.all
        )

    @property
    def is_as_listed(self) -> bool:
        """Return whether no file was touched since it was listed."""
        return all(one is None or one.is_as_listed for one in self.files.all)

    def read(self) -> tuple[Server | None, tuple[Override, ...], list[Problem]]:
        """Return the server, its corrections, and what is wrong with its files."""
        return content_room.read_server(self.files)


@dataclass(frozen=True, slots=True)
class Survey:
    """What must be known of a server before any is rated."""

    slug: str
    digest: bytes
    """Stands for everything its files say."""
    names: tuple[str, ...]
    mentions: frozenset[str]
    """Words in its texts that could be tools of other servers."""
    expiries: tuple[date, ...] = ()
    """The days after which a correction no longer counts."""

    def key(self, setting: str, foreign: Iterable[str], today: date) -> bytes:
        """Return what stands for the rating of the server and all that follows from it alone."""
        found = hashlib.blake2b(setting.encode(), digest_size=16)
        found.update(self.digest)
        found.update(repr((sorted(foreign), [day < today for day in self.expiries])).encode())
        return found.digest()


def survey(unit: Unit) -> Survey:
    """Return the survey of a server; files that make no sense say nothing here."""
    files = unit.files
    data = [one.read() if one else b"" for one in files.all]
    origins = repr([one.origin if one else "" for one in files.all]).encode()
    definitions, said = _snapshot(data[1])
    names = [one["name"] for one in definitions if isinstance(one, dict) and "name" in one]
    overrides: tuple[Override, ...] = ()
    if files.overrides is not None:
        _, overrides, _ = content_room.read_server(replace(files, snapshot=None))
    return Survey(
        unit.slug,
        hashlib.blake2b(b"\0".join((origins, *data)), digest_size=16).digest(),
        tuple(name for name in names if isinstance(name, str)),
        cross.mentions(_texts([*definitions, *said])),
        tuple(one.expires for one in overrides if one.expires is not None),
    )


def _snapshot(data: bytes) -> tuple[list[Json], list[Json]]:
    """Return the definitions, and what else is read for names: older ones, and instructions."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return [], []
    if not isinstance(found, dict):
        return [], []
    tools, replaced = found.get("tools"), found.get("replaced")
    said = [found.get("instructions"), replaced if isinstance(replaced, list) else []]
    return (tools if isinstance(tools, list) else []), said


def _texts(values: Iterable[Json]) -> Iterator[str]:
    """Yield every string of some values, keys left out; the depth of a value is no limit."""
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def owners(surveys: Iterable[Survey]) -> dict[str, str]:
    """Return tool names and the server that has them, empty when more than one has."""
    found: dict[str, str] = {}
    for one in surveys:
        for name in one.names:
            owner = found.setdefault(name, one.slug)
            if owner != one.slug:
                found[name] = ""
    return found


def foreign(one: Survey, owned: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the names a server mentions that are tools of exactly one other server."""
    found = {name: owned.get(name, "") for name in one.mentions}
    return {
        name: frozenset((owner,)) for name, owner in found.items() if owner and owner != one.slug
    }


def held(files: ServerFiles) -> ServerFiles:
    """Return the files with what they hold, for a machine that cannot read them.

    Raises:
        ContentError: one cannot be read.
    """
    spec, snapshot, overrides = (
        replace(one, data=one.read()) if one else None for one in files.all
    )
    return replace(files, spec=spec, snapshot=snapshot, overrides=overrides)


quick(Survey)
