"""Write JSON Schemas of the content files, so that an editor completes keys and marks mistakes.

  mcp-risk schema
  mcp-risk schema --out content/schema

A YAML file names its schema in a comment on top, which `mcp-risk new` writes:
  # yaml-language-server: $schema=../schema/server.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from generator.content_schema import schemas

if TYPE_CHECKING:
    import argparse


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--out", type=Path, default=Path("content/schema"), metavar="DIR", help="where to write"
    )


def run(args: argparse.Namespace) -> int:
    """Write one file per kind."""
    args.out.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (args.out / name).write_text(text(schema), encoding="utf-8")
        print(f"wrote {args.out / name}")
    return 0


def text(schema: dict[str, object]) -> str:
    """Return a schema as it is kept in the repository."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
