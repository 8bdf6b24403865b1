"""Keep what you accepted of your MCP servers in mcp.lock.json, and say what changed since.

  mcp-risk lock accept --reason "reviewed by security"
  mcp-risk lock check
  mcp-risk lock check --offline --fail-on breaking --format sarif

accept writes package, version, hashes and ratings of the servers as last crawled. check crawls
them again, compares, and exits 0, 1 when a change is at or above --fail-on, or 2 when a server
cannot be asked or the lockfile cannot be read. With --offline the last crawl is compared instead.
"""

from __future__ import annotations

import getpass
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from generator.cli import console, crawl, diff_report
from generator.cli.lock_sarif import sarif
from generator.derive import lockfile
from generator.errors import ContentError
from generator.taxonomy import ChangeClass, State

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from generator.classify.registry import Rulebook
    from generator.derive.lockfile import LockedServer
    from generator.model import Assessment, Change, Observation, Server, Tool

UNREACHABLE = 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options; those of `crawl` say which servers and how they are asked."""
    parser.add_argument("action", choices=("check", "accept"))
    parser.add_argument("--lock", type=Path, default=Path("mcp.lock.json"), metavar="FILE")
    parser.add_argument("--offline", action="store_true", help="compare the last crawl, ask nobody")
    parser.add_argument(
        "--fail-on",
        choices=[kind.value for kind in ChangeClass],
        default=ChangeClass.RISK.value,
        help="exit 1 when a change is of this class or above (default: risk)",
    )
    parser.add_argument("--format", choices=("text", "json", "markdown", "sarif"), default="text")
    parser.add_argument(
        "--rules",
        nargs="+",
        type=Path,
        default=[Path("content")],
        metavar="DIR",
        help="content folders with the rules to rate by (default: content)",
    )
    parser.add_argument("--reason", default="", help="why it is accepted (accept needs it)")
    parser.add_argument("--by", default="", help="who accepts (default: your user name)")
    crawl.arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Accept the servers, or print what changed since they were accepted."""
    return _accept(args) if args.action == "accept" else _check(args)


def _accept(args: argparse.Namespace) -> int:
    if not args.reason.strip():
        print("mcp-risk lock: accept needs --reason", file=sys.stderr)
        return UNREACHABLE
    locked = _read(args.lock) if args.lock.exists() else {}
    loaded = _servers(args)
    if loaded is None:
        return UNREACHABLE
    servers, book = loaded
    today = datetime.now(tz=UTC).date().isoformat()
    consent = lockfile.Consent(args.by or getpass.getuser(), today, args.reason.strip())
    chosen = [s for s in servers if s.is_observed and (not args.server or s.slug in args.server)]
    for server in chosen:
        ratings = _rated(server, book)
        locked[server.slug] = lockfile.accepted(server, ratings, locked.get(server.slug), consent)
    text = lockfile.dump(locked.values())
    lockfile.load(text)
    args.lock.write_text(text, "utf-8")
    tools = sum(len(locked[server.slug].tools) for server in chosen)
    counts = f"{console.counted(len(chosen), 'server')} with {console.counted(tools, 'tool')}"
    print(f"Accepted {counts} in {args.lock}.")
    return 0 if chosen else UNREACHABLE


def _check(args: argparse.Namespace) -> int:
    locked = _read(args.lock)
    wanted = args.server or sorted(locked)
    unknown = [slug for slug in wanted if slug not in locked]
    if unknown:
        print(f"mcp-risk lock: never accepted: {', '.join(unknown)}", file=sys.stderr)
        return UNREACHABLE
    if not args.offline:
        args.server, args.all = wanted, False
        with console.to_stderr():
            crawl.run(args)
    loaded = _servers(args)
    if loaded is None:
        return UNREACHABLE
    servers = {server.slug: server for server in loaded[0]}
    lost = [slug for slug in wanted if _is_lost(servers.get(slug), offline=args.offline)]
    found = [_compared(locked[s], servers[s], loaded[1]) for s in wanted if s not in lost]
    _print(args.format, found, lost, args.lock.name)
    threshold = ChangeClass(args.fail_on).rank
    if any(c.change_class.rank >= threshold for _, _, changes in found for c in changes):
        return 1
    return UNREACHABLE if lost else 0


def _read(path: Path) -> dict[str, LockedServer]:
    try:
        return lockfile.load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, lockfile.LockfileError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ContentError(f"cannot use {path}: {reason}") from error


def _servers(args: argparse.Namespace) -> tuple[tuple[Server, ...], Rulebook] | None:
    from generator import content  # noqa: PLC0415 - help must answer at once
    from generator.classify import registry  # noqa: PLC0415 - as above

    rules, problems = content.load_rules(args.rules)
    if console.report(problems):
        return None
    loaded, _ = content.load(args.content)
    return loaded.servers, registry.rulebook(rules)


def _rated(server: Server, book: Rulebook) -> tuple[Assessment, ...]:
    from generator.classify import engine  # noqa: PLC0415 - as above

    return engine.assess_server(server, book, today=datetime.now(tz=UTC).date())


def _is_lost(server: Server | None, *, offline: bool) -> bool:
    """Return whether there is nothing to compare: gone, never seen, or not reached just now."""
    if server is None or server.snapshot is None or server.snapshot.state is not State.OBSERVED:
        return True
    attempt = server.snapshot.last_attempt
    return not offline and attempt is not None


def _compared(
    locked: LockedServer, server: Server, book: Rulebook
) -> tuple[Observation, Observation, Sequence[Change]]:
    from generator.model import Observation  # noqa: PLC0415 - as above

    now = Observation(
        server.slug,
        server.tools,
        _rated(server, book),
        server.snapshot.source.version if server.snapshot else "",
        server.snapshot.observed_on if server.snapshot else "",
    )
    accepted_on = max((tool.accepted_on for tool in locked.tools), default="")
    before = Observation(locked.server, (), version=locked.version, observed_on=accepted_on)
    return before, now, lockfile.compare(locked, now, _earlier(server, book))


def _earlier(server: Server, book: Rulebook) -> Mapping[str, tuple[Tool, Assessment]]:
    """Return the definitions that the snapshot keeps of earlier days, rated, by hash."""
    from dataclasses import replace  # noqa: PLC0415 - as above

    from generator.definition import tools_from  # noqa: PLC0415 - as above

    if server.snapshot is None:
        return {}
    tools = tools_from(server.slug, [entry.definition for entry in server.snapshot.replaced])
    ratings = _rated(replace(server, tools=tools), book)
    return {tool.digest: (tool, rating) for tool, rating in zip(tools, ratings, strict=True)}


def _print(
    form: str,
    found: Sequence[tuple[Observation, Observation, Sequence[Change]]],
    lost: Sequence[str],
    name: str,
) -> None:
    if form == "json":
        entries = [diff_report.as_json(*one) for one in found]
        print(json.dumps({"servers": entries, "not_reached": list(lost)}, indent=2, sort_keys=True))
    elif form == "sarif":
        changes = [change for _, _, every in found for change in every]
        print(json.dumps(sarif(changes, name), indent=2, sort_keys=True))
    else:
        made = diff_report.markdown if form == "markdown" else diff_report.text
        for one in found:
            print("\n".join(made(*one)))
    for slug in lost:
        print(f"{slug}: could not be asked", file=sys.stderr)
