"""A checked configuration to SARIF 2.1.0, each finding at the line that names its server.

Called by `check.py`. Critical and high are errors, medium is a warning; low tools are no finding.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from generator import __version__
from generator.taxonomy import Level
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.cli.check_stack import Stack
    from generator.model import JsonObject

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_GRADES = {Level.CRITICAL: "error", Level.HIGH: "error", Level.MEDIUM: "warning"}
_RULES = {
    "tool.critical": "A configured server has a tool of level critical",
    "tool.high": "A configured server has a tool of level high",
    "tool.medium": "A configured server has a tool of level medium",
    "stack.combination": "Private data, text of strangers and a way out meet in one session",
    "stack.same-name": "Two configured servers have a tool of the same name",
    "server.unknown": "Nothing is known about the tools of a configured server",
}
_CHARS = 60


def sarif(stack: Stack, filename: str, source: str, base_url: str) -> JsonObject:
    """Return the log; `source` is the text of the file, for lines only."""
    ids = list(_RULES)
    results = [
        {
            "ruleId": rule,
            "ruleIndex": ids.index(rule),
            "level": grade,
            "message": {"text": message},
            "locations": [_location(filename, source, name)],
            "partialFingerprints": {"mcpRisk/v1": _fingerprint(rule, name, subject)},
        }
        for rule, grade, name, subject, message in _findings(stack)
    ]
    driver = {
        "name": "mcp-risk",
        "version": __version__,
        "rules": [{"id": rule, "shortDescription": {"text": _RULES[rule]}} for rule in ids],
        **({"informationUri": base_url} if base_url else {}),
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
        ],
    }


def _findings(stack: Stack) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (rule, grade, name of the server in the file, what it is about, message)."""
    active = [server for server in stack.servers if server.is_enabled]
    by_slug = {server.slug: server.name for server in reversed(active)}
    for server in active:
        if server.unknown:
            message = f"{one_line(server.name, _CHARS)}: {server.unknown}"
            yield "server.unknown", "note", server.name, "", message
        for tool in server.tools:
            if tool.level in _GRADES:
                words = f"{one_line(tool.name, _CHARS)} of {server.title}: {tool.level.title}"
                message = f"{words}, {tool.category}. {one_line(tool.reason, 300)}"
                grade = _GRADES[tool.level]
                yield f"tool.{tool.level.value}", grade, server.name, tool.name, message
    together = stack.together
    legs = (together.private_data, together.untrusted_content, together.way_out)
    if together.is_trifecta:
        tools = ", ".join(f"{one_line(w.tool, _CHARS)} of {w.server}" for w in legs if w)
        message = f"Private data, text of strangers and a way out in one session: {tools}"
        first = next(w.server for w in legs if w)
        yield "stack.combination", "error", by_slug.get(first, ""), "", message
    for name, slugs in stack.same_names:
        message = f"{one_line(name, _CHARS)} is a tool of {', '.join(slugs)}"
        yield "stack.same-name", "warning", by_slug.get(slugs[0], ""), name, message


def _location(filename: str, source: str, name: str) -> JsonObject:
    physical: JsonObject = {"artifactLocation": {"uri": quote(filename.replace("\\", "/"))}}
    return {"physicalLocation": {**physical, "region": {"startLine": line_of(source, name)}}}


def line_of(source: str, name: str) -> int:
    """Return the line on which a file names a server, the first when it cannot be found."""
    for spelt in (f"{json.dumps(name)}:", json.dumps(name), f".{name}]", f'."{name}"]'):
        at = source.find(spelt)
        if name and at >= 0:
            return source.count("\n", 0, at) + 1
    return 1


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
