"""A lot that `across.py` found wrong to what is wrong, by name. Reads its files once more.

Called by the pipeline and by `verify.py`, for the few lots that need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import Location, Problem
from generator.render.checks import feeds, links, pile
from generator.render.checks.numbers import has, number, times, unpacked
from generator.render.checks.pile import Pile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from generator.render.checks.across import Closed
    from generator.render.checks.lot import Expected, LotFacts
    from generator.render.checks.markup import PageFacts
    from generator.render.files import File


def named(
    files: Iterable[File],
    expected: Expected,
    across: Closed,
    facts: LotFacts,
    beside: Collection[str] = (),
) -> Iterator[Problem]:
    """Yield what other lots make wrong in this one; `beside` are paths that are not read."""
    own = frozenset(unpacked(facts.paths))
    pages: dict[int, str] = {}
    for path, data in files:
        yield from _case(path, across)
        if path.endswith(".html"):
            pages[number(path)] = path
            found = Pile()
            pile.read(found, path, data, None)
            if path in found.pages:
                yield from _page(path, found.pages[path], own, expected, across)
        elif feeds.is_feed(path):
            for address, target in feeds.targets(path, data, expected.address):
                if not across.holds(target):
                    yield Problem("links.dead", Location(path), f"{address} has no page")
    for path in beside:
        yield from _case(path, across)
    for ring in across.orphans(facts):
        first = min((pages[one] for one in ring.pages), key=_shortest)
        message = "no link from the front page leads here"
        if len(ring.pages) > 1:
            message += f", nor to the {len(ring.pages) - 1} it is linked with"
        yield Problem("links.orphan", Location(first), message)


def _page(
    path: str, page: PageFacts, own: frozenset[int], expected: Expected, across: Closed
) -> Iterator[Problem]:
    """Yield links to files and ids that no lot has, and a title that another page has."""
    prefix = pile.base(expected.address)
    for link in sorted(page.links):
        target, anchor = links.resolved(path, link, prefix)
        if target is None or number(target) in own:
            continue
        if not across.holds(target):
            yield Problem("links.dead", Location(path), f"{link} leads to no file ({target})")
        elif anchor and not has(across.ids, number(f"{target}#{anchor}")):
            message = f"{link} names no id of {target}"
            if pile.is_tool_page(target):
                message = f"{link} names an id of another server's tool (expected its page alone)"
            yield Problem("links.anchor", Location(path), message)
    if times(across.titles, number(page.title)) > 1:
        message = f"another page has the same title: {page.title!r}"
        yield Problem("form.title", Location(path), message)


def _case(path: str, across: Closed) -> Iterator[Problem]:
    """Yield that a path and another are one on a disk that knows no case."""
    if across.cased and across.has_same_but_case(path):
        folded = path.casefold()
        other = folded if folded != path and across.holds(folded) else "another file"
        yield Problem("links.case", Location(path), f"differs from {other} in case only")


def _shortest(path: str) -> tuple[int, str]:
    return len(path), path
