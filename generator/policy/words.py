"""Names of tools and arguments to the words that messages and rule names may hold.

A message is shown to a model and a rule name to a person, so neither may carry a server's
sentences. Only names that look like identifiers are repeated; others are described.
Used by draft.py, guards.py and the formats.
"""

from __future__ import annotations

import re
from functools import lru_cache

MAX_TOOL, MAX_ARGUMENT = 64, 40
MAX_MESSAGE = 300
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*\Z")


def is_plain(name: str, limit: int = MAX_TOOL) -> bool:
    """Return whether a name is a short identifier that can hold no sentence."""
    return len(name) <= limit and _PLAIN.match(name) is not None


@lru_cache(maxsize=8192)
def tool_word(name: str) -> str:
    """Return the tool's name if it is plain, `this tool` otherwise."""
    return name if is_plain(name) else "this tool"


def quoted_tool(name: str) -> str:
    """Return `Tool "name"` as Intercept's own messages do, `This tool` for other names."""
    return f'Tool "{name}"' if is_plain(name) else "This tool"


@lru_cache(maxsize=8192)
def argument_word(path: tuple[str, ...]) -> str:
    """Return `options.color` if every part is plain, `an argument` otherwise."""
    dotted = ".".join(path)
    return dotted if all(map(is_plain, path)) and len(dotted) <= MAX_ARGUMENT else "an argument"


def listed(words: list[str], limit: int = 3) -> str:
    """Return `a`, `a and b`, `a, b and c`, or `a, b, c and 4 more`."""
    if len(words) > limit:
        return f"{', '.join(words[:limit])} and {len(words) - limit} more"
    if len(words) < 2:  # noqa: PLR2004 - one word, or none
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def counted(count: int, word: str) -> str:
    """Return `1 tool`, `2 tools`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def joined(parts: list[str]) -> str:
    """Return clauses joined by semicolons, as many as fit in a message, and how many do not."""
    text, shown = "", 0
    for part in parts:
        longer = f"{text}; {part}" if text else part
        if len(longer) > MAX_MESSAGE:
            return f"{text}; and {counted(len(parts) - shown, 'more condition')}"
        text, shown = longer, shown + 1
    return text
