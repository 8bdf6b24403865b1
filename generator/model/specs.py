"""How to find and start a server: one file `content/servers/<slug>.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared environment variable, header or argument. Values of secrets have no field.

    `placeholder` is an obviously fake value that lets the server start and list its tools.
    """

    name: str
    description: str = ""
    is_required: bool = False
    is_secret: bool = False
    default: str = ""
    placeholder: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Package:
    """One installable package in the registry's words; `version` empty means the latest."""

    registry_type: str
    identifier: str
    version: str = ""
    runtime_hint: str = ""
    executable: str = ""
    """The program inside the package when it is not named like the package."""
    arguments: tuple[str, ...] = ()
    environment: tuple[Variable, ...] = ()
    transport: str = "stdio"

    @property
    def key(self) -> tuple[str, str]:
        """Return registry and identifier: what servers of one package share."""
        return self.registry_type, self.identifier

    @property
    def purl(self) -> str:
        """Return the package URL, e.g. `pkg:npm/%40acme/demo@1.2.3`, without version if unset."""
        name = self.identifier.replace("@", "%40")
        version = f"@{self.version}" if self.version else ""
        return f"pkg:{self.registry_type}/{name}{version}"


@dataclass(frozen=True, slots=True)
class Remote:
    """One hosted endpoint: `streamable-http` or `sse`, and the headers it wants by name."""

    transport: str
    url: str
    headers: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class OptOut:
    """An operator who asked not to be crawled: the host, with all below it, or the package."""

    host: str
    package: str
    """`npm/@acme/demo`"""
    reason: str
    on: date


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """What a spec may ask of the crawler, each with its reason; empty reason means no."""

    network_reason: str = ""
    scripts_reason: str = ""
    loopback_reason: str = ""
    skip_reason: str = ""


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """One file `content/servers/<slug>.yaml`: how to find and start a server."""

    slug: str
    title: str
    name: str = ""
    """Reverse-DNS name in the official registry, empty when it has none."""
    description: str = ""
    website_url: str = ""
    repository_url: str = ""
    license: str = ""
    domain: str = ""
    packages: tuple[Package, ...] = ()
    remotes: tuple[Remote, ...] = ()
    crawl: CrawlSettings = CrawlSettings()
    path: str = ""
    """Where the spec came from, for messages and the edit link."""
