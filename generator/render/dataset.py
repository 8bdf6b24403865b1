"""The index to the whole catalogue in three files: JSON Lines, CSV for spreadsheets, SQLite.

JSON escapes every character a reader cannot see; the other two print it as `[U+XXXX]`. A cell of
the CSV that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from generator.render import api, urls
from generator.render.files import File
from generator.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model import JsonObject, ToolSummary
    from generator.render.context import Context

JSONL, CSV, SQLITE = (
    urls.api(f"dataset/{name}") for name in ("tools.jsonl", "tools.csv", "catalogue.sqlite")
)
COLUMNS = (
    "server",
    "server_title",
    "package",
    "name",
    "category",
    "level",
    "score",
    "confidence",
    "verdict",
    "facets",
    "decision",
    "headline",
    "description",
    "observed_on",
    "page",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SCHEMA = """
CREATE TABLE catalogue (name TEXT NOT NULL, license TEXT NOT NULL, ruleset TEXT NOT NULL,
  observed_on TEXT NOT NULL);
CREATE TABLE servers (slug TEXT PRIMARY KEY, title TEXT NOT NULL, package TEXT NOT NULL,
  state TEXT NOT NULL, level TEXT, tools_total INTEGER NOT NULL, tokens INTEGER NOT NULL,
  is_trifecta INTEGER NOT NULL, observed_on TEXT NOT NULL);
CREATE TABLE tools (id INTEGER PRIMARY KEY, server TEXT NOT NULL REFERENCES servers (slug),
  name TEXT NOT NULL, slug TEXT NOT NULL, category TEXT NOT NULL, level TEXT NOT NULL,
  score INTEGER NOT NULL, confidence TEXT NOT NULL, verdict TEXT NOT NULL,
  decision TEXT NOT NULL, headline TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE tool_facets (tool INTEGER NOT NULL REFERENCES tools (id), facet TEXT NOT NULL,
  PRIMARY KEY (tool, facet)) WITHOUT ROWID;
CREATE TABLE tool_rules (tool INTEGER NOT NULL REFERENCES tools (id),
  rule TEXT NOT NULL, PRIMARY KEY (tool, rule)) WITHOUT ROWID;
CREATE TABLE rules (id TEXT PRIMARY KEY, axis TEXT NOT NULL, points INTEGER NOT NULL,
  title TEXT NOT NULL, lifecycle TEXT NOT NULL);
CREATE TABLE attacks (slug TEXT PRIMARY KEY, title TEXT NOT NULL, kind TEXT NOT NULL,
  date TEXT NOT NULL, summary TEXT NOT NULL);
CREATE TABLE changes (server TEXT NOT NULL, tool TEXT NOT NULL, class TEXT NOT NULL,
  kind TEXT NOT NULL, text TEXT NOT NULL, observed_on TEXT NOT NULL);
"""
_INDEXES = """
CREATE INDEX tools_by_server ON tools (server);
CREATE INDEX tools_by_rating ON tools (category, level);
"""


def files(context: Context) -> Iterator[File]:
    """Yield the three files."""
    yield File(JSONL, b"".join(api.dumps(row) + b"\n" for row in _rows(context)))
    yield File(CSV, _csv(context))
    yield File(SQLITE, _sqlite(context))


def _rows(context: Context) -> Iterator[JsonObject]:
    """Yield one object per tool, riskiest first."""
    for tool in context.index.tools:
        server = context.servers[tool.server]
        yield {
            **api.tool_brief(context, tool),
            "server_title": server.title,
            "package": server.package,
            "observed_on": server.observed_on,
            "rules": list(tool.rules),
            "description": tool.description,
            "parameters": list(tool.parameters),
            "page": _page(context, tool),
        }


def _page(context: Context, tool: ToolSummary) -> str:
    url = context.tool_url(tool)
    return context.absolute(url) or f"/{url}"


def _csv(context: Context) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _rows(context):
        row["facets"] = " ".join(row["facets"])
        writer.writerow(cell(row[name]) for name in COLUMNS)
    return stream.getvalue().encode()


def cell(value: object) -> str:
    """Return one line of visible text that no spreadsheet computes."""
    words = one_line(str(value), 1000)
    return f"'{words}" if words.startswith(_FORMULA) else words


def _sqlite(context: Context) -> bytes:
    """Return the database as bytes; the version of the library that wrote it is left out."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(f"PRAGMA page_size = 4096;{_SCHEMA}")
        for table, rows in _tables(context):
            _insert(database, table, rows)
        database.executescript(_INDEXES)
        database.commit()
        data = bytearray(database.serialize())
    data[96:100] = bytes(4)
    return bytes(data)


def _insert(database: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    width = len(database.execute(f"PRAGMA table_info({table})").fetchall())
    marks = ", ".join("?" * width)
    # The table's name is one of ours; values are bound.
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608


def _tables(context: Context) -> Iterator[tuple[str, Iterable[tuple[object, ...]]]]:
    index, site = context.index, context.site
    yield "catalogue", [(site.name, site.data_license, index.ruleset, context.newest)]
    yield "servers", (
        (s.slug, visible(s.title), visible(s.package), s.state.value,
         s.level.value if s.level else None, s.tools_total, s.tokens, int(s.is_trifecta),
         s.observed_on)
        for s in index.servers
    )  # fmt: skip
    yield "tools", (
        (number, tool.server, visible(tool.name),
         context.tool_slug(tool.server, tool.name, tool.occurrence), tool.category.value,
         tool.level.value, tool.score, tool.confidence.value, tool.verdict.value,
         visible(tool.decision), visible(tool.headline), visible(tool.description))
        for number, tool in enumerate(index.tools, 1)
    )  # fmt: skip
    yield (
        "tool_facets",
        (
            (number, facet)
            for number, tool in enumerate(index.tools, 1)
            for facet in sorted({facet.value for facet in tool.facets})
        ),
    )
    yield (
        "tool_rules",
        (
            (number, rule)
            for number, tool in enumerate(index.tools, 1)
            for rule in sorted(set(tool.rules))
        ),
    )
    yield "rules", ((r.id, r.axis.value, r.points, r.title, r.lifecycle.value) for r in index.rules)
    yield "attacks", ((a.slug, a.title, a.kind, a.date, a.summary) for a in index.attacks)
    yield (
        "changes",
        (
            (
                c.server,
                visible(c.tool),
                c.change_class.value,
                c.kind,
                visible(c.text),
                c.observed_on,
            )
            for c in index.changes
        ),
    )
