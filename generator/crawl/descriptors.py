"""File descriptors that an event loop can wait for: pipes, and the end of a process.

Called by `child.py` when a process has started.
"""

from __future__ import annotations

import os


def non_blocking(pipe: object) -> int:
    """Return the descriptor of a pipe, set so that reading and writing never block."""
    descriptor: int = pipe.fileno()  # type: ignore[attr-defined]  # opened as a pipe by `start`
    os.set_blocking(descriptor, False)
    return descriptor


def process_descriptor(process_id: int) -> int:
    """Return a descriptor that becomes readable when the process ends, -1 where there is none."""
    try:
        return os.pidfd_open(process_id)
    except (AttributeError, OSError):
        return -1
