"""Snapshot to canonical JSON and back; the one place that knows the file's keys.

Used by content.py (reading), crawl/snapshot.py (writing and comparing) and the command line.
The text form is strict JSON, sorted keys, two-space indent, final newline.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from generator import canonical
from generator.latest import latest
from generator.model import (
    Attempt,
    JsonObject,
    Loss,
    Protocol,
    Replaced,
    Snapshot,
    Source,
    ToolDigest,
)
from generator.taxonomy import State

if TYPE_CHECKING:
    from generator.model import Json

FORMAT = 1


class SnapshotFormatError(ValueError):
    """The text is no snapshot: the message says what was expected, and `pointer` where."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer


def _texts(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(canonical.dumps(tool) for tool in snapshot.tools)


texts = latest(_texts, kept=1)
"""The canonical text of each tool of a snapshot: content takes its digest, lint looks for keys."""


def dump(snapshot: Snapshot) -> str:
    """Return the canonical text of a snapshot; equal snapshots give equal bytes."""
    return _printed(to_json(snapshot), "\n") + "\n"


def _printed(value: Json, margin: str) -> str:
    """Return what `json.dumps` prints with sorted keys and two spaces, at half of its cost."""
    if isinstance(value, str):
        return encode_basestring(value)
    if not value or not isinstance(value, dict | list):
        return json.dumps(value)
    inner = margin + "  "
    if isinstance(value, list):
        return f"[{inner}{f',{inner}'.join([_printed(item, inner) for item in value])}{margin}]"
    entries = [f"{encode_basestring(key)}: {_printed(value[key], inner)}" for key in sorted(value)]
    return f"{{{inner}{f',{inner}'.join(entries)}{margin}}}"


def to_json(snapshot: Snapshot) -> JsonObject:
    """Return the JSON form. Lone surrogates must have been cleaned by the crawler."""
    s, source = snapshot, snapshot.source
    return {
        "format": FORMAT,
        "server": s.server,
        "observed_on": s.observed_on,
        "state": s.state.value,
        "complete": s.complete,
        "reason": s.reason,
        "hint": s.hint,
        "problems": [
            {"what": p.what, "why": p.why, "tool": p.tool, "pointer": p.pointer} for p in s.problems
        ],
        "source": {
            "kind": source.kind,
            "package": source.package,
            "version": source.version,
            "integrity": source.integrity,
            "url": source.url,
            "env_names": list(source.env_names),
            "placeholders": list(source.placeholders),
            "isolation": source.isolation,
            "network": source.network,
            "scripts": source.scripts,
            "notes": list(source.notes),
        },
        "protocol": {"used": s.protocol.used, "supported": list(s.protocol.supported)},
        "server_info": s.server_info,
        "capabilities": s.capabilities,
        "instructions": s.instructions,
        "tools": list(s.tools),
        "resources": list(s.resources),
        "resource_templates": list(s.resource_templates),
        "prompts": list(s.prompts),
        "digest": s.digest,
        "tool_digests": [
            {
                "name": d.name,
                "sha256": d.sha256,
                "input_hash": d.input_hash,
                **({"first_on": d.first_on} if d.first_on else {}),
            }
            for d in s.tool_digests
        ],
        "replaced": [
            {
                "name": r.name,
                "sha256": r.sha256,
                "first_on": r.first_on,
                "last_on": r.last_on,
                "version": r.version,
                "definition": r.definition,
            }
            for r in s.replaced
        ],
        "last_attempt": None
        if s.last_attempt is None
        else {
            "on": s.last_attempt.on,
            "state": s.last_attempt.state.value,
            "reason": s.last_attempt.reason,
        },
    }


def load(text: str | bytes) -> Snapshot:
    """Return the snapshot of a file's text.

    Raises:
        SnapshotFormatError: not JSON, a missing or unknown key, or a value of the wrong type.
    """
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise SnapshotFormatError("", "expected JSON of bounded depth, got deeper") from error
    except ValueError as error:
        raise SnapshotFormatError("", f"expected JSON, got {error}") from error
    return from_json(data)


def from_json(data: Json) -> Snapshot:
    """Return the snapshot of parsed JSON; raises SnapshotFormatError like `load`."""
    top = _Reader(data, "")
    if top.integer("format") != FORMAT:
        raise SnapshotFormatError("/format", f"expected {FORMAT}, got {top.integer('format')}")
    source, protocol = top.reader("source"), top.reader("protocol")
    attempt = top.optional_reader("last_attempt")
    snapshot = Snapshot(
        server=top.text("server"),
        observed_on=top.text("observed_on"),
        state=top.state("state"),
        complete=top.boolean("complete"),
        reason=top.text("reason"),
        hint=top.text("hint"),
        problems=tuple(
            Loss(p.text("what"), p.text("why"), p.text("tool"), p.text("pointer"))
            for p in top.readers("problems")
        ),
        source=Source(
            kind=source.text("kind"),
            package=source.text("package"),
            version=source.text("version"),
            integrity=source.text("integrity"),
            url=source.text("url"),
            env_names=source.texts("env_names"),
            placeholders=source.texts("placeholders"),
            isolation=source.text("isolation"),
            network=source.boolean("network"),
            scripts=source.boolean("scripts"),
            notes=source.texts("notes"),
        ),
        protocol=Protocol(protocol.text("used"), protocol.texts("supported")),
        server_info=top.object("server_info"),
        capabilities=top.object("capabilities"),
        instructions=top.text("instructions"),
        tools=tuple(top.array("tools")),
        resources=tuple(top.array("resources")),
        resource_templates=tuple(top.array("resource_templates")),
        prompts=tuple(top.array("prompts")),
        digest=top.text("digest"),
        tool_digests=tuple(
            ToolDigest(
                d.text("name"), d.text("sha256"), d.text("input_hash"), d.optional_text("first_on")
            )
            for d in top.readers("tool_digests")
        ),
        replaced=tuple(
            Replaced(
                r.text("name"),
                r.text("sha256"),
                r.text("first_on"),
                r.text("last_on"),
                r.text("version"),
                r.object("definition"),
            )
            for r in top.readers("replaced")
        ),
        last_attempt=None
        if attempt is None
        else Attempt(attempt.text("on"), attempt.state("state"), attempt.text("reason")),
    )
    unknown = sorted(set(data) - set(to_json(snapshot)))
    if unknown:
        raise SnapshotFormatError(f"/{unknown[0]}", f"expected a known key, got {unknown[0]!r}")
    return snapshot


def _no_constant(name: str) -> float:
    raise ValueError(f"the constant {name}, which is no JSON")


class _Reader:
    """Typed access to a JSON object; every failure names its pointer."""

    def __init__(self, data: Json, at: str) -> None:
        if not isinstance(data, dict):
            raise SnapshotFormatError(at, f"expected an object, got {_kind(data)}")
        self.data, self.at = data, at

    def _get(self, key: str, kind: type[object]) -> Json:
        if key not in self.data:
            raise SnapshotFormatError(f"{self.at}/{key}", "expected a value, got nothing")
        value = self.data[key]
        wrong_bool = isinstance(value, bool) and kind is not bool
        if not isinstance(value, kind) or wrong_bool:
            raise SnapshotFormatError(
                f"{self.at}/{key}", f"expected {_NAMES[kind]}, got {_kind(value)}"
            )
        return value

    def text(self, key: str) -> str:
        return str(self._get(key, str))

    def optional_text(self, key: str) -> str:
        return self.text(key) if key in self.data else ""

    def integer(self, key: str) -> int:
        return int(self._get(key, int))

    def boolean(self, key: str) -> bool:
        return bool(self._get(key, bool))

    def object(self, key: str) -> JsonObject:
        return dict(self._get(key, dict))

    def array(self, key: str) -> list[Json]:
        return list(self._get(key, list))

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.array(key)
        for position, value in enumerate(values):
            if not isinstance(value, str):
                raise SnapshotFormatError(
                    f"{self.at}/{key}/{position}", f"expected text, got {_kind(value)}"
                )
        return tuple(values)

    def state(self, key: str) -> State:
        value = self.text(key)
        if value not in State.__members__.values():
            known = ", ".join(State)
            raise SnapshotFormatError(f"{self.at}/{key}", f"expected one of {known}, got {value!r}")
        return State(value)

    def reader(self, key: str) -> _Reader:
        return _Reader(self._get(key, dict), f"{self.at}/{key}")

    def optional_reader(self, key: str) -> _Reader | None:
        return None if self.data.get(key) is None else self.reader(key)

    def readers(self, key: str) -> list[_Reader]:
        return [
            _Reader(item, f"{self.at}/{key}/{position}")
            for position, item in enumerate(self.array(key))
        ]


_NAMES: dict[type[object], str] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    return next((name for kind, name in _NAMES.items() if type(value) is kind), "a number")
