"""Lists of tools become the same Markdown from their values as from their finished pages."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
import site_sample
import typed_site
from hypothesis import given
from hypothesis import strategies as st

from generator.render import html, list_twin, site, texts, tool_twin, twin, twin_words
from generator.render.blocks import policies
from generator.render.context import Context
from generator.render.pages import level_server, server, tool, tool_list
from generator.render.parts import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from generator.render.html import Page

SENT = st.text(
    alphabet="a0 -_`*|\\[<>&;#'\"~\n\t\r\v\x1c\x85\u00a0\u2028\u202e\u200b\u201c\ud83d", max_size=30
)


@cache
def _render() -> Callable[[Page], bytes]:
    return html.renderer(html.sources(typed_site.TEMPLATES))


def _pages() -> Iterator[Page]:
    catalogue = site_sample.catalogue(base_url="https://example.org/base/")
    known = {entry.summary.slug: site.details(entry) for entry in catalogue.entries}
    whole = Context(catalogue.index, known.__getitem__)
    yield from (later.page() for later in tool_list.all_tools(whole))
    for entry in catalogue.entries:
        context = whole.of_server(entry, site.titles(whole)(entry))
        yield server.page(context, entry)
        yield from (later.page() for later in tool_list.of_server(context, entry.summary.slug))
        yield from level_server.pages(context, entry)


@cache
def _some() -> dict[type, Page]:
    """Return one page of each type that has rows."""
    return {type(page): page for page in _pages() if getattr(page, "tools", True)}


def _both(page: Page) -> tuple[str, str]:
    whole = _render()(page)
    return twin_words.joined(twin.blocks(whole.decode())).decode(), list_twin.markdown(
        page, whole
    ).decode()


def test_every_list_is_the_same_either_way() -> None:
    """Servers, their lists, levels and parts, with hostile names and without tools."""
    for page in _pages():
        from_page, from_values = _both(page)
        assert from_page == from_values, page.head.url


@given(name=SENT, said=SENT)
def test_whatever_was_sent_is_the_same_either_way(name: str, said: str) -> None:
    """Backticks, pipes, brackets, entities and hidden characters in names and sentences."""
    found = _some()
    tools = found[tool_list.ToolListPage]
    assert isinstance(tools, tool_list.ToolListPage)
    shown, gist = texts.name(f"x{name}", 80), texts.prose(f"x{said}", 240)
    row = replace(tools.tools.rows[0], name=shown, gist=gist, decision=gist, server=f"x{said}")
    from_page, from_values = _both(replace(tools, tools=replace(tools.tools, rows=(row,))))
    assert from_page == from_values
    review = found[level_server.LevelServerPage]
    assert isinstance(review, level_server.LevelServerPage)
    line = replace(review.rows[0], name=shown, gist=gist, decision=gist)
    asked = Question("q", gist, (texts.fresh(f"x{said}"),), (f"x{said}",), "", "")
    from_page, from_values = _both(replace(review, rows=(line,), questions=(asked,)))
    assert from_page == from_values


@pytest.mark.parametrize("said", ["a: <b> # &amp;", "a: \u202e<b> # c", "`" * 4])
def test_policy_in_markdown_is_what_a_reader_of_the_page_sees(said: str) -> None:
    """Text of a policy stands as in its file, a hidden character as the page shows it."""
    catalogue = site_sample.catalogue()
    entry = next(entry for entry in catalogue.entries if entry.tools and entry.rendered)
    context = Context(catalogue.index).of_server(
        entry, site.titles(Context(catalogue.index))(entry)
    )
    item = entry.tools[0]
    page = tool.page(context, entry, item, policies.shelf(entry), item.summary.slug)
    part = policies.TargetPart("", "a", "a", policies.code(said), said, ())
    shown = tool_twin.markdown(replace(page, targets=(part,))).decode()
    seen = said.replace("\u202e", "U+202E")
    assert seen in shown.partition("## Default policy")[2].split("\n")


@pytest.mark.parametrize("page", [level_server.LevelServerPage, tool_list.ToolListPage])
def test_empty_sentences_leave_no_space(page: type) -> None:
    """A row whose reason or rule says nothing has cells without stray spaces."""
    found, nothing = _some()[page], texts.prose("")
    if isinstance(found, level_server.LevelServerPage):
        row = replace(found.rows[0], gist=nothing, decision=nothing, rules=())
        found = replace(found, rows=(row,))
    elif isinstance(found, tool_list.ToolListPage):
        line = replace(found.tools.rows[0], gist=nothing, decision=nothing)
        found = replace(found, tools=replace(found.tools, rows=(line,)))
    from_page, from_values = _both(found)
    assert from_page == from_values
