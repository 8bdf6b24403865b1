"""Every server with its level, its number of tools and the day it was observed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from generator.render import buckets, lots, markdown, rows, texts, urls
from generator.render.buckets import Parts
from generator.render.lots import Later
from generator.render.parts import Head, Link, NavLink, ServerRow
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from generator.model import ServerSummary
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
    if len(servers) <= rows.LIST_LIMIT:
        yield _later(context, servers, None, "")
        return
    found = buckets.split([item.letters for item in servers], rows.LIST_LIMIT)
    parts = Parts(tuple(found), urls.SERVERS)
    yield _later(context, servers[: rows.LIST_LIMIT], parts, "")
    for key, positions in found.items():
        yield _later(context, [servers[i] for i in positions], parts, key)


def _riskiest(item: ServerSummary) -> tuple[int, int, str, str]:
    levels = dict(item.by_level)
    weight = 0
    for level, amount in levels.items():
        weight += amount * 10 ** (2 * level.rank) if level.rank else 0
    rank = item.level.rank if item.level else -1
    return (-rank, -weight, item.title.casefold(), item.slug)


def _later(
    context: Context, servers: Sequence[ServerSummary], parts: Parts | None, key: str
) -> Later:
    """Return one page of the list; the words of a part hold no count of the whole."""
    url = urls.bucket(urls.SERVERS, key) if key else urls.SERVERS
    shown = b"".join(item.digest for item in servers)
    stands_for = lots.key(key, parts.key(key), shown) if parts and key else ""
    return Later(url, stands_for, partial(_page, context, servers, url, parts, key))


def _page(
    context: Context,
    servers: Sequence[ServerSummary],
    url: str,
    parts: Parts | None,
    key: str,
) -> ServersPage:
    root = urls.root(url)
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
        if parts and not key
        else f"{texts.count(len(servers), 'server').capitalize()}, riskiest first."
    )
    crumbs = (Link("Servers", root + urls.SERVERS), Link(key.capitalize())) if key else ()
    return ServersPage(
        head=context.head(
            url,
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
        buckets=parts.links(root, key) if parts else (),
    )
