"""What lots say, to what is wrong between them: eight bytes per file, id, title and link out.

Called by the pipeline while it builds and by `verify.py` for a finished folder; `named.py` says by
name what is found here by number.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.errors import Location, Problem
from generator.render.checks import pile, rings
from generator.render.checks.numbers import has, in_order, number, times, unpacked
from generator.render.checks.pile import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.render.checks.lot import LotFacts
    from generator.render.checks.rings import Ring


def _none() -> array[int]:
    return array("Q")


@dataclass(slots=True)
class Across:
    """What all lots say, added lot by lot."""

    paths: array[int] = field(default_factory=_none)
    ids: array[int] = field(default_factory=_none)
    titles: array[int] = field(default_factory=_none)
    linked: array[int] = field(default_factory=_none)
    cased: array[int] = field(default_factory=_none)
    """Paths with capital letters, written without."""
    tool_pages: int = 0
    large_pages: int = 0
    styles: int = 0
    scripts: int = 0

    def add_paths(self, paths: bytes) -> None:
        """Add the files of a lot that was not checked, as `path_numbers`."""
        self.paths.frombytes(paths)

    def add(self, facts: LotFacts) -> None:
        """Add one lot."""
        self.paths.frombytes(facts.paths)
        self.ids.frombytes(facts.ids)
        self.titles.frombytes(facts.titles)
        self.linked.frombytes(facts.wanted)
        self.cased.frombytes(facts.cased)
        self.tool_pages += facts.tool_pages
        self.large_pages += facts.large_pages
        self.styles += facts.styles
        self.scripts += facts.scripts

    def close(self, asked: set[int] | frozenset[int] | None = None) -> Closed:
        """Return what answers questions: of these numbers alone when they are given, of all else.

        What is asked about a few lots concerns few numbers, and finding them among all costs much
        less than putting all in order. Of those numbers the answers are the same.
        """
        if asked is None:
            whole = (self.paths, self.ids, self.titles, self.linked, self.cased)
            self.paths, self.ids, self.titles, self.linked, self.cased = map(in_order, whole)
            return Closed(self.paths, self.ids, self.titles, self.linked, self.cased)
        paths, titles, cased = (
            array("Q", sorted(filter(asked.__contains__, one)))
            for one in (self.paths, self.titles, self.cased)
        )
        # Of these it never matters how often: that they are there is found much faster.
        ids, linked = (
            array("Q", sorted(asked.intersection(one))) for one in (self.ids, self.linked)
        )
        return Closed(paths, ids, titles, linked, cased)

    def sizes(self) -> Iterator[Problem]:
        """Yield what is too large in all: most tool pages, the style sheets, the scripts."""
        if self.large_pages > self.tool_pages - int(self.tool_pages * pile.PERCENTILE) - 1 >= 0:
            message = (
                f"tool pages: {self.large_pages} of {self.tool_pages} are above {PAGE} bytes "
                f"(expected at most {1 - pile.PERCENTILE:.0%})"
            )
            yield Problem("size", Location("tools/"), message)
        for kind, total, most in (
            ("css", self.styles, pile.STYLE),
            ("js", self.scripts, pile.SCRIPT),
        ):
            if total > most:
                message = f"*.{kind}: {total} bytes in all (expected at most {most})"
                yield Problem("size", Location("static/"), message)


@dataclass(slots=True)
class Closed:
    """What all lots say, in order, so that it can be looked up."""

    paths: array[int]
    ids: array[int]
    titles: array[int]
    linked: array[int]
    cased: array[int]
    unreached: frozenset[int] | None = None
    """Pages that no chain of links from the front page leads to. None: nobody asked, so that a
    page counts as reached when its ring is linked from another lot."""

    def is_wrong(self, facts: LotFacts) -> bool:
        """Return whether the other lots make something of a lot wrong; `named` says what."""
        return (
            not all(map(self.has_target, unpacked(facts.wanted)))
            or any(self.orphans(facts))
            or any(times(self.titles, one) > 1 for one in unpacked(facts.titles))
            or self._is_cased(facts)
        )

    def holds(self, path: str) -> bool:
        """Return whether a lot makes this file."""
        return has(self.paths, number(path))

    def has_target(self, one: int) -> bool:
        """Return whether a lot has the file or id of this number."""
        return has(self.paths, one) or has(self.ids, one)

    def has_link(self, one: int) -> bool:
        """Return whether a lot names the file or id of this number in another lot."""
        return has(self.linked, one)

    def orphans(self, facts: LotFacts) -> Iterator[Ring]:
        """Yield the rings of a lot's pages that nothing leads to."""
        if self.unreached is None:
            for ring in rings.entrances(facts.rings):
                if not any(map(self.has_link, ring.pages)):
                    yield ring
        elif self.unreached:
            for ring in rings.unpack(facts.rings):
                if not self.unreached.isdisjoint(ring.pages):
                    yield ring

    def twice(self) -> frozenset[int]:
        """Return the numbers of paths that are claimed more than once."""
        both = zip(self.paths, self.paths[1:], strict=False)
        return frozenset(one for one, other in both if one == other)

    def has_same_but_case(self, path: str) -> bool:
        """Return whether another file's path differs from this one in case only."""
        folded = path.casefold()
        one = number(folded)
        if folded == path:
            return has(self.cased, one)
        return has(self.paths, one) or times(self.cased, one) > 1

    def _is_cased(self, facts: LotFacts) -> bool:
        if not self.cased:
            return False
        own = unpacked(facts.cased)
        return any(has(self.paths, one) or times(self.cased, one) > 1 for one in own) or any(
            has(self.cased, one) for one in unpacked(facts.paths)
        )
