"""What a server said and how the observation ended: `content/snapshots/<slug>.json`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.model.wire import Json, JsonObject
    from generator.taxonomy import State


@dataclass(frozen=True, slots=True)
class Loss:
    """Something dropped, repaired or cut while crawling: which tool (c), where, what, why."""

    what: str
    why: str
    tool: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a snapshot came from. `kind`: stdio, streamable-http, sse or dump."""

    kind: str
    package: str = ""
    """purl with the resolved version, empty for remotes and dumps."""
    version: str = ""
    integrity: str = ""
    url: str = ""
    env_names: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    isolation: str = ""
    network: bool = False
    scripts: bool = False
    notes: tuple[str, ...] = ()
    """Other facts of the installation in our words, e.g. `installed with mcp<2`."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """The protocol version used for the lists and those the server says it speaks (c)."""

    used: str = ""
    supported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolDigest:
    """Digests of one raw definition: sha256 over RFC 8785, and the interoperable input hash."""

    name: str
    sha256: str
    input_hash: str
    first_on: str = ""
    """First day on which this definition was observed; empty when only the newest is known."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """An earlier definition of a tool (c), with the first and last day it was observed."""

    name: str
    sha256: str
    first_on: str
    last_on: str
    version: str
    definition: JsonObject


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last attempt when it failed after an earlier success."""

    on: str
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a server said, whole and raw (c), and how the observation ended.

    Two crawls of an unchanged server differ in `observed_on` only. Read and written by
    `snapshots.py`; the JSON form is section 10 of the crawler specification.
    """

    server: str
    observed_on: str
    state: State
    complete: bool = True
    reason: str = ""
    hint: str = ""
    problems: tuple[Loss, ...] = ()
    source: Source = Source("dump")
    protocol: Protocol = Protocol()
    server_info: JsonObject = field(default_factory=dict)
    capabilities: JsonObject = field(default_factory=dict)
    instructions: str = ""
    tools: tuple[Json, ...] = ()
    resources: tuple[Json, ...] = ()
    resource_templates: tuple[Json, ...] = ()
    prompts: tuple[Json, ...] = ()
    digest: str = ""
    tool_digests: tuple[ToolDigest, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    last_attempt: Attempt | None = None
