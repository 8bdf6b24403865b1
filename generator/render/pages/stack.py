"""Your stack and Compare: pages that work on the reader's side, over files of this site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import urls
from generator.render.parts import Head, Link

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.render.context import Context


@dataclass(frozen=True, slots=True)
class StackPage:
    """`/stack/` and `/compare/`; `kind` is the one or the other."""

    template: ClassVar[str] = "stack"

    head: Head
    kind: str
    title: str
    lede: str
    body: Markup
    script: str


def stack(context: Context) -> StackPage:
    """Return the page that reads a client's configuration."""
    return _page(context, urls.STACK, "stack", "Check your stack")


def compare(context: Context) -> StackPage:
    """Return the page that puts two servers side by side."""
    return _page(context, urls.COMPARE, "compare", "Compare")


def _page(context: Context, url: str, kind: str, title: str) -> StackPage:
    root = urls.root(url)
    prose = context.prose(kind)
    return StackPage(
        head=context.head(
            url, prose.title or title, prose.summary or title, (Link(prose.title or title),)
        ),
        kind=kind,
        title=prose.title or title,
        lede=prose.summary,
        body=context.article(prose.body, root),
        script=root + urls.static("stack.js"),
    )
