"""Our tool pages alone, from prepared ratings to written HTML: what stands beside Hugo.

`python -m tests.bench.pages CONTENT FACTS OUT` prints JSON. One process, server by server: loading,
rating and drafting are not on the clock. Making the page's values, rendering, encoding, making the
folder and writing are. Hugo cannot but parse its input, so parsing the same line of facts is on our
clock too, although nothing here needs it. `ready` is the part without making the page's values,
since the others' facts are made before their clock starts.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator import pipeline
from generator.derive import catalogue, overview
from generator.render import html
from generator.render.blocks import policies
from generator.render.context import Context
from generator.render.pages import tool
from tests.bench.measure import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model import Index, Server, ServerEntry, Surroundings

TODAY = date(2026, 11, 24)
ENOUGH = 5_000
"""Pages that are made, or some more; each costs the same, whatever the size of the catalogue."""

COLLECT = (50_000, 20, 100)
"""How often Python looks for cycles, as in `mcp-risk site`."""


def entries(folder: Path) -> tuple[Context, Iterator[tuple[ServerEntry, Surroundings]]]:
    """Return what pages look up, and each server with all its pages need, made when asked for."""
    loaded = pipeline.load([folder], TODAY)
    shop = loaded.workshop
    assert shop is not None, loaded.problems
    chosen = list(_enough(loaded.content.servers))
    servers, tools = [], []
    for server in chosen:
        entry, _ = pipeline.server_entry(server, shop)
        servers.append(entry.summary)
        tools += [item.summary for item in entry.tools]
    index = overview.index(
        loaded.content,
        servers,
        tools,
        changes=(),
        ruleset=shop.book.ruleset,
        measured=overview.Measured(),
    )
    return Context(index), _ready(index, chosen, shop)


def _ready(
    index: Index, servers: Iterable[Server], shop: pipeline.Workshop
) -> Iterator[tuple[ServerEntry, Surroundings]]:
    near, titles = catalogue.neighbours(index.tools), catalogue.titles(index.servers)
    for server in servers:
        entry, _ = pipeline.server_entry(server, shop)
        own = [item.summary for item in entry.tools]
        around = catalogue.surroundings(entry.summary, own, near, titles)
        yield catalogue.finish(entry, around), around


def _enough(servers: Iterable[Server]) -> Iterator[Server]:
    tools = 0
    for server in servers:
        if tools >= ENOUGH:
            return
        tools += len(server.tools)
        yield server


def measured(content: Path, facts: Path, out: Path) -> dict[str, float]:
    """Return the pages made, their CPU seconds, those with ready values, the bytes of a page."""
    context, ready = entries(content)
    render = html.renderer(html.sources(ROOT / "templates"))
    gc.set_threshold(*COLLECT)
    pages = written = 0
    spent = values = 0.0
    with facts.open(encoding="utf-8") as lines:
        for entry, around in ready:
            texts = [next(lines) for _ in entry.tools]
            started = time.process_time()
            made = _values(context.of_server(entry, around), entry)
            between = time.process_time()
            for page, line in zip(made, texts, strict=True):
                json.loads(line)
                written += _write(out / page.head.url, render(page).encode())
            spent, values = spent + time.process_time() - started, values + between - started
            pages += len(entry.tools)
    return {"pages": pages, "cpu": spent, "ready": spent - values, "page": written / pages}


def _values(context: Context, entry: ServerEntry) -> list[tool.ToolPage]:
    """Return the values of the pages of one server."""
    shelf = policies.shelf(entry)
    return [tool.page(context, entry, item, shelf, item.summary.slug) for item in entry.tools]


def _write(folder: Path, data: bytes) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    return (folder / "index.html").write_bytes(data)


if __name__ == "__main__":
    print(json.dumps(measured(*map(Path, sys.argv[1:4]))))
