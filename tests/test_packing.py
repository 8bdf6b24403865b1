"""What is left out of a packed server is what no file of it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import site_sample
import typed_site

from generator.pipeline_packing import packed, unpacked
from generator.render import html, site
from generator.render.context import Context

if TYPE_CHECKING:
    from generator.model import ServerEntry
    from generator.render.files import File


def _back(entry: ServerEntry) -> ServerEntry:
    """Return what was packed with the surroundings that are known at printing only."""
    found = unpacked(packed(entry))
    tools = zip(found.tools, entry.tools, strict=True)
    return replace(found, tools=tuple(replace(one, similar=own.similar) for one, own in tools))


def _files(*entries: ServerEntry) -> list[File]:
    context = Context(site_sample.catalogue().index)
    names, render = site.titles(context), html.renderer(html.sources(typed_site.TEMPLATES))
    return [
        file
        for entry in entries
        for file in site.server_files(context.of_server(entry, names(entry)), entry, render)
    ]


def test_every_file_is_the_same() -> None:
    """Servers of every kind, hostile ones too, are printed as if they had never been packed."""
    entries = site_sample.catalogue().entries
    assert _files(*entries) == _files(*map(_back, entries))


def test_all_that_is_shown_comes_back() -> None:
    """A field that a tool gets and that is not packed is noticed here."""
    for entry in site_sample.catalogue().entries:
        for before, after in zip(entry.tools, _back(entry).tools, strict=True):
            arguments = [
                (one.name, one.types, one.required, one.description, one.enum)
                for one in before.tool.parameters
            ]
            assert arguments == [
                (one.name, one.types, one.required, one.description, one.enum)
                for one in after.tool.parameters
            ]
            tool = replace(before.tool, parameters=after.tool.parameters, raw=None)
            assert after == replace(
                before, tool=tool, details=after.details, definition=after.definition
            )
