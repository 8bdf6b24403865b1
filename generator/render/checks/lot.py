"""The files of one lot to what is wrong with them, and what must be true of the other lots.

A lot is a set of files that are made together: those of one server, or one page that spans
servers. It is checked before it is put in place. What it says of files of other lots is kept as
numbers, so that a million paths are compared in small memory; `Across` compares them.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import Location, Problem
from generator.render.checks import feeds, links, pile
from generator.render.checks.pile import PAGE, Pile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from generator.render.checks.markup import PageFacts
    from generator.render.checks.pile import CheckPolicy
    from generator.render.files import File

_SHARES, _SHARE_BITS = 256, 56
_UNREACHED = frozenset({"404.html", "contact/sent/index.html", "index.html"})
"""Pages that no link needs to lead to."""


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
    unlinked: bytes
    """Numbers of its pages that none of its own pages leads to."""
    is_hidden: bool
    """Whether none of its pages needs a link."""
    titles: bytes
    tool_pages: int
    large_pages: int
    """Tool pages above the size that 95 of 100 keep."""


def number(text: str) -> int:
    """Return 64 bits that stand for a path; two of a million meet once in thirty million sites."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def path_numbers(paths: Iterable[str]) -> bytes:
    """Return the numbers of a lot's files, twice where two of them have one path."""
    return array("Q", sorted(map(number, paths))).tobytes()


def check(
    files: Sequence[File], expected: Expected, check_policy: CheckPolicy | None = None
) -> LotFacts:
    """Return what the files of a lot show by themselves."""
    found, texts = Pile(), dict(files)
    for path, data in files:
        pile.read(found, path, data, check_policy)
    pile.policies_of_pages(found, expected.csp)
    pile.servers(found, texts, lambda path: texts[path].decode())
    pile.assets(found)
    wanted: set[str] = set()
    linked = _linked(found, texts, expected, wanted)
    for path, data in files:
        if feeds.is_feed(path):
            for rule, message in feeds.form(path, data):
                found.add(path, rule, message)
            addresses = feeds.targets(path, data, expected.address)
            wanted |= {target for _, target in addresses if target not in texts}
    for path, rule, message in links.same_but_case(frozenset(texts)):
        found.add(path, rule, message)
    tools = [path for path in found.pages if pile.is_tool_page(path)]
    return LotFacts(
        problems=tuple(found.problems),
        paths=path_numbers(path for path, _ in files),
        ids=_numbers(
            f"{path}#{one}"
            for path, page in found.pages.items()
            if not pile.is_tool_page(path)
            for one in page.ids
        ),
        wanted=_numbers(wanted),
        unlinked=_numbers(found.pages.keys() - linked - _UNREACHED),
        is_hidden=found.pages.keys() <= _UNREACHED,
        titles=array("Q", [number(page.title) for page in found.pages.values()]).tobytes(),
        tool_pages=len(tools),
        large_pages=sum(found.sizes[path] > PAGE for path in tools),
    )


def _linked(found: Pile, texts: dict[str, bytes], expected: Expected, wanted: set[str]) -> set[str]:
    """Return the pages that others of the lot lead to; add what leads out of it to `wanted`."""
    prefix = pile.base(expected.address)
    linked: set[str] = set()
    for path, page in found.pages.items():
        for link in page.links:
            target, anchor = links.resolved(path, link, prefix)
            if target is None:
                found.add(path, "links.outside", f"a link leaves the site: {link}")
            elif target not in texts:
                wanted.update((target, f"{target}#{anchor}") if anchor else (target,))
            else:
                if target != path:
                    linked.add(target)
                if anchor and target in found.pages and anchor not in found.pages[target].ids:
                    found.add(path, "links.anchor", f"{link} names no id of {target}")
    return linked


def _numbers(texts: Iterable[str]) -> bytes:
    return array("Q", sorted({number(text) for text in texts})).tobytes()


# ------------------------------------------------------------------------------- across lots


@dataclass(slots=True)
class Across:
    """What all lots say, added lot by lot: eight bytes per file, id, link out and title."""

    paths: array[int]
    ids: array[int]
    titles: array[int]
    linked: array[int]
    tool_pages: int = 0
    large_pages: int = 0

    @classmethod
    def empty(cls) -> Across:
        """Return one that knows nothing yet."""
        return cls(array("Q"), array("Q"), array("Q"), array("Q"))

    def add_paths(self, paths: bytes) -> None:
        """Add the files of a lot that was not checked."""
        self.paths.frombytes(paths)

    def add(self, facts: LotFacts) -> None:
        """Add one lot."""
        self.paths.frombytes(facts.paths)
        self.ids.frombytes(facts.ids)
        self.titles.frombytes(facts.titles)
        self.linked.frombytes(facts.wanted)
        self.tool_pages += facts.tool_pages
        self.large_pages += facts.large_pages

    def close(self, asked: AbstractSet[int] | None = None) -> Closed:
        """Return what answers questions: of these numbers alone when they are given, of all else.

        What is asked about a few lots concerns few numbers, and finding them among all costs much
        less than putting all in order. Of those numbers the answers are the same.
        """
        whole = (self.paths, self.ids, self.titles, self.linked)
        if asked is None:
            self.paths, self.ids, self.titles, self.linked = map(_sorted, whole)
            return Closed(self.paths, self.ids, self.titles, self.linked)
        return Closed(*(array("Q", sorted(filter(asked.__contains__, one))) for one in whole))

    def sizes(self) -> Iterator[Problem]:
        """Yield that too many tool pages are too large."""
        if self.large_pages > self.tool_pages - int(self.tool_pages * pile.PERCENTILE) - 1 >= 0:
            message = (
                f"tool pages: {self.large_pages} of {self.tool_pages} are above {PAGE} bytes "
                f"(expected at most {1 - pile.PERCENTILE:.0%})"
            )
            yield Problem("size", Location("tools/"), message)


