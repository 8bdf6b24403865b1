"""A list of tools: all of them, one server's, or one cell of the matrix; long ones in parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from generator.render import buckets, lots, rows, texts, urls
from generator.render.lots import Later
from generator.render.pages.attack import SHOWN
from generator.render.parts import Head, Link, ToolList

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from generator.model import AttackEntry, AttackFacts, ToolSummary
    from generator.render.buckets import ListPage, Order
    from generator.render.context import Context
    from generator.taxonomy import Category, Level


@dataclass(frozen=True, slots=True)
class ToolListPage:
    """One list of tools with the way to its parts and upwards."""

    template: ClassVar[str] = "tool_list"

    head: Head
    title: str
    lede: Markup
    up: Link
    tools: ToolList


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a list is about, whichever of its parts is shown."""

    url: str
    title: str
    lede: str
    crumbs: tuple[tuple[str, str], ...]
    """(text, URL below the root) of the pages above."""
    section: str
    up: tuple[str, str] = ("", "")
    json: str = ""
    observed: str = ""
    has_servers: bool = True
    lede_of_parts: str = ""
    """Said instead of `lede` on the parts of a long list, so that they hold no count of all."""
    by_name: bool = False
    """Whether the parts follow the tools' names; by the servers' names otherwise."""


def all_tools(context: Context) -> Iterator[Later]:
    """Yield `/tools/`: the riskiest, and every tool from A to Z."""
    total = len(context.index.tools)
    lede = context.prose("tools").summary or f"All {texts.count(total, 'tool')} of the catalogue."
    short = context.prose("tools").summary or "Tools of the catalogue."
    subject = _Subject(urls.TOOLS, "Tools", lede, (), "servers", lede_of_parts=short, by_name=True)
    yield from _pages(context, subject, context.index.tools)


def of_server(context: Context, slug: str) -> Iterator[Later]:
    """Yield `/tools/<server>/`: one server's tools from A to Z."""
    server = context.servers[slug]
    title = context.server_title(slug)
    tools = sorted(context.tools_of.get(slug, ()), key=lambda tool: tool.name.casefold())
    if not tools:
        return
    lede = (
        f"{texts.count(len(tools), 'tool').capitalize()}, A to Z. The server's page lists them by "
        "risk, with its policy."
    )
    subject = _Subject(
        urls.server_tools(slug),
        f"Tools of {title}",
        lede,
        (("Servers", urls.SERVERS), (server.title, urls.server(slug))),
        "servers",
        (f"All about {server.title}", urls.server(slug)),
        observed=server.observed_on,
        has_servers=False,
        by_name=True,
    )
    yield from _pages(context, subject, tools)


def of_cell(context: Context, category: Category, level: Level) -> Iterator[Later]:
    """Yield `/categories/<category>/<level>/` when the cell holds a tool."""
    order = context.order((category, level))
    if not order.positions:
        return
    found = texts.count(len(order.positions), "tool")
    band = f"{level.first_score} to {level.last_score}"
    subject = _Subject(
        urls.cell(category, level),
        f"{category.value} tools, {level.title} risk",
        f"{found.capitalize()} rated {category.value} with a score from {band}.",
        (("Categories", urls.CATEGORIES), (category.value, urls.category(category))),
        "categories",
        (f"What {category.value} means", urls.category(category)),
        lede_of_parts=f"Tools rated {category.value} with a score from {band}.",
    )
    yield from _pages(context, subject, context.index.tools, order)


def of_attack(context: Context, entry: AttackEntry, facts: AttackFacts) -> Iterator[Later]:
    """Yield `/attacks/<slug>/tools/`: every tool that shares the entry's preconditions.

    Nothing for an entry whose own page shows all of them.
    """
    if facts.tools_total <= SHOWN:
        return
    total, kept = facts.tools_total, len(facts.tools)
    lede = (
        f"{texts.count(total, 'tool').capitalize()} of "
        f"{texts.count(facts.servers_total, 'server')} {'shares' if total == 1 else 'share'} "
        "preconditions of this entry. That is a statement about definitions, not about their "
        "authors or about any incident."
    )
    if kept < total:
        lede += f" The {texts.number(kept)} riskiest are listed."
    subject = _Subject(
        urls.attack_tools(entry.slug),
        f"Tools that share preconditions: {entry.title}",
        lede,
        (("Attacks", urls.ATTACKS), (entry.title, urls.attack(entry.slug))),
        "attacks",
        (f"The entry: {entry.title}", urls.attack(entry.slug)),
        lede_of_parts="Tools that share preconditions of this entry: that says something of "
        "definitions only.",
        json=urls.api(f"attacks/{entry.slug}.json"),
    )
    yield from _pages(context, subject, list(facts.tools))


def _pages(
    context: Context, subject: _Subject, tools: Sequence[ToolSummary], order: Order | None = None
) -> Iterator[Later]:
    """Yield the pages of a list, all tools given or some of them in this order.

    The words of a part hold no count of the whole.
    """
    letters = (tool.letters if subject.by_name else context.letters(tool) for tool in tools)
    order = order or buckets.in_order(letters, tools)
    of_part = replace(subject, lede=subject.lede_of_parts or subject.lede)
    mark = lots.key(of_part)
    for page in buckets.pages(order, subject.url, rows.LIST_LIMIT):
        if page.key:
            stands_for = lots.key(mark, page.parts.key(page.key), page.key, page.part.mark)
            yield Later(page.url, stands_for, partial(_page, context, of_part, tools, page, 0))
            continue
        total = len(order.positions) if page.parts.names else 0
        shown = lots.rows_key(_shown(subject, tools, page, total))
        stands_for = lots.key(subject, total, page.parts.key(page.key), shown)
        yield Later(page.url, stands_for, partial(_page, context, subject, tools, page, total))


def _shown(
    subject: _Subject, tools: Sequence[ToolSummary], at: ListPage, total: int
) -> list[ToolSummary]:
    """Return the tools on a page; `total` is that of a long list on its first page."""
    if total and not subject.has_servers:
        return sorted(tools, key=lambda tool: -tool.score)[: rows.LIST_LIMIT]
    return [tools[position] for position in at.positions]


def _page(
    context: Context,
    subject: _Subject,
    every: Sequence[ToolSummary],
    at: ListPage,
    total: int,
) -> ToolListPage:
    key, root = at.key, urls.root(at.url)
    tools = _shown(subject, every, at, total)
    title = f"{subject.title}: {key.capitalize()}" if key else subject.title
    crumbs = tuple(Link(text, root + target) for text, target in subject.crumbs)
    crumbs += (Link(subject.title, root + subject.url), Link(key.capitalize())) if key else ()
    if total:
        caption = f"The {len(tools)} riskiest of {texts.number(total)} tools."
    else:
        caption = f"{texts.count(len(tools), 'tool').capitalize()}."
    listed = rows.tool_list(context, tools, root, caption, server=subject.has_servers)
    return ToolListPage(
        head=context.head(
            at.url,
            title,
            subject.lede,
            crumbs if key else (*crumbs, Link(subject.title)),
            section=subject.section,
            json=subject.json,
            observed=subject.observed,
        ),
        title=title,
        lede=texts.prose(subject.lede),
        up=Link(subject.up[0], root + subject.up[1]),
        tools=replace(
            listed,
            buckets=at.parts.links(root, key),
            bucket_label="By tool name" if subject.by_name else "By server",
        ),
    )
