"""A page of our own prose: glossary, not found, contact sent, and others without figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from generator.render import glossary as terms
from generator.render import markdown, urls
from generator.render.parts import Head, Link

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.render.context import Context


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One text with a title, and where to go from it."""

    template: ClassVar[str] = "article"

    head: Head
    title: str
    lede: str
    body: Markup
    ways: tuple[Link, ...]


def glossary(context: Context) -> ArticlePage:
    """Return `/glossary/`."""
    page = _page(context, urls.GLOSSARY, "glossary", "Glossary")
    return replace(page, body=terms.anchored(page.body))


def contact_sent(context: Context) -> ArticlePage:
    """Return the page that answers a sent form."""
    return _page(context, urls.CONTACT_SENT, "contact-sent", "Thank you, the report was sent")


def not_found(context: Context) -> ArticlePage:
    """Return `404.html`. It is served at any depth, so its links start at the site's own path."""
    prose = context.prose("not-found")
    root = urlsplit(context.base).path or "/"
    title = prose.title or "Page not found"
    frame = context.frame(root, "")
    return ArticlePage(
        head=Head(
            frame=frame,
            url=urls.NOT_FOUND,
            title=f"{title} · {context.site.name}",
            description=prose.summary,
            crumbs=(),
        ),
        title=title,
        lede=prose.summary,
        body=markdown.to_html(prose.body, root),
        ways=_ways(root),
    )


def _page(context: Context, url: str, slug: str, title: str) -> ArticlePage:
    prose = context.prose(slug)
    root = urls.root(url)
    return ArticlePage(
        head=context.head(
            url, prose.title or title, prose.summary or title, (Link(prose.title or title),)
        ),
        title=prose.title or title,
        lede=prose.summary,
        body=markdown.to_html(prose.body, root),
        ways=_ways(root) if not prose.body else (),
    )


def _ways(root: str) -> tuple[Link, ...]:
    return (
        Link("Servers", root + urls.SERVERS),
        Link("All tools, A to Z", root + urls.TOOLS),
        Link("Categories", root + urls.CATEGORIES),
        Link("Risk levels", root + urls.LEVELS),
    )
