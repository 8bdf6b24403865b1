"""The read-only registry has the official shape and carries our ratings under our own key."""

from __future__ import annotations

import json
from dataclasses import replace

import site_sample

from generator.model import Package, Remote, ServerSpec, Variable
from generator.render import registry
from generator.render.context import Context

SPECS = {
    "sprintra": ServerSpec(
        "sprintra",
        "Sprintra",
        name="org.sprintra/mcp",
        description="Sessions. " * 30,
        repository_url="https://github.com/sprintra/mcp",
        packages=(
            Package(
                "npm",
                "@sprintra/mcp",
                "1.0.0",
                environment=(Variable("KEY", is_required=True, is_secret=True, placeholder="x"),),
            ),
        ),
    ),
    "odd": ServerSpec("odd", "Odd", remotes=(Remote("sse", "https://odd.example/sse"),)),
}


def files(base_url: str = "https://risk.example.org/base/") -> dict[str, object]:
    """Return the registry's files of the sample with two specs."""
    index = site_sample.catalogue(base_url=base_url).index
    servers = tuple(replace(item, spec=SPECS.get(item.slug)) for item in index.servers)
    context = Context(replace(index, servers=servers))
    return {file.path: json.loads(file.data) for file in registry.files(context)}


def test_answers_have_the_official_shape() -> None:
    """The list counts its servers; each has a server and our rating under our own key."""
    listed = files()["registry/v0.1/servers.json"]
    assert listed["metadata"] == {"count": 2}  # type: ignore[index] (parsed JSON)
    odd, sprintra = listed["servers"]  # type: ignore[index] (parsed JSON)
    assert odd["server"]["name"] == "org.example.risk/odd"
    assert odd["server"]["remotes"] == [{"type": "sse", "url": "https://odd.example/sse"}]
    assert sprintra["server"]["name"] == "org.sprintra/mcp"
    assert len(sprintra["server"]["description"]) <= 100
    assert sprintra["server"]["repository"]["source"] == "github"
    (key,) = sprintra["_meta"]
    assert key == "org.example.risk/risk"
    assert sprintra["_meta"][key]["level"] == "high"
    assert sprintra["_meta"][key]["html"] == "https://risk.example.org/base/servers/sprintra/"


def test_placeholders_of_secrets_are_not_published() -> None:
    """A variable is named with what it is for; what we start it with is not."""
    (package,) = files()["registry/v0.1/servers/org.sprintra/mcp/versions/latest.json"]["server"][  # type: ignore[index] (parsed JSON)
        "packages"
    ]
    assert package["environmentVariables"] == [
        {"isRequired": True, "isSecret": True, "name": "KEY"}
    ]


def test_each_server_has_its_versions() -> None:
    """A version is a file, and `latest` is the same."""
    found = files()
    folder = "registry/v0.1/servers/org.sprintra/mcp/versions"
    assert found[f"{folder}/1.1.0.json"] == found[f"{folder}/latest.json"]
    assert found[f"{folder}.json"]["metadata"] == {"count": 1}  # type: ignore[index] (parsed JSON)


def test_without_base_url_there_is_none() -> None:
    """A catalogue that does not know its address has no name for its key."""
    assert files(base_url="") == {}


def test_redirects_lead_to_the_files() -> None:
    """The paths of the API are mapped from the folder that is published."""
    context = Context(site_sample.catalogue(base_url="https://risk.example.org/base/").index)
    assert registry.redirects(context).decode().splitlines() == [
        "/v0.1/servers /registry/v0.1/servers.json 200",
        (
            "/v0.1/servers/:space/:name/versions"
            " /registry/v0.1/servers/:space/:name/versions.json 200"
        ),
        (
            "/v0.1/servers/:space/:name/versions/:version"
            " /registry/v0.1/servers/:space/:name/versions/:version.json 200"
        ),
    ]
