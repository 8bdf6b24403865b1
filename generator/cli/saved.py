"""A saved tools/list answer and the rules to rate it with: what classify and explain start from."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator import content
from generator.classify import registry
from generator.crawl import intake_dump
from generator.definition import tools_of
from generator.errors import ContentError, Problem
from generator.model import Server, ServerSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.classify.registry import Rulebook

MAX_BYTES = 64 * 1024 * 1024


def rules(folders: Sequence[Path]) -> Rulebook:
    """Return the rules in the content folders, joined with their predicates.

    Raises:
        ContentError: the rules cannot be read, or do not match the program.
    """
    found, problems = content.load_rules(folders)
    if problems:
        raise ContentError(f"the rules cannot be used: {problems[0]}")
    try:
        return registry.rulebook(found)
    except ValueError as error:
        raise ContentError(f"the rules in {folders[0]}/rules do not fit: {error}") from error


def server(source: str, slug: str) -> tuple[Server | None, tuple[Problem, ...]]:
    """Return a server with the tools of a file, or of the standard input for `-`.

    Raises:
        ContentError: the file cannot be read.
    """
    text = _text(source)
    today = datetime.now(tz=UTC).date().isoformat()
    snapshot, problems = intake_dump.read(text, source, slug, today, str)
    if snapshot is None:
        return None, problems
    return Server(ServerSpec(slug, slug), snapshot, tools_of(snapshot)), problems


def _text(source: str) -> str:
    if source == "-":
        return sys.stdin.read(MAX_BYTES)
    path = Path(source)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ContentError(f"{path} is larger than {MAX_BYTES} bytes")
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ContentError(f"{path} is not UTF-8: {error.reason}") from error
    except OSError as error:
        raise ContentError(f"{path} cannot be read: {error.strerror}") from error
