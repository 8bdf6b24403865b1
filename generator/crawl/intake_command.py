"""A command line of a configuration to the package it starts, the address it opens, or a reason.

Called by `intake_clients.py`. Shells and launchers around a package runner are unwrapped first:
`cmd /c npx -y acme@1.2 --root /data` starts the npm package acme in version 1.2. A program that
was installed by other means has no package that others could install, and is not guessed at.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from generator.crawl.intake_packages import PROGRAMS, RUNNERS, Run, UnusableError, runner_words
from generator.crawl.intake_secrets import clean_url, clean_words, holds_secret, is_secret_name
from generator.model import Package, Remote, Variable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_ENDINGS = (".exe", ".cmd", ".bat", ".ps1")
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "fish"})
_SHELL_SYNTAX = re.compile(r"[;&|<>`\n]|\$\(")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_WRAPPERS = 5
_ADDRESS = re.compile(r"https?://")
_HEADER = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,100})\s*:")
_HEADER_OPTIONS = frozenset({"--header", "-H", "--headers", "--oauth2Bearer"})
_BRIDGES = {("npm", "mcp-remote"), ("npm", "supergateway"), ("pypi", "mcp-proxy")}
"""Packages that are no server: they open the remote server whose address they are given."""
_STORES = {("npm", "@smithery/cli"): "Smithery", ("npm", "@composio/mcp"): "Composio"}


@dataclass(frozen=True, slots=True)
class Launch:
    """What a command starts: a package, a remote, or neither and the reason."""

    package: Package | None = None
    remote: Remote | None = None
    reason: str = ""
    removed: tuple[str, ...] = ()
    """What was taken out of its words, for the person who imports."""


def launch(
    command: str, args: Sequence[str], variables: Sequence[Variable], known: Collection[str]
) -> Launch:
    """Return what a command starts; `known` are values that may not be kept anywhere."""
    try:
        run = _run(command, list(args), known)
    except UnusableError as error:
        return Launch(reason=str(error))
    key = (run.registry_type, run.identifier.lower())
    if key in _BRIDGES:
        return _bridged(run, known)
    if key in _STORES:
        return Launch(reason=f"is started through {_STORES[key]}; import the server itself")
    words, removed = clean_words(run.arguments, known)
    package = Package(
        registry_type=run.registry_type,
        identifier=run.identifier,
        version=run.version,
        runtime_hint=run.runtime,
        executable=run.executable,
        arguments=words,
        environment=_with_passed(variables, run.environment, known),
    )
    return Launch(package, removed=(*run.removed, *removed))


def _run(command: str, args: list[str], known: Collection[str]) -> Run:
    name, rest = _unwrapped(command, args)
    name, rest = runner_words(name, rest)
    if name not in RUNNERS:
        raise UnusableError(_local(name, rest, known))
    run = RUNNERS[name](rest)
    if any(holds_secret(w, known) for w in (run.identifier, run.version, run.executable)):
        raise UnusableError("the name of its package looks like a secret")
    return run


def _unwrapped(command: str, args: list[str]) -> tuple[str, list[str]]:
    """Return the program's bare name and its arguments, without shells and launchers around it."""
    words = [command, *args]
    for _ in range(_WRAPPERS):
        if not words or not words[0].strip():
            raise UnusableError("has no command")
        words[0] = words[0].strip()
        if " " in words[0] and _bare(words[0].split()[0]) in PROGRAMS | _SHELLS:
            words = [*_split(words[0]), *words[1:]]
        name, rest = _bare(words[0]), words[1:]
        if name in {"cmd", "wsl"}:
            inner = [word for word in rest if not re.fullmatch(r"/[a-zA-Z]|--|-e", word)]
            words = _split(inner[0]) if len(inner) == 1 and " " in inner[0] else inner
        elif name in _SHELLS and (script := _script(rest)):
            words = _split(script)
        elif name == "env":
            inner = rest[:]
            while inner and (_ASSIGNMENT.match(inner[0]) or inner[0] in {"-i", "-S", "--"}):
                inner.pop(0)
            words = inner
        else:
            return name, rest
    raise UnusableError("starts a shell within a shell")


def _script(words: Sequence[str]) -> str:
    """Return the word behind `-c`, also in `-lc` and `-l -c`; empty when there is none."""
    found = (after for word, after in pairwise(words) if re.fullmatch(r"-[a-z]*c", word))
    return next(found, "")


def _split(script: str) -> list[str]:
    if _SHELL_SYNTAX.search(script):
        raise UnusableError("runs a shell script")
    try:
        words = shlex.split(script.removeprefix("exec "))
    except ValueError:
        raise UnusableError("runs a shell script with an open quote") from None
    while words and _ASSIGNMENT.match(words[0]):
        words.pop(0)
    return words


def _bare(command: str) -> str:
    r"""Return `npx` for `C:\Program Files\nodejs\npx.cmd`."""
    name = re.split(r"[/\\]", command)[-1].lower()
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return name


def _local(name: str, rest: Sequence[str], known: Collection[str]) -> str:
    """Return why a program that no package runner starts cannot be a spec."""
    if holds_secret(name, known):
        return "a program installed on this machine"
    if name in {"docker", "podman", "nerdctl"}:
        return f"{name} does not run an image here"
    if name.startswith("python") or name == "py":
        if rest[:1] == ["-m"] and len(rest) > 1 and not holds_secret(rest[1], known):
            return (
                f"python -m {rest[1][:80]} runs what is installed here; name its package "
                "with uvx --from PACKAGE"
            )
        return "a Python program on this machine"
    if name in {"node", "deno", "bun", "tsx", "ts-node"}:
        return f"a {name} program on this machine"
    return f"{name[:80]} is a program on this machine, and its package is unknown"


def _with_passed(
    variables: Sequence[Variable], names: Sequence[str], known: Collection[str]
) -> tuple[Variable, ...]:
    """Return the declared variables and those that only the arguments of a container name."""
    have = {variable.name for variable in variables}
    more = [
        Variable(name, is_required=is_secret_name(name), is_secret=is_secret_name(name))
        for name in dict.fromkeys(names)
        if name not in have and not holds_secret(name, known)
    ]
    return (*variables, *more)


def _bridged(run: Run, known: Collection[str]) -> Launch:
    """Return the remote server that a bridge opens, with the headers it is told to send.

    The variables of the bridge feed `${NAME}` in its headers and are none of that server's.
    """
    address = next((word for word in run.arguments if _ADDRESS.match(word)), "")
    clean = clean_url(address, known)
    if clean is None:
        return Launch(reason=f"{run.identifier} opens an address that is not in its arguments")
    headers = []
    for option, value in pairwise(run.arguments):
        match = _HEADER.match(value) if option in _HEADER_OPTIONS else None
        if match and not holds_secret(match[1], known):
            headers.append(match[1])
    is_sse = not {"sse-only", "--sse"}.isdisjoint(run.arguments)
    remote = Remote(
        "sse" if is_sse else "streamable-http",
        clean.url,
        tuple(secret_header(name) for name in dict.fromkeys(headers)),
    )
    return Launch(remote=remote, removed=clean.removed)


def secret_header(name: str) -> Variable:
    """Return a header by name; one that a person had to write down is taken to be needed."""
    return replace(Variable(name, is_required=True), is_secret=is_secret_name(name))
