"""Entries to the files under /api/v1/: the JSON twin of a page is its API file.

Keys are sorted, text is ASCII with escapes, so no control or bidirectional character is ever raw.
Additive only: a removed field needs a new version of the API.
"""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass
from enum import Enum
from operator import attrgetter, methodcaller
from typing import TYPE_CHECKING, Any

from generator.render import urls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.model import (
        Json,
        JsonObject,
        ServerEntry,
        ServerSummary,
        Signal,
        TargetLoss,
        ToolEntry,
        ToolSummary,
    )
    from generator.render.blocks.policies import Shelf
    from generator.render.context import Context

SCHEMA_VERSION = "1.0"
_ENCODER = json.JSONEncoder(sort_keys=True, allow_nan=False, separators=(",", ":"))


def dumps(data: Json) -> bytes:
    """Return canonical bytes of an API file; a number JSON does not know becomes null."""
    try:
        return _ENCODER.encode(data).encode()
    except ValueError:
        return dumps(_finite(data))


def _finite(value: Json) -> Json:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


_PLAIN = frozenset({str, int, float, bool, type(None)})
_PLAIN_TYPES = frozenset({"str", "int", "float", "bool", "str | None", "bool | None"})
"""Annotations of fields that JSON takes as they are."""
_WRITERS: dict[type, Callable[[Any], Json]] = {}
"""How a value of a type becomes JSON, found out once for each type."""


def plain(value: Any) -> Json:  # noqa: ANN401 (any model value)
    """Return a model value as JSON: dataclasses as objects, enums as their value."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind not in _WRITERS:
        _WRITERS[kind] = _writer(kind)
    return _WRITERS[kind](value)


def _writer(kind: type) -> Callable[[Any], Json]:
    """Return how a value of this type becomes JSON."""
    if kind is tuple or kind is list:
        return _list
    if is_dataclass(kind):
        return _record(kind)
    if kind is dict:
        return lambda value: {str(key): plain(item) for key, item in value.items()}
    return attrgetter("value") if issubclass(kind, Enum) else methodcaller("isoformat")


def _list(value: Iterable[Any]) -> Json:
    return [item if type(item) in _PLAIN else plain(item) for item in value]


def _record(kind: type) -> Callable[[Any], Json]:
    """Return what writes a dataclass; its fields that hold plain values are read in one step."""
    names = tuple(item.name for item in fields(kind))
    others = tuple(item.name for item in fields(kind) if item.type not in _PLAIN_TYPES)
    read = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)

    def write(value: object) -> Json:
        found = dict(zip(names, read(value), strict=True))
        for name in others:
            found[name] = plain(found[name])
        return found

    return write


def document(context: Context, self_path: str, page: str, data: JsonObject) -> bytes:
    """Return an API file with its version and the links to itself and to its page."""
    links = {"self": context.absolute(self_path) or f"/{self_path}"}
    links["html"] = context.absolute(page) or f"/{page}"
    return dumps({"schema_version": SCHEMA_VERSION, "links": links, **data})


# ------------------------------------------------------------------------------- tools


def tool_json(
    context: Context, server: ServerEntry, entry: ToolEntry, shelf: Shelf, slug: str
) -> bytes:
    """Return a tool's file: everything its page says, and the raw definition whole."""
    tool, rated = entry.tool, entry.assessment
    data: JsonObject = {
        "observed_on": server.summary.observed_on,
        "server": tool.server,
        "server_title": server.summary.title,
        "name": tool.name,
        "slug": slug,
        "description": tool.description,
        "digest": tool.digest,
        "input_hash": tool.input_hash,
        "malformed": tool.malformed,
        "definition": tool.raw,
        "assessment": {
            "category": rated.category.value,
            "score": rated.score,
            "level": rated.level.value,
            "confidence": rated.confidence.value,
            "facets": [facet.value for facet in rated.facets],
            "signals": [_signal(signal) for signal in rated.signals],
            "score_category": rated.score_category.value,
            "deciding_method": rated.deciding_method,
            "considered": plain(rated.considered),
            "methods": _methods(entry),
            "findings": plain(rated.findings),
            "verdict": rated.verdict.value,
            "corrections": plain(rated.overrides),
            "contradicts_hints": rated.contradicts_hints,
            "ruleset": rated.ruleset,
            "headline": entry.summary.headline,
        },
        "parameters": plain(entry.parameter_notes),
        "call_template": entry.call_template,
        "policy": {
            "decision": entry.summary.decision,
            "answers_rules": list(shelf.because.get(tool.name, ())),
            "profiles": plain(entry.profile_effects),
            "files": [
                {
                    "target": item.target,
                    "profile": item.profile.value,
                    "file": f"/{urls.policy(item)}",
                    "text": shelf.snippets[item.target].get(tool.name, ""),
                    "losses": plain(shelf.losses[item.target].get(tool.name, ())),
                }
                for item in shelf.balanced
            ],
            "allowed_call": plain(entry.allowed),
            "blocked_call": plain(entry.blocked),
            "no_dry_run": entry.no_dry_run,
        },
        "changes": plain(entry.changes),
        "questions": plain(entry.answers),
        "attacks": plain(entry.attacks),
        "similar": [tool_brief(item) for item in entry.similar],
    }
    return document(context, urls.api_tool(tool.server, slug), urls.tool(tool.server, slug), data)


