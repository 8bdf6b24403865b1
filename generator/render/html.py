"""A page object to HTML: the one jinja2 environment, with escaping always on.

Templates loop and print. They get one name, `page`, and everything in it is text, a number, a
URL, `Crawled` or `Markup` made by `texts` and `markdown`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

import jinja2

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from generator.render.parts import Head


class Page(Protocol):
    """What every page type has: the template's name and what the base template prints."""

    template: ClassVar[str]

    @property
    def head(self) -> Head:
        """Return title, URLs and navigation."""
        ...


def renderer(templates: Path) -> Callable[[Page], str]:
    """Return the function that renders pages with the templates of a folder."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=True,
    )

    def render(page: Page) -> str:
        return environment.get_template(f"{page.template}.html").render(page=page)

    return render
