"""A page object to HTML: the one jinja2 environment, with escaping always on.

Templates loop and print. They get one name, `page`, and everything in it is text, a number, a
URL, `Crawled` or `Markup` made by `texts` and `markdown`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

import jinja2
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

from generator.text import Crawled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from jinja2 import nodes
    from jinja2.compiler import Frame as CompilerFrame

    from generator.render.parts import Head


class Page(Protocol):
    """What every page type has: the template's name and what the base template prints."""

    template: ClassVar[str]

    @property
    def head(self) -> Head:
        """Return title, URLs and navigation."""
        ...


_UNSAFE = re.compile("[&<>'\"]")


def printed(value: object) -> str:
    """Return a value as it may stand in a page. What no branch knows goes the slow, safe way."""
    kind = type(value)
    if kind is str:
        text = cast("str", value)
        return escape(text) if _UNSAFE.search(text) else text
    if kind is Markup:
        return cast("Markup", value)
    if kind is Crawled:
        return cast("Crawled", value).__html__()
    return escape(value)


class _Generator(CodeGenerator):
    """Compiles each printed value to a call of `printed`, which escapes what is not markup yet."""

    def _output_child_pre(
        self, node: nodes.Expr, frame: CompilerFrame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        """Write what opens the call; `_output_child_post` closes it."""
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.printed(")


class _Environment(jinja2.Environment):
    """An environment whose templates print through `printed`."""

    code_generator_class = _Generator
    printed = staticmethod(printed)


def sources(templates: Path) -> dict[str, str]:
    """Return the templates of a folder by name, as they may be sent to another machine."""
    found = sorted(templates.rglob("*.html"))
    return {path.relative_to(templates).as_posix(): path.read_text("utf-8") for path in found}


def renderer(sources: Mapping[str, str]) -> Callable[[Page], str]:
    """Return the function that renders pages with templates given by name."""
    environment = _Environment(
        loader=jinja2.DictLoader(dict(sources)),
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
