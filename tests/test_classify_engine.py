"""The engine around the rules: corrections, server facts, confidence, and the rule book."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from rulefiles import book, rules, server

from generator.classify.engine import assess_server, assess_tool
from generator.classify.registry import rule, rulebook
from generator.classify.view import Context
from generator.model import Override, Snapshot, Source
from generator.taxonomy import Axis, Category, Confidence, Facet, Level, State, Status

if TYPE_CHECKING:
    from generator.model import Assessment, Json, JsonObject

TODAY = date(2026, 11, 25)
DELETE = {
    "name": "delete_page",
    "description": "Delete a page.",
    "inputSchema": {"properties": {"id": {"type": "string"}}, "required": ["id"]},
}


def override(field: str, *value: str, **more: Json) -> Override:
    known = {"reason": "we looked", "author": "ann", "dated": date(2026, 11, 1)} | more
    return Override(server="demo", tool="delete_page", field=field, value=value, **known)


def corrected(*overrides: Override) -> Assessment:
    return assess_server(server("demo", [DELETE]), book(), overrides, today=TODAY)[0]


def plain() -> Assessment:
    return corrected()


def check_sum(found: Assessment) -> None:
    total = sum(s.points for s in found.signals if s.axis is Axis.RISK)
    assert found.score == total


def test_category_is_corrected() -> None:
    """A corrected category counts, and what the rules said stays beside it."""
    found = corrected(override("category", "Write"))
    assert found.category is Category.WRITE
    assert [note.automatic for note in found.overrides] == ["Destructive"]
    assert found.signals[0].status is Status.OVERRIDDEN or any(
        s.rule == "override.correction" for s in found.signals
    )


def test_level_is_corrected_within_its_band() -> None:
    """A corrected level moves the score just into the band, as a line of the ledger."""
    found = corrected(override("level", "low"))
    assert (found.level, found.score) == (Level.LOW, Level.LOW.last_score)
    check_sum(found)
    assert found.overrides[0].automatic == f"{plain().level.value} ({plain().score})"


def test_facets_are_corrected() -> None:
    """Corrected facets replace the found ones, in their fixed order."""
    found = corrected(override("facets", "privilege", "egress"))
    assert found.facets == (Facet.EGRESS, Facet.PRIVILEGE)
    assert found.overrides[0].automatic == "none"


def test_rule_is_suppressed() -> None:
    """A suppressed rule keeps its line, with no points, and the score still adds up."""
    assert any(s.rule == "dest.one_item" and s.points for s in plain().signals)
    found = corrected(override("suppress", "dest.one_item"))
    line = next(s for s in found.signals if s.rule == "dest.one_item")
    assert (line.status, line.points) == (Status.OVERRIDDEN, 0)
    assert found.score == plain().score + 25
    check_sum(found)


def test_expired_correction_is_ignored() -> None:
    """After its last day a correction changes nothing."""
    assert corrected(override("category", "Read", expires=date(2026, 11, 24))) == plain()
    valid = corrected(override("category", "Read", expires=TODAY))
    assert valid.category is Category.READ


@pytest.mark.parametrize(("digest", "stale"), [("", False), ("sha256:0", True)])
def test_stale_correction_counts_and_is_marked(digest: str, stale: bool) -> None:  # noqa: FBT001 - a table
    """A correction of an earlier definition still counts, and says so."""
    found = corrected(override("category", "Write", digest=digest))
    assert [note.is_stale for note in found.overrides] == [stale]
    assert found.category is Category.WRITE


def test_correction_of_another_tool_or_field_changes_nothing() -> None:
    """Corrections for other tools, servers and unknown fields are left alone."""
    other = replace(override("category", "Read"), tool="other")
    foreign = replace(override("category", "Read"), server="other")
    assert corrected(other, foreign, override("mood", "good")) == plain()


def hinted(**hints: bool) -> JsonObject:
    return {**DELETE, "annotations": hints}


def test_uniform_hints_give_no_points() -> None:
    """Five tools with the very same hints were stamped: the hints count nothing."""
    stamped = [{**hinted(destructiveHint=True), "name": f"delete_{x}"} for x in "abcde"]
    found = assess_server(server("demo", stamped), book(), today=TODAY)[0]
    rule_ids = [s.rule for s in found.signals]
    assert "anno.uniform" in rule_ids
    assert "anno.destructive" not in rule_ids


def test_varied_hints_count() -> None:
    """Hints that differ between tools were set by somebody, and count."""
    tools = [{**hinted(destructiveHint=x != "a"), "name": f"delete_{x}"} for x in "abcde"]
    found = assess_server(server("demo", tools), book(), today=TODAY)[1]
    assert any(s.rule == "anno.destructive" and s.points for s in found.signals)


def hosted(kind: str, **more: Json) -> Assessment:
    snapshot = Snapshot("demo", "2026-11-25", State.OBSERVED, source=Source(kind, **more))
    made = replace(server("demo", [DELETE]), snapshot=snapshot)
    return assess_server(made, book(), today=TODAY)[0]


def test_open_remote_raises() -> None:
    """A hosted server that listed its tools without credentials raises changing tools."""
    found = {s.rule: s.points for s in hosted("streamable-http").signals}
    assert found["ctx.unauthenticated_remote"] == 6
    assert "ctx.remote_hosted" in found


def test_remote_with_login_does_not_raise() -> None:
    """With a credential in use the server is hosted, and not open."""
    found = {s.rule for s in hosted("streamable-http", env_names=("TOKEN",)).signals}
    assert "ctx.remote_hosted" in found
    assert "ctx.unauthenticated_remote" not in found


def test_local_server_has_no_context_signals() -> None:
    """A local server has neither signal."""
    assert not any(s.rule.startswith("ctx.") for s in hosted("stdio").signals)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"name": "list_pages", "description": "List pages."}, Confidence.HIGH),
        ({"name": "list_pages"}, Confidence.MEDIUM),
        ({"name": "list_pages", "annotations": {"readOnlyHint": True}}, Confidence.HIGH),
        ({"name": "list_pages", "annotations": {"readOnlyHint": False}}, Confidence.LOW),
        ({"name": "pages"}, Confidence.LOW),
        ({"name": "pages", "annotations": {"readOnlyHint": True}}, Confidence.LOW),
    ],
)
def test_confidence(raw: JsonObject, expected: Confidence) -> None:
    """Confidence follows the support, and a hint moves an established Read by one step."""
    tool = server("demo", [{**raw, "inputSchema": {}}]).tools[0]
    assert assess_tool(tool, Context(), book()).confidence is expected


def test_considered_categories_have_reasons() -> None:
    """What had support and lost is listed with why."""
    raw = {"name": "read_and_delete", "description": "Read the message and delete it."}
    found = assess_tool(server("demo", [raw]).tools[0], Context(), book())
    assert [(c.category, c.reason) for c in found.considered] == [
        (Category.READ, "Destructive is the stronger effect")
    ]


def test_rule_without_predicate_is_refused() -> None:
    """A rule file that no predicate answers stops the run by name."""
    stranger = replace(rules()[0], id="text.unheard_of")
    with pytest.raises(ValueError, match=r"rule text\.unheard_of has no predicate"):
        rulebook((*rules(), stranger))


def test_predicate_without_rule_is_refused() -> None:
    """A predicate without a file stops the run by name; all are named at once."""
    with pytest.raises(ValueError, match=r"base\.read has no rule file.*mux\.mixed has no"):
        rulebook(tuple(r for r in rules() if r.id not in ("base.read", "mux.mixed")))


def test_two_files_with_one_id_are_refused() -> None:
    """Two files with one id stop the run."""
    with pytest.raises(ValueError, match="two rule files have one id"):
        rulebook((*rules(), rules()[0]))


def test_two_predicates_for_one_rule_are_refused() -> None:
    """A second predicate for a rule is a mistake of ours."""
    with pytest.raises(ValueError, match=r"rule base\.read has two predicates"):
        rule("base.read")(lambda _: ())


def test_ruleset_follows_the_words() -> None:
    """The rule set's name changes with any headline, so that caches and drift notice."""
    changed = (replace(rules()[0], headline="Other words"), *rules()[1:])
    assert rulebook(changed).ruleset != book().ruleset
    assert rulebook(rules()).ruleset == book().ruleset


