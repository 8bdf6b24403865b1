"""How long a server took, without the time it waited for its turn.

Made by `run.py` for each target; runs while `stdio.py` or `remote.py` holds a turn.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Self


@dataclass(slots=True)
class Stopwatch:
    """Adds up the time spent inside its `with` blocks."""

    seconds: float = 0.0
    _began: float = field(default=0.0)

    def __enter__(self) -> Self:
        """Start to measure."""
        self._began = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and add what passed."""
        self.seconds += time.monotonic() - self._began
