"""What lots that were made anew no longer have, so that a kept lot that counts on it is found.

Called by the pipeline. A kept lot was checked when it was made; it can only go wrong since when
another lot lost a file or id that it names, or the last link to one of its pages.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.render.checks.across import Closed
    from generator.render.checks.lot import LotFacts


@dataclass(slots=True)
class Lost:
    """What lots had and have no longer, as numbers."""

    targets: set[int] = field(default_factory=set)
    """Files, and ids that others may name."""
    links: set[int] = field(default_factory=set)
    """Files and ids of other lots that they named."""
    is_unknown: bool = False
    """Whether some lot was not checked when it was made: nobody knows what it had."""

    def add(self, before: LotFacts | None, after: LotFacts) -> None:
        """Note what a lot lost."""
        if before is None:
            self.is_unknown = True
            return
        for name in ("paths", "ids"):
            self.targets |= _numbers(getattr(before, name)) - _numbers(getattr(after, name))
        self.links |= _numbers(before.wanted) - _numbers(after.wanted)

    def matters(self, across: Closed) -> bool:
        """Return whether something is lost to the whole site, so that kept lots may miss it."""
        return (
            self.is_unknown
            or not all(map(across.has_target, self.targets))
            or not all(map(across.has_link, self.links))
        )


def _numbers(packed: bytes) -> set[int]:
    return set(array("Q", packed))
