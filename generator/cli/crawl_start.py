"""Targets to what a person is told before anything starts: the commands, and the question.

Called by `crawl.py` and `check_crawl.py`. Third-party code is started isolated, or not at all
unless a person takes the risk on the command line.
"""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from generator.crawl import sandbox

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from generator.crawl.plan import Target


_NAMED = 5


def isolation_arguments(group: argparse._ArgumentGroup) -> None:
    """Declare what a started server may do, and the consent to do without isolation."""
    group.add_argument(
        "--isolation",
        choices=sandbox.ISOLATIONS,
        default=sandbox.BWRAP,
        help="bwrap (default), or none: third-party code runs with your rights",
    )
    group.add_argument(
        "--allow-network",
        action="store_true",
        help="start a server again with the network when it says it needs it",
    )
    group.add_argument(
        "--allow-private",
        action="store_true",
        help="ask remotes at private and loopback addresses too",
    )
    group.add_argument("--yes", action="store_true", help="do not ask before --isolation none")


def command(target: Target) -> str:
    """Return what a target starts or asks, as a person would type it."""
    package = target.package
    if package is not None:
        program = [package.executable] if package.executable else []
        version = f"@{package.version}" if package.version else ""
        words = [f"{package.identifier}{version}", *program, *package.arguments]
        names = " ".join(f"{variable.name}=..." for variable in package.environment)
        return f"{package.registry_type} {shlex.join(words)}{f'  with {names}' if names else ''}"
    if target.remote is not None:
        return f"{target.remote.transport} {target.remote.url}"
    return f"not asked: {target.why_not}"


def _say_what_the_network_is(starting: Sequence[Target], args: argparse.Namespace) -> None:
    """Say which servers start with the network of this machine, and what that includes."""
    names = [target.slug for target in starting if target.spec.crawl.network_reason]
    if args.allow_network:
        who = "every server that says it needs the network"
    elif names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        who = ", ".join(names[:_NAMED]) + more
    else:
        return
    print(
        f"With the network of this machine: {who}. That includes what listens on its loopback and "
        "in its local network, which the sandbox cannot close; see docs/adding-a-server.md.",
        file=sys.stderr,
    )


def may_start(targets: Sequence[Target], args: argparse.Namespace, name: str) -> bool:
    """Return whether targets may be started: isolated, or with the consent of the person.

    `name` is the command's. What is asked goes to the error stream: the other may be a report.
    """
    starting = [target for target in targets if target.package]
    if not starting:
        return True
    if args.isolation == sandbox.BWRAP:
        _say_what_the_network_is(starting, args)
        if getattr(args, "executor", ""):
            return True  # Each worker looks whether it can isolate.
        why = sandbox.why_unavailable()
        if why:
            print(
                f"mcp-risk {name}: {why}. Servers are third-party code and are not started without "
                "isolation; --isolation none starts them with your rights.",
                file=sys.stderr,
            )
        return not why
    print(
        "Without isolation these commands run with your rights and see your files:", file=sys.stderr
    )
    for target in starting:
        print(f"  {command(target)}", file=sys.stderr)
    if args.yes:
        return True
    if not sys.stdin.isatty():
        print(f"mcp-risk {name}: --isolation none needs --yes here", file=sys.stderr)
        return False
    print("Start them? [y/N] ", end="", file=sys.stderr, flush=True)
    return input().strip().lower() in {"y", "yes"}
