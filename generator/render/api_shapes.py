"""Every kind of API file to its JSON Schema: our model types and the fields that api.py writes.

Called by `openapi.py`. A file may gain fields, so further ones are allowed; a test compares real
files with these shapes and finds a field that stands in one of the two only.
"""

from __future__ import annotations

import types
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from generator import model, taxonomy
from generator.taxonomy import (
    Axis,
    Category,
    Confidence,
    Facet,
    Level,
    Lifecycle,
    Profile,
    State,
    Status,
    Verdict,
)

if TYPE_CHECKING:
    from generator.model import JsonObject

_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
_NAMES = {"date": date, **vars(model), **vars(taxonomy)}
"""What annotations of the model's types may name; its modules import one another for types only."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of API file: its schema's name, its path with named parts, what it is."""

    name: str
    path: str
    summary: str
    shape: JsonObject


def of(hint: Any) -> JsonObject:  # noqa: ANN401, PLR0911 (any type; one return per kind of type)
    """Return the schema of a type as `json_files.dumps` writes its values."""
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if hint is date:
        return {"type": "string", "format": "date"}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [item.value for item in hint]}
    if is_dataclass(hint):
        hints = get_type_hints(hint, localns=_NAMES)
        return record({item.name: of(hints[item.name]) for item in fields(hint)})
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        return {"anyOf": [of(part) for part in parts]}
    if origin is tuple and parts[-1] is Ellipsis:
        return many(of(parts[0]))
    if origin is tuple:
        return {"type": "array", "prefixItems": [of(part) for part in parts], "items": False}
    if origin is dict:
        return {"type": "object"}
    return {}


def record(properties: JsonObject) -> JsonObject:
    """Return an object that has all of these fields; a type stands for its schema."""
    shapes = {
        name: item if isinstance(item, dict) else of(item) for name, item in properties.items()
    }
    return {"type": "object", "properties": shapes, "required": sorted(shapes)}


def many(item: JsonObject) -> JsonObject:
    """Return a list of one shape."""
    return {"type": "array", "items": item}


def each(item: JsonObject) -> JsonObject:
    """Return an object whose names are data."""
    return {"type": "object", "additionalProperties": item}


ANY: JsonObject = {}
TEXT, NUMBER = of(str), of(int)
TEXTS = many(TEXT)
LEVEL_OR_NULL = of(Level | None)

