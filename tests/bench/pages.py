"""Our tool pages alone, from prepared ratings to written HTML: what stands beside Hugo.

`python -m tests.bench.pages CONTENT FACTS OUT` prints JSON. One process, server by server: loading,
rating and drafting are not on the clock. `values` is making what the page prints, which the others
get as facts that were made before their clock starts; `html` is rendering, encoding, making the
folder and writing. Hugo cannot but parse its facts, so the same line of them is parsed here too,
although nothing needs it: `parse`.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic_core import from_json

from generator import pipeline
from generator.derive import catalogue, overview
from generator.pipeline_tasks import collect_rarely
from generator.render import build, html
from generator.render.blocks import policies
from generator.render.context import Context
from generator.render.files import File
from generator.render.pages import tool
from tests.bench.measure import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.model import Index, Server, ServerEntry, Surroundings

TODAY = date(2026, 11, 24)
ENOUGH = 5_000
"""Pages that are made, or some more; each costs the same, whatever the size of the catalogue."""


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
    """Return CPU seconds by what they went into, how many pages were made, and their bytes.

    As in a build, a page is made, rendered and written before the next one.
    """
    context, ready = entries(content)
    render = html.renderer(html.sources(ROOT / "templates"))
    collect_rarely()
    spent = dict.fromkeys(("values", "parse", "html", "pages", "bytes"), 0.0)
    clock = time.process_time
    with facts.open(encoding="utf-8") as lines:
        for entry, around in ready:
            own, shelf = context.of_server(entry, around), policies.shelf(entry)
            for item in entry.tools:
                line, at = next(lines), [clock()]
                page = tool.page(own, entry, item, shelf, item.summary.slug)
                at.append(clock())
                from_json(line)
                at.append(clock())
                data = render(page)
                build.put(out, File(f"{page.head.url}index.html", data))
                at.append(clock())
                taken = (*(end - start for start, end in pairwise(at)), 1, len(data))
                for name, amount in zip(spent, taken, strict=True):
                    spent[name] += amount
    return spent


if __name__ == "__main__":
    print(json.dumps(measured(*map(Path, sys.argv[1:4]))))
