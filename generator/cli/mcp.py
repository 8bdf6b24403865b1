"""Answer questions about the catalogue as an MCP server: look up, search, check a stack, policies.

  mcp-risk mcp                          over stdio, from the built site in site/
  mcp-risk mcp --content content        from content folders, rated when the first question comes
  mcp-risk mcp --port 8765              over streamable HTTP at http://127.0.0.1:8765/mcp

All tools only read, none contacts another server or runs one. HTTP listens on this machine only.
For a client:  {"mcpServers": {"risk": {"command": "mcp-risk", "args": ["mcp", "--site", "/path"]}}}
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import BuildError

if TYPE_CHECKING:
    import argparse

MAX_PORT = 65535


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--site", type=Path, default=Path("site"), metavar="DIR", help="a built site (default)"
    )
    source.add_argument(
        "--content", nargs="+", type=Path, metavar="DIR", help="content folders instead of a site"
    )
    parser.add_argument(
        "--port", type=int, metavar="PORT", help="serve over HTTP on this machine instead of stdio"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until the client leaves or the process is interrupted."""
    from generator.serve import catalogue_mcp, library  # noqa: PLC0415 - the rooms are slow

    if args.port is not None and not 1 <= args.port <= MAX_PORT:
        raise BuildError(f"--port expected 1 to {MAX_PORT}, got {args.port}")
    if args.content:
        shelf = library.of_content(args.content, datetime.now(tz=UTC).date())
    else:
        shelf = library.of_site(args.site)
    catalogue_mcp.run(shelf, args.port)
    return 0
