"""A built site to the CPU that writing the same files takes, and nothing else: the floor.

A block of files at a time is read, written under the clock, and removed, so that the largest site
needs no second place.
"""

from __future__ import annotations

import os
import shutil
import time
from itertools import islice
from pathlib import Path

BLOCK = 500


def cpu(site: Path, out: Path) -> float:
    """Return the CPU seconds of making the folders and writing the bytes."""
    paths = (Path(at) / name for at, _, names in os.walk(site) for name in names)
    spent = 0.0
    while block := [(path.relative_to(site), path.read_bytes()) for path in islice(paths, BLOCK)]:
        started = time.process_time()
        for name, data in block:
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        spent += time.process_time() - started
        for name, _ in block:
            (out / name).unlink()
    shutil.rmtree(out)
    return spent
