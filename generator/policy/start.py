"""A server's spec and snapshot to its pinned start command, purl and protocols, for headers.

Called by draft.py. The version is the observed one, so that what runs is what was rated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.model import Package, Server

_SECRET = re.compile(r"^-.*(?:secret|token|key|password)", re.IGNORECASE)


def of(server: Server) -> tuple[tuple[str, ...], str]:
    """Return (command, ""), or ((), url) for a server that is only reached over the network."""
    packages = server.spec.packages
    if packages:
        return _command(packages[0], _version(server, packages[0])), ""
    return (), server.spec.remotes[0].url if server.spec.remotes else ""


def purl(server: Server) -> str:
    """Return the package URL with the observed version, empty when there is no package."""
    if server.snapshot is not None and server.snapshot.source.package:
        return server.snapshot.source.package
    return server.spec.packages[0].purl if server.spec.packages else ""


def protocols(server: Server) -> tuple[str, ...]:
    """Return the protocol versions the server speaks, the used one when it named none."""
    if server.snapshot is None:
        return ()
    protocol = server.snapshot.protocol
    return protocol.supported or ((protocol.used,) if protocol.used else ())


def _version(server: Server, package: Package) -> str:
    observed = server.snapshot.source.version if server.snapshot is not None else ""
    return observed or package.version


def _arguments(package: Package) -> tuple[str, ...]:
    """Return the arguments with the placeholders of secrets as something to fill in."""
    shown: list[str] = []
    before = ""
    for argument in package.arguments:
        name, equals, _ = argument.partition("=")
        if equals and _SECRET.match(name):
            shown.append(f"{name}=<{name.lstrip('-')}>")
        elif "=" not in before and _SECRET.match(before) and not argument.startswith("-"):
            shown.append(f"<{before.lstrip('-')}>")
        else:
            shown.append(argument)
        before = argument
    return tuple(shown)


def _command(package: Package, version: str) -> tuple[str, ...]:
    name, executable = package.identifier, package.executable
    arguments = _arguments(package)
    if package.registry_type == "npm":
        pinned = f"{name}@{version}" if version else name
        if executable:
            return ("npx", "-y", "-p", pinned, executable, *arguments)
        return ("npx", "-y", pinned, *arguments)
    if package.registry_type == "pypi":
        if executable:
            pinned = f"{name}=={version}" if version else name
            return ("uvx", "--from", pinned, executable, *arguments)
        return ("uvx", f"{name}@{version}" if version else name, *arguments)
    if package.registry_type == "oci":
        image = f"{name}:{version}" if version and ":" not in name else name
        return ("docker", "run", "-i", "--rm", image, *arguments)
    return ()
