"""Signals and hygiene findings of servers to SARIF 2.1.0. Called by `site.py`.

A rule per rule id, a result per counted signal and per finding. Texts of servers are plain text on
one line, with hidden characters visible and with the brackets and braces escaped that SARIF would
read as links and placeholders.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from generator import __version__
from generator.render import api, urls
from generator.taxonomy import Level, Status, Verdict
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.model import HygieneFinding, JsonObject, ServerEntry, Signal
    from generator.render.context import Context

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "mcpRisk/v1"
_OF_LEVEL = {
    Level.CRITICAL: "error",
    Level.HIGH: "error",
    Level.MEDIUM: "warning",
    Level.LOW: "note",
}
_OF_VERDICT = {
    Verdict.HARD: "error",
    Verdict.REVIEW: "warning",
    Verdict.NOTE: "note",
    Verdict.NONE: "none",
}
_ESCAPES = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})


def document(context: Context, entry: ServerEntry) -> bytes:
    """Return a server's SARIF file."""
    return api.dumps(log(context, [entry]))


def log(context: Context, entries: Sequence[ServerEntry]) -> JsonObject:
    """Return one SARIF log over servers: one run, results in the order of the definitions."""
    results = [result for entry in entries for result in _results(entry)]
    ids = sorted({result["ruleId"] for result in results})
    place = {rule: number for number, rule in enumerate(ids)}
    for result in results:
        result["ruleIndex"] = place[result["ruleId"]]
    driver: JsonObject = {
        "name": "mcp-risk",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(context, rule) for rule in ids],
    }
    if context.base:
        driver["informationUri"] = context.base
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"ruleset": context.index.ruleset},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(context: Context, rule_id: str) -> JsonObject:
    rule = context.rules.get(rule_id)
    found: JsonObject = {"id": rule_id, "name": rule_id}
    if rule:
        found["shortDescription"] = {"text": _text(rule.title)}
        found["fullDescription"] = {"text": _text(rule.why, 1000)}
        found["properties"] = {"axis": rule.axis.value, "points": rule.points}
        if rule.remediation:
            found["help"] = {"text": _text(rule.remediation, 1000)}
    if context.base:
        found["helpUri"] = context.absolute(urls.rule(rule_id))
    return found


def _results(entry: ServerEntry) -> Iterator[JsonObject]:
    slug = entry.summary.slug
    seen: dict[str, int] = {}
    for finding in entry.instructions_findings:
        yield _result(slug, "", "", finding, _OF_VERDICT[finding.verdict], seen)
    for position, item in enumerate(entry.tools):
        rated, name = item.assessment, item.tool.name
        where = f"/tools/{position}"
        for signal in rated.signals:
            if signal.points and signal.status in (Status.APPLIED, Status.REDUCED):
                found = _result(slug, name, where, signal, _OF_LEVEL[rated.level], seen)
                found["properties"] |= {"points": signal.points, "score": rated.score}
                yield found
        for finding in rated.findings:
            yield _result(slug, name, where, finding, _OF_VERDICT[finding.verdict], seen)


def _result(  # noqa: PLR0917 (a result has these parts)
    slug: str,
    tool: str,
    where: str,
    found: Signal | HygieneFinding,
    level: str,
    seen: dict[str, int],
) -> JsonObject:
    pointer = f"{where or '/instructions'}{found.pointer}"
    subject = f"`{one_line(tool, 80)}` of {slug}" if tool else f"The instructions of {slug}"
    quote = f" Quote: {one_line(found.quote, 160)}" if found.quote else ""
    return {
        "ruleId": found.rule,
        "level": level,
        "message": {"text": _text(f"{subject}: {found.text}.{quote}", 600)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": f"content/snapshots/{slug}.json"},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [
                    {
                        "name": one_line(tool, 80) or "instructions",
                        "fullyQualifiedName": one_line(pointer, 300),
                        "kind": "property" if found.pointer else "object",
                    }
                ],
            }
        ],
        "partialFingerprints": {
            FINGERPRINT: _fingerprint(slug, tool, found.rule, found.pointer, seen)
        },
        "properties": {"server": slug, "tool": one_line(tool, 120)},
    }


def _fingerprint(slug: str, tool: str, rule: str, pointer: str, seen: dict[str, int]) -> str:
    """Return the same digits for the same evidence, and others when it occurs again."""
    key = f"{slug}\x00{tool}\x00{rule}\x00{pointer}"
    seen[key] = seen.get(key, 0) + 1
    whole = f"{key}\0{seen[key]}" if seen[key] > 1 else key
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _text(words: str, limit: int = 300) -> str:
    """Return plain text without what SARIF reads as a link, a placeholder or an escape."""
    return one_line(words, limit).translate(_ESCAPES)
