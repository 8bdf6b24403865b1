"""A part of a crawl: which servers belong to it, and the folder that holds what they said.

Made by `crawl --shard`, read by `merge`. Which shard a server is in follows from its slug alone,
so that a new server moves no other. The folder holds `part.json` (this module), `journal.json`
and `snapshots/` as a content folder does.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMAT = 1
FILE, JOURNAL, SNAPSHOTS = "part.json", "journal.json", "snapshots"
_SHARD = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")


class PartError(CatalogueError):
    """The folder is no part of a crawl, or the shard has no known form."""


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """One of so many shares of all servers, counted from 1."""

    number: int = 1
    of: int = 1

    def __str__(self) -> str:
        """Return `3/8`."""
        return f"{self.number}/{self.of}"

    def holds(self, slug: str) -> bool:
        """Return whether a server belongs to this share."""
        digest = hashlib.sha256(slug.encode()).digest()
        return int.from_bytes(digest[:8]) % self.of == self.number - 1


def shard(text: str) -> Shard:
    """Return the shard of `3/8`.

    Raises:
        PartError: another form, or a number that is not among the shares.
    """
    match = _SHARD.fullmatch(text)
    found = Shard(int(match[1]), int(match[2])) if match else None
    if found is None or not 1 <= found.number <= found.of:
        raise PartError(f"--shard expected I/N with I from 1 to N, such as 3/8, got {text!r}")
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """What a part is about: whose catalogue, which share, which servers and since when."""

    catalogue: str
    shard: Shard
    on: str
    servers: tuple[str, ...]
    folder: Path = Path()


def write(part: Part) -> None:
    """Write what a part is about, before its crawl begins."""
    part.folder.mkdir(parents=True, exist_ok=True)
    data = {
        "format": FORMAT,
        "catalogue": part.catalogue,
        "shard": str(part.shard),
        "on": part.on,
        "servers": list(part.servers),
    }
    partial = part.folder / f".{FILE}.partial"
    partial.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    partial.replace(part.folder / FILE)


def read(folder: Path) -> Part:
    """Return the part that a folder holds.

    Raises:
        PartError: there is none, or not in a form that is known here.
    """
    path = folder / FILE
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise PartError(
            f"{folder} is no part of a crawl: {FILE} cannot be read: {error.strerror}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise PartError(f"{path}: expected JSON, got {error}") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise PartError(f"{path}: expected format {FORMAT}, as `mcp-risk crawl --shard` writes it")
    texts = [_text(path, data, key) for key in ("catalogue", "shard", "on")]
    return Part(texts[0], shard(texts[1]), texts[2], _slugs(path, data.get("servers")), folder)


def _text(path: Path, data: dict[str, object], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise PartError(f"{path}: {key} expected text, got {type(value).__name__}")
    return value


def _slugs(path: Path, value: object) -> tuple[str, ...]:
    slugs: Sequence[object] = value if isinstance(value, list) else [None]
    for slug in slugs:
        # It becomes the name of a file.
        if not isinstance(slug, str) or not re.fullmatch(r"[a-z0-9-]+", slug):
            raise PartError(f"{path}: servers expected a list of slugs, got {slug!r:.80}")
    return tuple(map(str, slugs))
