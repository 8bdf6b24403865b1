"""The JSON of a built site to what each tool's page prints: the input of the other builders.

A line of JSON per page, in display form and no more than a page needs: nobody has to parse or work
out anything that ours would not, so the comparison leans to the others' side. Only the published
files are read (`/api/v1/`, and the Markdown twin for the words on use), never our code.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.model import JsonObject

HINTS = {"readOnlyHint": "false", "destructiveHint": "true", "idempotentHint": "false",
         "openWorldHint": "true"}  # fmt: skip
TARGETS = {"intercept": "Intercept", "claude-code": "Claude Code", "codex": "Codex",
           "gemini": "Gemini CLI", "toolhive": "ToolHive", "opencode": "opencode"}  # fmt: skip
_USE = re.compile(r"^## What agents use it for$(.*?)^## ", re.DOTALL | re.MULTILINE)


def write(site: Path, out: Path) -> int:
    """Write one line per tool page; return how many."""
    count = 0
    with out.open("w", encoding="utf-8") as stream:
        for page in pages(site):
            stream.write(json.dumps(page, ensure_ascii=False) + "\n")
            count += 1
    return count


def pages(site: Path) -> Iterator[JsonObject]:
    """Yield what each tool's page prints, server by server."""
    for path in sorted((site / "api/v1/servers").glob("*.json")):
        server = json.loads(path.read_bytes())
        for twin in sorted((site / "api/v1/tools" / path.stem).glob("*.json")):
            tool = json.loads(twin.read_bytes())
            said = site / tool["links"]["html"].strip("/") / "index.md"
            yield page(tool, server, said.read_text("utf-8"))


def page(tool: JsonObject, server: JsonObject, markdown: str) -> JsonObject:
    """Return what one page prints."""
    rated, policy = tool["assessment"], tool["policy"]
    *consequences, advice = _use(markdown)[1:]
    counted = [signal for signal in rated["signals"] if signal["points"] > 0]
    return {
        "slug": tool["slug"],
        "server": tool["server"],
        "server_title": tool["server_title"],
        "name": tool["name"],
        "description": tool["description"],
        "digest": tool["digest"][:19] + "…",
        "input_hash": tool["input_hash"],
        "ruleset": rated["ruleset"],
        "observed": tool["observed_on"],
        "package": server["package"],
        "transport": (server["observation"] or {}).get("source", {}).get("kind", ""),
        "tools": server["tools_total"],
        "alike": server["by_level"].get(rated["level"], 0),
        "category": rated["category"],
        "category_slug": rated["category"].lower(),
        "level": rated["level"],
        "level_title": rated["level"].capitalize(),
        "score": rated["score"],
        "confidence": f"{rated['confidence']}, {len(counted)} signals",
        "facets": ", ".join(facet.replace("_", " ") for facet in rated["facets"]) or "none",
        "headline": rated["headline"],
        "decision": policy["decision"],
        "evidence": [signal["text"] for signal in counted][:4],
        "use": _use(markdown)[0],
        "consequences": consequences,
        "advice": advice,
        **_ledger(rated["signals"]),
        "considered": [f"{item['category']}: {item['reason']}" for item in rated["considered"]],
        "findings": [_finding(item) for item in rated["findings"]],
        "methods": [_method(item) for item in rated["methods"]],
        "because": policy["answers_rules"],
        "files": [_file(item) for item in policy["files"]],
        "profiles": policy["profiles"],
        "tried": [_tried(policy[key]) for key in ("allowed_call", "blocked_call") if policy[key]],
        "no_dry_run": policy["no_dry_run"],
        "parameters": _parameters(tool),
        "call": json.dumps({"name": tool["name"], "arguments": tool["call_template"]}, indent=2),
        "hints": _hints(tool),
        "attacks": tool["attacks"],
        "similar": [
            {"server": item["server"], "slug": item["slug"], "name": item["name"]}
            for item in tool["similar"]
        ],
        "questions": tool["questions"],
    }


def _use(markdown: str) -> list[str]:
    found = _USE.search(markdown)
    lines = [line for line in (found[1] if found else "").split("\n\n") if line.strip()]
    return [*lines, *[""] * (2 - len(lines))]


def _ledger(signals: list[JsonObject]) -> JsonObject:
    rows: dict[str, list[JsonObject]] = {"ledger": [], "other": [], "aside": []}
    for number, signal in enumerate(signals, 1):
        counts = signal["status"] in ("applied", "reduced")
        facts = "ledger" if signal["points"] or signal["axis"] == "risk" else "other"
        note = "" if signal["status"] == "applied" else f"{signal['status']} by {signal['by']}."
        rows[facts if counts else "aside"].append(
            {
                "number": number,
                "rule": signal["rule"],
                "text": signal["text"],
                "where": signal["pointer"],
                "quote": signal["quote"] or "",
                "note": note,
                "points": f"{signal['points']:+}" if signal["points"] else "0",
                "minus": signal["points"] < 0,
            }
        )
    return rows


def _finding(item: JsonObject) -> JsonObject:
    return {key: item[key] or "" for key in ("rule", "verdict", "text", "pointer", "quote")}


def _method(item: JsonObject) -> JsonObject:
    keys = ("method", "category", "level", "score", "reason", "quote", "decision")
    return {key: item[key] or "" for key in keys}


def _file(item: JsonObject) -> JsonObject:
    return {
        "title": TARGETS.get(item["target"], item["target"]),
        "path": item["file"].lstrip("/"),
        "name": item["file"].rpartition("/")[2],
        "text": item["text"],
        "losses": [f"{loss['direction']}: {loss['text']}" for loss in item["losses"]],
    }


def _tried(run: JsonObject) -> JsonObject:
    kept = {key: run[key] for key in ("decision", "why", "rule", "message")}
    return {**kept, "call": json.dumps(run["arguments"]), "stop": run["decision"] == "deny"}


def _parameters(tool: JsonObject) -> list[JsonObject]:
    schema = tool["definition"].get("inputSchema", {})
    properties, required = schema.get("properties", {}), schema.get("required", [])
    notes = {note["name"]: note for note in tool["parameters"]}
    order = sorted(properties, key=lambda name: (-notes[name]["points"], name not in required))
    return [
        {
            "name": name,
            "required": name in required,
            "type": "enum" if "enum" in properties[name] else properties[name].get("type", "any"),
            "watch": notes[name]["watch"],
            "detail": notes[name]["detail"],
            "description": properties[name].get("description", "")[:240],
            "points": f"{notes[name]['points']:+}" if notes[name]["points"] else "0",
            "hot": notes[name]["points"] > 0,
        }
        for name in order
    ]


def _hints(tool: JsonObject) -> list[JsonObject]:
    declared = tool["definition"].get("annotations", {})
    return [
        {
            "name": name,
            "declared": str(declared[name]).lower() if name in declared else "not declared",
            "reading": "Agrees or not, by the rating"
            if name in declared
            else f"Counts for nothing (the protocol's default is {default})",
        }
        for name, default in HINTS.items()
    ]
