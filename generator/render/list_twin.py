"""Pages that list the tools of a server to Markdown, without reading every row from the HTML.

Called by `site.py` for the pages that a server has the most of; `twin.py` gives the same bytes from
the finished HTML, which takes several times as long for a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.render import twin
from generator.render.pages.level_server import LevelServerPage
from generator.render.pages.server import ServerPage
from generator.render.pages.tool_list import ToolListPage
from generator.render.texts import CHIP
from generator.render.twin_words import answer, joined, line, marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markupsafe import Markup

    from generator.render.html import Page
    from generator.render.pages.level_server import ReviewRow
    from generator.render.parts import Link, Matrix, Question, ToolList, ToolRow


def markdown(page: Page, html: bytes) -> bytes:
    """Return the Markdown of any page, from its HTML where its values do not say enough."""
    if isinstance(page, LevelServerPage):
        return joined(_review(page))
    if isinstance(page, ToolListPage):
        return joined(_list(page))
    if isinstance(page, ServerPage):
        return joined(twin.blocks(html.decode(), _tables(page)))
    return joined(twin.blocks(html.decode()))


def _list(page: ToolListPage) -> Iterator[str]:
    yield f"# {line(page.title)}"
    yield _inline(page.lede)
    yield _link(page.up) if page.up.text else ""
    if page.tools.rows:
        yield line(page.tools.caption)
        yield _tools(page.tools)


def _tools(found: ToolList) -> str:
    rows = map(_row_of_any if found.has_servers else _row, found.rows)
    return _table("| Risk | Tool | Category | Default rule |\n| --- | --- | --- | --- |", rows)


def _tables(page: ServerPage) -> Iterator[str]:
    """Yield the tables of a server's page in order; nothing for one to be read from the page."""
    if page.tools:
        yield _tools(page.tools)
    if page.matrix:
        yield _matrix(page.matrix)
    if page.changes and page.timeline:
        yield ""
    if page.downloads:
        yield _table(
            "| For | Profile | File | Cannot express |\n| --- | --- | --- | --- |",
            [
                f"| {line(item.target)} | {item.profile} | [{line(item.file_name)}]({item.url}) "
                f"| {item.losses} |"
                for item in page.downloads
            ],
        )


def _matrix(found: Matrix) -> str:
    columns = [_link(column) if column.url else line(column.text) for column in found.columns]
    rows = [
        (
            _link(row.name),
            *[f"[{cell.count}]({cell.url})" if cell.url else cell.count for cell in row.cells],
            row.total,
        )
        for row in found.rows
    ]
    head = f"| {' | '.join(('Category', *columns, 'All'))} |\n|{' --- |' * (len(columns) + 2)}"
    rows.append(("All", *found.totals, found.total))
    return _table(head, [f"| {' | '.join(row)} |" for row in rows])


def _row(row: ToolRow, owner: str = "") -> str:
    said = f"[{marked(row.name)}]({row.url}){owner} {_inline(row.gist)}".rstrip()
    return f"| {row.risk.word} {row.score} | {said} | {row.category} | {_inline(row.decision)} |"


def _row_of_any(row: ToolRow) -> str:
    """Return a tool as a row that says whose it is."""
    return _row(row, f" [{line(row.server)}]({row.server_url})")


def _review(page: LevelServerPage) -> Iterator[str]:
    yield page.risk.word
    yield f"# {line(page.title)}"
    yield line(page.lede)
    yield "\n".join([f"- {_link(link)}" for link in page.others])
    yield line(page.caption)
    head = "| Tool | Score | Why | Default rule |\n| --- | --- | --- | --- |"
    yield _table(head, map(_reviewed, page.rows))
    yield from _questions(page.questions)


def _reviewed(row: ReviewRow) -> str:
    why = (row.category, _inline(row.gist), ", ".join(map(_link, row.rules)))
    return (
        f"| [{marked(row.name)}]({row.url}) | {row.score} | {' '.join(filter(None, why))} "
        f"| {_inline(row.decision)} |"
    )


def _questions(questions: tuple[Question, ...]) -> Iterator[str]:
    if questions:
        yield "## Questions"
    for entry in questions:
        yield _inline(entry.question)
        for printed, said in zip(entry.answer, entry.said, strict=True):
            yield twin.cell(str(printed)) if CHIP in printed else answer(printed, said)


def _table(head: str, rows: Iterable[str]) -> str:
    return "\n".join((head, *rows))


def _link(link: Link) -> str:
    return f"[{line(link.text)}]({link.url})"


def _inline(markup: Markup) -> str:
    """Return a sentence on one line; a page has a space before each hidden character."""
    return twin.cell(str(markup)) if CHIP in markup else marked(markup)
