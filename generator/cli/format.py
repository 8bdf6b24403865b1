"""Write content files in their canonical form: keys in order, clean white space.

  mcp-risk format
  mcp-risk format --check        change nothing, name what would change, exit 1 if anything would
  mcp-risk format --content ../our-content

A pull request then shows only the fact that changed. Values, quotes and comments stay as written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.cli import console
from generator.cli.options import content_folders
from generator.content_format import formatted, order_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from generator.errors import Problem


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    content_folders(parser)
    parser.add_argument("--check", action="store_true", help="change nothing, report only")


def run(args: argparse.Namespace) -> int:
    """Format all files; return 1 when a file cannot be read or, with --check, is not in order."""
    problems: list[Problem] = []
    changed = 0
    for path, text in _changes(args.content, problems):
        changed += 1
        print(f"{'would change' if args.check else 'changed'} {path}")
        if not args.check:
            path.write_bytes(text.encode())
    print(f"{console.counted(changed, 'file')} {'not ' if args.check else 'brought '}in order.")
    return console.report(problems) or int(args.check and changed > 0)


def _changes(folders: Sequence[Path], problems: list[Problem]) -> Iterator[tuple[Path, str]]:
    """Yield each file whose canonical form differs from what is on the disk."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            order = order_of(path.relative_to(folder))
            if order is None or not path.is_file():
                continue
            data = path.read_bytes()
            result = formatted(data.decode("utf-8", "surrogateescape"), order, str(path))
            problems += result.problems
            if not result.problems and result.text.encode("utf-8", "surrogateescape") != data:
                yield path, result.text
