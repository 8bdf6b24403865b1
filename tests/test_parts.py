"""What the memory keeps of a server is what it was, whichever field says it."""

from dataclasses import fields

import site_sample

from generator import pipeline_parts
from generator.model import ToolSummary
from generator.pipeline_tasks import Part
from generator.taxonomy import Category, Confidence, Facet, Level, Verdict

TOOL = ToolSummary(
    server="s", server_title="S", name="n", category=Category.EXECUTE, level=Level.HIGH, score=61,
    confidence=Confidence.LOW, facets=(Facet.EGRESS, Facet.BULK), verdict=Verdict.REVIEW,
    rules=("a.b",), headline="h", decision="d", occurrence=2, letters="x", slug="n~1", digest=b"9",
)  # fmt: skip
"""Each field differs from its default and from its neighbours."""


def _part(*tools: ToolSummary) -> Part:
    return Part(None, tools, (), (), "io.example/s", "content/servers/s.yaml", (3, "n"))


def test_every_field_comes_back() -> None:
    """A field that a summary gets and the memory does not keep is noticed here."""
    assert not [one.name for one in fields(ToolSummary) if getattr(TOOL, one.name) == one.default]
    assert pipeline_parts.Shelf().part(pipeline_parts.packed(_part(TOOL))) == _part(TOOL)


def test_real_parts_come_back_and_share_what_they_say() -> None:
    """Parts of a whole catalogue are read as they were, odd names too; equal texts are one."""
    tools = site_sample.catalogue().index.tools
    slugs = sorted({one.server for one in tools})
    parts = [_part(*(one for one in tools if one.server == slug)) for slug in slugs]
    shelf = pipeline_parts.Shelf()
    found = [shelf.part(pipeline_parts.packed(part)) for part in parts]
    assert found == parts
    again = shelf.part(pipeline_parts.packed(parts[0]))
    assert again.tools[0].headline is found[0].tools[0].headline
