"""One risk level: what it means and which servers have tools of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from markupsafe import Markup

from generator.model.kinds import kinds
from generator.render import buckets, lots, rows, texts, urls
from generator.render.context import Context, risk
from generator.render.lots import Later
from generator.render.parts import Head, Link, NavLink, Question, Risk
from generator.taxonomy import Category, Level
from generator.text import Crawled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.model import ServerSummary, ToolSummary
    from generator.render.buckets import ListPage

_ATTACKS = 6


@dataclass(frozen=True, slots=True)
class Share:
    """One server and how many tools of the level it has."""

    server: Link
    count: str
    of: str
    top: Markup
    """Its riskiest tool of the level, and why."""


@dataclass(frozen=True, slots=True)
class LevelPage:
    """`/risk/<level>/`."""

    template: ClassVar[str] = "level"

    head: Head
    risk: Risk
    title: str
    lede: Markup
    band: str
    body: Markup
    categories: tuple[tuple[Link, str], ...]
    caption: str
    servers: tuple[Share, ...]
    buckets: tuple[NavLink, ...]
    attacks: tuple[tuple[Link, str], ...]
    questions: tuple[Question, ...]


def pages(context: Context, level: Level) -> Iterator[Later]:
    """Yield the level's page and the parts of its list of servers."""
    base = urls.level(level)
    counts = {one.slug: many for one in context.index.servers if (many := _count(one, level))}
    ordered = sorted(counts, key=lambda slug: (-counts[slug], context.servers[slug].title, slug))
    servers = [context.servers[slug] for slug in ordered]
    order = buckets.in_order((server.letters for server in servers), servers)
    for page in buckets.pages(order, base, rows.LIST_LIMIT):
        shown = [ordered[i] for i in page.positions]
        stands_for = _key(context, level, shown, page) if page.key else ""
        yield Later(page.url, stands_for, partial(_page, context, level, counts, shown, page))


def _count(server: ServerSummary, level: Level) -> int:
    """Return how many tools of the level a server has."""
    return next((many for one, many in server.by_level if one is level), 0)


def _key(context: Context, level: Level, shown: Sequence[str], page: ListPage) -> str:
    """Return what stands for a part of the list: its servers, counts and all, and their tools."""
    best = lots.rows_key(_top(context, level, slug) for slug in shown)
    return lots.key(page.key, page.parts.key(page.key), page.part.mark, best)


def _page(
    context: Context,
    level: Level,
    counts: Mapping[str, int],
    shown: Sequence[str],
    at: ListPage,
) -> LevelPage:
    key, base, root = at.key, urls.level(level), urls.root(at.url)
    prose = context.prose(f"level-{level.value}")
    title = f"{level.title} risk tools" + (f": {key.capitalize()}" if key else "")
    crumbs = [Link("Risk levels", root + urls.LEVELS)]
    crumbs += (
        [Link(level.title, root + base), Link(key.capitalize())] if key else [Link(level.title)]
    )
    caption = (
        f"The {len(shown)} servers with most of these tools, of {texts.number(len(counts))}."
        if at.parts.names and not key
        else f"{texts.count(len(shown), 'server').capitalize()} with {level.title} tools."
    )
    total = context.by_level[level]
    return LevelPage(
        head=context.head(
            at.url,
            title,
            prose.summary,
            tuple(crumbs),
            section="risk",
            json=urls.api(f"risk/{level.value}.json"),
        ),
        risk=risk(level),
        title=title,
        lede=texts.prose(prose.summary),
        band=f"{'Tools' if key else texts.count(total, 'tool').capitalize()} with a score from "
        f"{level.first_score} to {level.last_score}.",
        body=context.article(prose.body if not key else "", root),
        categories=_categories(context, level, root) if not key else (),
        caption=caption,
        servers=tuple(_share(context, level, slug, counts, root) for slug in shown),
        buckets=at.parts.links(root, key),
        attacks=_attacks(context, level, root) if not key else (),
        questions=context.level_questions(level) if not key else (),
    )


def _categories(context: Context, level: Level, root: str) -> tuple[tuple[Link, str], ...]:
    counts = {category: context.cells[category, level] for category in Category}
    return tuple(
        (Link(category.value, root + urls.cell(category, level)), texts.number(counts[category]))
        for category in Category
        if counts[category]
    )


def _share(
    context: Context, level: Level, slug: str, counts: Mapping[str, int], root: str
) -> Share:
    server = context.servers[slug]
    top = _top(context, level, slug)
    return Share(
        server=Link(server.title, root + urls.level_server(level, slug)),
        count=texts.number(counts[slug]),
        of=texts.number(server.tools_total),
        top=Markup("<code>{}</code> {}").format(
            Crawled(top.name, 60), texts.prose(top.headline, 140)
        ),
    )


def _top(context: Context, level: Level, slug: str) -> ToolSummary:
    """Return a server's riskiest tool of the level."""
    return next(tool for tool in context.tools_of[slug] if tool.level is level)


def _attacks(context: Context, level: Level, root: str) -> tuple[tuple[Link, str], ...]:
    by_rule: dict[str, list[str]] = {}
    for attack in context.index.attacks:
        for rule in attack.applies_rules:
            by_rule.setdefault(rule, []).append(attack.slug)
    found: Counter[str] = Counter()
    for kind, ranks in kinds(context.index.tools).items():
        if kind.level is level:
            for slug in {slug for rule in kind.rules for slug in by_rule.get(rule, ())}:
                found[slug] += len(ranks)
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_ATTACKS]
    return tuple(
        (
            Link(context.attacks[slug].title, root + urls.attack(slug)),
            f"shares preconditions with {texts.count(amount, f'{level.title} tool')}",
        )
        for slug, amount in ranked
    )
