"""Parts of a crawl to the content folder they belong to, and everything that is wrong with them.

Called by `merge`. One server after the other is read, joined and written, so memory does not
grow with the catalogue. A file that cannot be read costs its server only, and is named.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.crawl import snapshot as files
from generator.crawl.journal import Journal
from generator.crawl.parts import JOURNAL, SNAPSHOTS, Shard
from generator.crawl.parts_join import conflicts, joined
from generator.errors import Location, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from generator.crawl.parts import Part
    from generator.model import Snapshot

    Reader = Callable[[Path, str], tuple[Snapshot | None, list[Problem]]]

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge came to."""

    servers: int
    changed: int
    problems: tuple[Problem, ...]


def refused(parts: Sequence[Part], catalogue: str, known: set[str]) -> list[str]:
    """Return why parts do not belong to a catalogue; nothing is merged then."""
    found = []
    for part in parts:
        if part.catalogue != catalogue:
            found.append(
                f"{part.folder} is a part of another catalogue: expected {catalogue!r}, "
                f"got {part.catalogue!r}"
            )
        elif part.servers and not known.intersection(part.servers):
            found.append(
                f"{part.folder} is a part of another catalogue: no server of it is known here"
            )
    return found


def merge(parts: Sequence[Part], folder: Path, known: set[str], read: Reader) -> Merged:
    """Join the parts with the snapshots of a folder; `known` are the servers of its catalogue.

    `read` returns the snapshot of a file, or what is wrong with it.
    """
    problems = [*_missing_shards(parts), *_unasked(parts)]
    slugs = sorted({path.stem for part in parts for path in _snapshots(part)})
    changed = servers = 0
    for slug in slugs:
        if slug not in known:
            place = Location(str(_places(parts, slug)[0]))
            expected = f"{slug} among the servers of the catalogue, got none"
            problems.append(_warning("part.no-server", place, f"not merged (expected {expected})"))
            continue
        found, wrong = _one(parts, folder, slug, read)
        problems += wrong
        if found is not None:
            servers += 1
            changed += files.write(folder, found)
    return Merged(servers, changed, tuple(problems))


def _one(
    parts: Sequence[Part], folder: Path, slug: str, read: Reader
) -> tuple[Snapshot | None, list[Problem]]:
    """Return what a server's snapshots come to; None when nothing may be written."""
    here = folder / f"{slug}.json"
    before, problems = read(here, slug) if here.exists() else (None, [])
    if problems:
        # What cannot be read may still be repaired; it is not written over.
        return None, problems
    found: list[tuple[Path, Snapshot]] = []
    for path in _places(parts, slug):
        one, wrong = read(path, slug)
        problems += wrong
        found += [(path, one)] if one is not None and not wrong else []
    if not found:
        return None, problems
    problems += _conflicts(found)
    return joined([*([before] if before else []), *(one for _, one in found)]), problems


def _conflicts(found: Sequence[tuple[Path, Snapshot]]) -> Iterator[Problem]:
    for one, other in conflicts([snapshot for _, snapshot in found]):
        names = [str(next(p for p, same in found if same is each)) for each in (one, other)]
        yield _warning(
            "part.conflict",
            Location(names[0]),
            f"two different answers on {one.observed_on} (expected one, got another in "
            f"{names[1]}); one is kept as the observation, the other in its history",
        )


def _missing_shards(parts: Sequence[Part]) -> Iterator[Problem]:
    """Yield which shares of a division nobody brought."""
    numbers: dict[int, set[int]] = {}
    for part in parts:
        numbers.setdefault(part.shard.of, set()).add(part.shard.number)
    for of, present in sorted(numbers.items()):
        absent = [str(Shard(n, of)) for n in range(1, of + 1) if n not in present]
        if absent:
            place = Location(str(next(p.folder for p in parts if p.shard.of == of)))
            message = f"the parts (expected all {of}, got none of {', '.join(absent)})"
            yield _warning("part.missing-shard", place, message)


def _unasked(parts: Sequence[Part]) -> Iterator[Problem]:
    """Yield how many servers of a share were not crawled, as when its machine was stopped."""
    done: Counter[str] = Counter(path.stem for part in parts for path in _snapshots(part))
    for part in parts:
        left = [slug for slug in part.servers if not done[slug]]
        if left:
            more = f" and {len(left) - _NAMED:,} more" if len(left) > _NAMED else ""
            message = (
                f"shard {part.shard} (expected {len(part.servers):,} servers, got "
                f"{len(part.servers) - len(left):,}); without: {', '.join(left[:_NAMED])}{more}"
            )
            yield _warning("part.not-crawled", Location(str(part.folder)), message)


def _snapshots(part: Part) -> list[Path]:
    """Return the snapshot files of a part, but half-written ones."""
    return sorted(
        path for path in (part.folder / SNAPSHOTS).glob("*.json") if not path.name.startswith(".")
    )


def _places(parts: Sequence[Part], slug: str) -> list[Path]:
    places = [part.folder / SNAPSHOTS / f"{slug}.json" for part in parts]
    return [place for place in places if place.exists()]


def join_journals(parts: Sequence[Part], journal: Journal) -> None:
    """Take the newer entry of each server into a journal: it helps the next run, nothing else."""
    for part in parts:
        for slug, entry in Journal.open(part.folder / JOURNAL).servers.items():
            if str(entry.get("on", "")) >= journal.finished_on(slug):
                journal.servers[slug] = entry


def _warning(rule: str, place: Location, message: str) -> Problem:
    return Problem(rule, place, message, Severity.WARNING)