def text(**more: Json) -> JsonObject:
    return {"type": "string", **more}


CASES = [
    # In this order: what a row shows, name, description, properties, and the category.
    ("an unknown conversion is no media", "json_to_yaml", "", {}, "Unclassified"),
    ("a conversion to media is made", "text_to_music", "", {}, "Execute"),
    ("code where a value is a code of something else", "convert", "Convert money.",
     {"code": text(description="The currency code")}, "Read"),
    ("an expression is code only where it is run", "evaluate", "Evaluate it.",
     {"expression": text()}, "Execute"),
    ("a filter of a reading tool is no method", "list_events", "List events.",
     {"action": text(enum=["create", "delete"], description="Filter by action")}, "Read"),
    ("a method of a reading name counts", "browse_files", "Browse files.",
     {"action": text(enum=["list", "delete"])}, "Destructive"),
    ("methods of HTTP are no methods of the tool", "create_check", "Create a check.",
     {"method": text(enum=["GET", "DELETE"])}, "Write"),
    ("extensions of HTTP are none either", "create_check", "Create a check.",
     {"method": text(enum=["GET", "PUT", "POST", "PATCH", "DELETE", "COPY", "LINK", "UNLINK",
                           "PURGE", "LOCK", "UNLOCK", "PROPFIND", "VIEW"])}, "Write"),
    ("get and delete in small letters are operations", "check", "Checks.",
     {"method": text(enum=["get", "delete"])}, "Destructive"),
    ("an allow-list of a shell is no list of methods", "run_it",
     "Run a command. Allowed commands: delete, get", {"command": text()}, "Execute"),
    ("an open request is Execute", "request", "Make a request.",
     {"method": text(enum=["GET", "DELETE"]), "path": text(), "body": text()}, "Execute"),
    ("an operation in a wrapper counts", "pages", "Pages.",
     {"params": {"properties": {"action": text(enum=["get", "drop"])}}}, "Destructive"),
    ("a late value counts", "pages", "Pages.",
     {"action": text(enum=[*(f"get_{i}" for i in range(200)), "purge_all"])}, "Destructive"),
    ("states are no methods", "pages", "List pages.",
     {"action": text(enum=["open", "closed"])}, "Read"),
    ("odd names are read past", "pages", "List pages.", {"": text(), "_": text(enum=["a", "b"])},
     "Read"),
    ("an unclosed list in prose", "pages", "Methods: list (all, get, delete", {}, "Read"),
    ("a purpose names the verb", "helper", "A tool that deletes files.", {}, "Destructive"),
    ("leave to do it is an opener", "helper", "Enables you to delete files.", {}, "Destructive"),
    ("advice to call it is none", "notes", "Call this when notes are missing.", {}, "Read"),
    ("a later sentence runs code", "get_data", "Get data. Runs the given command.", {}, "Execute"),
    ("checking settles nothing firm", "verify_address", "Sends a verification email.", {},
     "Execute"),
    ("reading settles what only runs", "aggregate", "Run an aggregation pipeline.", {}, "Read"),
    ("the object in the name decides", "remove_watcher", "Remove a user from watching.", {},
     "Write"),
    ("the object in the description decides", "drop", "Drop files onto an element.", {}, "Execute"),
    ("adding and removing take each other back", "members", "Add or remove a member.", {}, "Write"),
    ("un- is an undo", "unschedule_release", "Remove a schedule from a release.", {}, "Write"),
    ("a preview settles a deletion", "delete_preview", "Delete the records in a preview.", {},
     "Read"),
    ("a snapshot that is put back overwrites", "restore_vm", "Restore a machine from a snapshot.",
     {}, "Destructive"),
]  # fmt: skip


@pytest.mark.parametrize(("shown", "name", "description", "properties", "expected"), CASES)
def test_case(
    shown: str, name: str, description: str, properties: JsonObject, expected: str
) -> None:
    """One row per decision of the grammar that a reader could doubt."""
    schema = {"type": "object", "properties": properties}
    raw = {"name": name, "description": description, "inputSchema": schema}
    found = assess_tool(server("demo", [raw]).tools[0], Context(), book())
    assert found.category is Category(expected), shown


def test_long_names_of_parameters_are_read_like_short_ones() -> None:
    """A name of any length has its words: the last one says what is asked for."""
    name = "_".join(["very"] * 40) + "_password"
    raw = {
        "name": "get_thing",
        "inputSchema": {"properties": {name: {"type": "string"}}, "required": [name]},
    }
    found = assess_tool(server("demo", [raw]).tools[0], Context(), book())
    assert [s.subject for s in found.signals if s.rule == "schema.param.secret"] == [name]
