"""What a server sends, as `json.loads` returns it: the only place where Any enters."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A JSON value as `json.loads` returns it; the only place where Any enters."""


JsonObject: TypeAlias = dict[str, Any]
