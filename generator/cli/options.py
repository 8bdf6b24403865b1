"""Options that several commands share, so that they are called the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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


def site_folder(parser: argparse.ArgumentParser) -> None:
    """Declare `--out`."""
    parser.add_argument(
        "--out", type=Path, default=Path("site"), metavar="DIR", help="the site (default: site)"
    )
