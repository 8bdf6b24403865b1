"""`content/site.yaml` to Site: the name of the catalogue and where it lives.

Called by content.py. A later folder's file changes the keys it names and keeps the others, so a
private catalogue states its name and base URL only.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from generator.model import Site

if TYPE_CHECKING:
    from generator.content_fields import Fields

_BASE = re.compile(r"https?://[^\s/]+(/\S*)?")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")


def merged_site(fields: Fields, earlier: Site | None) -> Site:
    """Return the earlier site with the keys of this file; name and tagline must come from one."""
    first = earlier is None
    given = {
        "name": fields.text("name", required=first),
        "tagline": fields.text("tagline", required=first),
        "base_url": fields.matching("base_url", _BASE, "an address like https://example.org/risk"),
        "repository_url": fields.https("repository_url"),
        "data_license": fields.text("data_license"),
        "footer": fields.text("footer"),
        "accent": fields.matching("accent", _COLOUR, "a colour like #0b4fa3"),
        "contact_email": fields.matching("contact_email", _MAIL, "a mail address"),
        "contact_form": fields.https("contact_form"),
    }
    fields.done()
    written = {key: value for key, value in given.items() if value or (earlier and fields.has(key))}
    return replace(earlier or Site(name="", tagline=""), **written)
