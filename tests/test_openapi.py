"""Real API files fit their schemas, field by field, and the description names real files only."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import golden_site
import jsonschema
import pytest
import site_sample

from generator import pipeline
from generator.render import api_shapes, openapi, registry, search, site
from generator.render.badges import endpoint
from generator.render.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.model import JsonObject


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Return the data files of the typed sample and, where it has none, of the mini catalogue."""
    catalogue = site_sample.catalogue(base_url="https://risk.example.org/base/")
    context = Context(catalogue.index, site_sample.known(catalogue))
    found = dict(pipeline.data_files(golden_site.mini()))
    found |= dict(site.data_files(catalogue.index, catalogue.entries))
    found |= dict(file for lot in search.lots(context) for file in lot.make())
    found |= dict(registry.files(context)) | dict(openapi.files(context))
    server = catalogue.index.servers[0]
    return found | {f"api/v1/badges/{server.slug}.json": endpoint(server)}


def strict(shape: object) -> object:
    """Return a schema that allows no field beyond those it names."""
    if isinstance(shape, list):
        return [strict(item) for item in shape]
    if not isinstance(shape, dict):
        return shape
    made = {key: strict(value) for key, value in shape.items()}
    if "properties" in shape and shape.get("type") == "object":
        made["properties"] = {key: strict(value) for key, value in shape["properties"].items()}
        made["additionalProperties"] = False
    return made


def matching(kind: api_shapes.Kind, files: dict[str, bytes]) -> Iterator[tuple[str, JsonObject]]:
    """Yield the files of one kind."""
    pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(kind.path)))
    for path, data in files.items():
        if pattern.fullmatch(path):
            yield path, json.loads(data)


@pytest.mark.parametrize("kind", api_shapes.KINDS, ids=lambda kind: kind.name)
def test_real_files_fit_their_schema(kind: api_shapes.Kind, files: dict[str, bytes]) -> None:
    """Every file of a kind has all fields of its schema, and no field without a description."""
    schema = json.loads(files[f"api/v1/schema/{kind.name}.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(strict(schema))
    found = list(matching(kind, files))
    assert found
    for path, data in found:
        wrong = [f"{path}: {e.json_path}: {e.message[:200]}" for e in checker.iter_errors(data)]
        assert wrong == []


def test_description_names_what_exists(files: dict[str, bytes]) -> None:
    """Each path is a template of real files or states its values; each schema is a file."""
    described = json.loads(files[openapi.OPENAPI])
    assert described["openapi"] == "3.1.0"
    assert described["servers"] == [{"url": "https://risk.example.org/base"}]
    for path, item in described["paths"].items():
        answer = item["get"]["responses"]["200"]["content"]
        for media in answer.values():
            reference = media["schema"].get("$ref")
            assert reference is None or f"api/v1/{reference}" in files
        assert {part["name"] for part in item["get"].get("parameters", [])} == set(
            re.findall(r"\{(\w+)\}", path)
        )


def test_without_base_url_nothing_needs_one() -> None:
    """A private catalogue has relative addresses and no registry."""
    found = dict(openapi.files(Context(site_sample.catalogue().index)))
    assert "api/v1/schema/registry.json" not in found
    described = json.loads(found[openapi.OPENAPI])
    assert described["servers"] == [{"url": "../.."}]
    assert "/registry/v0.1/servers.json" not in described["paths"]
