"""A page object to HTML: the one jinja2 environment, with escaping always on.

Templates loop and print. They get one name, `page`, and everything in it is text, a number, a
URL, `Crawled` or `Markup` made by `texts` and `markdown`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

import jinja2
from markupsafe import escape

from generator import text
from generator.render import compiled
from generator.text import Crawled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from generator.render.parts import Head


class Page(Protocol):
    """What every page type has: the template's name and what the base template prints."""

    template: ClassVar[str]

    @property
    def head(self) -> Head:
        """Return title, URLs and navigation."""
        ...


_HARMLESS = bytes.maketrans(b"&<>\"'", bytes(5))
"""Maps the bytes to themselves that mean nothing in a page."""
_REMEMBERED = 1 << 12
_SHORT = 40
"""Servers use the same names, places and quotes again and again; longer texts are their own."""


class _Known(dict[str, bytes]):
    """Texts as they stand in a page; bounded. Most are the same few words and addresses."""

    def __init__(self, make: Callable[[str], bytes]) -> None:
        """Remember how a text is made that was not printed yet."""
        self._make = make

    def __missing__(self, text: str) -> bytes:
        """Make a text that was not printed yet."""
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = found = self._make(text)
        return found


def _ours(words: str) -> bytes:
    data = words.encode()
    return data if data.translate(_HARMLESS) == data else escape(words).encode()


_quoted = _Known(lambda raw: text.printed(raw, _SHORT))


def printed(value: Any) -> bytes:  # noqa: ANN401 (whatever a template prints)
    """Return any other value as it may stand in a page; what a macro printed stays."""
    if type(value) is not Crawled:
        return value if type(value) is bytes else escape(value).encode()
    raw, limit = value.raw, value.limit
    if len(raw) <= _SHORT and len(raw) <= limit:
        return _quoted[raw]
    return text.printed(raw, limit)


class _Environment(jinja2.Environment):
    """An environment whose templates print bytes."""

    made: dict[str, jinja2.Template]
    macros: Callable[[str], Any]

    concat = b"".join  # type: ignore[assignment] # of what a template yields
    code_generator_class = compiled.Generator
    known, printed = _Known(_ours), staticmethod(printed)
    function, by_name = staticmethod(compiled.function), staticmethod(compiled.by_name)
    kept, placed = staticmethod(compiled.kept), staticmethod(compiled.placed)

    def get_template(self, name: Any, *_: Any) -> jinja2.Template:  # noqa: ANN401 (jinja2)
        """Return a template by its name alone: none changes while the environment lives."""
        if (found := self.made.get(name)) is None:
            found = self.made[name] = super().get_template(name)
        return found


def sources(templates: Path) -> dict[str, str]:
    """Return the templates of a folder by name, as they may be sent to another machine."""
    found = sorted(templates.rglob("*.html"))
    return {path.relative_to(templates).as_posix(): path.read_text("utf-8") for path in found}


def renderer(sources: Mapping[str, str]) -> Callable[[Page], bytes]:
    """Return the function that renders pages as UTF-8 with templates given by name."""
    environment = _Environment(
        loader=jinja2.DictLoader(dict(sources)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=True,
    )
    # Templates get `page` alone, and an import need not ask which globals it was given.
    environment.globals.clear()
    environment.made = {}
    environment.macros = cache(lambda name: environment.get_template(name).module)

    def render(page: Page) -> bytes:
        found: Any = environment.get_template(f"{page.template}.html").render(page=page)
        return cast("bytes", found)

    return render
