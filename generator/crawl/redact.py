"""Secrets and paths of the crawling machine to a function that hides them in any text.

Made once per server by `run.py`; used on definitions, reasons and everything printed.
"""

from __future__ import annotations

import base64
import functools
import os
import re
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from generator.crawl.sandbox import HOME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_SHORTEST = 6
"""A shorter secret would hide ordinary words."""


def redactor(secrets: Mapping[str, str], paths: Sequence[str]) -> Callable[[str], str]:
    """Return the function; secrets also in the forms in which they travel."""
    names: dict[str, str] = {}
    for name, value in secrets.items():
        if len(value) >= _SHORTEST:
            encoded = base64.b64encode(value.encode()).decode().rstrip("=")
            for form in (value, quote(value, safe=""), encoded):
                names[form] = f"[redacted:{name}]"
    for path in (*paths, sys.base_prefix):
        # A server can read in /proc where its folders come from.
        if len(path) >= _SHORTEST and not path.startswith("/usr"):
            names[path] = "[redacted:path]"
    for path, name in _machine().items():
        names.setdefault(path, name)
    if not names:
        return lambda text: text
    pattern = re.compile("|".join(re.escape(text) for text in sorted(names, key=len, reverse=True)))
    return lambda text: pattern.sub(lambda match: names[match[0]], text)


@functools.cache
def _machine() -> Mapping[str, str]:
    found = {str(Path.home()): "[redacted:home]", str(Path.cwd()): "[redacted:path]"}
    found |= {os.path.realpath(path): name for path, name in found.items()}
    host = socket.gethostname()
    if len(host) >= _SHORTEST and host not in {"localhost", "sandbox"}:
        found[host] = "[redacted:host]"
    # A home of `/` or `/root` would hide words of other people's texts, and every sandbox has HOME.
    return {path: name for path, name in found.items() if len(path) >= _SHORTEST and path != HOME}
