"""PyPI packages: the steps that install one, and the command an installed one starts with.

Called by `install.py` only. Wheels only, so that nothing of the package runs while it is
installed; the virtual environment is made without pip, which stays outside of it.
"""

from __future__ import annotations

import configparser
import functools
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from generator.crawl.outcome import Failure, hint_for
from generator.crawl.sandbox import INSTALLER, PREFIX, Bind, Runtime, python_runtime
from generator.crawl.steps import Found, Step
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.crawl.sandbox import Sandbox
    from generator.model import Package

_SEPARATORS = re.compile(r"[-_.]+")
PYTHON_PREFIX = "python:"
"""An extra requirement `python:3.12` chooses the interpreter instead of adding a package."""


def steps(
    package: Package, target: str, sandbox: Sandbox, *, scripts: bool, extra: tuple[str, ...]
) -> Iterator[Step]:
    """Yield the commands: a virtual environment, then pip from outside of it."""
    spec = importlib.util.find_spec("pip")
    if spec is None or spec.origin is None:
        raise Failure(State.FAILED_TO_START, "PyPI packages need pip beside this program")
    pip = str(Path(spec.origin).parent)
    runtime = _runtime(extra)
    binds = runtime.binds(sandbox)
    python = runtime.path(sandbox, "bin", _python_name(runtime.prefix))
    venv = f"{target}/venv"
    yield Step((python, "-m", "venv", "--without-pip", venv), _hint, binds)
    seen = f"{INSTALLER}/pip" if sandbox.is_isolated else pip
    argv = [f"{venv}/bin/python", seen, "install", "--no-input", "--no-cache-dir", "--quiet"]
    argv += ["--disable-pip-version-check", "--report", f"{target}/report.json"]
    argv += [] if scripts else ["--only-binary", ":all:"]
    argv += [f"{package.identifier}{f'=={package.version}' if package.version else ''}"]
    argv += [words for words in extra if not words.startswith(PYTHON_PREFIX)]
    yield Step(tuple(argv), _hint, (*binds, Bind(pip, seen)))


def _hint(stderr: str) -> str:
    if "No matching distribution" in stderr or "Could not find a version" in stderr:
        if "Requires-Python" in stderr or "requires a different Python" in stderr:
            return "needs another Python version"
        return "no wheel fits this Python and system; a source build needs a reason in its spec"
    return hint_for(State.FAILED_TO_START, stderr)


def read(prefix: Path, package: Package, sandbox: Sandbox) -> Found | None:
    """Return what is installed in a prefix, None when the package or its program is not there."""
    config = _config(prefix / "venv" / "pyvenv.cfg")
    version, integrity = _report(prefix / "report.json", package.identifier)
    program = _program(prefix, package)
    if not program or not version:
        return None
    root = PREFIX if sandbox.is_isolated else str(prefix)
    used = config.get("version", "")
    runtime = _runtime((f"{PYTHON_PREFIX}{used.rpartition('.')[0]}",))
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Found(
        version=version,
        integrity=integrity,
        argv=(f"{root}/venv/bin/python", f"{root}/venv/bin/{program}"),
        binds=runtime.binds(sandbox),
        notes=() if used.startswith(f"{own}.") else (f"started with Python {used}",),
    )


def _runtime(extra: tuple[str, ...]) -> Runtime:
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    for words in extra:
        wanted = words.removeprefix(PYTHON_PREFIX)
        if words.startswith(PYTHON_PREFIX) and wanted != own:
            prefix = other_pythons().get(wanted)
            if prefix:
                return python_runtime(prefix)
    return python_runtime()


def _python_name(prefix: str) -> str:
    names = sorted(path.name for path in (Path(prefix) / "bin").glob("python3.*[0-9]"))
    own = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return own if own in names else names[0] if names else "python3"


@functools.cache
def other_pythons() -> dict[str, str]:
    """Return the other Python versions on this machine, newest first, each with its prefix."""
    found: dict[str, str] = {}
    for minor in range(16, 10, -1):
        if minor == sys.version_info.minor:
            continue
        name = f"python3.{minor}"
        for program in _candidates(name):
            prefix = _prefix(program)
            if prefix and Path(prefix, "bin", name).exists():
                found[f"3.{minor}"] = prefix
                break
    return found


def _candidates(name: str) -> list[str]:
    # On the path it may be a shim that does not run; the managers' own folders have the real ones.
    on_path = shutil.which(name)
    managed = [
        str(path)
        for folder in (".pyenv/versions", ".local/share/uv/python")
        for path in sorted(Path.home().glob(f"{folder}/*/bin/{name}"), reverse=True)
    ]
    return [*([on_path] if on_path else []), *managed]


def _prefix(program: str) -> str:
    words = [program, "-c", "import sys; print(sys.base_prefix)"]
    try:
        done = subprocess.run(words, capture_output=True, timeout=10, check=False)  # noqa: S603  # fixed words
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""


def _config(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    return {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines)}


def _normal(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower()


def _report(path: Path, identifier: str) -> tuple[str, str]:
    try:
        entries = json.loads(path.read_bytes())["install"]
        for entry in entries:
            if _normal(entry["metadata"]["name"]) == _normal(identifier):
                hashes = entry.get("download_info", {}).get("archive_info", {}).get("hashes", {})
                sha256 = hashes.get("sha256", "")
                return entry["metadata"]["version"], f"sha256:{sha256}" if sha256 else ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "", ""
    return "", ""


def _program(prefix: Path, package: Package) -> str:
    scripts = _console_scripts(prefix, package.identifier)
    for wanted in (package.executable, package.identifier):
        for script in scripts:
            if wanted and _normal(script) == _normal(wanted):
                return script
    named = [script for script in scripts if "mcp" in script.lower()]
    return next(iter(named or scripts), "")


def _console_scripts(prefix: Path, identifier: str) -> list[str]:
    for info in sorted(prefix.glob("venv/lib/python*/site-packages/*.dist-info")):
        name = info.name.removesuffix(".dist-info").rpartition("-")[0]
        if _normal(name) != _normal(identifier):
            continue
        parser = configparser.ConfigParser(delimiters=("=",), strict=False)
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
        try:
            parser.read(info / "entry_points.txt", encoding="utf-8")
            return [name for name, _ in parser.items("console_scripts")]
        except configparser.Error:
            return []
    return []
