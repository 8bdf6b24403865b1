"""Assessments to SARIF 2.1.0, the format of code scanning: a result per signal and finding.

Called by the site for each server and by `mcp-risk classify --format sarif`. Only model types come
in; the text is JSON from the standard library, so nothing a server sent can break out of it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator import __version__
from generator.taxonomy import Axis, Level, Status, Verdict
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.model import Assessment, HygieneFinding, JsonObject, Rule, Server, Signal

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
NAME = "mcp-risk"
_LEVELS = {
    Level.CRITICAL: "error",
    Level.HIGH: "error",
    Level.MEDIUM: "warning",
    Level.LOW: "note",
}
_VERDICTS = {Verdict.HARD: "error", Verdict.REVIEW: "warning", Verdict.NOTE: "note"}
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class _Place:
    """The tool a result is about, the file it is in, and the rules that were used so far."""

    server: str
    tool: str
    index: int
    artifact: str
    used: dict[str, int]


def log(
    server: Server,
    assessments: Sequence[Assessment],
    rules: Mapping[str, Rule],
    *,
    artifact: str,
    help_uri: Callable[[str], str] | None = None,
) -> JsonObject:
    """Return the SARIF log of one server; `artifact` is the file the pointers lead into."""
    used: dict[str, int] = {}
    results: list[JsonObject] = []
    for index, assessment in enumerate(assessments):
        place = _Place(server.slug, assessment.tool, index, artifact, used)
        for record in assessment.signals:
            if record.axis is Axis.RISK and record.points and record.status is Status.APPLIED:
                made = _result(place, record, f"{record.text} ({record.points:+d})")
                results.append(_signal(made, assessment, record))
        for finding in assessment.findings:
            if finding.verdict in _VERDICTS:
                made = _result(place, finding, finding.text)
                results.append(_finding(made, assessment, finding))
    driver: JsonObject = {
        "name": NAME,
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rules[rule], help_uri) for rule in used if rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": artifact}}],
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def dump(found: JsonObject) -> str:
    """Return the text of a log; equal logs give equal bytes."""
    return json.dumps(found, indent=1, ensure_ascii=True) + "\n"


def _rule(rule: Rule, help_uri: Callable[[str], str] | None) -> JsonObject:
    described: JsonObject = {
        "id": rule.id,
        "name": rule.title,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
    }
    if rule.remediation:
        described["help"] = {"text": rule.remediation}
    if help_uri is not None:
        described["helpUri"] = help_uri(rule.id)
    return described


def _signal(made: JsonObject, assessment: Assessment, record: Signal) -> JsonObject:
    made["level"] = _LEVELS[assessment.level]
    made["properties"] = {
        "tool": assessment.tool,
        "category": assessment.category,
        "level": assessment.level,
        "score": assessment.score,
        "points": record.points,
    }
    return made


def _finding(made: JsonObject, assessment: Assessment, finding: HygieneFinding) -> JsonObject:
    made["level"] = _VERDICTS[finding.verdict]
    made["properties"] = {"tool": assessment.tool, "verdict": finding.verdict}
    return made


def _result(place: _Place, record: Signal | HygieneFinding, text: str) -> JsonObject:
    """Return what every result has: rule, words, place, and a fingerprint that outlives edits."""
    key = f"{place.server}\x1f{place.tool}\x1f{record.rule}\x1f{record.pointer}"
    pointer = f"/tools/{place.index}{record.pointer}"
    return {
        "ruleId": record.rule,
        "ruleIndex": place.used.setdefault(record.rule, len(place.used)),
        "message": {"text": one_line(f"{place.tool}: {text}", _LONGEST)},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": place.artifact}},
                "logicalLocations": [
                    {"fullyQualifiedName": one_line(pointer, _LONGEST), "kind": "member"}
                ],
            }
        ],
        "partialFingerprints": {
            "tool/v1": hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        },
    }
