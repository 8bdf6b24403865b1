"""The catalogue to every file of the site, in lots. Servers stream; nothing is kept.

Called by the pipeline. The files of one server depend on the words of the site, its own entry and
its surroundings only, so they may be made in any process, and are kept while those are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from generator.model import Surroundings, ToolDetails
from generator.render import (
    api,
    api_lists,
    assets,
    badges,
    dataset,
    discovery,
    feeds,
    html,
    list_twin,
    lots,
    openapi,
    registry,
    sarif,
    tool_twin,
    urls,
)
from generator.render import search as search_index
from generator.render.blocks import policies
from generator.render.checks.lot import Expected
from generator.render.context import Context
from generator.render.files import File
from generator.render.lots import Later, Lot
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
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from generator.model import Index, ServerEntry, ToolEntry
    from generator.render.html import Page

STATIC = ("site.css", "theme.js", "site.js", "search.js", "stack.js", "icon.svg")


def titles(context: Context) -> Callable[[ServerEntry], Surroundings]:
    """Return what tells an entry how the servers it names are called."""

    def around(entry: ServerEntry) -> Surroundings:
        pairs = entry.exposure.shared_names if entry.exposure else ()
        known = {slug: context.titles[slug] for _, slug in pairs if slug in context.titles}
        shared = context.server_title(entry.summary.slug) != entry.summary.title
        return Surroundings((), titles=tuple(known.items()), is_title_shared=shared)

    return around


@dataclass(frozen=True, slots=True)
class Press:
    """What turns one server into its files; made once per process."""

    context: Context
    render: Callable[[Page], bytes]

    def files(self, entry: ServerEntry, around: Surroundings) -> Iterator[File]:
        """Yield every file of one server."""
        return server_files(self.context.of_server(entry, around), entry, self.render)

    @property
    def expected(self) -> Expected:
        """Return what every page of the site agrees with."""
        return Expected(self.context.csp, self.context.base)


def press(words: Index, sources: Mapping[str, str]) -> Press:
    """Return the press of a site from its words and the templates by name."""
    return Press(Context(words), html.renderer(sources))


def best_example(tools: Iterable[ToolEntry]) -> ToolEntry | None:
    """Return the tool whose ledger explains a rating best; any order gives the same."""
    return home.better_example(None, tools)


def example_rank(entry: ServerEntry) -> tuple[int, str]:
    """Return how well the best ledger of a server would explain a rating on the front page."""
    best = best_example(entry.tools)
    return home.example_rank(best) if best else (0, "")


def details(entry: ServerEntry) -> dict[str, ToolDetails]:
    """Return the details of a server's tools by their slugs."""
    return {item.summary.slug: item.details for item in entry.tools}


def shared_lots(
    context: Context, render: Callable[[Page], bytes], example: ToolEntry | None, static: Path
) -> Iterator[Lot]:
    """Yield what belongs to no single server.

    `example` is the ledger on the home page, `static` the folder of style sheets and scripts.
    """
    for page in _shared_pages(context, example):
        name = page.url or "index.html"
        if page.key:
            yield Lot(name, page.key, partial(_made, page, render))
        else:
            # Its values are all that a template prints, and cost a fraction of the page.
            values = page.page()
            yield Lot(name, lots.key(values), partial(_html, values, render))
    yield from api_lists.lots(context)
    yield from search_index.lots(context)
    yield Lot("discovery", "", partial(discovery.files, context))
    yield Lot("feeds", "", partial(feeds.shared, context))
    yield from dataset.lots(context)
    yield Lot("registry", "", partial(registry.files, context))
    yield Lot("api/openapi", "", partial(openapi.files, context))
    yield Lot("static", "", partial(_static, static))


def _made(page: Later, render: Callable[[Page], bytes]) -> Iterator[File]:
    yield from _html(page.page(), render)


def _static(static: Path) -> Iterator[File]:
    for name in STATIC:
        yield File(urls.static(name), assets.slim(name, (static / name).read_bytes()))


