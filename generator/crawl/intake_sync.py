"""The registry's API to a local copy of its answers, page by page; the next run asks for changes.

Called by the command line. Each page is on disk before the next is asked for, so an interrupted
run continues where it stopped. Polite: one finished run per hour, validators are sent back, and
Retry-After is honoured up to a minute once, else the run stops and says when to come back.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from generator.crawl.intake_fetch import Answer, FetchError, get

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from generator.model import Json, JsonObject

OFFICIAL = "https://registry.modelcontextprotocol.io"
FORMAT = 1
HOUR = timedelta(hours=1)
PER_PAGE = 100
MAX_PAGES = 5_000
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer of the copy: its address, its file, and the validators that came with it."""

    url: str
    file: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a copy holds. `since` and `cursor` belong to a run that has not reached its end."""

    base: str
    kept: tuple[Kept, ...] = ()
    synced: str = ""
    """When the last finished run began: changes since then are asked for next."""
    started: str = ""
    since: str = ""
    cursor: str = ""
    earlier: tuple[Kept, ...] = ()
    """Answers of the copy that a full run replaces, for their validators."""


@dataclass(slots=True)
class Outcome:
    """How a run ended: pages asked for, and why it stopped early, empty when it did not."""

    asked: int = 0
    unchanged: int = 0
    stopped: str = ""
    is_recent: bool = False


@dataclass(slots=True)
class Registry:
    """A registry and the folder of its copy. `say` hears of each page, `sleep` may wait."""

    base: str
    folder: Path
    agent: str
    sleep: Callable[[float], None]
    say: Callable[[str], None]
    outcome: Outcome = field(default_factory=Outcome)

    def sync(self, now: datetime, *, full: bool = False) -> Outcome:
        """Bring the copy up to date as far as the registry allows; what came is kept."""
        self.outcome = Outcome()
        try:
            check_base(self.base)
            progress = self._begin(now, full=full)
            if progress is not None:
                self._run(progress)
        except FetchError as error:
            self.outcome.stopped = str(error)
        return self.outcome

    def pages(self) -> Iterator[Json]:
        """Yield the answers of the copy in the order in which they came."""
        for kept in self._load().kept:
            with contextlib.suppress(OSError, ValueError, RecursionError):
                yield json.loads((self.folder / kept.file).read_bytes())

    def _begin(self, now: datetime, *, full: bool) -> Progress | None:
        """Return where to go on; None when the copy is younger than an hour."""
        progress = self._load()
        if progress.started and not full:
            return progress
        last = datetime.fromisoformat(progress.synced) if progress.synced else None
        if last is not None and timedelta() <= now - last < HOUR:
            self.outcome.is_recent = True
            return None
        started = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if full:
            return Progress(self.base, started=started, earlier=progress.kept)
        return replace(progress, started=started, since=progress.synced, cursor="")

    def _run(self, progress: Progress) -> None:
        seen = {progress.cursor}
        for _ in range(MAX_PAGES):
            url = address(self.base, progress.cursor, progress.since)
            before = next((k for k in progress.earlier if k.url == url), None)
            answer = get(url, self.agent, self.sleep, _validators(before))
            self.outcome.asked += 1
            if answer.is_unchanged and before is not None:
                self.outcome.unchanged += 1
                kept, cursor = before, self._cursor(self._kept_value(before))
            else:
                kept, cursor = self._keep(url, answer)
            progress = replace(progress, kept=(*progress.kept, kept), cursor=cursor)
            self.say(f"page {self.outcome.asked}")
            if not cursor:
                self._finish(progress)
                return
            if cursor in seen:
                raise FetchError("the registry repeats a cursor; what came so far is kept")
            seen.add(cursor)
            self._save(progress)
        raise FetchError(f"the registry has more than {MAX_PAGES:,} pages")

    def _finish(self, progress: Progress) -> None:
        done = replace(
            progress, synced=progress.started, started="", since="", cursor="", earlier=()
        )
        self._save(done)
        files = {kept.file for kept in done.kept}
        for path in self.folder.glob("page-*.json"):
            if path.name not in files:
                path.unlink(missing_ok=True)

    def _kept_value(self, kept: Kept) -> Json:
        try:
            return json.loads((self.folder / kept.file).read_bytes())
        except (OSError, ValueError, RecursionError):
            raise FetchError("the local copy is damaged; ask for all of it with --full") from None

    def _keep(self, url: str, answer: Answer) -> tuple[Kept, str]:
        value = answer.value()
        cursor = self._cursor(value)
        name = f"page-{hashlib.sha256(url.encode()).hexdigest()[:24]}.json"
        _write(self.folder / name, answer.body)
        return Kept(url, name, answer.etag, answer.last_modified), cursor

    def _cursor(self, value: Json) -> str:
        """Return the next cursor, empty at the end: this API sends none or an empty one."""
        if not isinstance(value, dict) or not isinstance(value.get("servers"), list):
            raise FetchError("the registry answered without a list of servers")
        metadata = value.get("metadata")
        cursor = metadata.get("nextCursor") if isinstance(metadata, dict) else None
        if cursor is not None and not isinstance(cursor, str):
            raise FetchError("the registry's cursor is no text")
        return cursor or ""

    def _load(self) -> Progress:
        """Return the state of the copy; one that cannot be read, or is of another base, is new."""
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            data = json.loads((self.folder / "state.json").read_bytes())
            if data.pop("format") == FORMAT and data["base"] == self.base:
                kept, earlier = (tuple(Kept(**row) for row in data.pop(key)) for key in _TABLES)
                if data["synced"]:
                    datetime.fromisoformat(data["synced"])
                return Progress(kept=kept, earlier=earlier, **data)
        return Progress(self.base)

    def _save(self, progress: Progress) -> None:
        state = {"format": FORMAT, **asdict(progress)}
        _write(self.folder / "state.json", json.dumps(state, indent=1).encode())


_TABLES = ("kept", "earlier")


def check_base(base: str) -> None:
    """Refuse an address of a registry that is neither https nor on this machine."""
    try:
        parts = urlsplit(base)
        is_local = parts.hostname in _LOOPBACK
    except ValueError:
        raise FetchError("the address of the registry is no address") from None
    if not parts.hostname or parts.username or not (parts.scheme == "https" or is_local):
        raise FetchError("the address of a registry is https, without a user in it")


def address(base: str, cursor: str, since: str) -> str:
    """Return the address of one page."""
    query = {"limit": str(PER_PAGE), "version": "latest"}
    query |= {"updated_since": since} if since else {}
    query |= {"cursor": cursor} if cursor else {}
    return f"{base.rstrip('/')}/v0.1/servers?{urlencode(query)}"


def _validators(kept: Kept | None) -> JsonObject:
    headers = {}
    if kept is not None and kept.etag:
        headers["If-None-Match"] = kept.etag
    if kept is not None and kept.last_modified:
        headers["If-Modified-Since"] = kept.last_modified
    return headers


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
