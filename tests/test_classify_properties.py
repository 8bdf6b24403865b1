"""What holds for every tool, whatever it says: short properties over real and hostile input."""

from __future__ import annotations

import json
import time
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rulefiles import book, server

from generator.classify.engine import assess_server, assess_tool
from generator.classify.view import Context
from generator.definition import tool_from
from generator.pointers import raw_at
from generator.taxonomy import MAX_SCORE, Axis, level_of
from generator.tokens import identifier

if TYPE_CHECKING:
    from generator.model import Assessment, HygieneFinding, Json, JsonObject, Signal

TODAY = date(2026, 11, 25)
SOME = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["name", "description", "inputSchema", "properties", "enum", "type", "annotations",
             "required", "method", "command", "$ref", "anyOf", "items", "readOnlyHint", ""]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@cache
def labelled() -> tuple[JsonObject, ...]:
    path = Path(__file__).parent / "data" / "labels_dev.jsonl"
    lines = path.read_text("utf-8").splitlines()
    return tuple(json.loads(line)["tool"] for line in lines)


def assess(raw: Json, context: Context | None = None) -> Assessment:
    return assess_tool(tool_from("demo", raw), context or Context(), book())


def tool(name: str, description: str = "", **properties: Json) -> JsonObject:
    schema = {"type": "object", "properties": properties}
    return {"name": name, "description": description, "inputSchema": schema}


def check_records(raw: Json, found: Assessment) -> None:
    ledger = [s for s in found.signals if s.axis is Axis.RISK]
    assert found.score == sum(s.points for s in ledger)
    assert found.level == level_of(found.score)
    for method in found.methods:
        assert method.score == sum(s.points for s in method.signals)
    for record in [*found.signals, *(s for m in found.methods for s in m.signals)]:
        check_quote(raw, record)
    for finding in found.findings:
        check_quote(raw, finding)


def check_quote(raw: Json, record: Signal | HygieneFinding) -> None:
    if record.span is None:
        return
    if record.part == "key":
        parent, _, key = record.pointer.rpartition("/")
        key = key.replace("~1", "/").replace("~0", "~")
        assert key in raw_at(raw, parent)
        text = key
    else:
        text = raw_at(raw, record.pointer)
    assert text[record.span[0] : record.span[1]] == record.quote


def test_score_and_quotes_of_real_tools() -> None:
    """The score of every labelled tool is the sum of its records, and each quote is its slice."""
    for raw in labelled():
        check_records(raw, assess(raw))


@SOME
@given(JSON)
def test_total_on_any_json(raw: Json) -> None:
    """Any JSON value gets a rating whose score adds up."""
    found = assess(raw)
    assert 0 <= found.score <= MAX_SCORE
    assert found.score == sum(s.points for s in found.signals if s.axis is Axis.RISK)


@SOME
@given(st.text(max_size=60), st.text(max_size=300))
def test_total_on_any_text(name: str, description: str) -> None:
    """Any name and description get a rating whose quotes are slices."""
    raw = tool(name, description)
    check_records(raw, assess(raw))


def test_same_bytes_on_repeat_and_in_other_order() -> None:
    """The same tool gets the same rating, whatever was rated before it."""
    raws = labelled()[:60]
    first = [repr(assess(raw)) for raw in raws]
    second = [repr(assess(raw)) for raw in reversed(raws)]
    assert first == second[::-1]


@pytest.mark.parametrize(
    "names",
    [
        ("delete_user_account", "deleteUserAccount", "delete-user-account", "DeleteUserAccount",
         "delete.user.account"),
        ("list_pull_requests", "listPullRequests", "list-pull-requests", "ListPullRequests"),
        ("run_command", "runCommand", "run-command", "RunCommand"),
    ],
)  # fmt: skip
def test_spelling_of_names(names: tuple[str, ...]) -> None:
    """Camel case, snake case and kebab case are one name."""
    ratings = {(a.category, a.score) for a in (assess(tool(name)) for name in names)}
    assert len(ratings) == 1


@pytest.mark.parametrize("name", ["delete_page", "list_pages", "create_page", "run_job"])
def test_server_prefix(name: str) -> None:
    """A server's own prefix changes nothing."""
    others = [tool(f"zork_{verb}") for verb in ("get_a", "list_b", "add_c")]
    plain = assess(tool(name))
    made = assess_server(server("zork", [tool(f"zork_{name}"), *others]), book(), today=TODAY)
    assert (made[0].category, made[0].score) == (plain.category, plain.score)


HINTS = ("readOnlyHint", "idempotentHint")


