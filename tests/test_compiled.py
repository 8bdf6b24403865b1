"""Templates compiled our way print what jinja2 prints, and are refused where it would guess."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import jinja2
import pytest
from markupsafe import Markup

from generator.render import compiled, html
from generator.text import Crawled


@dataclass(frozen=True)
class _Page:
    template: ClassVar[str] = "page"

    head: Any
    name: str
    crawled: Crawled
    ready: Markup
    rows: tuple[int, ...]


PAGE = _Page(None, "<b> & 'x'", Crawled("<i>\u200b"), Markup("<em>ok</em>"), (1, 2, 3))


BASE = "<main>{% block main %}{% endblock %}</main>\n{{ page.name }}"
MACROS = "{% macro row(n, mark='-', end=n) %}<li>{{ mark }}{{ n }}{{ end }}</li>{% endmacro %}"
MAIN = '{% extends "base.html" %}{% from "macros.html" import row %}{% block main %}'
_SLIP = jinja2.TemplateSyntaxError


def _ours(**templates: str) -> str:
    render = html.renderer({f"{name}.html": text for name, text in templates.items()})
    return render(PAGE).decode()


def _theirs(**templates: str) -> str:
    loader = jinja2.DictLoader({f"{name}.html": text for name, text in templates.items()})
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    return environment.get_template("page.html").render(page=PAGE)


@pytest.mark.parametrize(
    "page",
    [
        "{{ page.name }} {{ page.crawled }} {{ page.ready }} {{ page.rows|length }}",
        "{% for n in page.rows %}{{ n }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "{% for n in page.rows %}{{ loop.index }}{% if loop.first %}<{% endif %}{% endfor %}",
        "{% for n in page.rows if n > 1 %}{{ n }}{% else %}none{% endfor %}",
        "{% set n = page.name %}{% if n %}{{ n }}{% else %}none{% endif %}",
        MAIN + "{% for n in page.rows %}{{ row(n) }}{% endfor %}{% endblock %}",
        MAIN + "{{ row(page.name, '<') }}{{ row(1, '+', 2) }}{% endblock %}",
        MAIN + "{{ row(1, end=page.name) }}{{ row(n=2) }}{% endblock %}",
        "{% macro own(x) %}<u>{{ x }}</u>{% endmacro %}{{ own(page.name) }}{{ own(page.ready) }}",
        "{% macro a(x) %}{{ x }}{% endmacro %}{% macro b(x) %}{{ a(x) }}{% endmacro %}{{ b(1) }}",
    ],
    ids=[
        "values",
        "loop",
        "places",
        "filter",
        "set",
        "macro",
        "defaults",
        "names",
        "own",
        "nested",
    ],
)
def test_prints_the_same(page: str) -> None:
    """Values, loops, inheritance and macros with left out and named arguments: the same bytes."""
    assert _ours(page=page, base=BASE, macros=MACROS) == _theirs(
        page=page, base=BASE, macros=MACROS
    )


@pytest.mark.parametrize(
    ("error", "words", "page"),
    [
        (AttributeError, "no attribute 'nmae'", "{{ page.nmae }}"),
        (jinja2.UndefinedError, "'row' is undefined", "{{ row(1) }}"),
        (jinja2.UndefinedError, "'name' is undefined", "{{ name }}"),
        (TypeError, "takes n, mark, end, got mrak", MAIN + "{{ row(1, mrak=2) }}{% endblock %}"),
        (jinja2.UndefinedError, "'n' was not provided", MAIN + "{{ row() }}{% endblock %}"),
        (AttributeError, "no attribute 'rwo'", '{% from "macros.html" import rwo %}'),
        (_SLIP, "arguments alone", MAIN + "{% call row(1) %}x{% endcall %}{% endblock %}"),
        (_SLIP, "arguments alone", MAIN + "{{ row(*page.rows) }}{% endblock %}"),
        (_SLIP, "as a whole", MAIN + "{{ super() }}{% endblock %}"),
        (_SLIP, "use a macro", "{% set x %}a{% endset %}{{ x }}"),
        (_SLIP, "use a macro", "{% filter upper %}a{% endfilter %}"),
        (_SLIP, "escaped", "{% autoescape false %}{{ page.name }}{% endautoescape %}"),
    ],
    ids=["attribute", "macro", "name", "argument", "missing", "import", "call", "stars", "super",
         "set", "filter", "raw"],
)  # fmt: skip
def test_a_slip_is_an_error(error: type[Exception], words: str, page: str) -> None:
    """A misspelt name never prints nothing, and what is not supported says so."""
    with pytest.raises(error, match=words):
        _ours(page=page, base=BASE, macros=MACROS)


def test_what_pages_share_is_printed_once() -> None:
    """A kept macro is asked once for the same object, and again for another that is equal."""
    shared = "{% macro part(n) %}{{ n }}{% endmacro %}"
    page = '{% from "macros/kept.html" import part %}{{ part(page.rows) }}{{ part(page.name) }}'
    asked: list[object] = []
    render = html.renderer({"page.html": page, compiled.KEPT: shared})

    class Counted(tuple[int, ...]):
        __slots__ = ()

        def __str__(self) -> str:
            asked.append(self)
            return "rows"

    rows = Counted()
    twice = [render(replace(PAGE, rows=rows)) for _ in range(2)]
    assert twice == [b"rows&lt;b&gt; &amp; &#39;x&#39;"] * 2
    assert asked == [rows]
    render(replace(PAGE, rows=Counted()))
    assert asked == [rows, rows]


def test_a_kept_macro_takes_one_object() -> None:
    """Two could not be told to be the same by looking at one."""
    page = '{% from "macros/kept.html" import part %}'
    shared = "{% macro part(a, b) %}{% endmacro %}"
    with pytest.raises(TypeError, match=r"one object, got a, b"):
        html.renderer({"page.html": page, compiled.KEPT: shared})(PAGE)
