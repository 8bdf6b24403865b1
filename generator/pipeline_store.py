"""What the last build knew, kept in one file beside the program's caches.

Per server: the state of its files, its survey, its part of the index and the records of its pages;
per other lot: its key and records. It only ever saves work: a file that is missing, old or broken
is an empty memory. Parts may be kept at once; pages only when the folder holds them.
"""

from __future__ import annotations

import contextlib
import pickle
import sqlite3
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.pipeline_tasks import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from generator.model import ToolDetails, ToolEntry
    from generator.pipeline_tasks import Part
    from generator.pipeline_units import Survey
    from generator.render.checks.lot import LotFacts

_TABLES = """
CREATE TABLE IF NOT EXISTS surveys (slug TEXT PRIMARY KEY, state TEXT, survey BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (slug TEXT PRIMARY KEY, key BLOB, part BLOB, details BLOB);
CREATE TABLE IF NOT EXISTS example (slug TEXT, key BLOB, entry BLOB);
CREATE TABLE IF NOT EXISTS lots (name TEXT PRIMARY KEY, key BLOB, files INTEGER, bytes INTEGER,
  facts BLOB, records BLOB);
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A lot as the folder holds it; its records are looked up when they are needed."""

    key: bytes
    files: int
    bytes: int
    facts: LotFacts | None


class Store:
    """The memory of one site folder; use as a context manager."""

    def __init__(self, path: Path | None, program: str) -> None:
        """Open the file of a memory; `program` stands for the code whose values it may hold."""
        self._path = path
        self._program = program
        self._db = _open(path, program)

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget what was not committed."""
        self._db.rollback()
        self._db.close()

    def commit(self) -> None:
        """Keep what was put since the last commit."""
        self._db.commit()

    # ----------------------------------------------------------------------- surveys and parts

    def survey(self, slug: str, state: str) -> Survey | None:
        """Return the survey of a server whose files are in this state."""
        row = self._one("SELECT survey FROM surveys WHERE slug = ? AND state = ?", slug, state)
        return _unpacked(row[0]) if row and state else None

    def put_survey(self, found: Survey, state: str) -> None:
        """Keep a survey."""
        self._db.execute(
            "REPLACE INTO surveys VALUES (?, ?, ?)", (found.slug, state, pickle.dumps(found, 5))
        )

    def part(self, slug: str, key: bytes) -> Part | None:
        """Return the part of a server that follows from this key."""
        row = self._one("SELECT part FROM parts WHERE slug = ? AND key = ?", slug, key)
        return _unpacked(row[0]) if row else None

    def put_part(
        self, slug: str, key: bytes, part: Part, details: Mapping[str, ToolDetails]
    ) -> None:
        """Keep a part, and the details of the server's tools."""
        self._db.execute(
            "REPLACE INTO parts VALUES (?, ?, ?, ?)",
            (slug, key, pickle.dumps(part, 5), pickle.dumps(dict(details), 5)),
        )

    def details(self, slug: str) -> Mapping[str, ToolDetails]:
        """Return the details of a server's tools by their slugs."""
        row = self._one("SELECT details FROM parts WHERE slug = ?", slug)
        found: Mapping[str, ToolDetails] = _unpacked(row[0]) if row else {}
        return found

    def example(self, slug: str, key: bytes) -> ToolEntry | None:
        """Return the tool that explained ratings best, if it follows from this key."""
        row = self._one("SELECT entry FROM example WHERE slug = ? AND key = ?", slug, key)
        return _unpacked(row[0]) if row else None

    def put_example(self, slug: str, key: bytes, entry: ToolEntry) -> None:
        """Keep the tool that explains ratings best, in place of the last one."""
        self._db.execute("DELETE FROM example")
        self._db.execute("INSERT INTO example VALUES (?, ?, ?)", (slug, key, pickle.dumps(entry)))

    # ----------------------------------------------------------------------- lots

    def names(self) -> set[str]:
        """Return the names of all lots of the folder."""
        return {row[0] for row in self._db.execute("SELECT name FROM lots")}

    def lot(self, name: str) -> Kept | None:
        """Return a lot as the folder holds it."""
        row = self._one("SELECT key, files, bytes, facts FROM lots WHERE name = ?", name)
        return Kept(row[0], row[1], row[2], _unpacked(row[3])) if row else None

    def records(self, name: str) -> tuple[Record, ...]:
        """Return the files of a lot as the folder holds them, none when it holds no such lot."""
        row = self._one("SELECT records FROM lots WHERE name = ?", name)
        found = _unpacked(zlib.decompress(row[0])) if row else ()
        return tuple(Record(*one) for one in found)

    def facts(self, names: Iterable[str]) -> Iterator[tuple[str, LotFacts]]:
        """Yield what was found out about lots when they were made."""
        for name in names:
            row = self._one("SELECT facts FROM lots WHERE name = ?", name)
            found = _unpacked(row[0]) if row else None
            if found is not None:
                yield name, found

    def put_lot(
        self, name: str, key: bytes, records: Sequence[Record], facts: LotFacts | None
    ) -> None:
        """Keep a lot; counts when the folder holds it and `commit` is called."""
        total = sum(one.size for one in records)
        packed = zlib.compress(pickle.dumps(tuple(map(tuple, records)), 5), 1)
        self._db.execute(
            "REPLACE INTO lots VALUES (?, ?, ?, ?, ?, ?)",
            (name, key, len(records), total, pickle.dumps(facts, 5), packed),
        )

    def forget(self, name: str) -> None:
        """Drop a lot, and the server of that name."""
        self._db.execute("DELETE FROM lots WHERE name = ?", (name,))

    def forget_servers(self, slugs: Iterable[str]) -> None:
        """Drop what is known of servers that are gone."""
        for slug in slugs:
            self._db.execute("DELETE FROM surveys WHERE slug = ?", (slug,))
            self._db.execute("DELETE FROM parts WHERE slug = ?", (slug,))

    def servers(self) -> set[str]:
        """Return the servers that were surveyed."""
        return {row[0] for row in self._db.execute("SELECT slug FROM surveys")}

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        return found


def _unpacked(data: bytes) -> Any:  # noqa: ANN401 - any of our values
    return pickle.loads(data)  # noqa: S301 - written by this program into its own cache


def _open(path: Path | None, program: str) -> sqlite3.Connection:
    """Return the database of this very program; anything else is replaced by an empty one."""
    if path is None:
        return _made(":memory:", program)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        found = _made(str(path), program)
        if found.execute("SELECT program FROM whose").fetchone() == (program,):
            return found
        found.close()
    except sqlite3.DatabaseError:
        pass
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    return _made(str(path), program)


def _made(place: str, program: str) -> sqlite3.Connection:
    database = sqlite3.connect(place, timeout=60)
    database.execute("CREATE TABLE IF NOT EXISTS whose (program TEXT)")
    if database.execute("SELECT count(*) FROM whose").fetchone() == (0,):
        database.execute("INSERT INTO whose VALUES (?)", (program,))
    database.executescript(_TABLES)
    database.commit()
    return database
