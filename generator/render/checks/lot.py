"""The files of one lot to what is wrong with them, and what must be true of the other lots.

A lot is a set of files that are made or read together: those of one server, one page that spans
servers, or some files of a finished folder. What it says of files of other lots is kept as
numbers; `across.py` compares them, and `named.py` says by name what is wrong then.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.model.quick import quick
from generator.render.checks import feeds, links, pile, rings
from generator.render.checks.numbers import number, packed, path_numbers
from generator.render.checks.pile import PAGE, Pile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from generator.errors import Problem
    from generator.render.checks.pile import CheckPolicy
    from generator.render.files import File


@dataclass(frozen=True, slots=True)
class Expected:
    """What every page of the site must agree with."""

    csp: str
    address: str
    """The public address, empty without one."""


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What is wrong with a lot, and its part of what is checked across lots, as numbers."""

    problems: tuple[Problem, ...]
    paths: bytes
    """Numbers of its files, twice where two of them have one path."""
    ids: bytes
    """Numbers of `path#id` that other pages may name; those of tool pages are left out."""
    wanted: bytes
    """Numbers of files and ids of other lots that its pages name."""
    rings: bytes
    """Its pages, those that lead to each other together, with the pages they lead to."""
    titles: bytes
    cased: bytes
    """Numbers of its paths that have capital letters, written without."""
    tool_pages: int
    large_pages: int
    """Tool pages above the size that 95 of 100 keep."""
    styles: int
    scripts: int
    """Bytes of style sheets, and of scripts."""


def check(
    files: Iterable[File],
    expected: Expected,
    check_policy: CheckPolicy | None = None,
    beside: Collection[str] = (),
) -> LotFacts:
    """Return what the files of a lot show by themselves; they are read once, one by one.

    `beside` are paths of the lot that nothing is read of, complete when `files` ends.
    """
    found = Pile()
    targets: set[str] = set()
    paths: list[str] = []
    for path, data in files:
        paths.append(path)
        pile.read(found, path, data, check_policy)
        if feeds.is_feed(path):
            for rule, message in feeds.form(path, data):
                found.add(path, rule, message)
            targets.update(target for _, target in feeds.targets(path, data, expected.address))
    for path in beside:
        paths.append(path)
        pile.note(found, path, 0)
    pile.policies_of_pages(found, expected.csp)
    pile.servers(found)
    ahead, wanted = _links(found, pile.base(expected.address))
    wanted |= targets
    tools = [path for path in found.pages if pile.is_tool_page(path)]
    return LotFacts(
        problems=tuple(found.problems),
        paths=path_numbers(paths),
        ids=packed(
            f"{path}#{one}"
            for path, page in found.pages.items()
            if not pile.is_tool_page(path)
            for one in page.ids
        ),
        wanted=packed(one for one in wanted if one not in found.sizes),
        rings=rings.pack(ahead),
        titles=array("Q", [number(page.title) for page in found.pages.values()]).tobytes(),
        cased=array(
            "Q", [number(folded) for path in paths if (folded := path.casefold()) != path]
        ).tobytes(),
        tool_pages=len(tools),
        large_pages=sum(found.sizes[path] > PAGE for path in tools),
        styles=found.total(".css"),
        scripts=found.total(".js"),
    )


def _links(found: Pile, prefix: str) -> tuple[dict[str, set[str]], set[str]]:
    """Return the pages that each page leads to, and all that leads out of the lot."""
    ahead: dict[str, set[str]] = {}
    wanted: set[str] = set()
    for path, page in found.pages.items():
        ahead[path] = set()
        for link in page.links:
            target, anchor = links.resolved(path, link, prefix)
            if target is None:
                found.add(path, "links.outside", f"a link leaves the site: {link}")
                continue
            if target.endswith(".html"):
                ahead[path].add(target)
            if target not in found.sizes:
                wanted.update((target, f"{target}#{anchor}") if anchor else (target,))
            elif anchor and target in found.pages and anchor not in found.pages[target].ids:
                found.add(path, "links.anchor", f"{link} names no id of {target}")
    return ahead, wanted


quick(LotFacts)
