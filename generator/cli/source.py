"""A file that a person names to its text; `-` is the standard input.

Called by the commands that read files of other programs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from generator.crawl.intake_text import decode
from generator.errors import CatalogueError

MAX_BYTES = 64 * 1024 * 1024


def text_of(source: str) -> tuple[str, str]:
    """Return the text and the name of a file.

    Raises:
        CatalogueError: it cannot be read or is too large.
    """
    try:
        if source == "-":
            return decode(sys.stdin.buffer.read(MAX_BYTES)), "standard input"
        path = Path(source).expanduser()
        if path.stat().st_size > MAX_BYTES:
            raise CatalogueError(f"{source} is larger than {MAX_BYTES:,} bytes")
        return decode(path.read_bytes()), source
    except OSError as error:
        raise CatalogueError(f"{source} cannot be read: {error.strerror}") from error
