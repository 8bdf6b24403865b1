"""A page object to HTML: the one jinja2 environment, with escaping always on.

Templates loop and print. They get one name, `page`, and everything in it is text, a number, a
URL, `Crawled` or `Markup` made by `texts` and `markdown`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from markupsafe import escape

from generator.text import Crawled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

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
_REMEMBERED = 1 << 13


class _Known(dict[str, str]):
    """Our texts as they stand in a page; bounded. Most are the same few words and addresses."""

    def __missing__(self, text: str) -> str:
        """Escape a text that was not printed yet."""
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = found = escape(text) if _UNSAFE.search(text) else text
        return found


def printed(value: Any) -> str:  # noqa: ANN401 (whatever a template prints)
    """Return any other value as it may stand in a page."""
    return value.__html__() if type(value) is Crawled else escape(value)


class _Generator(CodeGenerator):
    """Compiles templates to fewer and plainer steps than the general generator, same bytes.

    Each printed value is markup, one of the known texts, or goes to `printed`, which escapes it. A
    name that a page type lacks is an AttributeError, as strict as an undefined variable.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: CompilerFrame) -> None:  # noqa: N802 (jinja2)
        """Write an attribute as an attribute; the general way asks the environment each time."""
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Output(self, node: nodes.Output, frame: CompilerFrame) -> None:  # noqa: N802 (jinja2)
        """Write texts and values in a row as one piece; the general way yields each alone."""
        if frame.buffer is not None or frame.require_output_check or len(node.nodes) == 1:
            super().visit_Output(node, frame)
            return
        finalize = self._make_finalize()
        self.writeline("yield concat((", node)
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                self.write(repr(child.data))
            else:
                self._output_child_pre(child, frame, finalize)
                self.visit(child, frame)
                self._output_child_post(child, frame, finalize)
            self.write(", ")
        self.write("))")

    def _output_child_pre(
        self, node: nodes.Expr, frame: CompilerFrame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        """Write what stands before a value; `_output_child_post` writes the rest."""
        if _is_plain(frame, finalize):
            self.write("(shown if type(shown := ")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(
        self, node: nodes.Expr, frame: CompilerFrame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        """Print markup as it is, anything else escaped."""
        if _is_plain(frame, finalize):
            self.write(") is Markup else environment.known[shown] if type(shown) is str ")
            self.write("else environment.printed(shown))")
        else:
            super()._output_child_post(node, frame, finalize)


def _is_plain(frame: CompilerFrame, finalize: CodeGenerator._FinalizeInfo) -> bool:
    """Return whether escaping is on for certain and is all that happens to a value."""
    known = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
    return known and finalize.src is None


class _Environment(jinja2.Environment):
    """An environment whose templates print through `printed`."""

    code_generator_class = _Generator
    printed = staticmethod(printed)
    known = _Known()


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
