"""The index to a read-only registry in the official v0.1 shape, with our ratings in `_meta`.

A static host can neither read a cursor nor be file and folder at once: the whole answer is one
file, and `_redirects` leads the paths of the API to the files. Only with a base URL, from which
the key of our `_meta` and the names of servers without one are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from generator.render import json_files, urls
from generator.render.files import File
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model import JsonObject, Package, ServerSpec, ServerSummary, Variable
    from generator.render.context import Context

ROOT = "registry/v0.1/"
_DESCRIPTION = 100


def files(context: Context) -> Iterator[File]:
    """Yield the list of servers, and the versions of each."""
    if not context.base:
        return
    answers: dict[str, JsonObject] = {}
    for summary in context.index.servers:
        if summary.spec and (summary.spec.packages or summary.spec.remotes):
            answer = _answer(context, summary, summary.spec)
            answers.setdefault(answer["server"]["name"], answer)
    ordered = [answers[name] for name in sorted(answers)]
    yield File(f"{ROOT}servers.json", _listed(ordered))
    folders = set()
    for answer in ordered:
        folder = f"{ROOT}servers/{answer['server']['name'].lower()}/"
        if folder in folders:  # two names that differ in case only cannot both be folders
            continue
        folders.add(folder)
        yield File(f"{folder}versions.json", _listed([answer]))
        yield File(f"{folder}versions/latest.json", json_files.dumps(answer))
        version = answer["server"]["version"]
        if version != "latest" and _is_file_name(version):
            yield File(f"{folder}versions/{version}.json", json_files.dumps(answer))


def redirects(context: Context) -> bytes:
    """Return the file by which several hosts, and the preview, map the paths of the API.

    Paths start at the folder that is published, whatever path stands in front of it.
    """
    if not context.base:
        return b""
    target = f"/{ROOT}servers"
    one = f"{target}/:space/:name/versions"
    lines = (
        f"/v0.1/servers {target}.json 200",
        f"/v0.1/servers/:space/:name/versions {one}.json 200",
        f"/v0.1/servers/:space/:name/versions/:version {one}/:version.json 200",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def namespace(base_url: str) -> str:
    """Return the reverse of the host name: `org.example.risk` of https://risk.example.org/x/."""
    host = urlsplit(base_url).hostname or ""
    return ".".join(reversed(host.split(".")))


def _listed(answers: list[JsonObject]) -> bytes:
    return json_files.dumps({"servers": answers, "metadata": {"count": len(answers)}})


def _is_file_name(version: str) -> bool:
    return version.replace(".", "").replace("-", "").replace("+", "").isalnum()


def _answer(context: Context, summary: ServerSummary, spec: ServerSpec) -> JsonObject:
    slug = summary.slug
    space = namespace(context.base)
    rating = {
        "level": summary.level.value if summary.level else "",
        "state": summary.state.value,
        "tools_total": summary.tools_total,
        "riskiest_tool": one_line(summary.riskiest_tool, 120),
        "by_level": {level.value: count for level, count in summary.by_level},
        "by_category": {category.value: count for category, count in summary.by_category},
        "observed_on": summary.observed_on,
        "ruleset": context.index.ruleset,
        "html": context.absolute(urls.server(slug)),
        "json": context.absolute(urls.api_server(slug)),
    }
    return {
        "server": _server(summary, spec, spec.name or f"{space}/{slug}"),
        "_meta": {f"{space}/risk": rating},
    }


def _server(summary: ServerSummary, spec: ServerSpec, name: str) -> JsonObject:
    data: JsonObject = {
        "name": name,
        "title": one_line(spec.title, 100),
        "description": one_line(spec.description or spec.title, _DESCRIPTION),
        "version": _version(summary, spec),
    }
    if spec.website_url:
        data["websiteUrl"] = spec.website_url
    if spec.repository_url:
        host = urlsplit(spec.repository_url).hostname or ""
        source = host.removeprefix("www.").split(".")[0]
        data["repository"] = {"url": spec.repository_url, "source": source or "git"}
    if spec.packages:
        data["packages"] = [_package(package) for package in spec.packages]
    if spec.remotes:
        data["remotes"] = [
            {"type": item.transport, "url": item.url}
            | ({"headers": [_variable(v) for v in item.headers]} if item.headers else {})
            for item in spec.remotes
        ]
    return data


def _version(summary: ServerSummary, spec: ServerSpec) -> str:
    """Return the version that was observed, the declared one, or `latest`."""
    name, at, observed = summary.package.rpartition("@")
    if at and name and "/" not in observed:
        return observed
    return next((item.version for item in spec.packages if item.version), "latest")


def _package(package: Package) -> JsonObject:
    data: JsonObject = {
        "registryType": package.registry_type,
        "identifier": package.identifier,
        "transport": {"type": package.transport},
    }
    if package.version:
        data["version"] = package.version
    if package.runtime_hint:
        data["runtimeHint"] = package.runtime_hint
    if package.arguments:
        data["packageArguments"] = [{"type": "positional", "value": a} for a in package.arguments]
    if package.environment:
        data["environmentVariables"] = [_variable(item) for item in package.environment]
    return data


def _variable(variable: Variable) -> JsonObject:
    data: JsonObject = {
        "name": variable.name,
        "isRequired": variable.is_required,
        "isSecret": variable.is_secret,
    }
    if variable.description:
        data["description"] = variable.description
    if variable.default:
        data["default"] = variable.default
    if variable.choices:
        data["choices"] = list(variable.choices)
    return data
