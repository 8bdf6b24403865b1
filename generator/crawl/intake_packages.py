"""Arguments of a package runner to the package it fetches: npx, uvx, pipx, docker, dnx and kin.

Called by `intake_command.py`. One function per runner; each reads the runner's own options up to
the package, and leaves everything behind it to the server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NPM = re.compile(r"(?:@[\w.~-]+/)?[A-Za-z0-9_.~-]+")
_PYPI = re.compile(
    r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(\[[^\]]*\])?(?:\s*(?:==|@)\s*([\w.+!-]+))?"
)
_PYPI_RANGE = re.compile(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(\[[^\]]*\])?\s*[<>=!~]=?.*")
_IMAGE = re.compile(
    r"([A-Za-z0-9][\w./-]*(?::\d+/[\w./-]+)?)(?::([\w.-]+))?(@sha256:[0-9a-f]{64})?"
)
_VERSION = re.compile(r"[\w.+^~*!-]{1,100}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_NPX = frozenset({"-p", "--package", "-c", "--call", "--registry", "--cache", "--prefix", "-w"})
_UVX_WORDS = (
    "--from --with --with-editable --python -p --index --index-url -i --extra-index-url --env-file "
    "--default-index --cache-dir --project --directory --config-file --constraints -c"
)
_PIPX = frozenset({"--spec", "--python", "--pip-args", "--index-url", "-i", "--with"})
_CONTAINER_WORDS = (
    "-e --env --env-file -v --volume --name -p --publish --network --net --mount --entrypoint -w "
    "--workdir -u --user --platform --add-host -m --memory --cpus -l --label --restart --pull "
    "--gpus --cap-add --cap-drop --security-opt --tmpfs --ulimit -h --hostname --dns --shm-size "
    "--log-driver --log-opt --runtime --ipc --pid --userns --stop-timeout --memory-swap"
)
_UVX, _CONTAINER = frozenset(_UVX_WORDS.split()), frozenset(_CONTAINER_WORDS.split())


class UnusableError(Exception):
    """The command starts nothing that others could install; the message says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """A package, the program in it, and the words that go to the server."""

    registry_type: str
    identifier: str
    version: str
    runtime: str
    arguments: tuple[str, ...] = ()
    executable: str = ""
    environment: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def runner_words(name: str, rest: list[str]) -> tuple[str, list[str]]:
    """Return the runner's short name: `npm exec`, `pnpm dlx` and `uv tool run` are npx and uvx."""
    for long, short in _LONG_FORMS.items():
        words = long.split()
        if name == words[0] and rest[: len(words) - 1] == words[1:]:
            return short, rest[len(words) - 1 :]
    return name, rest


_LONG_FORMS = {
    "npm exec": "npx",
    "npm x": "npx",
    "pnpm dlx": "npx",
    "yarn dlx": "npx",
    "bun x": "npx",
    "pnpx": "npx",
    "bunx": "npx",
    "uv tool run": "uvx",
    "pipx run": "pipx run",
    "docker container run": "container",
    "docker run": "container",
    "podman run": "container",
    "nerdctl run": "container",
}


def _options(
    words: Sequence[str], valued: frozenset[str]
) -> tuple[dict[str, list[str]], list[str]]:
    """Return the options before the first other word, with their values, and what follows."""
    found: dict[str, list[str]] = {}
    rest = list(words)
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        if word == "--":
            break
        name, is_joined, value = word.partition("=")
        if is_joined:
            found.setdefault(name, []).append(value)
        elif name in valued and rest:
            found.setdefault(name, []).append(rest.pop(0))
        else:
            found.setdefault(name, [])
    return found, rest


def _npx(words: list[str]) -> Run:
    options, rest = _options(words, _NPX)
    named = [*options.get("-p", []), *options.get("--package", [])]
    if "-c" in options or "--call" in options:
        raise UnusableError("npx runs a shell script")
    if not named and not rest:
        raise UnusableError("npx names no package")
    text = named[0] if named else rest[0]
    executable = rest[0] if named and rest else ""
    at = text.rfind("@")
    name, version = (text[:at], text[at + 1 :]) if at > 0 else (text, "")
    version = "" if version == "latest" else version
    if not _NPM.fullmatch(name) or (version and not _VERSION.fullmatch(version)):
        raise UnusableError("npx runs something that is no package of the npm registry")
    if executable.startswith("-") or not _NPM.fullmatch(executable or "x"):
        executable = ""
    plain = name.rpartition("/")[2]
    executable = "" if executable == plain else executable
    return Run("npm", name, version, "npx", tuple(rest[1:]), executable)


def _uvx(words: list[str]) -> Run:
    options, rest = _options(words, _UVX)
    return _python(options.get("--from", []), rest, "uvx")


def _pipx(words: list[str]) -> Run:
    options, rest = _options(words, _PIPX)
    return _python(options.get("--spec", []), rest, "pipx")


def _python(source: Sequence[str], rest: list[str], runtime: str) -> Run:
    if not source and not rest:
        raise UnusableError(f"{runtime} names no package")
    text = source[0] if source else rest[0]
    removed: list[str] = []
    exact = _PYPI.fullmatch(text.strip())
    if exact:
        name, extras, version = exact[1], exact[2], exact[3] or ""
    elif ranged := _PYPI_RANGE.fullmatch(text.strip()):
        name, extras, version = ranged[1], ranged[2], ""
        removed.append("the range of versions of its package")
    else:
        raise UnusableError(f"{runtime} runs something that is no package of the Python index")
    if extras:
        removed.append("the extras of its package")
    program = rest[0] if source and rest else ""
    if program == name or not _PYPI.fullmatch(program or "x"):
        program = ""
    version = "" if version == "latest" else version
    return Run("pypi", name, version, runtime, tuple(rest[1:]), program, removed=tuple(removed))


def _container(words: list[str]) -> Run:
    options, rest = _options(words, _CONTAINER)
    if not rest:
        raise UnusableError("the container command names no image")
    image = _IMAGE.fullmatch(rest[0])
    if image is None:
        raise UnusableError("the container command starts something that is no image")
    passed = [*options.get("-e", []), *options.get("--env", [])]
    names = [text.partition("=")[0] for text in passed]
    version = image[2] or (image[3] or "").removeprefix("@")
    return Run(
        "oci",
        image[1],
        "" if version == "latest" else version,
        "docker",
        tuple(rest[1:]),
        environment=tuple(name for name in names if _VARIABLE.fullmatch(name)),
    )


def _dnx(words: list[str]) -> Run:
    options, rest = _options(words, frozenset({"--version", "--source", "--add-source"}))
    if not rest:
        raise UnusableError("dnx names no package")
    name, _, version = rest[0].partition("@")
    version = version or next(iter(options.get("--version", [])), "")
    if not _NPM.fullmatch(name) or (version and not _VERSION.fullmatch(version)):
        raise UnusableError("dnx runs something that is no NuGet package")
    after = [word for word in rest[1:] if word not in {"--yes", "-y", "--"}]
    return Run("nuget", name, version, "dnx", tuple(after))


RUNNERS: dict[str, Callable[[list[str]], Run]] = {
    "npx": _npx,
    "uvx": _uvx,
    "pipx run": _pipx,
    "container": _container,
    "dnx": _dnx,
}
PROGRAMS = frozenset({*(form.split()[0] for form in _LONG_FORMS), "npx", "uvx", "dnx"})
"""The programs that start packages, by bare name."""
