"""How many tools one core rates in a second: parsing, every rule, hygiene and the ledger.

`python -m tests.bench.classifier CONTENT` prints the figure. The clock runs from the bytes of a
snapshot to the ratings of its tools; reading the file is before it.
"""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

from generator import content, snapshots
from generator.classify import engine, registry
from generator.definition import tools_of
from generator.model import Server, ServerSpec

TODAY = date(2026, 11, 24)
ENOUGH = 5_000
"""Tools that are rated; what a process learns once (compiled patterns) counts in."""


def tools_per_second(folder: Path) -> float:
    """Return the tools per CPU second over the first servers of a content folder."""
    rules, _ = content.load_rules([folder])
    book = registry.rulebook(rules)
    tools, spent = 0, 0.0
    for path in sorted((folder / "snapshots").glob("*.json")):
        data = path.read_bytes()
        started = time.process_time()
        snapshot = snapshots.load(data)
        server = Server(ServerSpec(path.stem, path.stem), snapshot, tools_of(snapshot))
        tools += len(engine.assess_server(server, book, today=TODAY))
        spent += time.process_time() - started
        if tools >= ENOUGH:
            break
    return tools / spent


if __name__ == "__main__":
    print(tools_per_second(Path(sys.argv[1])))
