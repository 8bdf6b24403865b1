"""One definition from tools/list, its parameters and hints, and the server it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.taxonomy import State

if TYPE_CHECKING:
    from generator.model.snapshot import Snapshot
    from generator.model.specs import ServerSpec
    from generator.model.wire import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Parameter:
    """One top-level property of an input schema after local references are resolved (c).

    `pointer` addresses the property in the raw definition where it can be addressed.
    `schema` is the resolved subschema; `types` the JSON types it admits, empty for any.
    """

    name: str
    pointer: str
    types: tuple[str, ...] = ()
    required: bool = False
    description: str = ""
    description_pointer: str = ""
    enum: tuple[Json, ...] = ()
    enum_pointer: str = ""
    format: str = ""
    pattern: str = ""
    has_default: bool = False
    default: Json = None
    schema: JsonObject = field(default_factory=dict)
    nested: tuple[Parameter, ...] = ()
    """Properties of this object, or of the objects in this array, to a bounded depth."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """A server's own hints: None means not declared (or not a boolean, a quality signal)."""

    title: str = ""
    read_only_hint: bool | None = None
    destructive_hint: bool | None = None
    idempotent_hint: bool | None = None
    open_world_hint: bool | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """One definition from tools/list (c). A malformed one is still a Tool and gets a page."""

    server: str
    name: str
    title: str = ""
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    annotations: Annotations = Annotations()
    raw: Json = None
    """The raw entry as listed; an object unless `malformed`."""
    digest: str = ""
    input_hash: str = ""
    malformed: str = ""
    """Why this entry is no valid tool, in our words; empty when it is."""


@dataclass(frozen=True, slots=True)
class Server:
    """A spec, its snapshot (None when never crawled) and the tools of the last observation."""

    spec: ServerSpec
    snapshot: Snapshot | None
    tools: tuple[Tool, ...] = ()

    @property
    def slug(self) -> str:
        """Return the server's slug, its file name under content/servers/."""
        return self.spec.slug

    @property
    def is_observed(self) -> bool:
        """Return whether tools were ever listed, even if the last attempt failed."""
        return self.snapshot is not None and self.snapshot.state is State.OBSERVED
