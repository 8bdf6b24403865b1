"""A tool's page object to its Markdown twin, without the way over HTML: there are very many.

Called by `site.py`; `twin.py` does the same for every other page from the finished HTML.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.render.texts import CHIP
from generator.render.twin_words import ELEMENT, answer, code_span, fenced, joined, line
from generator.text import unescaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markupsafe import Markup

    from generator.render.pages.tool import ToolPage
    from generator.render.parts import LedgerRow, Link

_COMMENT = '<span class="c">'
"""How a comment begins in the policy text of a page."""


def markdown(page: ToolPage) -> bytes:
    """Return the Markdown twin of a tool's page."""
    return joined(_blocks(page))


def _blocks(page: ToolPage) -> Iterator[str]:
    panel = page.panel
    yield f"# {line(page.name)}"
    yield line(page.verdict)
    yield (
        f"{panel.risk.word} risk, {panel.score} of 100, {_link(panel.category)}. "
        f"Facets: {panel.facets}. Confidence: {panel.confidence}. "
        f"Default rule: {line(panel.decision)}."
    )
    yield f"Part of the {_link(page.server)} MCP server. {line(page.package)}"
    yield "; ".join(line(banner.text) for banner in panel.banners)
    yield _said(page)
    yield "## What agents use it for"
    yield line(page.use)
    yield from map(line, page.consequences)
    yield line(page.advice)
    yield f"## {page.ledger_title}"
    yield line(page.ledger_note)
    yield _table(
        ("Rule", "Signal", "Points"),
        (*_ledger(page.ledger.rows), (page.total_label, "", page.total)),
    )
    yield from map(line, page.corrections)
    yield from (f"- {line(words)}" for words in page.considered)
    yield from _findings(page)
    yield from _methods(page)
    yield from _policy(page)
    yield from _parameters(page)
    yield "## What the server declares"
    yield _table(
        ("Annotation", "Declared", "Our reading"),
        ((code_span(row.name), row.declared, line(row.reading)) for row in page.hints),
    )
    yield from _related(page)
    yield "## Questions" if page.questions else ""
    for entry in page.questions:
        yield f"### {answer(entry.question, entry.asked)}"
        yield from map(answer, entry.answer, entry.said)
    yield "## Facts"
    yield "\n".join(f"- {fact.label}: {line(fact.value)}" for fact in page.facts)
    yield f"[Everything as JSON]({page.head.json_url})"


def _said(page: ToolPage) -> str:
    whole = str(page.whole or page.opening)
    title = f"{page.title_claim}\n" if page.title_claim else ""
    return fenced(f"{title}{whole}", quoted=True) if whole or title else "No description was sent."


def _ledger(rows: Iterable[LedgerRow]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        where = f" {code_span(str(row.where))}" if row.where else ""
        quote = f" “{line(row.quote)}”" if row.quote else ""
        note = f" {line(row.note)}" if row.note else ""
        yield (
            _target(line(row.rule), row.url),
            f"{line(row.text)}{where}{quote}{note}",
            row.points,
        )


def _findings(page: ToolPage) -> Iterator[str]:
    if page.findings:
        yield "## Text that addresses the model"
    for found in page.findings:
        yield f"{found.verdict}: {line(found.text)} {_target(code_span(found.rule), found.url)}"
        yield fenced(str(found.quote), quoted=True) if found.quote else ""


def _methods(page: ToolPage) -> Iterator[str]:
    if page.methods:
        yield f"## One tool, {len(page.methods)} methods"
        yield _table(
            ("Method", "Category", "Level", "Balanced policy"),
            (
                (
                    code_span(str(row.name)),
                    row.category,
                    f"{row.risk.word} ({row.score})",
                    line(row.decision),
                )
                for row in page.methods
            ),
        )


def _policy(page: ToolPage) -> Iterator[str]:
    if not page.targets:
        return
    first, *others = page.targets
    yield "## Default policy"
    yield line(page.policy_intro)
    yield f"{_target(code_span(first.file_name), first.url)}: {_link(page.server_policy)}"
    hides = CHIP in first.code
    yield fenced(_plain(first.code) if hides else first.plain, quoted=False)
    yield "\n".join(f"- {line(loss)}" for loss in first.losses)
    yield "\n".join(
        f"- {other.title}: {_target(code_span(other.file_name), other.url)}" for other in others
    )
    yield _table(
        ("Profile", "Intercept", "Clients that can ask"),
        ((row.profile, line(row.intercept), line(row.clients)) for row in page.effects),
    )
    for run in page.tried:
        message = f" The agent reads: {line(run.message)}" if run.message else ""
        yield f"{run.word}: {code_span(str(run.call))} {line(run.why)}{message}"
    yield line(page.no_dry_run)


def _parameters(page: ToolPage) -> Iterator[str]:
    rows = (*page.parameters, *page.more_parameters)
    if rows:
        yield f"## {page.parameters_title}"
        yield _table(
            ("Parameter", "Type", "Watch for", "Points"),
            (
                (
                    code_span(str(row.name)) + (" required" if row.is_required else ""),
                    row.type,
                    f"{line(row.watch)} {line(row.detail)}".strip(),
                    row.points,
                )
                for row in rows
            ),
        )


def _related(page: ToolPage) -> Iterator[str]:
    if page.changes:
        yield "## Changes between crawls"
        yield "\n".join(
            f"- Old form last seen on {row.day}, {row.word}: {line(row.text)}"
            for row in page.changes
        )
    if page.attacks:
        yield "## Attack patterns with the same preconditions"
        yield "\n".join(f"- {_link(item.link)}" for item in page.attacks)
    links = (*page.similar, page.category_tools, page.level_here, page.level_everywhere)
    yield "## More like this"
    yield "\n".join(f"- {_link(link)}" for link in links)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def _link(link: Link) -> str:
    return _target(line(link.text), link.url)


def _target(text: str, url: str) -> str:
    return f"[{text}]({url})" if url else text


def _plain(markup: Markup) -> str:
    """Return policy text as its file has it, hidden characters as the page shows them."""
    whole = str(markup).replace(_COMMENT, "").replace("</span>", "")
    return unescaped(ELEMENT.sub(lambda m: m[1] or "", whole) if "<" in whole else whole)
