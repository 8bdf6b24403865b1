"""Content files to their canonical form: keys in order, clean white space, one final newline.

Called by `mcp-risk format`. Text is moved, never rewritten: quoting, line breaks and comments stay
as their author wrote them, and a comment moves with the key below it. The result is parsed and
compared before it is returned, so formatting cannot change what a file says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from generator.content_order import BY_FOLDER, OPT_OUT, SITE, Order
from generator.content_yaml import Sink, parse, plain

if TYPE_CHECKING:
    from pathlib import PurePath

    from generator.errors import Problem

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class Formatted:
    """The canonical text of a file, or the problems that keep it from being formatted."""

    text: str
    problems: tuple[Problem, ...] = ()


def order_of(relative: PurePath) -> Order | None:
    """Return the order of keys for a path inside a content folder, None for other files."""
    if len(relative.parts) == 1:
        return {"site.yaml": SITE, "opt-out.yaml": OPT_OUT}.get(relative.name)
    if len(relative.parts) == 2 and relative.suffix in (".yaml", ".md"):  # noqa: PLR2004 - kind/file
        return BY_FOLDER.get(relative.parts[0])
    return None


def formatted(text: str, order: Order, path: str) -> Formatted:
    """Return the canonical form of a YAML file, or of a Markdown file with front matter."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if path.endswith(".md"):
        head, body, line = _split(text)
    else:
        head, body, line = text, "", 1
    sink = Sink(path, first_line=line)
    node = parse(head, sink)
    if node is None:
        return Formatted(text, tuple(sink.problems))
    moved = _clean(_in_order(head, node, order))
    again = parse(moved, Sink(path))
    if again is None or plain(again) != plain(node):
        moved = head  # An odd layout: better unordered than changed.
    if not path.endswith(".md"):
        return Formatted(moved)
    return Formatted(f"{_FENCE}\n{moved}{_FENCE}\n{_body(body)}")


def _split(text: str) -> tuple[str, str, int]:
    """Return front matter, body, and the first line of the front matter."""
    lines = text.split("\n")
    ends = [n for n, line in enumerate(lines) if line.rstrip() == _FENCE]
    if len(ends) < 2 or ends[0] != 0:  # noqa: PLR2004 - an opening and a closing fence
        return "", text, 1
    return "\n".join(lines[1 : ends[1]]) + "\n", "\n".join(lines[ends[1] + 1 :]), 2


def _clean(text: str) -> str:
    return text.strip("\n") + "\n"


def _body(text: str) -> str:
    """Return Markdown without blank ends; two trailing spaces are a line break and stay."""
    kept = "\n".join(
        line if line.endswith("  ") and line.strip() else line.rstrip() for line in text.split("\n")
    )
    return kept.strip("\n") + "\n" if kept.strip() else ""


def _in_order(text: str, top: yaml.MappingNode, order: Order) -> str:
    """Return the text of a document in order; comments above the first key stay on top."""
    head = _line_start(text, top.start_mark.index)
    return text[:head] + _mapping(text, top, order, head, len(text))


def _mapping(text: str, node: yaml.Node, order: Order, start: int, end: int) -> str:
    """Return text[start:end], which holds one block mapping, with its entries in order."""
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        return text[start:end]
    starts = [start]
    starts += [_with_comments(text, key.start_mark.index, start) for key, _ in node.value[1:]]
    blocks = []
    for (key, value), first, last in zip(node.value, starts, [*starts[1:], end], strict=True):
        below = order.get(key.value, {})
        blocks.append((key.value, _entry(text, value, below, (first, last))))
    names = list(order)
    rank = {name: names.index(name) if name in order else len(names) for name, _ in blocks}
    ordered = sorted(blocks, key=lambda block: rank[block[0]])
    if ordered == blocks:
        return "".join(part for _, part in blocks)
    indent = " " * node.start_mark.column
    lead = text[_line_start(text, node.start_mark.index) : node.start_mark.index]
    return _joined([part for _, part in ordered], [part for _, part in blocks], indent, lead)


def _joined(ordered: list[str], written: list[str], indent: str, lead: str) -> str:
    """Return the entries one after another; in a list the first stands behind its dash."""
    if not lead.strip():
        return "".join(part if part.endswith("\n") else f"{part}\n" for part in ordered)
    if any(part.lstrip().startswith("#") for part in ordered):
        return "".join(written)
    first = written[0]
    prefix = first[: len(first) - len(first.lstrip("- "))]
    bare = [part[len(prefix) :] if part is first else part.removeprefix(indent) for part in ordered]
    bare = [part if part.endswith("\n") else f"{part}\n" for part in bare]
    return prefix + indent.join(bare)


def _entry(text: str, value: yaml.Node, order: Order, span: tuple[int, int]) -> str:
    """Return one entry with everything below its key in order."""
    first, last = span
    if not order or not isinstance(value, yaml.CollectionNode) or value.flow_style:
        return text[first:last]
    if isinstance(value, yaml.MappingNode):
        start = _with_comments(text, value.start_mark.index, first)
        return text[first:start] + _mapping(text, value, order, start, last)
    found, at = "", first
    items = value.value
    starts = [_with_comments(text, _line_start(text, i.start_mark.index), first) for i in items]
    for item, start, end in zip(items, starts, [*starts[1:], last], strict=True):
        found += text[at:start] + _mapping(text, item, order, start, end)
        at = end
    return found


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _with_comments(text: str, index: int, low: int) -> int:
    """Return where the line of `index` starts, or the comment lines right above it."""
    start = _line_start(text, index)
    while start > low:
        above = _line_start(text, start - 1)
        if above < low or not text[above:start].lstrip().startswith("#"):
            break
        start = above
    return max(start, low)
