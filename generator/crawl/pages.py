"""Every page of every list of one connection, into its Record.

Called by `stdio.py`'s and `remote.py`'s conversations once a protocol version is agreed. A cursor
is opaque and an empty one is valid; each entry is kept or refused alone.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.canonical import sha256
from generator.crawl.conversation import (
    METHOD_NOT_FOUND,
    Peer,
    ReplyError,
    is_stateless,
    meta,
    wrong,
)
from generator.crawl.outcome import Failure, refused
from generator.model import Loss
from generator.taxonomy import State

if TYPE_CHECKING:
    from generator.crawl.limits import Limits
    from generator.crawl.record import Record
    from generator.crawl.wire import Cleaner
    from generator.model import Json, JsonObject

TOOLS = "tools"
_LISTS = (
    ("tools", "tools/list", "tools"),
    ("resources", "resources/list", "resources"),
    ("resources", "resources/templates/list", "resourceTemplates"),
    ("prompts", "prompts/list", "prompts"),
)
_NAME_CHARS = 200
_THREAD_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """One cleaned entry of a page; without digest it was refused, and the notes say why."""

    value: Json
    digest: str
    printed: int
    notes: tuple[Loss, ...]


class Lists:
    """Reads the lists of one server on one connection."""

    def __init__(self, peer: Peer, record: Record, cleaner: Cleaner, limits: Limits) -> None:
        self._peer, self._record, self._cleaner, self._limits = peer, record, cleaner, limits
        self._printed = 0

    async def read(self) -> None:
        """Read every list; tools always, the others when the server declares them.

        Raises:
            Failure: not even one page of tools came.
        """
        declared = self._record.capabilities
        for capability, method, key in _LISTS:
            if key == TOOLS:
                await self._read_tools(declares=TOOLS in declared)
            elif capability in declared:
                try:
                    await self._read(method, key, self._limits.entries)
                except ReplyError as error:
                    if not (key == "resourceTemplates" and error.code == METHOD_NOT_FOUND):
                        self._record.note(method, f"answered with error {error.code}")
                except Failure as failure:
                    self._record.note(method, failure.reason)
                    return

    async def _read_tools(self, *, declares: bool) -> None:
        try:
            await self._read("tools/list", TOOLS, self._limits.tools)
        except ReplyError as error:
            if declares or error.code != METHOD_NOT_FOUND:
                raise refused("tools/list", error.code, error.message) from None
            self._record.lists[TOOLS] = []
            self._record.has_tools = True

    async def _read(self, method: str, key: str, most: int) -> None:
        """Read all pages of one list; a failure after the first page keeps what came before."""
        record = self._record
        entries: list[Json] = []
        hashes: list[str] = []
        seen: set[str] = set()
        cursors: set[str] = set()
        cursor: str | None = None
        idle, repeating = 0, False
        for page in range(1, self._limits.pages + 1):
            try:
                result = await self._page(method, cursor)
                found = _entries(method, key, result)
            except (ReplyError, Failure) as error:
                if page == 1:
                    raise
                self._broken(method, page, error)
                return
            record.lists[key], record.hashes[key] = entries, hashes
            record.has_tools = record.has_tools or key == TOOLS
            if key == TOOLS:
                self._note_freshness(result)
            kept = await self._cleaned(key, found, frozenset(seen))
            new = self._absorb(kept, entries, hashes)
            seen.update(hashes[-new:] if new else ())
            idle = 0 if new else idle + 1
            if len(entries) > most:
                del entries[most:], hashes[most:]
                record.lose(method, f"cut at {most:,} entries")
                return
            following = result.get("nextCursor")
            if following is None:
                return
            if not isinstance(following, str) or len(following) > self._limits.header_bytes:
                record.lose(f"{method} page {page + 1}", "the cursor is no text of bounded length")
                return
            if repeating:
                self._repeated(method, new=new)
                return
            if idle >= self._limits.idle_pages:
                record.lose(method, f"{idle} pages in a row brought nothing new")
                return
            # A cursor seen before is followed once more, to learn whether it hides new entries.
            repeating = following in cursors
            cursors.add(following)
            cursor = following
        record.lose(method, f"cut at {self._limits.pages} pages")

    def _note_freshness(self, result: JsonObject) -> None:
        """Keep the shortest time for which a page may be used, when that is for everybody."""
        told = result.get("ttlMs")
        if isinstance(told, bool) or not isinstance(told, int) or told < 0:
            return
        if result.get("cacheScope") == "public":
            seconds, before = told // 1000, self._record.fresh_seconds
            self._record.fresh_seconds = seconds if before is None else min(seconds, before)

    def _repeated(self, method: str, *, new: int) -> None:
        if new:
            self._record.lose(method, "the server repeats a cursor")
        else:
            self._record.note(method, "the server repeats its last cursor; nothing is missing")

    def _broken(self, method: str, page: int, error: ReplyError | Failure) -> None:
        if isinstance(error, Failure):
            if error.state is State.TOO_LARGE:
                raise error
            self._record.lose(f"{method} page {page}", error.reason)
        else:
            self._record.lose(f"{method} page {page}", f"answered with error {error.code}")

    async def _page(self, method: str, cursor: str | None) -> JsonObject:
        params: JsonObject = {} if cursor is None else {"cursor": cursor}
        version = self._record.used
        if is_stateless(version):
            params["_meta"] = meta(version)
        result = await self._peer.request(method, params, version)
        if not isinstance(result, dict):
            raise wrong(method, "an object", result)
        return result

    async def _cleaned(self, key: str, found: list[Json], earlier: frozenset[str]) -> list[Kept]:
        if self._record.last_bytes < _THREAD_BYTES:
            return self._clean(key, found, earlier)
        # A page of megabytes must not keep the deadlines of other servers from firing.
        return await asyncio.to_thread(self._clean, key, found, earlier)

    def _clean(self, key: str, found: list[Json], earlier: frozenset[str]) -> list[Kept]:
        """Return the entries of a page, cleaned, without those of earlier pages."""
        kept: list[Kept] = []
        for entry in found:
            cleaned = self._cleaner.clean(entry)
            name = _name_of(cleaned)
            notes = [Loss(n.what, n.why, name, n.pointer) for n in self._cleaner.notes]
            if self._cleaner.printed > self._limits.tool_bytes:
                why = "its definition is larger than its limit"
                kept.append(Kept(None, "", 0, (*notes, Loss(f"one of {key}", why, name))))
                continue
            digest = sha256(cleaned)
            if digest not in earlier:
                kept.append(Kept(cleaned, digest, self._cleaner.printed, tuple(notes)))
        return kept

    def _absorb(self, kept: list[Kept], entries: list[Json], hashes: list[str]) -> int:
        """Add the entries of a page and remember what was lost; return how many are new."""
        new = 0
        for entry in kept:
            for note in entry.notes:
                self._record.note(note.what, note.why, note.tool, note.pointer)
            if not entry.digest:
                self._record.complete = False
                continue
            self._printed += entry.printed
            if self._printed > self._limits.server_bytes:
                raise Failure(
                    State.TOO_LARGE,
                    f"the lists are larger than {self._limits.server_bytes:,} bytes",
                )
            hashes.append(entry.digest)
            entries.append(entry.value)
            new += 1
        return new


def _entries(method: str, key: str, result: JsonObject) -> list[Json]:
    found = result.get(key)
    if not isinstance(found, list):
        raise wrong(method, f"a list of {key}", found)
    return found


def _name_of(entry: Json) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return name[:_NAME_CHARS] if isinstance(name, str) else ""
