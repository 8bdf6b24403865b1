"""Report every problem in every content file, and every name that leads nowhere.

  mcp-risk lint
  mcp-risk lint --content content ../our-content

Prints one line per problem, `path:line: rule: what (expected X, got Y)`, and exits 1 if there is
an error. Nothing is written.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from generator import pipeline
from generator.cli import console
from generator.cli.options import content_folders

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    content_folders(parser)


def run(args: argparse.Namespace) -> int:
    """Print all problems; return 1 if one is an error."""
    found = pipeline.linted(args.content, datetime.now(tz=UTC).date())
    code = console.report(found.problems)
    if not found.problems:
        parts = [
            console.counted(found.servers, "server"),
            console.counted(found.tools, "tool"),
            console.counted(found.rules, "rule"),
            console.counted(found.attacks, "attack"),
            console.counted(found.questions, "question"),
        ]
        print(f"No problems in {', '.join(parts)}.")
    return code
