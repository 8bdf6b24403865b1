"""What was worked out about the policies asked about last: many ask the same of one in a row.

Six formats and the words of every tool's page look at the three policies of a server. Used by
evaluate.py and formats/clients.py. A policy never changes, so an answer is kept as long as it is
among the last few; which these are is told by identity, because comparing would cost more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.model import Policy

Found = TypeVar("Found")
_KEPT = 4
"""The three profiles of a server, and one more for whoever asks in between."""


class Latest(Generic[Found]):
    """A question about a policy whose last answers are kept."""

    def __init__(self, ask: Callable[[Policy], Found]) -> None:
        """Remember what to ask."""
        self._ask = ask
        self._answers: dict[int, tuple[Policy, Found]] = {}

    def __call__(self, policy: Policy) -> Found:
        """Return the answer, and keep the policy beside it: then no other has its identity."""
        known = self._answers.get(id(policy))
        if known is not None:
            return known[1]
        found = self._ask(policy)
        if len(self._answers) >= _KEPT:
            del self._answers[next(iter(self._answers))]
        self._answers[id(policy)] = (policy, found)
        return found