TOOL_BRIEF = record(
    {
        "server": str,
        "name": str,
        "slug": str,
        "category": Category,
        "level": Level,
        "score": int,
        "confidence": Confidence,
        "facets": many(of(Facet)),
        "verdict": Verdict,
        "headline": str,
        "decision": str,
        "url": str,
    }
)
SERVER_BRIEF = record(
    {
        "slug": str,
        "title": str,
        "domain": str,
        "package": str,
        "state": State,
        "complete": bool,
        "observed_on": str,
        "tools_total": int,
        "level": LEVEL_OR_NULL,
        "riskiest_tool": str,
        "by_level": each(NUMBER),
        "by_category": each(NUMBER),
        "tokens": int,
        "is_trifecta": bool,
        "url": str,
    }
)
SIGNAL = record(
    {
        "rule": str,
        "axis": Axis,
        "text": str,
        "points": int,
        "full_points": int,
        "scope": str,
        "category": Category | None,
        "support": int,
        "facet": Facet | None,
        "pointer": str,
        "part": str,
        "span": {"anyOf": [many(NUMBER), of(type(None))]},
        "quote": str | None,
        "measure": model.Measure | None,
        "subject": str,
        "claim": bool,
        "status": Status,
        "by": str,
    }
)
METHOD = record(
    {
        "method": str,
        "argument": str,
        "category": Category,
        "score": int,
        "level": Level,
        "reason": str,
        "pointer": str,
        "quote": str,
        "decision": str,
        "signals": many(SIGNAL),
    }
)
ASSESSMENT = record(
    {
        "category": Category,
        "score": {"type": "integer", "minimum": 0, "maximum": 100},
        "level": Level,
        "confidence": Confidence,
        "facets": many(of(Facet)),
        "signals": many(SIGNAL),
        "score_category": Category,
        "deciding_method": str,
        "considered": many(of(model.Consideration)),
        "methods": many(METHOD),
        "findings": many(of(model.HygieneFinding)),
        "verdict": Verdict,
        "corrections": many(of(model.AppliedOverride)),
        "contradicts_hints": bool,
        "ruleset": str,
        "headline": str,
    }
)
_POLICY_FILE = {"target": str, "profile": Profile, "file": str}
_SHARED_LOSS = record({"code": str, "direction": str, "path": str, "text": str, "tools": TEXTS})
TOOL_POLICY = record(
    {
        "decision": str,
        "answers_rules": TEXTS,
        "profiles": many(of(model.ProfileEffect)),
        "files": many(record({**_POLICY_FILE, "text": str, "losses": many(of(model.TargetLoss))})),
        "allowed_call": model.DryRun | None,
        "blocked_call": model.DryRun | None,
        "no_dry_run": str,
    }
)
TOOL = {
    "observed_on": str,
    "server": str,
    "server_title": str,
    "name": str,
    "slug": str,
    "description": str,
    "digest": str,
    "input_hash": str,
    "malformed": str,
    "definition": ANY,
    "assessment": ASSESSMENT,
    "parameters": many(of(model.ParameterNote)),
    "call_template": {"type": "object"},
    "policy": TOOL_POLICY,
    "changes": many(of(model.Change)),
    "questions": many(of(model.Answer)),
    "attacks": many(of(model.RelatedAttack)),
    "similar": many(record({"server": str, "name": str, "slug": str, "url": str})),
}
OBSERVATION = record(
    {
        "state": State,
        "reason": str,
        "hint": str,
        "dropped": many(of(model.Loss)),
        "source": model.Source,
        "protocol": model.Protocol,
        "server_info": {"type": "object"},
        "instructions": str,
        "digest": str,
        "last_attempt": model.Attempt | None,
    }
)
SERVER = {
    **SERVER_BRIEF["properties"],
    "headline": str,
    "registry_name": str,
    "description": str,
    "repository_url": str,
    "website_url": str,
    "license": str,
    "packages": TEXTS,
    "remotes": many(record({"transport": str, "url": str})),
    "environment": TEXTS,
    "tools": many(TOOL_BRIEF),
    "exposure": model.Exposure | None,
    "instructions_findings": many(of(model.HygieneFinding)),
    "changes": many(of(model.Change)),
    "questions": many(of(model.Answer)),
    "policies": many(record({**_POLICY_FILE, "losses": many(_SHARED_LOSS)})),
    "observation": {"anyOf": [OBSERVATION, of(type(None))]},
}
RULE_BRIEF = {
    "id": str,
    "axis": Axis,
    "points": int,
    "title": str,
    "headline": str,
    "lifecycle": Lifecycle,
    "since": str,
    "frameworks": TEXTS,
    "url": str,
    "hits": int,
    "servers": int,
    "labelled_hits": int,
    "labelled_right": int,
}
RULE = {
    **RULE_BRIEF,
    "why": str,
    "consequence": str,
    "remediation": str,
    "references": many(of(model.Reference)),
    "examples": many(of(model.RuleExample)),
    "tools": many(TOOL_BRIEF),
}
ATTACK_BRIEF = {
    "slug": str,
    "title": str,
    "kind": str,
    "date": str,
    "summary": str,
    "confidence": str,
    "cve": TEXTS,
    "frameworks": TEXTS,
    "rules": TEXTS,
    "facets": many(of(Facet)),
    "categories": many(of(Category)),
    "proxy_helps": str,
    "checked_on": str,
    "url": str,
    "tools_total": int,
    "servers_total": int,
}
ATTACK = {
    **ATTACK_BRIEF,
    "affected": str,
    "fixed": str,
    "prevention": str,
    "body": str,
    "references": many(of(model.Reference)),
    "patterns": TEXTS,
    "tools": many(TOOL_BRIEF),
    "servers": many(record({"slug": str, "tools": int, "url": str})),
}
CATALOGUE = {
    "name": str,
    "observed_on": str,
    "ruleset": str,
    "license": str,
    "servers_total": int,
    "tools_total": int,
    "matrix": each(each(NUMBER)),
    "accuracy": many(of(model.Accuracy)),
    "files": each(TEXT),
}
_SHARD: JsonObject = {
    "cap": int,
    "common": each(NUMBER),
    "servers": TEXTS,
    "names": TEXTS,
    "hashes": each(TEXT),
    "slugs": each(TEXT),
    "server": many(NUMBER),
    "rating": str,
    "facets": many(NUMBER),
    "tokens": each(many(NUMBER)),
    "server_rows": many({"type": "array"}),
    "server_tokens": each(many(NUMBER)),
}
BADGE = record({"schemaVersion": {"const": 1}, "label": str, "message": str, "color": str})
REGISTRY = record(
    {
        "servers": many(
            record(
                {
                    "server": {"type": "object", "required": ["name", "description", "version"]},
                    "_meta": {"type": "object"},
                }
            )
        ),
        "metadata": {"type": "object", "required": ["count"], "properties": {"count": NUMBER}},
    }
)


