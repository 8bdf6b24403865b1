"""The index to the whole catalogue in three files: JSON Lines, CSV for spreadsheets, SQLite.

A large catalogue comes in parts. `dataset/index.json` names the files there are.

JSON escapes every character a reader cannot see; the other two print it as `[U+XXXX]`. A cell of
the CSV that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from generator.model.derived import in_order
from generator.render import api, buckets, json_files, urls
from generator.render import lots as kept
from generator.render.files import File
from generator.render.lots import Lot
from generator.search_words import letters
from generator.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.model import JsonObject, ToolSummary
    from generator.render.context import Context

INDEX, JSONL, CSV, SQLITE = (
    urls.api(f"dataset/{name}")
    for name in ("index.json", "tools.jsonl", "tools.csv", "catalogue.sqlite")
)
WHOLE, PART = 20_000, 2_000
"""Tools in one file; in one part at most, but for those of one server."""
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


def lots(context: Context) -> Iterator[Lot]:
    """Yield the files: three of all tools, or parts by server and no database when there are many.

    A database of a large catalogue would be one file that every change rewrites; whoever wants one
    reads the parts of the JSON Lines into it.
    """
    every = context.index.tools
    if len(every) <= WHOLE:
        stands_for = _key(context, sorted(context.tools_of))
        yield Lot(INDEX, "", partial(_index, context, [JSONL], [CSV], SQLITE))
        yield Lot(JSONL, stands_for, partial(_both, context, every, JSONL, CSV))
        yield Lot(SQLITE, "", partial(_database, context))
        return
    named = {slug: letters(slug) or "0" for slug in context.tools_of}
    in_turn = sorted(named, key=named.__getitem__)
    servers = [slug for slug in in_turn for _ in context.tools_of[slug]]
    found = list(buckets.parts([named[slug] for slug in servers], PART))
    names = {key: _names(key) for key, _, _ in found}
    jsonl, csv_ = [name for name, _ in names.values()], [name for _, name in names.values()]
    yield Lot(INDEX, "", partial(_index, context, jsonl, csv_, ""))
    for key, first, last in found:
        slugs = sorted(set(servers[first:last]))
        make = partial(_part, context, slugs, *names[key])
        yield Lot(names[key][0], _key(context, slugs), make)


def files(context: Context) -> Iterator[File]:
    """Yield every file of the dataset."""
    for lot in lots(context):
        yield from lot.make()


def guide(context: Context) -> tuple[tuple[str, str, str], ...]:
    """Return (pattern, one real file, what it holds) for the page about the data."""
    if len(context.index.tools) > WHOLE:
        note = "All tools in parts by server: the names of the JSON Lines and CSV files."
        return ((INDEX, INDEX, note),)
    return (
        (INDEX, INDEX, "The names of the files of the dataset."),
        (JSONL, JSONL, "All tools, one JSON object a line, riskiest first."),
        (CSV, CSV, "All tools for spreadsheets; no cell is a formula."),
        (SQLITE, SQLITE, "Servers, tools, rules, attacks and changes as a database."),
    )


def _key(context: Context, servers: Sequence[str]) -> str:
    """Return what stands for all that is said of servers: here their tools are described."""
    stamps = [(slug, context.memory.stamp(slug)) for slug in servers]
    return kept.key(stamps) if all(stamp for _, stamp in stamps) else ""


def _names(part: str) -> tuple[str, str]:
    return urls.api(f"dataset/tools/{part}.jsonl"), urls.api(f"dataset/tools/{part}.csv")


def _index(
    context: Context, jsonl: Sequence[str], csv_: Sequence[str], sqlite: str
) -> Iterator[File]:
    data: JsonObject = {
        "total": len(context.index.tools),
        "jsonl": [f"/{name}" for name in jsonl],
        "csv": [f"/{name}" for name in csv_],
        "sqlite": f"/{sqlite}" if sqlite else "",
    }
    yield File(INDEX, api.document(context, INDEX, urls.API_GUIDE, data))


def _both(context: Context, tools: Sequence[ToolSummary], jsonl: str, csv_: str) -> Iterator[File]:
    yield File(jsonl, b"".join(json_files.dumps(row) + b"\n" for row in _rows(context, tools)))
    yield File(csv_, _csv(context, tools))


def _part(context: Context, servers: Sequence[str], jsonl: str, csv_: str) -> Iterator[File]:
    tools = in_order(tool for slug in servers for tool in context.tools_of[slug])
    yield from _both(context, tools, jsonl, csv_)


def _database(context: Context) -> Iterator[File]:
    yield File(SQLITE, _sqlite(context))


def _rows(context: Context, tools: Sequence[ToolSummary]) -> Iterator[JsonObject]:
    """Yield one object per tool, in the order given."""
    details = {slug: context.details(slug) for slug in {tool.server for tool in tools}}
    for tool in tools:
        server, more = context.servers[tool.server], details[tool.server][tool.slug]
        yield {
            **api.tool_brief(tool),
            "server_title": server.title,
            "package": server.package,
            "observed_on": server.observed_on,
            "rules": list(tool.rules),
            "description": more.description,
            "parameters": list(more.parameters),
            "page": _page(context, tool),
        }


def _page(context: Context, tool: ToolSummary) -> str:
    url = context.tool_url(tool)
    return context.absolute(url) or f"/{url}"


def _csv(context: Context, tools: Sequence[ToolSummary]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _rows(context, tools):
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
         tool.slug, tool.category.value,
         tool.level.value, tool.score, tool.confidence.value, tool.verdict.value,
         visible(tool.decision), visible(tool.headline),
         visible(context.details(tool.server)[tool.slug].description))
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
