"""What an import brings to files of the content folder, and a table of what became of each.

Called by `import_.py`. A file is written whole or not at all, and only when its content loads.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from generator import content_write
from generator.cli.console import counted
from generator.crawl import intake, snapshot
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from generator.crawl.intake import Incoming
    from generator.errors import Problem
    from generator.model import ServerSpec

ORDER = ("added", "updated", "unchanged", "exists", "left out", "wrong")
_SHOWN = 40
_WHY_CHARS = 160


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one server of the source (name and why may be c)."""

    outcome: str
    slug: str
    name: str
    why: str = ""


@dataclass(slots=True)
class Writer:
    """Writes below one content folder; `problems` are those of specs that could not be written."""

    folder: Path
    specs: dict[str, ServerSpec]
    update: bool = False
    dry_run: bool = False
    problems: list[Problem] = field(default_factory=list)

    def rows(self, incoming: Iterable[Incoming], limit: int = 0) -> list[Row]:
        """Write what is new, and with `update` what changed; stop adding at the limit."""
        found: list[Row] = []
        added = 0
        for one in incoming:
            if limit and added >= limit and one.spec is not None and not one.known_as:
                found.append(Row("left out", "", one.name, "is beyond --limit"))
                continue
            row = self._row(one)
            added += row.outcome == "added"
            found.append(row)
        return found

    def _row(self, one: Incoming) -> Row:
        if one.spec is None:
            why = f"{one.reason}; its file stays" if one.known_as else one.reason
            return Row("left out", one.known_as, one.name, why)
        if one.snapshot is not None:
            return self._snapshot(one)
        slug = one.spec.slug
        old = self.specs.get(slug)
        notes = "; ".join(one.notes)
        if old is None:
            return self._spec(one.spec, Row("added", slug, one.name, notes))
        return self._known(one.spec, old, Row("exists", slug, one.name, notes))

    def _known(self, spec: ServerSpec, old: ServerSpec, row: Row) -> Row:
        """Renew a server of the catalogue if asked to, unless it is another one's package."""
        if old.name and spec.name and old.name.lower() != spec.name.lower():
            return replace(row, why=f"has a package or address of {old.name}")
        if not self.update:
            return replace(row, why="is in the catalogue")
        new = intake.merged(old, spec)
        if new == old:
            return replace(row, outcome="unchanged", why="")
        return self._spec(new, replace(row, outcome="updated"))

    def _spec(self, spec: ServerSpec, row: Row) -> Row:
        path = self.folder / "servers" / f"{spec.slug}.yaml"
        if spec.slug not in self.specs and path.exists():
            return Row("wrong", spec.slug, row.name, f"{path} exists and cannot be read; lint it")
        text, problems = content_write.spec_to_yaml(spec)
        if problems:
            self.problems += problems
            return Row("wrong", spec.slug, row.name, "its spec would not load")
        if not self.dry_run:
            write(path, text)
        self.specs[spec.slug] = spec
        return row

    def _snapshot(self, one: Incoming) -> Row:
        spec, taken = one.spec, one.snapshot
        assert spec is not None  # noqa: S101 - `_row` has looked
        assert taken is not None  # noqa: S101
        place = self.folder / "snapshots"
        earlier = snapshot.read(place, spec.slug)
        tools = counted(len(taken.tools), "tool")
        why = f"{tools}; {'; '.join(one.notes)}" if one.notes else tools
        if earlier is not None and earlier.source.kind != "dump" and not self.update:
            kind = earlier.source.kind
            why = f"was observed over {kind} on {earlier.observed_on}; --update replaces it"
            return Row("exists", spec.slug, one.name, why)
        if spec.slug not in self.specs:
            row = self._spec(spec, Row("added", spec.slug, one.name, why))
            if row.outcome == "wrong":
                return row
        changed = earlier is None or earlier.digest != taken.digest
        if not self.dry_run:
            snapshot.write(place, snapshot.merged(earlier, taken))
        outcome = ("updated" if changed else "unchanged") if earlier is not None else "added"
        return Row(outcome, spec.slug, one.name, why)


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def table(rows: Sequence[Row], *, dry_run: bool) -> str:
    """Return a line per server, at most forty of each outcome, and the counts."""
    lines: list[str] = []
    for outcome in ORDER:
        some = [row for row in rows if row.outcome == outcome]
        lines += [_line(row) for row in some[:_SHOWN]]
        if len(some) > _SHOWN:
            reasons = Counter(row.why for row in some[_SHOWN:]).most_common(3)
            words = "; ".join(f"{why or outcome}: {number:,}" for why, number in reasons)
            lines.append(f"{outcome:<9}  and {len(some) - _SHOWN:,} more  {one_line(words, 200)}")
    counts = Counter(row.outcome for row in rows)
    parts = [f"{counts[outcome]:,} {outcome}" for outcome in ORDER if counts[outcome]]
    end = " (dry run: nothing was written)" if dry_run else ""
    return "\n".join([*lines, f"{counted(len(rows), 'server')}: {', '.join(parts) or 'none'}{end}"])


def _line(row: Row) -> str:
    name = one_line(row.name, 80)
    shown = f"{row.slug} ({name})" if row.slug and row.slug != name else row.slug or name
    return f"{row.outcome:<9}  {shown}  {one_line(row.why, _WHY_CHARS)}".rstrip()