@dataclass(frozen=True, slots=True)
class Closed:
    """What all lots say, in order, so that it can be looked up."""

    paths: array[int]
    ids: array[int]
    titles: array[int]
    linked: array[int]

    def holds(self, path: str) -> bool:
        """Return whether a lot makes this file."""
        return _has(self.paths, number(path))

    def has_target(self, one: int) -> bool:
        """Return whether a lot has the file or id of this number."""
        return _has(self.paths, one) or _has(self.ids, one)

    def has_link(self, one: int) -> bool:
        """Return whether a lot names the file or id of this number in another lot."""
        return _has(self.linked, one)

    def missing(self, facts: LotFacts) -> bool:
        """Return whether a page of the lot names a file or id that no lot has."""
        return not all(map(self.has_target, array("Q", facts.wanted)))

    def orphans(self, facts: LotFacts) -> bool:
        """Return whether no page at all leads to some page of the lot."""
        lonely = not all(map(self.has_link, array("Q", facts.unlinked)))
        return lonely or self.is_island(facts)

    def is_island(self, facts: LotFacts) -> bool:
        """Return whether the pages of a lot lead to each other, and no other lot to any of them."""
        return not facts.is_hidden and not any(map(self.has_link, array("Q", facts.paths)))

    def twice(self) -> frozenset[int]:
        """Return the numbers of paths that are claimed more than once."""
        both = zip(self.paths, self.paths[1:], strict=False)
        return frozenset(one for one, other in both if one == other)

    def titles_met(self, facts: LotFacts) -> bool:
        """Return whether a title of the lot is the title of another page too."""
        found = array("Q", facts.titles)
        return any(_times(self.titles, one) > 1 for one in found)


def named(
    files: Iterable[File], expected: Expected, across: Closed, facts: LotFacts
) -> Iterator[Problem]:
    """Yield by name what `missing`, `orphans` and `titles_met` found in a lot."""
    texts = dict(files)
    unlinked = frozenset(array("Q", facts.unlinked))
    if not unlinked and across.is_island(facts):
        first = min((path for path in texts if path.endswith(".html")), key=_shortest)
        message = "no page elsewhere leads to it or to those it leads to"
        yield Problem("links.orphan", Location(first), message)
    for path, data in texts.items():
        if path.endswith(".html"):
            found = Pile()
            pile.read(found, path, data, None)
            page = found.pages[path]
            yield from _dead(path, page, texts, expected, across)
            if number(path) in unlinked and not _has(across.linked, number(path)):
                yield Problem("links.orphan", Location(path), "no other page leads here")
            if _times(across.titles, number(page.title)) > 1:
                message = f"another page has the same title: {page.title!r}"
                yield Problem("form.title", Location(path), message)
        elif feeds.is_feed(path):
            for address, target in feeds.targets(path, data, expected.address):
                if target not in texts and not across.holds(target):
                    yield Problem("links.dead", Location(path), f"{address} has no page")


def _dead(
    path: str, page: PageFacts, texts: dict[str, bytes], expected: Expected, across: Closed
) -> Iterator[Problem]:
    """Yield the links of a page to files and ids that no lot has."""
    prefix = pile.base(expected.address)
    for link in sorted(page.links):
        target, anchor = links.resolved(path, link, prefix)
        if target is None or target in texts:
            continue
        if not across.holds(target):
            yield Problem("links.dead", Location(path), f"{link} leads to no file ({target})")
        elif anchor and not _has(across.ids, number(f"{target}#{anchor}")):
            yield Problem("links.anchor", Location(path), f"{link} names no id of {target}")


def _shortest(path: str) -> tuple[int, str]:
    return len(path), path


def _sorted(numbers: array[int]) -> array[int]:
    """Return numbers in order; sorted in shares, since a number costs four times as much alone."""
    shares = [array("Q") for _ in range(_SHARES)]
    for one in numbers:
        shares[one >> _SHARE_BITS].append(one)
    found = array("Q")
    for share in shares:
        found.extend(sorted(share))
    return found


def _has(numbers: array[int], one: int) -> bool:
    at = bisect_left(numbers, one)
    return at < len(numbers) and numbers[at] == one


def _times(numbers: array[int], one: int) -> int:
    at = bisect_left(numbers, one)
    end = at
    while end < len(numbers) and numbers[end] == one:
        end += 1
    return end - at
