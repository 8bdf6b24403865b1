"""Check the built site: links, ids, headings, sizes, safety, and pages against tools.

  mcp-risk verify
  mcp-risk verify --out public

Reads files only; needs neither content nor network. Prints every problem and exits 1 if there
is one. `mcp-risk site` ends with the same check.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from generator import pipeline
from generator.cli import console
from generator.cli.options import site_folder

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    site_folder(parser)


def run(args: argparse.Namespace) -> int:
    """Print all problems; return 1 if there is one."""
    problems = pipeline.verified(args.out, os.cpu_count() or 1)
    code = console.report(problems)
    if not problems:
        pages = sum(1 for _ in args.out.rglob("*.html"))
        print(f"No problems in {console.counted(pages, 'page')} of {args.out}.")
    return code
