"""A content folder from a table of paths and texts, for the tests of loading and linting."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from generator import canonical, snapshots
from generator.model import Snapshot, Source, ToolDigest
from generator.taxonomy import State

if TYPE_CHECKING:
    from pathlib import Path

    from generator.model import JsonObject

SITE = "name: Test\ntagline: A catalogue for tests.\n"
SERVER = "title: Acme\npackages:\n- registryType: npm\n  identifier: acme\n"
RULE = """axis: risk
points: 5
title: High parameter count
why: Many parameters are hard to review.
headline: High parameter count ({value} properties)
"""
ATTACK = """---
title: Tool poisoning
kind: research
date: 2025-04-01
summary: Orders in a description.
confidence: corroborated
references:
- title: A source
  url: https://example.org/a
proxy_helps: partly
checked_on: 2026-11-20
---
## What happened

Text.
"""
FAQ = """---
scope: tool
order: 1
question: What does the {tool} tool do?
---
## described

It does.
"""
PAGE = "---\ntitle: Levels\nsummary: What the levels mean.\n---\nText.\n"


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write the files below a folder, with a site.yaml unless one is given; return the folder."""
    for name, text in {"site.yaml": SITE, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def observed(server: str, tools: list[JsonObject], **more: object) -> str:
    """Return the text of a snapshot with right digests."""
    digests = tuple(
        ToolDigest(tool.get("name", ""), canonical.sha256(tool), canonical.input_hash(tool))
        for tool in tools
    )
    snapshot = Snapshot(
        server=server,
        observed_on="2026-11-20",
        state=State.OBSERVED,
        source=Source("stdio", package=f"pkg:npm/{server}@1.0.0", version="1.0.0"),
        tools=tuple(tools),
        tool_digests=digests,
        digest=canonical.list_digest((d.name, d.sha256) for d in digests),
    )
    data = snapshots.to_json(snapshot) | more
    return json.dumps(data, indent=2, sort_keys=True) + "\n"
