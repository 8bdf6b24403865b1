"""Every server with its level, its number of tools and the day it was observed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from generator.render import buckets, lots, markdown, rows, texts, urls
from generator.render.lots import Later
from generator.render.parts import Head, Link, NavLink, ServerRow
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from generator.model import ServerSummary
    from generator.render.buckets import ListPage
    from generator.render.context import Context


@dataclass(frozen=True, slots=True)
class ServersPage:
    """The list of servers, or one part of it."""

    template: ClassVar[str] = "servers"

    head: Head
    title: str
    lede: str
    intro: Markup
    caption: str
    rows: tuple[ServerRow, ...]
    buckets: tuple[NavLink, ...]


def pages(context: Context) -> Iterator[Later]:
    """Yield `/servers/`, riskiest first, and its parts by title when it is long."""
    servers = sorted(context.index.servers, key=_riskiest)
    order = buckets.in_order((item.letters for item in servers), servers)
    for page in buckets.pages(order, urls.SERVERS, rows.LIST_LIMIT):
        stands_for = lots.key(page.key, page.parts.key(page.key), page.part.mark)
        make = partial(_page, context, servers, page)
        yield Later(page.url, stands_for if page.key else "", make)


def _riskiest(item: ServerSummary) -> tuple[int, int, str, str]:
    levels = dict(item.by_level)
    weight = 0
    for level, amount in levels.items():
        weight += amount * 10 ** (2 * level.rank) if level.rank else 0
    rank = item.level.rank if item.level else -1
    return (-rank, -weight, item.title.casefold(), item.slug)


def _page(context: Context, listed: Sequence[ServerSummary], at: ListPage) -> ServersPage:
    """Return one page of the list; the words of a part hold no count of the whole."""
    key, root = at.key, urls.root(at.url)
    servers = [listed[position] for position in at.positions]
    prose = context.prose("servers")
    every = context.index.servers
    observed = sum(item.state is State.OBSERVED for item in every)
    lede = (
        f"{texts.count(len(every), 'server').capitalize()}, {texts.number(observed)} observed, "
        f"{texts.count(len(context.index.tools), 'tool')}."
        if not key
        else f"Servers whose title begins with {key.capitalize()}."
    )
    title = f"Servers: {key.capitalize()}" if key else "Servers"
    shown = (
        f"The {len(servers)} riskiest of {texts.number(len(every))} servers."
        if at.parts.names and not key
        else f"{texts.count(len(servers), 'server').capitalize()}, riskiest first."
    )
    crumbs = (Link("Servers", root + urls.SERVERS), Link(key.capitalize())) if key else ()
    return ServersPage(
        head=context.head(
            at.url,
            title,
            prose.summary or lede,
            crumbs,
            section="servers",
            json=urls.api("servers.json"),
        ),
        title=title,
        lede=lede,
        intro=markdown.to_html(prose.body, root) if not key else markdown.to_html("", root),
        caption=shown,
        rows=tuple(rows.server_row(item, root) for item in servers),
        buckets=at.parts.links(root, key),
    )
