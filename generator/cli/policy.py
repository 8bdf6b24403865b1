"""Print or write the policies of servers, for the program that will enforce them.

  mcp-risk policy time                                    Intercept, balanced, to the screen
  mcp-risk policy time --target codex --profile locked
  mcp-risk policy ~/.cursor/mcp.json --target claude-code --output .claude
  mcp-risk policy tools.json --server acme-demo --explain

SOURCE is a server of the catalogue, a client's configuration, or a saved tools/list answer. The
servers of a configuration are looked up in the catalogue by package or address. Several servers
make one file where the target holds several, one file each otherwise. Every file is checked
before it is printed. Exits 0 when all is well, 1 when a server cannot be rated or a file does not
verify, 2 when a source cannot be read.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator import pipeline
from generator.cli import console
from generator.cli.options import content_folders
from generator.cli.policy_sources import Named, named
from generator.errors import BuildError, CatalogueError, Location, Problem, in_order
from generator.policy.draft import draft
from generator.policy.explain import explain
from generator.policy.formats import FORMATS, Format, render
from generator.taxonomy import Profile

if TYPE_CHECKING:
    import argparse

    from generator.model import Policy
    from generator.pipeline import Workshop

_BY_NAME = {fmt.name: fmt for fmt in FORMATS}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a server's slug, or a file")
    parser.add_argument(
        "--target", choices=tuple(_BY_NAME), default="intercept", help="default: intercept"
    )
    parser.add_argument(
        "--profile", choices=tuple(Profile), type=Profile, default=Profile.BALANCED,
        help="how strict; default: balanced",
    )  # fmt: skip
    parser.add_argument("--explain", action="store_true", help="say why instead, tool by tool")
    parser.add_argument("--output", type=Path, metavar="DIR", help="write files into this folder")
    parser.add_argument(
        "--server", metavar="SLUG", default="", help="the server of a saved tools/list answer"
    )
    content_folders(parser)


def run(args: argparse.Namespace) -> int:
    """Print or write the files; return the exit code."""
    today = datetime.now(tz=UTC).date()
    loaded = pipeline.load(args.content, today)
    if loaded.workshop is None:
        raise CatalogueError("the rules of the content folder are not sound; see mcp-risk lint")
    servers, problems = named(args.sources, args.server, loaded.content, today.isoformat())
    policies = []
    for one in servers:
        policy, wrong = _policy(one, args.profile, loaded.workshop)
        problems += wrong
        policies += [policy] if policy else []
    fmt = _BY_NAME[args.target]
    files, refused = _files(tuple(policies), fmt)
    code = console.report(in_order([*problems, *refused]))
    if args.explain:
        for policy in policies:
            rendered, _ = render(policy, fmt)
            print("\n".join(explain(policy, rendered.losses if rendered else ())))
    elif args.output is None:
        _print(files)
    else:
        _write(files, args.output)
    return code


def _policy(one: Named, profile: Profile, shop: Workshop) -> tuple[Policy | None, list[Problem]]:
    """Return the policy of a server under the name its client uses, or why there is none."""
    server = one.server
    if not server.is_observed:
        reason = server.snapshot.reason if server.snapshot else "it was never crawled"
        place = Location(one.origin)
        return None, [Problem("policy.not-observed", place, f"{server.slug}: {reason}")]
    assessments = pipeline.assessed(server, shop)
    return replace(draft(server, assessments, profile), server=one.key), []


def _files(policies: tuple[Policy, ...], fmt: Format) -> tuple[dict[str, str], list[Problem]]:
    """Return the verified text of each file; several servers share one where that is possible."""
    if fmt.merge is not None and len(policies) > 1:
        text = fmt.merge(policies).text
        problems = fmt.check(text)
        name = f"servers.{policies[0].profile.value}.{fmt.name}.{fmt.suffix}"
        return ({} if problems else {name: text}), problems
    files: dict[str, str] = {}
    refused: list[Problem] = []
    for policy in policies:
        rendered, wrong = render(policy, fmt)
        refused += wrong
        if rendered is not None:
            files[rendered.file_name] = rendered.text
    return files, refused


def _print(files: dict[str, str]) -> None:
    if len(files) > 1:
        raise CatalogueError(
            f"this target needs {len(files)} files, one per server; say where with --output DIR"
        )
    for text in files.values():
        print(text, end="")


def _write(files: dict[str, str], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = folder / name
            path.write_text(text, encoding="utf-8")
            print(path)
    except OSError as error:
        raise BuildError(f"{folder} cannot be written: {error.strerror}") from error
