"""What a build may keep of its own work for the next one: values under the keys they follow from.

The pipeline gives the rooms a memory that lasts; without one, everything is worked out anew. A
value is a function of its key, so whether it was remembered can change no byte of the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")


class Memory(Protocol):
    """Where values are kept; an empty key stands for nothing, and is never remembered."""

    def stamp(self, server: str) -> bytes:
        """Return what stands for a server's files and for the program, empty when unknown."""
        ...

    def recall(self, name: str, key: str) -> Any:  # noqa: ANN401 - whatever was kept
        """Return the value kept under a name, None when it followed from another key."""
        ...

    def keep(self, name: str, key: str, value: object) -> None:
        """Keep a value of plain texts, bytes, numbers, tuples, lists and dicts."""
        ...


class Nothing:
    """A memory that keeps nothing."""

    def stamp(self, _server: str) -> bytes:
        """Return that nothing stands for a server."""
        return b""

    def recall(self, _name: str, _key: str) -> None:
        """Return that nothing is known."""

    def keep(self, _name: str, _key: str, _value: object) -> None:
        """Keep nothing."""


def remembered(memory: Memory, name: str, key: str, make: Callable[[], Value]) -> Value:
    """Return what follows from a key: as it was kept, or made now and kept."""
    found: Value | None = memory.recall(name, key) if key else None
    if found is None:
        found = make()
        if key:
            memory.keep(name, key, found)
    return found
