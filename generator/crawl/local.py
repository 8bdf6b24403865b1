"""A program of the operator's own machine to an Installation: nothing is installed.

Called by `install.py` for packages of type `local`, which a private catalogue or an imported
client configuration names. The program's folder is shown read-only to the sandbox; its path never
enters a snapshot.
"""

from __future__ import annotations

import functools
import hashlib
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from generator.crawl.outcome import Failure
from generator.crawl.sandbox import PREFIX, Bind, node_runtime, python_runtime
from generator.crawl.steps import Found
from generator.taxonomy import State

if TYPE_CHECKING:
    from generator.crawl.sandbox import Sandbox
    from generator.model import Package

_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
_LARGEST = 256 * 1024 * 1024


def find(package: Package, sandbox: Sandbox) -> Found:
    """Return how a local program is started: by its interpreter, or by itself.

    Raises:
        Failure: there is no such program.
    """
    path = _path(package.identifier)
    if path is None:
        name = Path(package.identifier).name
        raise Failure(State.FAILED_TO_START, f"the program {name} is not on this machine")
    binds = [_shown(path)]
    seen = f"{PREFIX}/{path.name}" if sandbox.is_isolated else str(path)
    argv: tuple[str, ...] = (seen,)
    if package.runtime_hint in {"python", "python3"}:
        runtime = python_runtime()
        argv = (runtime.path(sandbox, "bin", _PYTHON), seen)
        binds += runtime.binds(sandbox)
    elif package.runtime_hint:
        argv = (package.runtime_hint, seen)
    node = node_runtime()
    binds += node.binds(sandbox) if node else ()
    return Found("", _digest(path), argv, tuple(binds))


def _shown(path: Path) -> Bind:
    """Return the program's folder, or the program alone where the folder holds a whole home."""
    folder = str(path.parent)
    if f"{_home()}/".startswith(f"{folder.rstrip('/')}/"):
        return Bind(str(path), f"{PREFIX}/{path.name}")
    return Bind(folder, PREFIX)


@functools.cache
def _home() -> Path:
    return Path.home()


@functools.lru_cache
def place(identifier: str) -> Path:
    """Return where the program of a path is."""
    return Path(identifier).expanduser().absolute()


def _path(identifier: str) -> Path | None:
    if "/" not in identifier:
        found = shutil.which(identifier)
        return Path(found).resolve() if found else None
    path = place(identifier)
    return path if path.is_file() else None


def _digest(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            return ""
        return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    except OSError:
        return ""
