"""The JSON Schemas for editors, against the loader they come from and the files they describe."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from generator.cli.schema import text
from generator.content_prose import front_matter
from generator.content_schema import schemas
from generator.content_yaml import Sink, parse, plain

ROOT = Path(__file__).parent.parent
KINDS = {
    "servers": "server",
    "overrides": "override",
    "rules": "rule",
    "attacks": "attack",
    "faq": "faq",
    "pages": "page",
}


def written(path: Path) -> object:
    """Return the YAML of a content file as JSON."""
    source = path.read_text("utf-8")
    if path.suffix == ".md":
        parts = front_matter(source, Sink(""))
        return plain(parts[0].node) if parts else None
    node = parse(source, Sink(""))
    return plain(node) if node else None


def test_the_committed_schemas_are_those_of_the_loader() -> None:
    """`make schema` was run after the last change of a reader."""
    folder = ROOT / "content" / "schema"
    assert {path.name: path.read_text("utf-8") for path in folder.glob("*.json")} == {
        name: text(schema) for name, schema in schemas().items()
    }


@pytest.mark.parametrize(("folder", "kind"), KINDS.items())
def test_every_content_file_fits_its_schema(folder: str, kind: str) -> None:
    """What the loader accepts, an editor does not mark."""
    check = jsonschema.Draft202012Validator(schemas()[f"{kind}.json"])
    places = [ROOT / "content" / folder, ROOT / "tests" / "mini" / folder]
    paths = [path for place in places if place.is_dir() for path in sorted(place.iterdir())]
    assert paths
    assert [(p.name, e.message) for p in paths for e in check.iter_errors(written(p))] == []


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("server", {"titel": "Acme"}),
        ("server", {"title": "Acme", "packages": [{"registryType": "npn", "identifier": "a"}]}),
        ("server", {"title": "Acme", "repository": {"url": "http://example.org"}}),
        ("rule", {"axis": "risk", "points": 500, "title": "t", "why": "w", "headline": "h"}),
        ("override", {"overrides": [{"tool": "x", "field": "level", "value": "low"}]}),
    ],
)
def test_an_editor_marks_what_the_loader_refuses(kind: str, data: object) -> None:
    """Unknown keys, unknown words, wrong addresses and missing keys are errors in both."""
    assert not jsonschema.Draft202012Validator(schemas()[f"{kind}.json"]).is_valid(data)
