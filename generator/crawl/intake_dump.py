"""A saved tools/list answer to the Snapshot that says nobody connected.

Called by `intake.py`. A result, its JSON-RPC envelope, a list of tools, one tool, or several of
them one after another (pages, or a recorded session) are read alike; definitions stay whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.canonical import sha256
from generator.crawl import snapshot
from generator.crawl.intake_text import LIMITS, json_values, kind, problem
from generator.crawl.record import Record
from generator.crawl.wire import Cleaner
from generator.errors import Problem
from generator.model import Json, JsonObject, Snapshot, Source

if TYPE_CHECKING:
    from collections.abc import Callable

_LISTS = ("tools", "resources", "resourceTemplates", "prompts")
_PART = 200


def is_dump(value: Json) -> bool:
    """Return whether a value is a tools/list answer in one of its forms."""
    if isinstance(value, list):
        return any(is_dump(item) for item in value[:_PART])
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("tools"), list) or "jsonrpc" in value:
        return True
    return isinstance(value.get("name"), str) and bool({"inputSchema", "description"} & set(value))


def read(
    text: str, path: str, server: str, today: str, redact: Callable[[str], str]
) -> tuple[Snapshot | None, tuple[Problem, ...]]:
    """Return the snapshot of a saved answer, None beside the reasons when it holds no list.

    What must not be stored, such as the home directory, goes through `redact`.
    """
    try:
        values = json_values(text)
    except ValueError as error:
        message = f"the file (expected JSON, got {error})"
        return None, (problem("dump.syntax", path, message),)
    reader = _Reader(path, Cleaner(LIMITS, redact))
    for value in values:
        reader.read(value)
    if not reader.record.has_tools and not reader.problems:
        message = "the file (expected a tools/list answer, a list of tools or one tool, got none)"
        reader.problems.append(problem("dump.empty", path, message))
    if not reader.record.has_tools:
        return None, tuple(reader.problems)
    if reader.has_more:
        reader.record.lose("tools/list", "the last saved page names another one")
    return snapshot.observed(server, today, reader.record, Source("dump")), tuple(reader.problems)


def _is_function(entry: Json) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("function"), dict)


class _Reader:
    """Collects lists and facts from values in the order of the file."""

    def __init__(self, path: str, cleaner: Cleaner) -> None:
        self.record, self.problems = Record(), list[Problem]()
        self.has_more = False
        self._path, self._cleaner = path, cleaner
        self._seen: set[tuple[str, str]] = set()
        self._printed = 0

    def read(self, value: Json) -> None:
        """Take what a value holds: a page, an envelope around one, tools, or one tool."""
        if isinstance(value, list):
            pages = [v for v in value if isinstance(v, dict) and {"jsonrpc", "tools"} & set(v)]
            for page in pages:
                self.read(page)
            if not pages:
                self._add("tools", value)
        elif not isinstance(value, dict):
            self._wrong("a value", "an object or a list", kind(value))
        elif "jsonrpc" in value:
            self._envelope(value)
        elif isinstance(value.get("tools"), list) or "serverInfo" in value:
            self._result(value)
        elif {"digest", "tool_digests"} <= set(value):
            self._wrong("the file", "a tools/list answer", "a snapshot of this project")
        elif isinstance(value.get("name"), str) or _is_function(value):
            self._add("tools", [value])
        else:
            self._wrong("a value", "a tools/list answer or a tool", "another object")

    def _envelope(self, value: JsonObject) -> None:
        if isinstance(value.get("error"), dict):
            self._wrong("the answer", "a result", "an error reply")
        elif isinstance(value.get("result"), dict):
            self._result(value["result"])
        # Requests and notifications of a recorded session hold nothing that is kept.

    def _result(self, result: JsonObject) -> None:
        for key in _LISTS:
            if isinstance(result.get(key), list):
                self._add(key, result[key])
        if isinstance(result.get("tools"), list):
            self.has_more = isinstance(result.get("nextCursor"), str)
        if "serverInfo" in result:
            self._facts(self._cleaner.clean(result))

    def _facts(self, result: JsonObject) -> None:
        record = self.record
        info, declared = result.get("serverInfo"), result.get("capabilities")
        record.server_info = info if isinstance(info, dict) else {}
        record.capabilities = declared if isinstance(declared, dict) else {}
        instructions, version = result.get("instructions"), result.get("protocolVersion")
        record.instructions = instructions if isinstance(instructions, str) else ""
        if isinstance(version, str):
            record.used = version[:40]
            record.speaks(record.used)

    def _add(self, key: str, entries: list[Json]) -> None:
        if any(_is_function(entry) for entry in entries):
            expected = "an MCP tool with inputSchema"
            self._wrong("a tool", expected, "a function of another protocol")
            return
        record = self.record
        kept = record.lists.setdefault(key, [])
        record.has_tools = record.has_tools or key == "tools"
        most = LIMITS.tools if key == "tools" else LIMITS.entries
        for entry in entries:
            if len(kept) >= most:
                record.lose(key, f"cut at {most:,} entries")
                return
            cleaned = self._cleaner.clean(entry)
            name = snapshot.tool_name(cleaned)[:_PART]
            for note in self._cleaner.notes:
                record.note(note.what, note.why, name, note.pointer)
            self._printed += self._cleaner.printed
            too_large = self._cleaner.printed > LIMITS.tool_bytes
            if too_large or self._printed > LIMITS.server_bytes:
                record.lose(f"one of {key}", "its definition is larger than its limit", name)
            elif (key, sha256(cleaned)) not in self._seen:
                self._seen.add((key, sha256(cleaned)))
                kept.append(cleaned)

    def _wrong(self, what: str, expected: str, got: str) -> None:
        message = f"{what} (expected {expected}, got {got})"
        self.problems.append(problem("dump.type", self._path, message))
