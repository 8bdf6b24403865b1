"""ServerSpec to the text of `content/servers/<slug>.yaml`, the inverse of content_servers.py.

Called by `mcp-risk import`. The text is read back before it is returned, so what is written loads
without a problem and says the same; what the form cannot say is a Problem instead of a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from generator.content_fields import Fields
from generator.content_servers import server_spec
from generator.content_yaml import Sink, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.errors import Problem
    from generator.model import Package, Remote, ServerSpec, Variable

_WIDTH = 100
_SOURCES = {"github.com": "github", "gitlab.com": "gitlab"}


def spec_to_yaml(spec: ServerSpec) -> tuple[str, list[Problem]]:
    """Return the canonical text of a spec, and the problems it would have as a file."""
    path = f"servers/{spec.slug}.yaml"
    text = str(
        yaml.dump(
            _spec(spec),
            Dumper=yaml.SafeDumper,
            sort_keys=False,
            allow_unicode=True,
            default_flow_style=False,
            width=_WIDTH,
        )
    )
    sink = Sink(path, spec.path)
    node = parse(text, sink)
    again = server_spec(Fields(node, sink), spec.slug) if node is not None else None
    if not sink.problems and again != spec:
        sink.report("round-trip", "the spec (expected texts that YAML keeps, got others)", -1)
    return text, sink.problems


def _present(pairs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said: keys with an empty value are left out."""
    return {key: value for key, value in pairs.items() if value not in ("", False, [], {})}


def _spec(spec: ServerSpec) -> dict[str, Any]:
    host = urlsplit(spec.repository_url).hostname or ""
    repository = {"url": spec.repository_url, "source": _SOURCES.get(host, "")}
    crawl = {
        "network": spec.crawl.network_reason,
        "scripts": spec.crawl.scripts_reason,
        "loopback": spec.crawl.loopback_reason,
        "skip": spec.crawl.skip_reason,
    }
    catalogue = {"domain": spec.domain, "license": spec.license, "crawl": _present(crawl)}
    return _present(
        {
            "name": spec.name,
            "title": spec.title,
            "description": spec.description,
            "websiteUrl": spec.website_url,
            "repository": _present(repository),
            "packages": [_package(package) for package in spec.packages],
            "remotes": [_remote(remote) for remote in spec.remotes],
            "catalogue": _present(catalogue),
        }
    )


def _package(package: Package) -> dict[str, Any]:
    fields = {
        "registryType": package.registry_type,
        "identifier": package.identifier,
        "version": package.version,
        "runtimeHint": package.runtime_hint,
        "executable": package.executable,
        "packageArguments": list(package.arguments),
        "environmentVariables": [_variable(variable) for variable in package.environment],
    }
    return {**_present(fields), "transport": {"type": package.transport}}


def _remote(remote: Remote) -> dict[str, Any]:
    headers = [_variable(header) for header in remote.headers]
    return _present({"type": remote.transport, "url": remote.url, "headers": headers})


def _variable(variable: Variable) -> dict[str, Any]:
    return _present(
        {
            "name": variable.name,
            "description": variable.description,
            "isRequired": variable.is_required,
            "isSecret": variable.is_secret,
            "default": variable.default,
            "placeholder": variable.placeholder,
            "choices": list(variable.choices),
        }
    )
