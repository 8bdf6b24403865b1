"""What the last build knew, kept in one file beside the program's caches.

Per server: the state of its files, its survey, its part of the index and the records of its pages;
per other lot: its key and records. It only ever saves work: a file that is missing, old, broken or
on a full disk is an empty memory; one that breaks in the middle of a build raises `StoreError`, and
the build begins again without it. Parts may be kept at once; pages only when the folder holds them.
"""

from __future__ import annotations

import contextlib
import pickle
import secrets
import sqlite3
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from generator import pipeline_parts
from generator.pipeline_tasks import Record
from generator.render.checks.numbers import path_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from generator.model import ToolDetails, ToolEntry
    from generator.pipeline_tasks import Part
    from generator.pipeline_units import Survey
    from generator.render.checks.lot import LotFacts

_SECONDS = 5
"""How long to wait for another program that reads the file."""
_TABLES = """
CREATE TABLE IF NOT EXISTS surveys (slug TEXT PRIMARY KEY, state TEXT, survey BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (slug TEXT PRIMARY KEY, key BLOB, part BLOB, details BLOB);
CREATE TABLE IF NOT EXISTS example (slug TEXT, key BLOB, entry BLOB);
CREATE TABLE IF NOT EXISTS memos (name TEXT PRIMARY KEY, key TEXT, value BLOB);
CREATE TABLE IF NOT EXISTS lots (name TEXT PRIMARY KEY, key BLOB, files INTEGER, bytes INTEGER,
  paths BLOB, facts BLOB, records BLOB);
"""


class Kept(NamedTuple):
    """A lot as the folder holds it; all else is looked up when it is needed."""

    key: bytes
    files: int
    bytes: int
    is_checked: bool


class StoreError(Exception):
    """The memory cannot be read or written any more."""


