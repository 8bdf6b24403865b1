"""npm packages: the steps that install one, and the command an installed one starts with.

Called by `install.py` only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from generator.crawl.outcome import Failure, hint_for
from generator.crawl.sandbox import PREFIX, node_runtime
from generator.crawl.steps import Found, Step
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.crawl.sandbox import Sandbox
    from generator.model import JsonObject, Package


def steps(
    package: Package, target: str, sandbox: Sandbox, *, scripts: bool, extra: tuple[str, ...]
) -> Iterator[Step]:
    """Yield the one command that installs a package into a prefix."""
    runtime = node_runtime()
    if runtime is None:
        raise Failure(State.FAILED_TO_START, "npm packages need Node, which is not installed here")
    argv = ["npm", "install", "--prefix", target]
    argv += ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--no-save"]
    argv += [] if scripts else ["--ignore-scripts"]
    argv += [f"{package.identifier}@{package.version or 'latest'}", *extra]
    yield Step(tuple(argv), _hint, runtime.binds(sandbox))


def _hint(stderr: str) -> str:
    if "E404" in stderr or "ETARGET" in stderr:
        return "the registry does not know this package or version"
    if "ENOSPC" in stderr:
        return "the installation is larger than the space it may use"
    return hint_for(State.FAILED_TO_START, stderr)


def read(prefix: Path, package: Package, sandbox: Sandbox) -> Found | None:
    """Return what is installed in a prefix, None when the package or its program is not there."""
    home = prefix / "node_modules" / package.identifier
    manifest = _json(home / "package.json")
    root = PREFIX if sandbox.is_isolated else str(prefix)
    program = _program(manifest, package)
    argv: tuple[str, ...] = (f"{root}/node_modules/.bin/{program}",)
    notes: tuple[str, ...] = ()
    if not program:
        main = manifest.get("main")
        if not isinstance(main, str) or not (home / main).is_file():
            return None
        argv = ("node", f"{root}/node_modules/{package.identifier}/{main}")
        notes = ("its package names no program; its main module was started",)
    locked = _json(prefix / "node_modules" / ".package-lock.json").get("packages", {})
    entry = locked.get(f"node_modules/{package.identifier}", {})
    runtime = node_runtime()
    return Found(
        version=str(manifest.get("version", "")),
        integrity=str(entry.get("integrity", "")),
        argv=argv,
        notes=notes,
        binds=runtime.binds(sandbox) if runtime else (),
    )


def _program(manifest: JsonObject, package: Package) -> str:
    # The choice of npx: the only program, else the one named like the package.
    plain = package.identifier.rpartition("/")[2]
    programs = manifest.get("bin")
    if isinstance(programs, str):
        return plain
    if not isinstance(programs, dict) or not programs:
        return ""
    # npm links a program under the last part of its name.
    names = [str(name).rpartition("/")[2] for name in programs]
    for wanted in (package.executable, plain):
        if wanted in names:
            return wanted
    return names[0]


def _json(path: Path) -> JsonObject:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