def test_reassuring_hints_never_lower() -> None:
    """No reassuring hint lowers a score or a category, whether it is added or taken away."""
    reassuring = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True,
                  "openWorldHint": False}  # fmt: skip
    for raw in labelled():
        bare = {key: value for key, value in raw.items() if key != "annotations"}
        without = assess(bare)
        hinted = assess({**bare, "annotations": reassuring})
        if without.category.value == "Unclassified":
            continue
        assert hinted.category == without.category, raw["name"]
        assert hinted.score >= without.score, raw["name"]


NEUTRAL = (
    " The answer is given as JSON.",
    " Works with version 2 and later.",
    " Requires an account.",
    " See the manual for more.",
)


@pytest.mark.parametrize("sentence", NEUTRAL)
def test_neutral_text_never_lowers(sentence: str) -> None:
    """A sentence that says nothing about effects never lowers a level."""
    for raw in labelled()[::3]:
        before = assess(raw)
        described = (raw.get("description") or "").rstrip()
        if not described.endswith("."):
            continue
        after = assess({**raw, "description": described + sentence})
        assert after.level.rank >= before.level.rank, raw["name"]
        assert after.category.strength >= before.category.strength, raw["name"]


def test_added_delete_value_never_lowers() -> None:
    """A delete among the values of an operation never lowers anything."""
    for values in (["list", "get"], ["create", "update"], ["start", "stop"]):
        before = assess(tool("manage_pages", "Manage pages.", action={"enum": values}))
        after = assess(tool("manage_pages", "Manage pages.", action={"enum": [*values, "delete"]}))
        assert after.score >= before.score
        assert after.category.value == "Destructive"


def test_removed_parameter_never_raises_category() -> None:
    """A tool without one of its parameters is never stronger than with it."""
    for raw in labelled()[::3]:
        properties = raw.get("inputSchema", {}).get("properties", {})
        before = assess(raw)
        for name in list(properties)[:4]:
            rest = {key: value for key, value in properties.items() if key != name}
            after = assess({**raw, "inputSchema": {**raw["inputSchema"], "properties": rest}})
            assert after.category.strength <= before.category.strength, (raw["name"], name)


@pytest.mark.parametrize(
    "name", ["d\u0435lete_file", "del\u200bete_file", "\uff44\uff45\uff4c\uff45\uff54\uff45_file"]
)
def test_homoglyphs_do_not_hide_a_verb(name: str) -> None:
    """Look-alike, invisible and wide letters are read as the letters they look like."""
    assert assess(tool(name)).category.value == "Destructive"


@pytest.mark.parametrize(
    "raw",
    [None, [], "", 0, {}, {"name": None}, {"name": ""}, {"name": "x", "inputSchema": None},
     {"name": "x", "inputSchema": {"properties": []}}, {"name": "x", "annotations": "y"}],
)  # fmt: skip
def test_empty_and_malformed(raw: Json) -> None:
    """Empty and malformed entries are Unclassified and say so, they do not fail."""
    found = assess(raw)
    assert found.category.value == "Unclassified"
    assert found.confidence.value == "low"


def seconds(raw: Json) -> float:
    start = time.process_time()
    assess(raw)
    return time.process_time() - start


@pytest.mark.parametrize(
    "unit",
    ["delete the file and send it to all users. ", "a" * 45, "<!-- ", "~/.ssh ", "ignore all ",
     "send " * 8, "\u200b", "(" * 40, "- x\n", "\\x1b[", "https://a.b/", "do not tell "],
)  # fmt: skip
def test_linear_in_the_length_of_a_description(unit: str) -> None:
    """Twice the text takes about twice the time, and a megabyte takes seconds, not minutes."""
    half = unit * (100_000 // len(unit))
    small = min(seconds(tool("x", half)) for _ in range(3))
    large = min(seconds(tool("x", half + half)) for _ in range(3))
    assert large < 3.5 * small + 0.2


def test_many_properties() -> None:
    """Five thousand properties are read in one go."""
    properties = {f"delete_{i}": {"type": "string", "description": "a path"} for i in range(5000)}
    assert seconds(tool("x", "Update it", **properties)) < 6


def test_prefix_and_spelling_of_real_tools() -> None:
    """A prefix of the server, and another spelling of names, change no labelled tool."""
    by_server: dict[str, list[JsonObject]] = {}
    path = Path(__file__).parent / "data" / "labels_dev.jsonl"
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        by_server.setdefault(row["server"], []).append(row["tool"])
    for raws in by_server.values():
        plain = ratings(raws)
        assert ratings([{**raw, "name": f"zork_{raw['name']}"} for raw in raws]) == plain
        spelt = ["_".join(t.text for t in identifier(raw["name"])) for raw in raws]
        renamed = [{**raw, "name": name} for raw, name in zip(raws, spelt, strict=True)]
        assert ratings(renamed) == plain


def ratings(raws: list[JsonObject]) -> list[tuple[str, int]]:
    made = assess_server(server("zork", raws), book(), today=TODAY)
    return [(found.category.value, found.score) for found in made]
