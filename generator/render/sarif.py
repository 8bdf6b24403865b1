"""Signals and hygiene findings of one server to SARIF 2.1.0, the format of code scanning.

Called by `site.py` for each server and by `mcp-risk classify --format sarif` for a saved answer.

A rule per rule id, a result per counted signal and per finding. Texts of servers are plain text on
one line, with hidden characters visible and with the brackets and braces escaped that SARIF would
read as links and placeholders.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator import __version__
from generator.render import json_files, urls
from generator.taxonomy import Level, Status, Verdict
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.model import (
        Assessment,
        HygieneFinding,
        JsonObject,
        Rule,
        ServerEntry,
        Signal,
    )
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


@dataclass(frozen=True, slots=True)
class _Place:
    """Which file the results of a server stand in, and how often each evidence was seen."""

    server: str
    artifact: str
    seen: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Subject:
    """What some results are about: a tool or the instructions, and how it is called in texts."""

    name: str
    shown: str
    words: str
    pointer: str


def document(context: Context, entry: ServerEntry) -> bytes:
    """Return the SARIF file of a server of the catalogue; its pointers lead into its snapshot."""
    slug = entry.summary.slug
    found = log(
        slug,
        [item.assessment for item in entry.tools],
        context.rules,
        artifact=f"content/snapshots/{slug}.json",
        instructions=entry.instructions_findings,
        base=context.base,
        ruleset=context.index.ruleset,
    )
    return json_files.dumps(found)


def log(
    server: str,
    assessments: Sequence[Assessment],
    rules: Mapping[str, Rule],
    *,
    artifact: str,
    instructions: Sequence[HygieneFinding] = (),
    base: str = "",
    ruleset: str = "",
) -> JsonObject:
    """Return a log of one run: results in the order of the definitions, each rule once.

    `artifact` is the file the pointers lead into; `base` the absolute address of the site, if any.
    """
    place = _Place(server, artifact, {})
    results = [*_of_instructions(place, instructions), *_of_tools(place, assessments)]
    ids = sorted({result["ruleId"] for result in results})
    number = {rule: position for position, rule in enumerate(ids)}
    for result in results:
        result["ruleIndex"] = number[result["ruleId"]]
    driver: JsonObject = {
        "name": "mcp-risk",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule, rules.get(rule), base) for rule in ids],
    }
    if base:
        driver["informationUri"] = base
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"ruleset": ruleset},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule_id: str, rule: Rule | None, base: str) -> JsonObject:
    found: JsonObject = {"id": rule_id, "name": rule_id}
    if rule:
        found["shortDescription"] = {"text": _text(rule.title)}
        found["fullDescription"] = {"text": _text(rule.why, 1000)}
        found["properties"] = {"axis": rule.axis.value, "points": rule.points}
        if rule.remediation:
            found["help"] = {"text": _text(rule.remediation, 1000)}
    if base:
        found["helpUri"] = base + urls.rule(rule_id)
    return found


def _of_instructions(place: _Place, findings: Sequence[HygieneFinding]) -> Iterator[JsonObject]:
    words = f"The instructions of {place.server}"
    subject = _Subject("", "instructions", words, "/instructions")
    for finding in findings:
        level, about = _OF_VERDICT[finding.verdict], {"server": place.server, "tool": ""}
        yield _result(place, subject, finding, level, about)


def _of_tools(place: _Place, assessments: Sequence[Assessment]) -> Iterator[JsonObject]:
    for position, rated in enumerate(assessments):
        name = one_line(rated.tool, 80)
        words = (
            f"`{name}` of {place.server}" if rated.tool else f"The instructions of {place.server}"
        )
        subject = _Subject(rated.tool, name or "instructions", words, f"/tools/{position}")
        about: JsonObject = {"server": place.server, "tool": one_line(rated.tool, 120)}
        level = _OF_LEVEL[rated.level]
        for signal in rated.signals:
            if signal.points and signal.status in (Status.APPLIED, Status.REDUCED):
                counted = {**about, "points": signal.points, "score": rated.score}
                yield _result(place, subject, signal, level, counted)
        for finding in rated.findings:
            yield _result(place, subject, finding, _OF_VERDICT[finding.verdict], about)


def _result(
    place: _Place,
    subject: _Subject,
    found: Signal | HygieneFinding,
    level: str,
    about: JsonObject,
) -> JsonObject:
    quote = f" Quote: {one_line(found.quote, 160)}" if found.quote else ""
    return {
        "ruleId": found.rule,
        "message": {"text": _text(f"{subject.words}: {found.text}.{quote}", 600)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": place.artifact},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [
                    {
                        "name": subject.shown,
                        "fullyQualifiedName": one_line(f"{subject.pointer}{found.pointer}", 300),
                        "kind": "property" if found.pointer else "object",
                    }
                ],
            }
        ],
        "partialFingerprints": {
            FINGERPRINT: _fingerprint(
                place.server, subject.name, found.rule, found.pointer, place.seen
            )
        },
        "level": level,
        "properties": about,
    }


def _fingerprint(slug: str, tool: str, rule: str, pointer: str, seen: dict[str, int]) -> str:
    """Return the same digits for the same evidence, and others when it occurs again."""
    key = f"{slug}\x00{tool}\x00{rule}\x00{pointer}"
    seen[key] = seen.get(key, 0) + 1
    whole = f"{key}\0{seen[key]}" if seen[key] > 1 else key
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _text(words: str, limit: int = 300) -> str:
    """Return plain text without what SARIF reads as a link, a placeholder or an escape."""
    words = one_line(words, limit)
    # Few hold any of these, and looking for one takes less than looking up every other character.
    if "[" in words or "{" in words or "\\" in words or "]" in words or "}" in words:
        return words.translate(_ESCAPES)
    return words
