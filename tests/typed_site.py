"""A typed catalogue to its files, and files to the folder of a site: for pages and staging alone.

A real build rates content and prints it server by server (`pipeline_build.py`); here entries are
written by hand, so that a test says exactly what a page is made of.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.render import html, site
from generator.render.build import BuildReport, Staging, put
from generator.render.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from site_sample import Catalogue

    from generator.render.files import File

TEMPLATES = Path(__file__).parent.parent / "templates"


def files(catalogue: Catalogue) -> Iterator[File]:
    """Yield every file of a catalogue whose entries know their surroundings already."""
    known = {entry.summary.slug: site.details(entry) for entry in catalogue.entries}
    context = Context(catalogue.index, known.__getitem__)
    render, names = html.renderer(html.sources(TEMPLATES)), site.titles(context)
    for entry in catalogue.entries:
        yield from site.server_files(context.of_server(entry, names(entry)), entry, render)
    example = site.best_example(tool for entry in catalogue.entries for tool in entry.tools)
    for lot in site.shared_lots(context, render, example, TEMPLATES / "static"):
        yield from lot.make()


def build(catalogue: Catalogue, out: Path) -> BuildReport:
    """Put the site of a catalogue into a folder."""
    return write(files(catalogue), out)


def write(found: Iterable[File], out: Path) -> BuildReport:
    """Stage files, put them in place, and remove what no longer belongs there."""
    wanted: set[str] = set()
    written = size = 0
    with Staging(out) as staging:
        for file in found:
            wanted.add(file.path)
            size += len(file.data)
            written += put(out, file, staging.linked)
        removed = staging.stale(wanted.__contains__)
        staging.commit(removed, written)
    return BuildReport(len(wanted), written, len(removed), size)
