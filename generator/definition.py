"""One raw entry of tools/list to a Tool. Total on any JSON value: nothing is refused, only named.

Called for every tool of a snapshot and by `mcp-risk classify` for saved answers. A field of the
wrong type is left empty and reported in `malformed` only when the protocol makes it necessary
(name, inputSchema); other wrong fields become quality signals of the classifier.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator import canonical, schema
from generator.model import Annotations, Json, JsonObject, Snapshot, Tool

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_DEPTH = 200
"""Nesting beyond this is cut (crawler specification, section 4)."""


def tools_of(snapshot: Snapshot) -> tuple[Tool, ...]:
    """Return the tools of a snapshot in wire order, reusing the digests it holds."""
    digests = snapshot.tool_digests
    if len(digests) != len(snapshot.tools):
        return tools_from(snapshot.server, snapshot.tools)
    return tuple(
        tool_from(snapshot.server, raw, digest=known.sha256, input_hash=known.input_hash)
        for raw, known in zip(snapshot.tools, digests, strict=True)
    )


def tools_from(server: str, raws: Iterable[Json]) -> tuple[Tool, ...]:
    """Return one Tool per raw entry, in order; `server` is the slug they belong to."""
    return tuple(tool_from(server, raw) for raw in raws)


def tool_from(server: str, raw: Json, *, digest: str = "", input_hash: str = "") -> Tool:
    """Return the Tool of one raw entry; digests are computed when not given."""
    malformed = _malformed(raw)
    try:
        digest = digest or canonical.sha256(raw)
        input_hash = input_hash or canonical.input_hash(raw if isinstance(raw, dict) else {})
    except RecursionError:
        pruned = _pruned(raw, MAX_DEPTH)
        tool = tool_from(server, pruned)
        return replace(tool, malformed=f"it is nested deeper than {MAX_DEPTH} levels")
    entry: JsonObject = raw if isinstance(raw, dict) else {}
    return Tool(
        server=server,
        name=_text(entry, "name"),
        title=_text(entry, "title"),
        description=_text(entry, "description"),
        parameters=schema.read(entry.get("inputSchema")).parameters,
        annotations=_annotations(entry.get("annotations")),
        raw=raw,
        digest=digest,
        input_hash=input_hash,
        malformed=malformed,
    )


def _pruned(value: Json, depth: int) -> Json:
    """Return the value with everything below `depth` levels as null; only for hostile input."""
    if depth == 0:
        return None
    if isinstance(value, dict):
        return {key: _pruned(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_pruned(item, depth - 1) for item in value]
    return value


def _malformed(raw: Json) -> str:
    """Return what keeps an entry from being a tool a client can call, empty when nothing does."""
    if not isinstance(raw, dict):
        return f"the entry is no object but {schema.type_name(raw)}"
    name = raw.get("name")
    if not isinstance(name, str):
        return "it has no name" if name is None else "its name is no text"
    if not name:
        return "its name is empty"
    if "inputSchema" not in raw:
        return "it has no inputSchema"
    if not isinstance(raw["inputSchema"], dict):
        return f"its inputSchema is no object but {schema.type_name(raw['inputSchema'])}"
    return ""


def _text(entry: JsonObject, key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _annotations(value: Json) -> Annotations:
    if not isinstance(value, dict):
        return Annotations()
    return Annotations(
        title=_text(value, "title"),
        read_only_hint=_hint(value, "readOnlyHint"),
        destructive_hint=_hint(value, "destructiveHint"),
        idempotent_hint=_hint(value, "idempotentHint"),
        open_world_hint=_hint(value, "openWorldHint"),
    )


def _hint(value: JsonObject, key: str) -> bool | None:
    hint = value.get(key)
    return hint if isinstance(hint, bool) else None
