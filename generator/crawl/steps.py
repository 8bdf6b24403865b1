"""The words that `install.py` and its package managers share: a Step and what was Found.

Made by `npm.py` and `pypi.py`, run by `install.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.crawl.sandbox import Bind


@dataclass(frozen=True, slots=True)
class Step:
    """One command of an installation, run isolated with the network on."""

    argv: tuple[str, ...]
    hint: Callable[[str], str]
    """What the command's stderr suggests to a reader."""
    binds: tuple[Bind, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """What an installed prefix holds: the resolved version and the command to start it."""

    version: str
    integrity: str
    argv: tuple[str, ...]
    binds: tuple[Bind, ...] = ()
    notes: tuple[str, ...] = ()
