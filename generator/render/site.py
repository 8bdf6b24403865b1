"""The catalogue to every file of the site, one after the other. Servers stream; nothing is kept.

Called by `build.py`. Pages of one server depend on the index and on its own entry only, so they
may be made in any process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.render import (
    api,
    api_lists,
    assets,
    badges,
    dataset,
    discovery,
    feeds,
    html,
    openapi,
    registry,
    sarif,
    tool_twin,
    twin,
    urls,
)
from generator.render import search as search_index
from generator.render.blocks import policies
from generator.render.context import Context
from generator.render.files import File
from generator.render.pages import (
    api_guide,
    article,
    attack,
    attacks,
    attacks_lookup,
    categories,
    category,
    faq,
    home,
    level,
    level_server,
    levels,
    methodology,
    rule,
    rules,
    search,
    server,
    servers,
    stack,
    tool,
    tool_list,
)
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from generator.model import Index, ServerEntry, ToolEntry
    from generator.render.html import Page

STATIC = ("site.css", "theme.js", "site.js", "search.js", "stack.js", "icon.svg")


def files(index: Index, entries: Iterable[ServerEntry], templates: Path) -> Iterator[File]:
    """Yield every file of the site once; `entries` is read once, in order."""
    render = server_renderer(index, templates)
    example: ToolEntry | None = None
    for entry in entries:
        example = home.better_example(example, entry.tools)
        yield from render(entry)
    yield from shared_files(index, example, templates)


def server_renderer(index: Index, templates: Path) -> Callable[[ServerEntry], Iterator[File]]:
    """Return what turns one server into its files; made once per process."""
    context, render = Context(index), html.renderer(templates)
    return lambda entry: server_files(context, entry, render)


def best_example(tools: Iterable[ToolEntry]) -> ToolEntry | None:
    """Return the tool whose ledger explains a rating best; any order gives the same."""
    return home.better_example(None, tools)


def shared_files(index: Index, example: ToolEntry | None, templates: Path) -> Iterator[File]:
    """Yield what belongs to no single server; `example` is the ledger on the home page."""
    context, render = Context(index), html.renderer(templates)
    for page in _global_pages(context, example):
        yield from _html(page, render)
    yield from api_lists.files(context)
    yield from search_index.files(context)
    yield from discovery.files(context)
    yield from feeds.shared(context)
    yield from dataset.files(context)
    yield from registry.files(context)
    yield from openapi.files(context)
    for name in STATIC:
        yield File(urls.static(name), assets.slim(name, (templates / "static" / name).read_bytes()))


def server_files(
    context: Context, entry: ServerEntry, render: Callable[[Page], str]
) -> Iterator[File]:
    """Yield everything of one server: pages, policies, JSON and badge."""
    slug = entry.summary.slug
    shelf = policies.shelf(entry)
    for item, own in _with_slugs(entry):
        page = tool.page(context, entry, item, shelf, own)
        yield File(f"{page.head.url}index.html", render(page).encode())
        yield File(f"{page.head.url}index.md", tool_twin.markdown(page).encode())
    yield from _html(server.page(context, entry), render)
    for listed in tool_list.of_server(context, slug):
        yield from _html(listed, render)
    for review in level_server.pages(context, entry):
        yield from _html(review, render)
    yield from server_data(context, entry, shelf)
    yield File(urls.badge(slug), badges.svg(entry.summary))
    yield File(urls.badge_data(slug), badges.endpoint(entry.summary))
    yield from feeds.of_server(context, entry)
    yield File(urls.sarif(slug), sarif.document(context, entry))


def server_data(context: Context, entry: ServerEntry, shelf: policies.Shelf) -> Iterator[File]:
    """Yield the JSON of one server and of its tools, and its policies."""
    slug = entry.summary.slug
    for item, own in _with_slugs(entry):
        yield File(urls.api_tool(slug, own), api.tool_json(context, entry, item, shelf, own))
    yield File(urls.api_server(slug), api.server_json(context, entry))
    for rendered in entry.rendered:
        yield File(urls.policy(rendered), rendered.text.encode())


def data_files(index: Index, entries: Iterable[ServerEntry]) -> Iterator[File]:
    """Yield what programs ask for, without any page: JSON, policies and the dataset."""
    context = Context(index)
    for entry in entries:
        yield from server_data(context, entry, policies.shelf(entry))
    yield from api_lists.files(context)
    yield from dataset.files(context)


def _with_slugs(entry: ServerEntry) -> Iterator[tuple[ToolEntry, str]]:
    numbered = urls.occurrences(item.tool.name for item in entry.tools)
    slugs = urls.tool_slugs(numbered)
    for item, key in zip(entry.tools, numbered, strict=True):
        yield item, slugs[key]


def _html(page: Page, render: Callable[[Page], str]) -> Iterator[File]:
    """Yield a page and, beside a page that has a folder, its Markdown twin."""
    url, text = page.head.url, render(page)
    if url and not url.endswith("/"):
        yield File(url, text.encode())
        return
    yield File(f"{url}index.html", text.encode())
    yield File(f"{url}index.md", twin.markdown(text).encode())


def _global_pages(context: Context, example: ToolEntry | None) -> Iterator[Page]:
    index = context.index
    yield home.page(context, example)
    yield from servers.pages(context)
    yield from tool_list.all_tools(context)
    yield levels.page(context)
    for band in Level:
        yield from level.pages(context, band)
    yield categories.page(context)
    for group in Category:
        yield category.page(context, group)
        for band in Level:
            yield from tool_list.of_cell(context, group, band)
    yield attacks.page(context)
    yield attacks_lookup.page(context)
    attack_facts = {facts.attack: facts for facts in index.attack_facts}
    for entry in index.attacks:
        facts = attack_facts.get(entry.slug)
        yield attack.page(context, entry, facts)
        if facts:
            yield from tool_list.of_attack(context, entry, facts)
    yield rules.page(context)
    rule_facts = {facts.rule: facts for facts in index.rule_facts}
    for item in index.rules:
        yield rule.page(context, item, rule_facts.get(item.id))
    yield methodology.page(context)
    yield faq.page(context)
    yield article.glossary(context)
    if context.site.contact_form:
        yield article.contact_sent(context)
    yield search.page(context)
    yield stack.stack(context)
    yield stack.compare(context)
    yield api_guide.page(context, api_lists.guide(context))
    yield article.not_found(context)