def _signal(signal: Signal) -> JsonObject:
    return {
        "rule": signal.rule,
        "axis": signal.axis.value,
        "text": signal.text,
        "points": signal.points,
        "full_points": signal.full_points,
        "scope": signal.scope,
        "category": signal.category.value if signal.category else None,
        "support": signal.support,
        "facet": signal.facet.value if signal.facet else None,
        "pointer": signal.pointer,
        "part": signal.part,
        "span": list(signal.span) if signal.span else None,
        "quote": signal.quote,
        "measure": plain(signal.measure),
        "subject": signal.subject,
        "claim": signal.claim,
        "status": signal.status.value,
        "by": signal.by,
    }


def _methods(entry: ToolEntry) -> list[JsonObject]:
    decided = dict(entry.method_decisions)
    return [
        {
            "method": item.method,
            "argument": item.argument,
            "category": item.category.value,
            "score": item.score,
            "level": item.level.value,
            "reason": item.reason,
            "pointer": item.pointer,
            "quote": item.quote,
            "decision": decided.get(item.method, ""),
            "signals": [_signal(signal) for signal in item.signals],
        }
        for item in entry.assessment.methods
    ]


def tool_brief(tool: ToolSummary) -> JsonObject:
    """Return the few facts of one tool that lists carry."""
    return {
        "server": tool.server,
        "name": tool.name,
        "slug": tool.slug,
        "category": tool.category.value,
        "level": tool.level.value,
        "score": tool.score,
        "confidence": tool.confidence.value,
        "facets": [facet.value for facet in tool.facets],
        "verdict": tool.verdict.value,
        "headline": tool.headline,
        "decision": tool.decision,
        "url": f"/{urls.api_tool(tool.server, tool.slug)}",
    }


# ------------------------------------------------------------------------------- servers


def server_brief(server: ServerSummary) -> JsonObject:
    """Return the few facts of one server that lists carry."""
    return {
        "slug": server.slug,
        "title": server.title,
        "domain": server.domain,
        "package": server.package,
        "state": server.state.value,
        "complete": server.complete,
        "observed_on": server.observed_on,
        "tools_total": server.tools_total,
        "level": server.level.value if server.level else None,
        "riskiest_tool": server.riskiest_tool,
        "by_level": {level.value: n for level, n in server.by_level},
        "by_category": {category.value: n for category, n in server.by_category},
        "tokens": server.tokens,
        "is_trifecta": server.is_trifecta,
        "url": f"/{urls.api_server(server.slug)}",
    }


def server_json(context: Context, entry: ServerEntry) -> bytes:
    """Return a server's file: state, tools in brief, exposure, changes, policy files."""
    summary, spec, snapshot = entry.summary, entry.server.spec, entry.server.snapshot
    data: JsonObject = {
        **server_brief(summary),
        "headline": entry.headline,
        "registry_name": spec.name,
        "description": spec.description,
        "repository_url": spec.repository_url,
        "website_url": spec.website_url,
        "license": spec.license,
        "packages": [item.purl for item in spec.packages],
        "remotes": [{"transport": item.transport, "url": item.url} for item in spec.remotes],
        "environment": [v.name for item in spec.packages for v in item.environment],
        "tools": [tool_brief(tool) for tool in context.tools_of.get(summary.slug, ())],
        "exposure": plain(entry.exposure),
        "instructions_findings": plain(entry.instructions_findings),
        "changes": plain(entry.changes),
        "questions": plain(entry.answers),
        "policies": [
            {
                "target": item.target,
                "profile": item.profile.value,
                "file": f"/{urls.policy(item)}",
                "losses": _losses(item.losses),
            }
            for item in entry.rendered
        ],
        "observation": None,
    }
    if snapshot:
        data["observation"] = {
            "state": snapshot.state.value,
            "reason": snapshot.reason,
            "hint": snapshot.hint,
            "dropped": plain(snapshot.problems),
            "source": plain(snapshot.source),
            "protocol": plain(snapshot.protocol),
            "server_info": snapshot.server_info,
            "instructions": snapshot.instructions,
            "digest": snapshot.digest,
            "last_attempt": plain(snapshot.last_attempt),
        }
    return document(context, urls.api_server(summary.slug), urls.server(summary.slug), data)


def _losses(losses: Iterable[TargetLoss]) -> list[JsonObject]:
    """Return each loss once with the tools it is true of: most are the same for very many."""
    tools: dict[tuple[str, str, str, str], list[str]] = {}
    for loss in losses:
        key = (loss.code, loss.direction, loss.path, loss.text)
        tools.setdefault(key, []).append(loss.tool)
    return [
        {"code": code, "direction": direction, "path": path, "text": text, "tools": names}
        for (code, direction, path, text), names in tools.items()
    ]
