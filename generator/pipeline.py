"""Content folders to the whole catalogue: load, assess, draft, derive, render, in that order.

Called by the command line and the preview. It calls the rooms and adds no logic of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import content as content_room
from generator import lint
from generator.errors import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from generator.errors import Problem
    from generator.model import Content


def load(folders: Sequence[Path], today: date) -> tuple[Content, list[Problem]]:
    """Return what the folders hold and everything that is wrong in and between their files."""
    content, problems = content_room.load(folders)
    return content, in_order([*problems, *lint.check(content, today)])
