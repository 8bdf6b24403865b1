"""Where the catalogue's answers come from: a built site, or content folders rated in memory.

Both hold the files of `/api/v1/`. Called by `questions.py`; nothing is read before it is asked for,
and no path is ever made from what a caller wrote: only from what the catalogue itself lists.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from generator import pipeline, search_words
from generator.errors import CatalogueError
from generator.render import dataset, urls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from generator.model import JsonObject

    Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Line:
    """One tool of the dataset and the words by which it is found."""

    row: JsonObject
    words: frozenset[str]


@dataclass
class Library:
    """The files of the API by path, read once each."""

    read: Read
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def servers(self) -> list[JsonObject]:
        """Return all servers in brief."""
        first = self._json(urls.api("servers.json"))
        parts = [self._json(part["file"].lstrip("/")) for part in first["parts"]] or [first]
        return [server for part in parts for server in part["servers"]]

    def server(self, slug: str) -> JsonObject:
        """Return one listed server in full."""
        return self._json(urls.api_server(slug))

    def tool(self, server: str, slug: str) -> JsonObject:
        """Return one listed tool in full."""
        return self._json(urls.api_tool(server, slug))

    def policy(self, path: str) -> str:
        """Return the text of a listed policy file."""
        return self.read(path.lstrip("/")).decode()

    @cached_property
    def lines(self) -> list[Line]:
        """Return every tool with its words, riskiest first."""
        with self._lock:
            names = self._json(dataset.INDEX)["jsonl"]
            parts = [self.read(name.lstrip("/")).splitlines() for name in names]
            rows = [json.loads(line) for lines in parts for line in lines]
        rows.sort(key=lambda row: (-row["score"], row["server"]))
        return [Line(_lean(row), _words(row)) for row in rows]

    def _json(self, path: str) -> JsonObject:
        found: JsonObject = json.loads(self.read(path))
        return found


def of_site(folder: Path) -> Library:
    """Return the library of a built site.

    Raises:
        CatalogueError: the folder holds no built site.
    """
    if not (folder / urls.api("servers.json")).is_file():
        raise CatalogueError(f"{folder}: expected a built site, found no api/v1/servers.json")

    def read(path: str) -> bytes:
        return (folder / path).read_bytes()

    return Library(read)


def of_content(folders: Sequence[Path], today: date) -> Library:
    """Return the library of content folders; they are rated when the first question comes.

    Raises:
        CatalogueError: a content file has a problem.
    """
    loaded = pipeline.load(folders, today)
    errors = [problem for problem in loaded.problems if problem.severity.value == "error"]
    if errors:
        raise CatalogueError(f"{errors[0]} ({len(errors)} in all; see mcp-risk lint)")
    made: dict[str, bytes] = {}
    lock = threading.Lock()

    def read(path: str) -> bytes:
        with lock:
            if not made:
                made.update(pipeline.data_files(loaded))
        return made[path]

    return Library(read)


def _lean(row: JsonObject) -> JsonObject:
    return {key: row[key] for key in _KEPT}


_KEPT = ("server", "name", "slug", "category", "level", "score", "facets", "headline", "decision")


def _words(row: JsonObject) -> frozenset[str]:
    named = " ".join((row["name"], row["server"], row["server_title"], row["package"]))
    return search_words.split(f"{named} {' '.join(row['parameters'])} {row['description']}")