class Store:
    """The memory of one site folder; use as a context manager.

    Raises:
        StoreError: from any method, when the file broke; `forget_all` makes it usable again.
    """

    def __init__(self, path: Path | None, program: str) -> None:
        """Open the file of a memory; `program` stands for the code whose values it may hold."""
        self._path = path
        self._program = program
        self._db = _open(path, program)
        self._shelf = pipeline_parts.Shelf()

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
        self.rollback()
        self._db.close()

    @property
    def build(self) -> str:
        """Return what stands for the build whose folder is known, empty without one."""
        try:
            row = self._one("SELECT build FROM whose")
        except StoreError:
            self.forget_all()
            return ""
        return str(row[0]) if row else ""

    def commit(self) -> None:
        """Keep what was put since the last commit; no lot may be among it."""
        try:
            self._db.commit()
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error

    def rollback(self) -> None:
        """Forget what was put since the last commit."""
        with contextlib.suppress(sqlite3.Error):
            self._db.rollback()

    def begin_site(self) -> None:
        """Keep what was put, lots too: they are put in place now, and no build is known until then.

        Whoever is killed meanwhile leaves a folder that the next build looks through.
        """
        self._run("UPDATE whose SET build = ''")
        self.commit()

    def commit_site(self) -> None:
        """Keep what was put, lots too: the folder holds them now."""
        self._run("UPDATE whose SET build = ?", (secrets.token_hex(8),))
        self.commit()

    def clear(self) -> None:
        """Forget everything."""
        try:
            for table in ("surveys", "parts", "example", "memos", "lots"):
                self._run(f"DELETE FROM {table}")  # noqa: S608 - names of ours
            self._run("UPDATE whose SET build = ''")
        except StoreError:
            self.forget_all()

    def forget_all(self) -> None:
        """Be empty from now on, in a file that ends with the program: this one broke."""
        with contextlib.suppress(sqlite3.Error):
            self._db.close()
        if self._path is not None:
            _remove(self._path)
        self._db = _made("", self._program)

    # ----------------------------------------------------------------------- surveys and parts

    def surveys(self, states: Mapping[str, str]) -> dict[str, Survey]:
        """Return the surveys of those servers whose files are in the state given by slug."""
        rows = self._rows("SELECT slug, state, survey FROM surveys")
        return {slug: _unpacked(data) for slug, state, data in rows if states.get(slug) == state}

    def put_survey(self, found: Survey, state: str) -> None:
        """Keep a survey."""
        self._run(
            "REPLACE INTO surveys VALUES (?, ?, ?)", (found.slug, state, pickle.dumps(found, 5))
        )

    def part_keys(self) -> dict[str, bytes]:
        """Return what the part of each server follows from."""
        return dict(self._rows("SELECT slug, key FROM parts"))

    def parts(self, keys: Mapping[str, bytes]) -> Iterator[tuple[str, Part]]:
        """Yield the parts of those servers that follow from the key given by slug."""
        for slug, key, data in self._rows("SELECT slug, key, part FROM parts ORDER BY slug"):
            if keys.get(slug) == key:
                yield slug, _read(self._shelf.part, data)

    def put_part(
        self, slug: str, key: bytes, part: Part, details: Mapping[str, ToolDetails]
    ) -> None:
        """Keep a part, and the details of the server's tools."""
        self._run(
            "REPLACE INTO parts VALUES (?, ?, ?, ?)",
            (slug, key, pipeline_parts.packed(part), pickle.dumps(dict(details), 5)),
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
        self._run("DELETE FROM example")
        self._run("INSERT INTO example VALUES (?, ?, ?)", (slug, key, pickle.dumps(entry)))

    # ----------------------------------------------------------------------- what rooms keep

    def recall(self, name: str, key: str) -> Any:  # noqa: ANN401 - whatever was kept
        """Return what a room kept under a name, None when it followed from another key."""
        row = self._one("SELECT value FROM memos WHERE name = ? AND key = ?", name, key)
        return _unpacked(row[0]) if row else None

    def keep(self, name: str, key: str, value: object) -> None:
        """Keep a value of a room in place of the last one of this name."""
        self._run("REPLACE INTO memos VALUES (?, ?, ?)", (name, key, pickle.dumps(value, 5)))

    # ----------------------------------------------------------------------- lots

    def names(self) -> set[str]:
        """Return the names of all lots of the folder."""
        return {row[0] for row in self._run("SELECT name FROM lots")}

    def lots(self) -> dict[str, Kept]:
        """Return every lot as the folder holds it, by name."""
        rows = self._rows("SELECT name, key, files, bytes, facts IS NOT NULL FROM lots")
        return {name: Kept(key, *counts) for name, key, *counts in rows}

    def records(self, name: str) -> tuple[Record, ...]:
        """Return the files of a lot as the folder holds them, none when it holds no such lot."""
        row = self._one("SELECT records FROM lots WHERE name = ?", name)
        found = _unpacked(row[0], is_compressed=True) if row else ()
        return tuple(Record(*one) for one in found)

    def paths(self, name: str) -> bytes:
        """Return the numbers of a lot's files."""
        row = self._one("SELECT paths FROM lots WHERE name = ?", name)
        return row[0] if row else b""

    def facts(self, names: Iterable[str]) -> Iterator[tuple[str, LotFacts]]:
        """Yield what was found out about lots when they were made."""
        for name in names:
            row = self._one("SELECT facts FROM lots WHERE name = ?", name)
            if row and row[0]:
                yield name, _unpacked(row[0])

    def all_facts(self) -> Iterator[tuple[str, bytes, LotFacts | None]]:
        """Yield name, numbers of the files, and what was found out, of every lot."""
        for name, paths, facts in self._rows("SELECT name, paths, facts FROM lots"):
            yield name, paths, _unpacked(facts) if facts else None

    def put_lot(
        self, name: str, key: bytes, records: Sequence[Record], facts: LotFacts | None
    ) -> None:
        """Keep a lot; counts when the folder holds it and `commit` is called."""
        total = sum(one.size for one in records)
        paths = path_numbers(one.path for one in records) if facts is None else facts.paths
        packed = zlib.compress(pickle.dumps(tuple(map(tuple, records)), 5), 1)
        self._run(
            "REPLACE INTO lots VALUES (?, ?, ?, ?, ?, ?, ?)",
            (name, key, len(records), total, paths, facts and pickle.dumps(facts, 5), packed),
        )

    def forget(self, name: str) -> None:
        """Drop a lot."""
        self._run("DELETE FROM lots WHERE name = ?", (name,))

    def forget_servers(self, slugs: Iterable[str]) -> None:
        """Drop what is known of servers that are gone."""
        for slug in slugs:
            self._run("DELETE FROM surveys WHERE slug = ?", (slug,))
            self._run("DELETE FROM parts WHERE slug = ?", (slug,))

    def servers(self) -> set[str]:
        """Return the servers that were surveyed."""
        return {row[0] for row in self._run("SELECT slug FROM surveys")}

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        found = self._run(query, values)
        return found[0] if found else None

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield rows one by one: all of them at once may be large."""
        try:
            yield from self._db.execute(query)
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error

    def _run(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(str(error)) from error


def _unpacked(data: bytes, *, is_compressed: bool = False) -> Any:  # noqa: ANN401 - any of ours
    return _read(_inflated if is_compressed else pickle.loads, data)


def _inflated(data: bytes) -> Any:  # noqa: ANN401 - any of ours
    return pickle.loads(zlib.decompress(data))  # noqa: S301 - written by this program into its own cache


def _read(read: Callable[[bytes], Any], data: bytes) -> Any:  # noqa: ANN401 - any of ours
    try:
        return read(data)
    except Exception as error:  # damaged bytes may raise anything
        raise StoreError(f"a value cannot be read: {error}") from error


def _open(path: Path | None, program: str) -> sqlite3.Connection:
    """Return the database of this very program; anything else is replaced by an empty one."""
    if path is None:
        return _made("", program)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _known(path, program) or _made("", program)
    except OSError:
        return _made("", program)


def _known(path: Path, program: str) -> sqlite3.Connection | None:
    """Return the file's database, made anew if need be; None where no file can be kept."""
    for _ in range(2):
        found: sqlite3.Connection | None = None
        try:
            found = _made(str(path), program)
            if found.execute("SELECT program FROM whose").fetchall() == [(program,)]:
                return found
        except sqlite3.Error:
            pass
        if found is not None:
            found.close()
        _remove(path)
    return None


def _remove(path: Path) -> None:
    """Remove a database and the journal beside it: it must not be applied to the next one."""
    for name in (path.name, f"{path.name}-journal"):
        with contextlib.suppress(OSError):
            path.with_name(name).unlink()


def _made(place: str, program: str) -> sqlite3.Connection:
    """Return a database with all tables; an empty place is a file that ends with the program."""
    database = sqlite3.connect(place, timeout=_SECONDS)
    try:
        database.execute("CREATE TABLE IF NOT EXISTS whose (program TEXT, build TEXT)")
        if database.execute("SELECT count(*) FROM whose").fetchone() == (0,):
            database.execute("INSERT INTO whose VALUES (?, '')", (program,))
        database.executescript(_TABLES)
        database.commit()
    except sqlite3.Error:
        database.close()
        raise
    return database
