"""What is installed here, as one line that is equal on machines that give equal bytes.

Compared before tasks go to a cluster, and by each of its workers again: a worker may join later.
"""

from __future__ import annotations

import functools
import hashlib
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from generator import __version__

_PACKAGE = Path(__file__).parent.parent
_DIGITS = 12
_LIBRARIES = ("jinja2", "markdown", "markupsafe", "pyyaml", "httpx", "mcp")
"""Whose own version can change a byte of what we write."""


@functools.cache
def installed() -> str:
    """Return the version, a digest of the source, and the versions of what it stands on."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        text = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(_PACKAGE).as_posix()}\0{len(text)}\0".encode() + text)
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    libraries = " ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    return f"{__version__} (source {digest.hexdigest()[:_DIGITS]}, {python}, {libraries})"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
