"""Our own Markdown to HTML: prose of content/ only, never a string that a server sent."""

from __future__ import annotations

import re
from functools import lru_cache

import markdown
from markupsafe import Markup

_ROOT_LINK = re.compile(r'(<a href=")/(?!/)')
_HEADING = re.compile(r"<(/?)h([1-5])\b")
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_FIRST_HEAD = re.compile(r"<th(?=[ >])")


def to_html(body: str, root: str, *, shift: int = 0) -> Markup:
    """Return HTML of one text; links that start at `/` become relative to the site's root.

    `shift` lowers headings (`## x` is an h2 as written) so that a page keeps its order.
    """
    html = _ROOT_LINK.sub(rf"\g<1>{root}", _converted(body))
    if shift:
        html = _HEADING.sub(lambda m: f"<{m[1]}h{int(m[2]) + shift}", html)
    # Our own reviewed text, converted with raw HTML escaped.
    return Markup(html)  # noqa: S704


@lru_cache(maxsize=512)
def _converted(body: str) -> str:
    converter = markdown.Markdown(extensions=["tables", "fenced_code", "sane_lists"])
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    html = converter.convert(body)
    html = _FIRST_HEAD.sub('<th scope="col"', html)
    return _TABLE.sub(_in_region, html)


def _in_region(table: re.Match[str]) -> str:
    return f'<div class="scroll" role="region" aria-label="Table" tabindex="0">{table[0]}</div>'
