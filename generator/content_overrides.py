"""`content/overrides/<slug>.yaml` to Overrides: corrections with their reason and author.

Called by content.py. Whether the tool exists and the definition moved on is lint.py's question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model import Override
from generator.taxonomy import Category, Facet, Level

if TYPE_CHECKING:
    from datetime import date

    from generator.content_fields import Fields

FIELDS = ("category", "level", "facets", "suppress")


def overrides(fields: Fields, server: str) -> list[Override]:
    """Return the corrections of one server; one with a wrong value is reported and left out."""
    found = []
    for row in fields.rows("overrides", required=True):
        before = len(row.sink.problems)
        override = _override(row, server)
        if len(row.sink.problems) == before and override is not None:
            found.append(override)
    fields.done()
    return found


def _override(row: Fields, server: str) -> Override | None:
    field = row.choice("field", FIELDS, required=True)
    tool = row.text("tool", required=True)
    value = _value(row, field)
    reason = row.text("reason", required=True)
    author = row.text("author", required=True)
    dated: date | None = row.day("date", required=True)
    expires, digest, line = row.day("expires"), row.text("digest"), row.line()
    row.done()
    if dated is None:
        return None
    path = row.sink.origin
    return Override(server, tool, field, value, reason, author, dated, expires, digest, path, line)


def _value(row: Fields, field: str) -> tuple[str, ...]:
    """Return the new value; categories, levels and facets must be known ones."""
    if field == "facets":
        return tuple(facet.value for facet in row.members("value", Facet))
    if field == "suppress":
        return row.texts("value")
    known = {
        "category": [category.value for category in Category],
        "level": [level.value for level in Level],
    }
    return (row.choice("value", known.get(field, ()), required=True),)
