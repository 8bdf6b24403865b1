"""Check the built site: links, ids, headings, sizes, safety, and pages against tools.

  mcp-risk verify
  mcp-risk verify --out public

Reads files only; needs neither content nor network. Prints every problem and exits 1 if there
is one. `mcp-risk site` ends with the same check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import executors, pipeline
from generator.cli import console, options

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    options.site_folder(parser)
    options.processes(parser, "finds the same")


def run(args: argparse.Namespace) -> int:
    """Print all problems; return 1 if there is one."""
    options.check_processes(args)
    with executors.open_executor(jobs=args.jobs) as executor:
        verdict = pipeline.verified(args.out, executor)
    code = console.report(verdict.problems)
    if not verdict.problems:
        pages, files = verdict.pages, verdict.files
        found = f"{console.counted(pages, 'page')} and {console.counted(files, 'file')}"
        print(f"No problems in {found} of {args.out}.")
    return code
