"""A command or an address from the command line to a spec, for a server that is in no catalogue.

Called by `crawl.py`. An npx or uvx command becomes its package, an interpreter and a file become
a local program; the snapshot goes where the person says, not into content/.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from generator.crawl.intake_command import launch
from generator.errors import CatalogueError
from generator.model import CrawlSettings, Package, Remote, ServerSpec, Variable

if TYPE_CHECKING:
    import argparse

_SLUG = re.compile(r"[^a-z0-9]+")
_INTERPRETERS = ("python", "python3", "node", "bash", "sh", "ruby", "deno", "bun")
_REASON = "asked for on the command line"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    group = parser.add_argument_group("a server that is in no content folder")
    group.add_argument("--stdio", metavar="COMMAND", help="start it: 'python3 server.py --flag'")
    group.add_argument("--url", help="ask it: https://..., or http on the loopback")
    group.add_argument("--name", metavar="SLUG", help="what its snapshot is called")
    group.add_argument(
        "--env",
        nargs="+",
        default=[],
        metavar="NAME",
        help="variables (for --url: headers) it gets from your environment",
    )
    group.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="where its snapshot goes (.)"
    )


def spec(args: argparse.Namespace) -> ServerSpec:
    """Return the spec of a command or an address.

    Raises:
        CatalogueError: the command starts nothing that can be started here.
    """
    variables = tuple(Variable(name, is_required=True, is_secret=True) for name in args.env)
    if args.url:
        remote = Remote("streamable-http", args.url, variables)
        slug = _slug(args.name or args.url.partition("://")[2])
        settings = CrawlSettings(loopback_reason=_REASON)
        return ServerSpec(slug, slug, remotes=(remote,), crawl=settings)
    package = _package(args.stdio, variables)
    slug = _slug(args.name or Path(package.identifier).stem)
    return ServerSpec(slug, slug, packages=(package,))


def _package(command: str, variables: tuple[Variable, ...]) -> Package:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise CatalogueError(f"--stdio expected a command line, got {error}") from error
    if not words:
        raise CatalogueError("--stdio expected a command line, got nothing")
    found = launch(words[0], words[1:], variables, ()).package
    if found is not None:
        return found
    runtime = ""
    if words[0] in _INTERPRETERS:
        runtime, words = words[0], words[1:]
        if not words or not Path(words[0]).is_file():
            raise CatalogueError(f"--stdio expected a file after {runtime}, got {words[:1]}")
    program = str(Path(words[0]).absolute()) if Path(words[0]).is_file() else words[0]
    return Package(
        "local",
        program,
        runtime_hint=runtime,
        arguments=tuple(words[1:]),
        environment=variables,
    )


def _slug(text: str) -> str:
    return _SLUG.sub("-", text.lower()).strip("-")[:60] or "server"
