"""What one run measured at one size; a figure that was not taken is None. Kept as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.model import JsonObject

ALONE = 0.9
"""The share of wall time a process must get for wall time to mean something."""


@dataclass(slots=True)
class Figures:
    """Seconds are CPU of the process tree unless the name says wall; memory is in MB."""

    tools: int = 0
    servers: int = 0
    files: int = 0
    site_mb: float = 0
    where: str = ""
    taken_on: str = ""
    versions: str = ""
    build: float | None = None
    build_wall: float | None = None
    build_peak: float | None = None
    two: float | None = None
    two_wall: float | None = None
    two_peak: float | None = None
    unchanged: float | None = None
    unchanged_wall: float | None = None
    changed: float | None = None
    changed_wall: float | None = None
    changed_peak: float | None = None
    changed_pages: int | None = None
    changed_written: int | None = None
    same_as_clean: bool | None = None
    verify: float | None = None
    verify_peak: float | None = None
    floor: float | None = None
    naive: float | None = None
    naive_peak: float | None = None
    naive_page: float | None = None
    ours: float | None = None
    ours_ready: float | None = None
    ours_html: float | None = None
    ours_page: float | None = None
    hugo: float | None = None
    hugo_wall: float | None = None
    hugo_peak: float | None = None
    hugo_page: float | None = None
    rated_per_second: float | None = None
    search_whole: int | None = None
    search_first: int | None = None
    help_wall: float | None = None

    @property
    def is_busy(self) -> bool:
        """Return whether the process that built alone had to wait for its core."""
        return bool(self.build and self.build_wall and self.build < ALONE * self.build_wall)

    def as_json(self) -> JsonObject:
        """Return the figures that were taken."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def of_json(data: JsonObject) -> Figures:
    """Return figures as they were kept; what this version does not know is left out."""
    known = {item.name for item in fields(Figures)}
    return Figures(**{name: value for name, value in data.items() if name in known})
