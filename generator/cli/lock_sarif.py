"""Changes since a server was accepted to SARIF 2.1.0. Called by `lock.py`."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from generator import __version__
from generator.taxonomy import ChangeClass
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import Change, JsonObject

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_GRADES = {
    ChangeClass.ALARM: "error",
    ChangeClass.RISK: "error",
    ChangeClass.BREAKING: "warning",
    ChangeClass.COMPATIBLE: "note",
    ChangeClass.WORDING: "note",
    ChangeClass.COSMETIC: "none",
}


def sarif(changes: Sequence[Change], lockfile: str) -> JsonObject:
    """Return the log; each result points at the lockfile and names server and tool."""
    rules = [
        {"id": f"change.{kind.value}", "shortDescription": {"text": f"A {kind.value} change"}}
        for kind in ChangeClass
    ]
    driver = {"name": "mcp-risk", "version": __version__, "rules": rules}
    results = [_result(change, lockfile) for change in changes]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _result(change: Change, lockfile: str) -> JsonObject:
    name = one_line(change.tool, 60) or "(server)"
    key = repr((change.server, change.tool, change.kind, change.after))
    return {
        "ruleId": f"change.{change.change_class.value}",
        "level": _GRADES[change.change_class],
        "message": {"text": f"{change.server}: {name} {one_line(change.text, 300)}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": lockfile}}}],
        "partialFingerprints": {
            "mcpRisk/v1": hashlib.sha256(key.encode(errors="replace")).hexdigest()[:32]
        },
    }