def server_files(
    context: Context, entry: ServerEntry, render: Callable[[Page], bytes]
) -> Iterator[File]:
    """Yield everything of one server: pages, policies, JSON and badge.

    `context` is the view of this server: what its files say of others is in its surroundings.
    """
    slug = entry.summary.slug
    shelf = policies.shelf(entry)
    for item in entry.tools:
        page = tool.page(context, entry, item, shelf, item.summary.slug)
        yield File(f"{page.head.url}index.html", render(page))
        yield File(f"{page.head.url}index.md", tool_twin.markdown(page))
    yield from _html(server.page(context, entry), render)
    for listed in tool_list.of_server(context, slug):
        yield from _html(listed.page(), render)
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
    for item in entry.tools:
        own = item.summary.slug
        yield File(urls.api_tool(slug, own), api.tool_json(context, entry, item, shelf, own))
    yield File(urls.api_server(slug), api.server_json(context, entry))
    for rendered in entry.rendered:
        yield File(urls.policy(rendered), rendered.text.encode())


def data_files(index: Index, entries: Iterable[ServerEntry]) -> Iterator[File]:
    """Yield what programs ask for, without any page: JSON, policies and the dataset."""
    known: dict[str, Mapping[str, ToolDetails]] = {}
    context = Context(index, known.__getitem__)
    names = titles(context)
    for entry in entries:
        known[entry.summary.slug] = details(entry)
        own = context.of_server(entry, names(entry))
        yield from server_data(own, entry, policies.shelf(entry))
    for lot in (*api_lists.lots(context), *dataset.lots(context)):
        yield from lot.make()


def _html(page: Page, render: Callable[[Page], bytes]) -> Iterator[File]:
    """Yield a page and, beside a page that has a folder, its Markdown twin."""
    url, data = page.head.url, render(page)
    if url and not url.endswith("/"):
        yield File(url, data)
        return
    yield File(f"{url}index.html", data)
    yield File(f"{url}index.md", list_twin.markdown(page, data))


def _shared_pages(context: Context, example: ToolEntry | None) -> Iterator[Later]:
    """Yield the pages that span servers; the values of a page without a key are always made."""
    index = context.index

    def simple(url: str, make: Callable[..., Page], *given: object) -> Later:
        return Later(url, "", partial(make, context, *given))

    yield simple(urls.HOME, home.page, example)
    yield from servers.pages(context)
    yield from tool_list.all_tools(context)
    yield simple(urls.LEVELS, levels.page)
    for band in Level:
        yield from level.pages(context, band)
    yield simple(urls.CATEGORIES, categories.page)
    for group in Category:
        yield simple(urls.category(group), category.page, group)
        for band in Level:
            yield from tool_list.of_cell(context, group, band)
    yield simple(urls.ATTACKS, attacks.page)
    yield simple(urls.ATTACKS_LOOKUP, attacks_lookup.page)
    attack_facts = {facts.attack: facts for facts in index.attack_facts}
    for entry in index.attacks:
        facts = attack_facts.get(entry.slug)
        stands_for = attack.key(context, entry, facts)
        url = urls.attack(entry.slug)
        yield Later(url, stands_for, partial(attack.page, context, entry, facts))
        if facts:
            yield from tool_list.of_attack(context, entry, facts)
    yield simple(urls.RULES, rules.page)
    rule_facts = {facts.rule: facts for facts in index.rule_facts}
    for item in index.rules:
        hits = rule_facts.get(item.id)
        url = urls.rule(item.id)
        yield Later(url, rule.key(hits), partial(rule.page, context, item, hits))
    yield simple(urls.METHODOLOGY, methodology.page)
    yield simple(urls.FAQ, faq.page)
    yield simple(urls.GLOSSARY, article.glossary)
    if context.site.contact_form:
        yield simple(urls.CONTACT_SENT, article.contact_sent)
    yield simple(urls.SEARCH, search.page)
    yield simple(urls.STACK, stack.stack)
    yield simple(urls.COMPARE, stack.compare)
    yield Later(urls.API_GUIDE, "", lambda: api_guide.page(context, api_lists.guide(context)))
    yield simple(urls.NOT_FOUND, article.not_found)
