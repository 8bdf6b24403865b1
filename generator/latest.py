"""What was worked out about the objects asked about last: many ask the same of one in a row.

Six formats and the words of every tool's page look at the three policies of a server; every
sentence about a tool looks at the same signals of its assessment. Used by policy and derive. These
objects never change, so an answer is kept as long as its object is among the last few; which these
are is told by identity, because comparing would cost more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import Callable

Subject = TypeVar("Subject")
Subjects = TypeVarTuple("Subjects")
Found = TypeVar("Found")
KEPT = 4
"""The three profiles of a server, and one more for whoever asks in between."""


def latest(ask: Callable[[Subject], Found], kept: int = KEPT) -> Callable[[Subject], Found]:
    """Return a question about one object, whose last answers are kept.

    Asked a dozen times for every tool, and therefore a third of the work of `Latest`.
    """
    answers: dict[int, tuple[Subject, Found]] = {}
    known_of = answers.get

    def asked(about: Subject) -> Found:
        """Return the answer, and keep the object beside it: then no other has its identity."""
        known = known_of(id(about))
        if known is not None:
            return known[1]
        found = ask(about)
        if len(answers) >= kept:
            del answers[next(iter(answers))]
        answers[id(about)] = (about, found)
        return found

    return asked


class Latest(Generic[*Subjects, Found]):
    """A question about several objects, whose last answers are kept."""

    def __init__(self, ask: Callable[[*Subjects], Found], kept: int = KEPT) -> None:
        """Remember what to ask, and how many answers to keep."""
        self._ask = ask
        self._kept = kept
        self._answers: dict[tuple[int, ...], tuple[object, Found]] = {}

    def __call__(self, *about: *Subjects) -> Found:
        """Return the answer, and keep the objects beside it: then no others have their identity."""
        key = tuple(map(id, about))
        known = self._answers.get(key)
        if known is not None:
            return known[1]
        found = self._ask(*about)
        if len(self._answers) >= self._kept:
            del self._answers[next(iter(self._answers))]
        self._answers[key] = (about, found)
        return found
