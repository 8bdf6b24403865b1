"""`content/servers/<slug>.yaml` to ServerSpec, in the words of the official registry's server.json.

Called by content.py. Values of secrets have no key here: `value` of a variable is refused like
any other unknown key.
"""

from __future__ import annotations

import re

import yaml

from generator.content_fields import Fields
from generator.content_yaml import STR
from generator.model import CrawlSettings, Package, Remote, ServerSpec, Variable

REGISTRY_TYPES = ("npm", "pypi", "oci", "nuget", "mcpb", "cargo", "local")
TRANSPORTS = ("stdio", "streamable-http", "sse")
_NAME = re.compile(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+")
_ADDRESS = re.compile(r"https://[^\s/]+\S*|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/\S*)?")
_ADDRESS_WORDS = "an https address, or http on the loopback interface"


def server_spec(fields: Fields, slug: str) -> ServerSpec:
    """Return the spec; what is wrong is in the sink of the fields."""
    own = fields.below("catalogue")
    spec = ServerSpec(
        slug=slug,
        title=fields.text("title", required=True),
        name=fields.matching("name", _NAME, "a registry name like io.github.acme/demo"),
        description=fields.text("description"),
        website_url=fields.https("websiteUrl"),
        repository_url=_repository(fields),
        packages=tuple(_package(row) for row in fields.rows("packages")),
        remotes=tuple(_remote(row) for row in fields.rows("remotes")),
        domain=own.text("domain") if own else "",
        license=own.text("license") if own else "",
        crawl=_crawl(own),
        path=fields.sink.origin,
    )
    for part in (own, fields):
        if part is not None:
            part.done()
    return spec


def _repository(fields: Fields) -> str:
    repository = fields.below("repository")
    if repository is None:
        return ""
    url = repository.https("url", required=True)
    repository.text("source")
    repository.done()
    return url


def _crawl(own: Fields | None) -> CrawlSettings:
    fields = own.below("crawl") if own else None
    if fields is None:
        return CrawlSettings()
    settings = CrawlSettings(
        network_reason=fields.text("network"),
        scripts_reason=fields.text("scripts"),
        loopback_reason=fields.text("loopback"),
        skip_reason=fields.text("skip"),
    )
    fields.done()
    return settings


def _package(fields: Fields) -> Package:
    transport = fields.below("transport")
    package = Package(
        registry_type=fields.choice("registryType", REGISTRY_TYPES, required=True),
        identifier=fields.text("identifier", required=True),
        version=fields.text("version"),
        runtime_hint=fields.text("runtimeHint"),
        executable=fields.text("executable"),
        arguments=_arguments(fields),
        environment=tuple(_variable(row) for row in fields.rows("environmentVariables")),
        transport=_transport(transport) if transport else "stdio",
    )
    fields.done()
    return package


def _transport(fields: Fields) -> str:
    kind_of = fields.choice("type", TRANSPORTS, required=True, default="stdio")
    fields.matching("url", _ADDRESS, _ADDRESS_WORDS)
    fields.done()
    return kind_of


def _arguments(fields: Fields) -> tuple[str, ...]:
    """Return the words of the command line: texts, or the registry's named and positional ones."""
    found: list[str] = []
    for position, item in enumerate(fields.items("packageArguments")):
        if isinstance(item, yaml.MappingNode):
            row = Fields(item, fields.sink, f"{fields.at}packageArguments[{position}].")
            row.choice("type", ("named", "positional"), required=True)
            found += [word for word in (row.text("name"), row.text("value")) if word]
            row.done()
        elif isinstance(item, yaml.ScalarNode) and item.tag == STR:
            found.append(str(item.value))
        else:
            expected = "a text in quotes, or type, name and value"
            fields.wrong_item("packageArguments", position, item, expected)
    return tuple(found)


def _remote(fields: Fields) -> Remote:
    remote = Remote(
        transport=fields.choice("type", TRANSPORTS[1:], required=True),
        url=fields.matching("url", _ADDRESS, _ADDRESS_WORDS, required=True),
        headers=tuple(_variable(row) for row in fields.rows("headers")),
    )
    fields.done()
    return remote


def _variable(fields: Fields) -> Variable:
    variable = Variable(
        name=fields.text("name", required=True),
        description=fields.text("description"),
        is_required=fields.flag("isRequired"),
        is_secret=fields.flag("isSecret"),
        default=fields.text("default"),
        placeholder=fields.text("placeholder"),
        choices=fields.texts("choices"),
    )
    if variable.is_secret and variable.default:
        fields.wrong("default", "no value of a secret", "one")
    fields.done()
    return variable
