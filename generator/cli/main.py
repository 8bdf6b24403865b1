"""The command `mcp-risk`: finds the command's module by its name and returns its exit code.

Each command is a module `generator.cli.<name>` with `arguments(parser)` and `run(args) -> int`.
Modules are imported only when chosen, so that `--help` answers at once.
Exit codes: 0 fine, 1 problems found or a threshold exceeded, 2 wrong usage or nothing reachable.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import keyword
import os
import sys
from typing import TYPE_CHECKING

from generator import __version__
from generator.cli.commands import COMMANDS, GROUPS
from generator.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; `argv` defaults to the process's arguments."""
    words = list(sys.argv[1:] if argv is None else argv)
    name = next((word for word in words if not word.startswith("-")), "")
    if name not in COMMANDS:
        return _top_level(words, name)
    module = importlib.import_module(f"generator.cli.{module_name(name)}")
    parser = argparse.ArgumentParser(
        prog=f"mcp-risk {name}",
        description=module.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.arguments(parser)
    position = words.index(name)
    try:
        return int(module.run(parser.parse_args(words[:position] + words[position + 1 :])))
    except CatalogueError as error:
        print(f"mcp-risk: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("mcp-risk: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`): nothing is left to say, and Python must not try again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def module_name(command: str) -> str:
    """Return the module of a command; one that is a word of Python ends in an underscore."""
    name = command.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


def _top_level(words: Sequence[str], name: str) -> int:
    if "--version" in words:
        print(f"mcp-risk {__version__}")
        return 0
    if name:
        near = difflib.get_close_matches(name, COMMANDS, 1)
        hint = f"perhaps {near[0]}; all are" if near else "all are"
        print(f"mcp-risk: unknown command {name!r}; {hint} in mcp-risk --help", file=sys.stderr)
        return 2
    print(help_text())
    return 0


def help_text() -> str:
    """Return the overview of all commands, grouped by what a person wants to do."""
    width = max(map(len, COMMANDS))
    lines = [
        "mcp-risk: what can the tools of an MCP server do to you?",
        "",
        "Usage: mcp-risk COMMAND [OPTIONS]      mcp-risk COMMAND --help",
    ]
    for title, names in GROUPS.items():
        lines += ["", title]
        lines += [f"  {name:<{width}}  {COMMANDS[name]}" for name in names]
    return "\n".join([*lines, "", "Exit codes: 0 fine, 1 problems found, 2 wrong usage."])
