"""The main part of a finished page to Markdown, for readers that are programs.

Works on our own HTML only. What a server sent stays data: it is put into a fence that is longer
than any run of backticks in it, or its special characters are escaped.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, repeat
from typing import TYPE_CHECKING

from generator.render.twin_words import code_span, escaped_text, fenced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HREF = re.compile(r' href="([^"]*)"')
_ALT = re.compile(r' alt="([^"]*)"')
_CELL = re.compile(r"<t[hd]\b[^>]*>")
_SKIPPED = re.compile(r"<(svg|form|nav|select|button)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<([^>]*)>")
_SPACED = frozenset({"span", "small", "strong", "b", "/div", "div", "time", "/a"})
_BREAKS = frozenset({"/figcaption", "/p", "/summary"})
_STARTS_LINE = frozenset({"h1", "h2", "h3", "h4", "p", "div", "section", "details"})
_ENDS_LINE = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "dt", "summary", "figcaption"})


_REMEMBERED = 1 << 12
"""Cells kept as made: most of them were written a moment before."""


@dataclass(slots=True)
class _Writer:
    """The Markdown so far: finished blocks, and the line being written."""

    is_cell: bool = False
    """Whether all stands on the one line of a table's cell."""
    blocks: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    lists: int = 0

    def flush(self, prefix: str = "") -> None:
        """End the line as a block of its own."""
        if self.line and (words := self.words()):
            self.blocks.append(f"{prefix}{words}")

    def words(self) -> str:
        """Return the line and begin another."""
        words = " ".join("".join(self.line).split())
        self.line.clear()
        return words

    def item(self) -> str:
        """Return how a list item of the present depth begins."""
        return f"{'  ' * max(self.lists - 1, 0)}- "


def blocks(page: str, known: Iterable[str] = ()) -> list[str]:
    """Return the Markdown of a page's main part.

    `known` is that of its first tables, as far as it is known already, and empty for others.
    """
    start = page.index(">", page.index("<main")) + 1
    before, *tables = page[start : page.index("</main>", start)].split("<table")
    out = _Writer()
    _write(out, _SKIPPED.sub("", before))
    for part, made in zip(tables, chain(known, repeat("")), strict=False):
        table, _, after = part.partition("</table>")
        caption, end, rows = table.partition(">")[2].partition("</caption>")
        if not end:
            caption, rows = "", caption
        out.flush()
        _write(out, caption)
        out.flush()
        out.blocks.append(made or _table(_rows(_SKIPPED.sub("", rows))))
        _write(out, _SKIPPED.sub("", after))
    out.flush()
    return _joined_lists(out.blocks)


def _write(out: _Writer, part: str) -> None:
    """Write what holds no table."""
    pieces = iter(_TAG.split(part))
    line = out.line
    if text := next(pieces):
        line.append(_escaped(text))
    for tag in pieces:
        text = next(pieces)
        name = tag.partition(" ")[0]
        if name == "a":
            words, text = _inner(pieces, name, text)
            line += (_link(tag, words), "" if text else " ")
        elif name == "code":
            words, text = _inner(pieces, name, text)
            line.append(code_span(words))
        elif name == "pre" or (name == "figure" and "verbatim" in tag):
            out.flush()
            words, text = _inner(pieces, name, text)
            out.blocks.append(fenced(words, quoted=name == "figure"))
        else:
            _tag(out, name, tag)
        if text == "\n":  # between elements, and mostly where no line has begun
            if line:
                line.append(text)
        elif text:
            line.append(_escaped(text))


def _inner(pieces: Iterator[str], name: str, first: str) -> tuple[str, str]:
    """Return an element's text without its tags, and the text that follows the element."""
    found, depth = [first], 1
    for tag in pieces:
        text = next(pieces)
        opened = tag.partition(" ")[0]
        if opened == f"/{name}":
            depth -= 1
            if not depth:
                return html.unescape("".join(found)), text
        elif opened == name and not tag.endswith("/"):
            depth += 1
        elif opened == "figcaption":
            text = _inner(pieces, "figcaption", text)[1]
        elif opened in _BREAKS:
            found.append("\n")
        found.append(text)
    return html.unescape("".join(found)), ""


def _tag(out: _Writer, name: str, tag: str) -> None:
    if out.is_cell:
        if name in {"span", "p", "li"}:
            out.line.append(" ")
    elif name.lstrip("/") in {"ul", "ol", "li"}:
        _list_tag(out, name)
    elif name in _STARTS_LINE and not out.lists:
        out.flush()
    elif name == "/dd":
        out.flush("  ")
    elif name.startswith("/") and name[1:] in _ENDS_LINE:
        _end_line(out, name[1:])
    elif name in _SPACED:
        out.line.append(" ")
    elif name == "img":
        found = _ALT.search(tag)
        out.line.append(_escaped(found[1]) if found else "")


def _list_tag(out: _Writer, name: str) -> None:
    if name in {"ul", "ol"}:
        out.flush(out.item() if out.lists else "")
        out.lists += 1
    elif name != "li":
        out.flush(out.item())
        out.lists -= name != "/li"


def _rows(rows: str) -> list[list[str]]:
    return [
        [cell(_CELL.split(part, 1)[1]) for part in row.split("</td>")[:-1]]
        for row in rows.replace("</th>", "</td>").split("</tr>")[:-1]
    ]


@lru_cache(maxsize=_REMEMBERED)
def cell(inside: str) -> str:
    """Return a cell on one line; levels, categories and rules stand in very many tables."""
    out = _Writer(is_cell=True)
    _write(out, inside)
    return out.words()


def _end_line(out: _Writer, name: str) -> None:
    if out.lists and name == "p":
        out.line.append(" ")
        return
    out.flush("#" * int(name[1]) + " " if name.startswith("h") else "")


def _link(tag: str, text: str) -> str:
    found = _HREF.search(tag)
    words = escaped_text(" ".join(text.split()))
    return f"[{words}]({html.unescape(found[1])})" if found else words


def _escaped(text: str) -> str:
    return escaped_text(html.unescape(text))


def _table(rows: list[list[str]]) -> str:
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    lines.insert(1, f"|{' --- |' * width}")
    return "\n".join(lines)


def _joined_lists(blocks: list[str]) -> list[str]:
    """Return blocks with neighbouring list items in one block."""
    joined: list[str] = []
    for block in blocks:
        is_item = block.lstrip().startswith("- ")
        if is_item and joined and joined[-1].lstrip().startswith("- "):
            joined[-1] += f"\n{block}"
        elif block:
            joined.append(block)
    return joined
