"""Check the built site: links, ids, headings, sizes, safety, and pages against tools.

  mcp-risk verify
  mcp-risk verify --out public

Reads files only; needs neither content nor network. Prints every problem and exits 1 if there
is one. `mcp-risk site` ends with the same check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import executors, pipeline
from generator.cli import console
from generator.cli.options import site_folder
from generator.errors import BuildError

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    site_folder(parser)
    parser.add_argument(
        "--jobs",
        type=int,
        default=0,
        metavar="N",
        help="processes (default: one per core); any number finds the same",
    )


def run(args: argparse.Namespace) -> int:
    """Print all problems; return 1 if there is one."""
    if args.jobs < 0:
        raise BuildError(f"--jobs expected a number of processes, got {args.jobs}")
    with executors.open_executor(jobs=args.jobs) as executor:
        verdict = pipeline.verified(args.out, executor)
    code = console.report(verdict.problems)
    if not verdict.problems:
        pages, files = (
            console.counted(verdict.pages, "page"),
            console.counted(verdict.files, "file"),
        )
        print(f"No problems in {pages} and {files} of {args.out}.")
    return code
