"""A SARIF file has a rule per id, a result per counted signal and finding, and no live text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import site_sample

from generator.render import sarif
from generator.render.context import Context

if TYPE_CHECKING:
    from generator.model import JsonObject, ServerEntry

CONTEXT = Context(site_sample.catalogue(base_url="https://risk.example.org/").index)


def run_of(entry: ServerEntry) -> JsonObject:
    """Return the one run of a server's file."""
    log = json.loads(sarif.document(CONTEXT, entry))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return run  # type: ignore[no-any-return] (parsed JSON)


def test_counted_signals_are_results() -> None:
    """A signal with points is a result with the level of the tool; facts without points are not."""
    run = run_of(site_sample.sprintra())
    assert [(r["ruleId"], r["level"], r["properties"]["points"]) for r in run["results"]] == [
        ("base.execute", "error", 62),
        ("schema.param_count", "error", 5),
        ("mux.mixed", "error", 3),
    ]
    first = run["results"][0]
    assert first["message"]["text"].startswith("`work_sessions` of sprintra: Starts a `session`")
    place = first["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "content/snapshots/sprintra.json"
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "/tools/0/description"


def test_every_result_names_its_rule() -> None:
    """Rules are listed once, sorted, with the address of their page; results point to them."""
    run = run_of(site_sample.sprintra())
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["base.execute", "mux.mixed", "schema.param_count"]
    assert rules[0]["helpUri"] == "https://risk.example.org/rules/base.execute/"
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])


def test_fingerprints_differ_and_stay() -> None:
    """The same evidence has the same fingerprint in every build, and no two results share one."""
    found = [r["partialFingerprints"] for r in run_of(site_sample.hostile())["results"]]
    assert found == [r["partialFingerprints"] for r in run_of(site_sample.hostile())["results"]]
    digits = [item[sarif.FINGERPRINT] for item in found]
    assert len(set(digits)) == len(digits)


def test_hygiene_findings_are_results() -> None:
    """A finding on instructions or on a tool has the level of its verdict."""
    results = run_of(site_sample.hostile())["results"]
    found = [r for r in results if r["ruleId"] == "phrase.override"]
    assert len(found) == 1 + len(site_sample.HOSTILE_NAMES)
    assert {r["level"] for r in found} == {"error"}
    assert found[0]["locations"][0]["logicalLocations"][0]["name"] == "instructions"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("[click](https://example.org)", "\\[click\\](https://example.org)"),
        ("{0}", "{{0}}"),
        ("a\u202eb\nc", "a\\[U+202E\\]b c"),
    ],
)
def test_texts_are_plain(raw: str, expected: str) -> None:
    """No text of a server becomes a link, a placeholder or a second line."""
    assert sarif._text(raw) == expected
