"""Entries to the files under /api/v1/: the JSON twin of a page is its API file.

Keys are sorted, text is ASCII with escapes, so no control or bidirectional character is ever raw.
Additive only: a removed field needs a new version of the API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.render import urls
from generator.render.json_files import dumps, spliced

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import (
        JsonObject,
        ServerEntry,
        ServerSummary,
        TargetLoss,
        ToolEntry,
        ToolSummary,
    )
    from generator.render.blocks.policies import Shelf
    from generator.render.context import Context

SCHEMA_VERSION = "1.0"


def document(context: Context, self_path: str, page: str, data: JsonObject) -> bytes:
    """Return an API file with its version and the links to itself and to its page."""
    return dumps(_head(context, self_path, page) | data)


def _head(context: Context, self_path: str, page: str) -> JsonObject:
    links = {"self": context.absolute(self_path) or f"/{self_path}"}
    links["html"] = context.absolute(page) or f"/{page}"
    return {"schema_version": SCHEMA_VERSION, "links": links}


# ------------------------------------------------------------------------------- tools


def tool_json(
    context: Context, server: ServerEntry, entry: ToolEntry, shelf: Shelf, slug: str
) -> bytes:
    """Return a tool's file: everything its page says, and the raw definition whole."""
    tool, rated = entry.tool, entry.assessment
    before = _head(context, urls.api_tool(tool.server, slug), urls.tool(tool.server, slug)) | {
        "observed_on": server.summary.observed_on,
        "server": tool.server,
        "server_title": server.summary.title,
        "name": tool.name,
        "slug": slug,
        "description": tool.description,
        "digest": tool.digest,
        "input_hash": tool.input_hash,
        "malformed": tool.malformed,
    }
    after: JsonObject = {
        "assessment": {
            "category": rated.category,
            "score": rated.score,
            "level": rated.level,
            "confidence": rated.confidence,
            "facets": rated.facets,
            "signals": rated.signals,
            "score_category": rated.score_category,
            "deciding_method": rated.deciding_method,
            "considered": rated.considered,
            "methods": _methods(entry),
            "findings": rated.findings,
            "verdict": rated.verdict,
            "corrections": rated.overrides,
            "contradicts_hints": rated.contradicts_hints,
            "ruleset": rated.ruleset,
            "headline": entry.summary.headline,
        },
        "parameters": entry.parameter_notes,
        "call_template": entry.call_template,
        "policy": {
            "decision": entry.summary.decision,
            "answers_rules": shelf.because.get(tool.name, ()),
            "profiles": entry.profile_effects,
            "files": [
                {
                    "target": item.target,
                    "profile": item.profile,
                    "file": f"/{urls.policy(item)}",
                    "text": shelf.snippets[item.target].get(tool.name, ""),
                    "losses": shelf.losses[item.target].get(tool.name, ()),
                }
                for item in shelf.balanced
            ],
            "allowed_call": entry.allowed,
            "blocked_call": entry.blocked,
            "no_dry_run": entry.no_dry_run,
        },
        "changes": entry.changes,
        "questions": entry.answers,
        "attacks": entry.attacks,
        "similar": [
            {
                "server": item.server,
                "name": item.name,
                "slug": item.slug,
                "url": f"/{urls.api_tool(item.server, item.slug)}",
            }
            for item in entry.similar
        ],
    }
    return spliced(before, "definition", entry.definition or dumps(tool.raw), after)


def _methods(entry: ToolEntry) -> list[JsonObject]:
    decided = dict(entry.method_decisions)
    return [
        {
            "method": item.method,
            "argument": item.argument,
            "category": item.category,
            "score": item.score,
            "level": item.level,
            "reason": item.reason,
            "pointer": item.pointer,
            "quote": item.quote,
            "decision": decided.get(item.method, ""),
            "signals": item.signals,
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
        "exposure": entry.exposure,
        "instructions_findings": entry.instructions_findings,
        "changes": entry.changes,
        "questions": entry.answers,
        "policies": [
            {
                "target": item.target,
                "profile": item.profile,
                "file": f"/{urls.policy(item)}",
                "losses": _losses(item.losses),
            }
            for item in entry.rendered
        ],
        "observation": None,
    }
    if snapshot:
        data["observation"] = {
            "state": snapshot.state,
            "reason": snapshot.reason,
            "hint": snapshot.hint,
            "dropped": snapshot.problems,
            "source": snapshot.source,
            "protocol": snapshot.protocol,
            "server_info": snapshot.server_info,
            "instructions": snapshot.instructions,
            "digest": snapshot.digest,
            "last_attempt": snapshot.last_attempt,
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
