"""Options that several commands share, so that they are called the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import BuildError

if TYPE_CHECKING:
    import argparse


def content_folders(parser: argparse.ArgumentParser) -> None:
    """Declare `--content`."""
    parser.add_argument(
        "--content",
        nargs="+",
        type=Path,
        default=[Path("content")],
        metavar="DIR",
        help="content folders, later over earlier (default: content)",
    )


def processes(parser: argparse.ArgumentParser, promise: str) -> None:
    """Declare `--jobs`; `promise` says what any number of processes does."""
    parser.add_argument(
        "--jobs",
        type=int,
        default=0,
        metavar="N",
        help=f"processes (default: one per core); any number {promise}",
    )


def check_processes(args: argparse.Namespace) -> None:
    """Check `--jobs`, where 0 is one per core.

    Raises:
        BuildError: it is no number of processes.
    """
    if args.jobs < 0:
        raise BuildError(f"--jobs expected a number of processes, got {args.jobs}")


def site_folder(parser: argparse.ArgumentParser) -> None:
    """Declare `--out`."""
    parser.add_argument(
        "--out", type=Path, default=Path("site"), metavar="DIR", help="the site (default: site)"
    )
