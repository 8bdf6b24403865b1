"""How to use the data: every family of files, its address and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import dataset, markdown, structured, texts, urls
from generator.render.parts import Head, Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from generator.render.context import Context


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file or family of files."""

    pattern: str
    url: str
    note: Markup


@dataclass(frozen=True, slots=True)
class ApiGuidePage:
    """`/api/`."""

    template: ClassVar[str] = "api_guide"

    head: Head
    title: str
    lede: str
    body: Markup
    files: tuple[FileRow, ...]


def page(context: Context, existing: tuple[tuple[str, str, str], ...]) -> ApiGuidePage:
    """Return the guide; `existing` is (pattern, path of one real file or empty, what it is)."""
    root = urls.root(urls.API_GUIDE)
    prose = context.prose("api")
    title = prose.title or "Data and API"
    return ApiGuidePage(
        head=context.head(
            urls.API_GUIDE,
            title,
            prose.summary or title,
            (Link(title),),
            structured=(
                structured.dataset(
                    context,
                    context.site.name,
                    context.site.tagline,
                    tuple(path for _, path, _ in dataset.guide(context)),
                ),
            ),
        ),
        title=title,
        lede=prose.summary,
        body=markdown.to_html(prose.body, root),
        files=tuple(_rows(existing, root)),
    )


def _rows(existing: tuple[tuple[str, str, str], ...], root: str) -> Iterator[FileRow]:
    for pattern, path, note in existing:
        yield FileRow(pattern, root + path if path else "", texts.prose(note))