def _file(properties: JsonObject) -> JsonObject:
    """Return the shape of a file with the version and links that every file has."""
    links = record({"self": str, "html": str})
    return record({"schema_version": {"const": "1.0"}, "links": links, **properties})


def _list(name: str, item: JsonObject, **more: object) -> JsonObject:
    return _file({"total": int, name: many(item), **more})


def _long(name: str, item: JsonObject, **more: object) -> JsonObject:
    """Return the shape of a list that may be long: `parts` names the files of the whole."""
    return _list(name, item, parts=many(record({"file": str, "total": int})), **more)


KINDS = (
    Kind("catalogue", "api/v1/catalogue.json", "Counts, matrix, rule set.", _file(CATALOGUE)),
    Kind("servers", "api/v1/servers.json", "All servers.", _long("servers", SERVER_BRIEF)),
    Kind("server", "api/v1/servers/{server}.json", "One server in full.", _file(SERVER)),
    Kind("tool", "api/v1/tools/{server}/{tool}.json", "One tool in full.", _file(TOOL)),
    Kind(
        "level",
        "api/v1/risk/{level}.json",
        "All tools of a risk level, riskiest first.",
        _long("tools", TOOL_BRIEF, level=Level, first_score=int, last_score=int),
    ),
    Kind(
        "category",
        "api/v1/categories/{category}.json",
        "All tools of a category, riskiest first.",
        _long("tools", TOOL_BRIEF, category=Category, summary=str),
    ),
    Kind("rules", "api/v1/rules.json", "All rules.", _list("rules", record(RULE_BRIEF))),
    Kind("rule", "api/v1/rules/{rule}.json", "One rule with its tests.", _file(RULE)),
    Kind("attacks", "api/v1/attacks.json", "All attacks.", _list("attacks", record(ATTACK_BRIEF))),
    Kind("attack", "api/v1/attacks/{attack}.json", "One attack entry.", _file(ATTACK)),
    Kind(
        "changes",
        "api/v1/changes.json",
        "The newest 500 changes.",
        _list("changes", of(model.Change)),
    ),
    Kind(
        "search",
        "api/v1/search/{token}.json",
        "Tools by the first characters of a word; a crowded shard names the length of its parts.",
        {"anyOf": [_file(_SHARD), _file({"split": int})]},
    ),
    Kind(
        "dataset",
        "api/v1/dataset/index.json",
        "The files of the dataset: one of each kind, or parts by server.",
        _file({"total": int, "jsonl": TEXTS, "csv": TEXTS, "sqlite": str}),
    ),
    Kind("badge", "api/v1/badges/{server}.json", "A badge for badge services.", BADGE),
    Kind("registry", "registry/v0.1/servers.json", "All servers in the v0.1 shape.", REGISTRY),
)
