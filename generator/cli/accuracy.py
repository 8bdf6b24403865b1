"""Measure the ratings against labelled tools and write the figures down.

  mcp-risk accuracy
  mcp-risk accuracy --check

Reads the labelled tools that come with the tests, prints our row beside two simple baselines, and
writes content/accuracy.json, which the methodology page shows with every miss. With --check nothing
is written, and the exit code is 1 when the figures have become worse than the written ones.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli import labelled, saved
from generator.cli.options import content_folders
from generator.content_accuracy import dump, measurement
from generator.content_yaml import Sink

if TYPE_CHECKING:
    import argparse

    from generator.model import Accuracy, Measurement

_NAME = 36


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--check", action="store_true", help="compare with the written figures")
    parser.add_argument(
        "--labels",
        type=Path,
        default=Path("tests/data"),
        metavar="DIR",
        help="where the labelled tools are (default: tests/data)",
    )
    content_folders(parser)


def run(args: argparse.Namespace) -> int:
    """Print the table; write it, or compare it with what is written."""
    book = saved.rules(args.content)
    found = labelled.measure(args.labels, book, datetime.now(tz=UTC).date())
    print("\n".join(_table(found.accuracy)))
    written = args.content[0] / "accuracy.json"
    if not args.check:
        written.write_text(dump(found), "utf-8")
        print(f"\nWrote {written}.")
        return 0
    worse = _worse(found, written)
    print("\n".join(worse) or "\nNothing became worse.")
    return 1 if worse else 0


def _table(rows: tuple[Accuracy, ...]) -> list[str]:
    head = f"{'':<{_NAME}} {'tools':>5}  strict  accepted  under  level  within one"
    lines = [head]
    for row in rows:
        cells = [row.strict, row.accepted, row.under, row.level_accepted, row.level_within_one]
        shares = [f"{100 * cell / row.total:5.1f}%" for cell in cells]
        lines.append(
            f"{row.name:<{_NAME}} {row.total:>5}  {shares[0]}    {shares[1]} {shares[2]} "
            f"{shares[3]}      {shares[4]}"
        )
    return lines


def _worse(found: Measurement, written: Path) -> list[str]:
    """Return a line per figure of ours that fell below the written one."""
    sink = Sink(str(written))
    before = measurement(written.read_text("utf-8"), sink) if written.is_file() else None
    if before is None:
        return [f"{written} holds no figures; run mcp-risk accuracy"]
    known = {row.name: row for row in before.accuracy}
    lines = []
    for row in found.accuracy:
        old = known.get(row.name)
        if old is None or old.total != row.total:
            continue
        for what in ("strict", "accepted", "level_accepted", "level_within_one"):
            now, then = getattr(row, what), getattr(old, what)
            if now < then:
                lines.append(f"{row.name}: {what} expected {then} or more, got {now}")
        if row.under > old.under:
            lines.append(f"{row.name}: under expected {old.under} or less, got {row.under}")
    return lines
