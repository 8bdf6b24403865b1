"""One server's tools of one level with their reason and rule: a review list that prints well."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.model.quick import maker, module_quick
from generator.render import buckets, rows, texts, urls
from generator.render.context import Context, answered, risk
from generator.render.parts import Head, Link, NavLink, Question, Risk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from generator.model import Answer, ServerEntry, ToolSummary
    from generator.render.buckets import ListPage
    from generator.taxonomy import Level

_REVIEW = 55
"""Rows of one page: they are taller than those of other lists."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One tool to review."""

    name: Markup
    url: str
    score: str
    category: str
    gist: Markup
    decision: Markup
    rules: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class LevelServerPage:
    """`/risk/<level>/<server>/`."""

    template: ClassVar[str] = "level_server"

    head: Head
    risk: Risk
    title: str
    lede: str
    caption: str
    rows: tuple[ReviewRow, ...]
    buckets: tuple[NavLink, ...]
    others: tuple[Link, ...]
    questions: tuple[Question, ...]


def pages(context: Context, entry: ServerEntry) -> Iterator[LevelServerPage]:
    """Yield one page for each level that the server has tools of, in parts when it is long."""
    slug = entry.summary.slug
    tools = context.tools_of.get(slug, [])
    answers = dict(entry.level_answers)
    counts = Counter([tool.level for tool in tools])
    for level in counts:
        chosen = [tool for tool in tools if tool.level is level]
        base = urls.level_server(level, slug)
        order = buckets.in_order((tool.letters for tool in chosen), chosen)
        for page in buckets.pages(order, base, _REVIEW):
            asked = () if page.key else answers.get(level, ())
            shown = [chosen[i] for i in page.positions]
            yield _page(context, level, counts, shown, page, answers=asked)


def _page(
    context: Context,
    level: Level,
    counts: Counter[Level],
    tools: Sequence[ToolSummary],
    at: ListPage,
    *,
    answers: tuple[Answer, ...],
) -> LevelServerPage:
    slug = tools[0].server
    base, key = urls.level_server(level, slug), at.key
    root = urls.root(at.url)
    server, title = context.servers[slug], context.server_title(slug)
    total = counts[level]
    heading = f"{level.title} tools of {title}" + (f": {key.capitalize()}" if key else "")
    caption = f"{texts.count(len(tools), 'tool').capitalize()} to review, highest score first."
    if at.parts.names and not key:
        caption = f"The {len(tools)} highest scores of {texts.number(total)} tools."
    return LevelServerPage(
        head=context.head(
            at.url,
            heading,
            f"{texts.count(total, f'{level.title} tool')} of {title}, each with its reason and "
            "default rule.",
            (
                Link("Risk levels", root + urls.LEVELS),
                Link(level.title, root + urls.level(level)),
                Link(server.title, root + base if key else ""),
                *((Link(key.capitalize()),) if key else ()),
            ),
            section="risk",
            observed=server.observed_on,
        ),
        risk=risk(level),
        title=heading,
        lede=f"{texts.number(total)} of {texts.count(server.tools_total, 'tool')} "
        f"{'scores' if total == 1 else 'score'} from "
        f"{level.first_score} to {level.last_score}.",
        caption=caption,
        rows=tuple([_row(context, tool, root) for tool in tools]),
        buckets=at.parts.links(root, key),
        others=(
            Link(f"All about {server.title}", root + urls.server(slug)),
            *(
                Link(
                    f"{other.title} ({counts[other]})",
                    root + urls.level_server(other, slug),
                )
                for other in rows.LEVELS_DOWN
                if other is not level and counts[other]
            ),
        ),
        questions=answered(answers),
    )


def _row(context: Context, tool: ToolSummary, root: str) -> ReviewRow:
    return _new_row(
        name=texts.name(tool.name or "(no name)", 80),
        url=root + context.tool_url(tool),
        score=str(tool.score),
        category=tool.category.value,
        gist=texts.prose(tool.headline, 240),
        decision=texts.prose(tool.decision, 160),
        rules=rows.rule_links(tool.rules[:5], root),
    )


module_quick(__name__)
_new_row = maker(ReviewRow)
