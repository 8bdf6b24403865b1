"""A Record, or a Failure, and the earlier snapshot to the next Snapshot; and its file.

Called by `run.py` and `intake.py`. Raw definitions go in as they were cleaned on the wire; no
time of day, duration or count of bytes enters, so two crawls of an unchanged server differ in
`observed_on` only. A failed attempt never erases an earlier observation.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator.canonical import input_hash, list_digest, sha256
from generator.model import Attempt, Loss, Protocol, Replaced, Snapshot, Source, ToolDigest
from generator.snapshots import SnapshotFormatError, dump, load
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from io import BufferedWriter

    from generator.crawl.outcome import Failure
    from generator.crawl.record import Record
    from generator.model import Json

REPLACED_PER_TOOL = 20


def tool_name(raw: Json) -> str:
    """Return the name of a raw entry, empty when it has none."""
    name = raw.get("name") if isinstance(raw, dict) else None
    return name if isinstance(name, str) else ""


def digests(tools: Sequence[Json], hashes: Sequence[str] = ()) -> tuple[ToolDigest, ...]:
    """Return the digests of raw entries in wire order; `hashes` are theirs, if they are known."""
    return tuple(
        ToolDigest(tool_name(raw), found, input_hash(raw) if isinstance(raw, dict) else "")
        for raw, found in zip(tools, hashes or map(sha256, tools), strict=True)
    )


def observed(server: str, today: str, record: Record, source: Source) -> Snapshot:
    """Return the snapshot of a successful observation."""
    tools = tuple(record.lists.get("tools", ()))
    hashes = digests(tools, record.hashes.get("tools", ()))
    losses = [*record.problems, *_oddities(tools)]
    return Snapshot(
        server=server,
        observed_on=today,
        state=State.OBSERVED,
        complete=record.complete,
        problems=tuple(losses),
        source=source,
        protocol=Protocol(record.used, tuple(sorted(record.supported))),
        server_info=record.server_info,
        capabilities=record.capabilities,
        instructions=record.instructions,
        tools=tools,
        resources=tuple(record.lists.get("resources", ())),
        resource_templates=tuple(record.lists.get("resourceTemplates", ())),
        prompts=tuple(record.lists.get("prompts", ())),
        digest=list_digest((d.name, d.sha256) for d in hashes),
        tool_digests=hashes,
    )


def _oddities(tools: tuple[Json, ...]) -> list[Loss]:
    """Return what is noticed about the list as a whole: shapes, equal names, missing schemas."""
    found: list[Loss] = []
    seen: set[str] = set()
    for position, raw in enumerate(tools):
        name = tool_name(raw)
        if not isinstance(raw, dict):
            found.append(Loss(f"entry {position + 1}", "is no object"))
            continue
        if not name:
            found.append(Loss(f"entry {position + 1}", "has no name"))
        elif name in seen:
            found.append(Loss("a name used by an earlier tool", "both are kept", name[:200]))
        seen.add(name)
        if not isinstance(raw.get("inputSchema"), dict):
            found.append(Loss("the input schema", "is missing or no object", name[:200]))
    objects = [raw for raw in tools if isinstance(raw, dict)]
    if len(objects) > 1 and not any(_has_property(raw) for raw in objects):
        found.append(
            Loss("the schemas", "no tool has any parameter; the installation may lack its schemas")
        )
    return found[:200]


def _has_property(raw: dict[str, Json]) -> bool:
    schema = raw.get("inputSchema")
    return isinstance(schema, dict) and bool(schema.get("properties"))


def failed(
    server: str, today: str, failure: Failure, source: Source, record: Record | None
) -> Snapshot:
    """Return the snapshot of an attempt that ended without a full list."""
    base = Snapshot(server, today, failure.state, source=source, digest=list_digest(()))
    if record is not None and record.has_tools:
        base = replace(observed(server, today, record, source), state=failure.state)
    return replace(base, complete=False, reason=failure.reason, hint=failure.hint)


def merged(earlier: Snapshot | None, now: Snapshot) -> Snapshot:
    """Return what to keep: today's observation with its history, or the earlier one and a note."""
    if earlier is None:
        return _dated(now, {})
    if now.state is not State.OBSERVED:
        if earlier.state is not State.OBSERVED:
            return replace(now, replaced=earlier.replaced)
        attempt = Attempt(now.observed_on, now.state, now.reason)
        return replace(earlier, last_attempt=attempt)
    known = {d.sha256: d.first_on or earlier.observed_on for d in earlier.tool_digests}
    return replace(_dated(now, known), replaced=_history(earlier, now))


def _dated(now: Snapshot, known: Mapping[str, str]) -> Snapshot:
    """Return an observation whose definitions tell since when they are known."""
    if now.state is not State.OBSERVED:
        return now
    dated = (
        ToolDigest(d.name, d.sha256, d.input_hash, known.get(d.sha256, now.observed_on))
        for d in now.tool_digests
    )
    return replace(now, tool_digests=tuple(dated))


def _history(earlier: Snapshot, now: Snapshot) -> tuple[Replaced, ...]:
    current = {digest.sha256 for digest in now.tool_digests}
    kept = {(r.name, r.sha256): r for r in earlier.replaced}
    for digest, raw in zip(earlier.tool_digests, earlier.tools, strict=False):
        if digest.sha256 in current or not isinstance(raw, dict):
            continue
        key = (digest.name, digest.sha256)
        first = kept[key].first_on if key in kept else digest.first_on or earlier.observed_on
        kept[key] = Replaced(
            digest.name, digest.sha256, first, earlier.observed_on, earlier.source.version, raw
        )
    by_name: dict[str, list[Replaced]] = {}
    for entry in kept.values():
        by_name.setdefault(entry.name, []).append(entry)
    ordered = (
        sorted(entries, key=lambda r: (r.last_on, r.sha256))[-REPLACED_PER_TOOL:]
        for _, entries in sorted(by_name.items())
    )
    return tuple(entry for entries in ordered for entry in entries)


def read(folder: Path, slug: str) -> Snapshot | None:
    """Return the committed snapshot of a server, None when there is none that can be read."""
    try:
        return load((folder / f"{slug}.json").read_bytes())
    except (OSError, SnapshotFormatError):
        return None


def write(folder: Path, snapshot: Snapshot) -> bool:
    """Write a snapshot whole or not at all; return whether the file changed."""
    path = f"{folder}/{snapshot.server}.json"
    text = dump(snapshot).encode()
    with contextlib.suppress(OSError), open(path, "rb", 0) as before:  # noqa: PTH123  # once per server
        if os.fstat(before.fileno()).st_size == len(text) and before.read() == text:
            return False
    partial = f"{folder}/.{snapshot.server}.{os.getpid()}.partial"
    try:
        with _created(partial) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)  # noqa: PTH105  # as above
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(partial)  # noqa: PTH108  # as above
        raise
    return True


def _created(path: str) -> BufferedWriter:
    try:
        return open(path, "wb")  # noqa: PTH123  # as above; closed by `write`
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return open(path, "wb")  # noqa: PTH123  # as above
