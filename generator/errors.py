"""What can go wrong, as values: a Problem is a contributor's or a server's mistake at a place.

Every loader and check returns Problems; the command line prints them all and exits 1.
Exceptions are for I/O at the edge (CatalogueError) and for bugs (everything else).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a Problem matters: an error fails the run, a warning is printed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: path as given, 1-based line (0 when unknown), pointer inside the data."""

    path: str
    line: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        """Return `path:line`, or the path alone when the line is unknown."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: `path:line: rule: message (expected X, got Y)`."""

    rule: str
    location: Location
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """Return the one-line form that people and editors read."""
        return f"{self.location}: {self.rule}: {self.message}"


def in_order(problems: list[Problem]) -> list[Problem]:
    """Return the problems sorted by path, line, rule and message."""
    return sorted(problems, key=lambda p: (p.location, p.rule, p.message))


class CatalogueError(Exception):
    """The run cannot go on: something at the edge failed."""


class ContentError(CatalogueError):
    """A content file cannot be read at all."""


class BuildError(CatalogueError):
    """The output cannot be written."""
