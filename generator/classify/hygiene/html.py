"""Text hidden in markup: comments, invisible elements, images that call home."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify.hygiene.checks import Found, check
from generator.taxonomy import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classify.hygiene.strings import Text
    from generator.classify.view import Context

_COMMENT = re.compile(r"<!--(?=[^>]{12})")
_CSS = re.compile(
    r"style\s*=\s*[\"'][^\"'\n]{0,80}(?:display\s*:\s*none|visibility\s*:\s*hidden|"
    r"font-size\s*:\s*0|opacity\s*:\s*0[;\"' ])",
    re.IGNORECASE,
)
_IMAGE = re.compile(
    r"!\[[^\]\n]{0,80}\]\(https?://[^)\s]{1,200}[?&][^)\s]{0,80}[{<$]", re.IGNORECASE
)


@check("html.hidden", signed=True, parts=(("<!--", "style", "!["),))
def hidden(text: Text, _: Context) -> Iterable[Found]:
    """Find markup that a person does not see and a model reads."""
    if text.part != "value" or ("<" not in text.raw and "![" not in text.raw):
        return
    for pattern, what in (
        (_COMMENT, "A comment in markup"),
        (_CSS, "Text hidden by style"),
        (_IMAGE, "An image address with a slot for data"),
    ):
        match = pattern.search(text.raw)
        if match is not None:
            yield Found(match.start(), match.end(), Verdict.REVIEW, what)
