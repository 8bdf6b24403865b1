"""Which servers are crawled, by which way, and with what placeholders.

Called by the command line with all specs; `run.py` gets the Targets. Pure: the environment comes
in as an argument.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from generator.crawl.outcome import Failure
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.model import Package, Remote, ServerSpec, Variable

_SOUNDS_SECRET = re.compile(r"(?i)key|token|secret|passw|credential|auth|cookie|session")
STARTED = ("npm", "pypi", "local")
_FORMATS = (
    (("URL", "URI", "ENDPOINT", "HOST"), "https://placeholder.invalid"),
    (("PORT",), "8080"),
    (("EMAIL",), "placeholder@placeholder.invalid"),
)
_PLACEHOLDER = "placeholder-not-a-secret"
_KUBECONFIG = """apiVersion: v1
kind: Config
clusters: [{name: placeholder, cluster: {server: "https://placeholder.invalid"}}]
users: [{name: placeholder, user: {token: placeholder-not-a-secret}}]
contexts: [{name: placeholder, context: {cluster: placeholder, user: placeholder}}]
current-context: placeholder
"""
_FIXTURES = {"KUBECONFIG": _KUBECONFIG}
"""By variable name: the file that a placeholder path of this variable leads to."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The variables one server gets: values by name, which are fake and which are secret."""

    values: Mapping[str, str] = field(default_factory=dict)
    placeholders: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Real values from the operator's environment, to be redacted wherever they come back."""
    fixtures: Mapping[str, str] = field(default_factory=dict)
    """Files made for the run, by path: what a server wants to read before it lists its tools."""


@dataclass(frozen=True, slots=True)
class Target:
    """One server and the one way by which it is asked; neither way means: say why not."""

    spec: ServerSpec
    package: Package | None = None
    remote: Remote | None = None
    why_not: str = ""

    @property
    def slug(self) -> str:
        """Return the server's slug."""
        return self.spec.slug


def target(spec: ServerSpec) -> Target:
    """Choose how a server is asked: a remote without credentials, a package, another remote."""
    if spec.crawl.skip_reason:
        return Target(spec, why_not=spec.crawl.skip_reason)
    # A `{name}` in an address is for its users to fill in; nobody answers there.
    remotes = [remote for remote in spec.remotes if "{" not in remote.url]
    for remote in remotes:
        if not any(header.is_required for header in remote.headers):
            return Target(spec, remote=remote)
    for package in spec.packages:
        if package.registry_type in STARTED and package.transport == "stdio":
            return Target(spec, package=package)
    if remotes:
        return Target(spec, remote=remotes[0])
    return Target(spec, why_not=_why_not(spec))


def host(chosen: Target) -> str:
    """Return the host a target asks, empty when it starts a package."""
    return urlsplit(chosen.remote.url).netloc.lower() if chosen.remote else ""


def spread(targets: Sequence[Target]) -> list[Target]:
    """Return targets so that those of one host are far apart: no host holds up the others."""
    seen: Counter[str] = Counter()
    ranks: list[int] = []
    for one in targets:
        ranks.append(seen[host(one)])
        seen[host(one)] += 1
    return [one for _, one in sorted(zip(ranks, targets, strict=True), key=itemgetter(0))]


def _why_not(spec: ServerSpec) -> str:
    if not spec.packages and spec.remotes:
        return "its address needs a value that only its users have"
    if not spec.packages:
        return "its spec names no package and no remote"
    kinds = sorted({f"{p.registry_type} over {p.transport}" for p in spec.packages})
    return f"only packages that are not started here: {', '.join(kinds)}"


def not_observed(chosen: Target) -> Failure:
    """Return the ending of a server that is not asked."""
    return Failure(
        State.NOT_OBSERVED, chosen.why_not, "supply a dump of its tools with mcp-risk import"
    )


def settings(variables: Sequence[Variable], environment: Mapping[str, str], home: str) -> Settings:
    """Return the declared variables: real values by name, then defaults, then fakes."""
    values: dict[str, str] = {}
    placeholders: list[str] = []
    secrets: dict[str, str] = {}
    fixtures: dict[str, str] = {}
    for variable in variables:
        real = environment.get(variable.name)
        if real is not None:
            values[variable.name] = real
            if variable.is_secret or _SOUNDS_SECRET.search(variable.name):
                secrets[variable.name] = real
        elif variable.placeholder:
            values[variable.name] = variable.placeholder.replace("{HOME}", home)
            placeholders.append(variable.name)
            if variable.name in _FIXTURES and "{HOME}" in variable.placeholder:
                fixtures[values[variable.name]] = _FIXTURES[variable.name]
        elif variable.default:
            values[variable.name] = variable.default
        elif variable.is_required:
            values[variable.name] = fake(variable)
            placeholders.append(variable.name)
    return Settings(values, tuple(placeholders), secrets, fixtures)


def fake(variable: Variable) -> str:
    """Return an obviously fake value of the declared format."""
    if variable.choices:
        return variable.choices[0]
    words = variable.name.upper().replace("-", "_").split("_")
    return next((value for ends, value in _FORMATS if words[-1] in ends), _PLACEHOLDER)
