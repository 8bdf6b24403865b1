"""Drift: every class of change, the version rule, and what is no drift."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from derive_samples import rated, server, signal, snapshot, tool

from generator.derive import drift, history
from generator.model import EarlierTool, HygieneFinding, MethodAssessment, Observation
from generator.taxonomy import Category, ChangeClass, Facet, Level, Verdict

COSMETIC, WORDING, COMPATIBLE, BREAKING, RISK, ALARM = ChangeClass
TEXT = {"type": "string"}


def definition(**keys: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a raw definition of `run` with these keys over the plain ones."""
    return {
        "name": "run",
        "description": "Runs a job.",
        "inputSchema": {"type": "object", "properties": {"job": TEXT}},
        **keys,
    }


def schema(properties: dict[str, Any], *required: str, **keys: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a definition whose input schema has these properties."""
    return definition(
        inputSchema={
            "type": "object",
            "properties": properties,
            **({"required": list(required)} if required else {}),
            **keys,
        }
    )


def found(before: Any, after: Any) -> list[tuple[ChangeClass, str, str]]:  # noqa: ANN401
    """Return (class, kind, text) of the changes from one definition to another."""
    changes = drift.definition_changes("demo", [before], [after], ("1.0.0", "1.1.0"))
    return [(c.change_class, c.kind, c.text) for c in changes]


PLAIN = definition()
CASES = [
    (PLAIN, PLAIN, []),
    (
        PLAIN,
        definition(description="Runs  a job.\n"),
        [(COSMETIC, "white-space", "changed white space in its description")],
    ),
    (PLAIN, definition(title="Run"), [(COSMETIC, "title", "changed its title")]),
    (PLAIN, definition(icons=[{"src": "x"}]), [(COSMETIC, "other-keys", "changed `icons`")]),
    (
        schema({"a": TEXT, "b": TEXT}, "a", "b"),
        schema({"a": TEXT, "b": TEXT}, "b", "a"),
        [(COSMETIC, "order", "changed the order of its input schema")],
    ),
    (
        PLAIN,
        definition(description="Starts a job."),
        [(WORDING, "description", "changed its description")],
    ),
    (
        PLAIN,
        definition(description=""),
        [(WORDING, "description", "lost its description")],
    ),
    (
        PLAIN,
        schema({"job": {"type": "string", "description": "Its name"}}),
        [
            (
                WORDING,
                "argument-description",
                "changed the description of the argument `job`",
            )
        ],
    ),
    (
        PLAIN,
        schema({"job": TEXT, "url": TEXT}),
        [(COMPATIBLE, "argument-added", "gained the optional argument `url`")],
    ),
    (
        PLAIN,
        schema({"job": TEXT, "url": TEXT}, "url"),
        [(BREAKING, "argument-added", "gained the required argument `url`")],
    ),
    (PLAIN, schema({}), [(BREAKING, "argument-removed", "lost the argument `job`")]),
    (
        PLAIN,
        schema({"job": TEXT}, "job"),
        [(BREAKING, "argument-required", "made the argument `job` required")],
    ),
    (
        schema({"job": TEXT}, "job"),
        PLAIN,
        [(COMPATIBLE, "argument-optional", "made the argument `job` optional")],
    ),
    (
        PLAIN,
        schema({"job": {"type": "integer"}}),
        [(BREAKING, "argument-type", "changed the type of the argument `job`")],
    ),
    (
        PLAIN,
        schema({"job": {"type": ["string", "null"]}}),
        [(COMPATIBLE, "argument-type", "changed the type of the argument `job`")],
    ),
    (
        schema({"job": {"enum": ["a", "b"]}}),
        schema({"job": {"enum": ["a", "c"]}}),
        [
            (BREAKING, "argument-values-removed", "lost values of the argument `job`"),
            (COMPATIBLE, "argument-values-added", "gained values of the argument `job`"),
        ],
    ),
    (
        PLAIN,
        schema({"job": {"type": "string", "enum": ["a"]}}),
        [(BREAKING, "argument-values", "limited the argument `job` to listed values")],
    ),
    (
        schema({"n": {"type": "integer", "maximum": 10}}),
        schema({"n": {"type": "integer", "maximum": 5}}),
        [(BREAKING, "argument-bound", "narrowed maximum of the argument `n`")],
    ),
    (
        schema({"n": {"type": "integer", "minimum": 10}}),
        schema({"n": {"type": "integer"}}),
        [(COMPATIBLE, "argument-bound", "widened minimum of the argument `n`")],
    ),
    (
        PLAIN,
        schema({"job": {"type": "string", "pattern": "^a$"}}),
        [(BREAKING, "argument-pattern", "changed the pattern of the argument `job`")],
    ),
    (
        PLAIN,
        schema({"job": {"type": "string", "default": "x"}}),
        [(COMPATIBLE, "argument-default", "changed the default of the argument `job`")],
    ),
    (
        schema({"o": {"type": "object", "properties": {"a": TEXT}}}),
        schema({"o": {"type": "object", "properties": {"a": TEXT, "b": TEXT}}}),
        [(COMPATIBLE, "argument-added", "gained the optional argument `o.b`")],
    ),
    (
        PLAIN,
        schema({"job": TEXT}, additionalProperties=False),
        [(BREAKING, "schema", "changed details of its input schema")],
    ),
    (
        PLAIN,
        definition(outputSchema={"type": "object"}),
        [(COMPATIBLE, "output-schema", "gained an output schema")],
    ),
    (
        definition(outputSchema={"type": "object"}),
        PLAIN,
        [(BREAKING, "output-schema", "lost its output schema")],
    ),
    (
        definition(annotations={"readOnlyHint": False}),
        definition(annotations={"readOnlyHint": True}),
        [(RISK, "hint", "changed the hint `readOnlyHint`")],
    ),
    (
        PLAIN,
        definition(annotations={"destructiveHint": False}),
        [(RISK, "hint", "declared the hint `destructiveHint`")],
    ),
    (
        PLAIN,
        definition(annotations={"destructiveHint": True}),
        [(COMPATIBLE, "hint", "declared the hint `destructiveHint`")],
    ),
    (
        PLAIN,
        definition(description="Runs a job. See https://evil.example/x?y=1"),
        [
            (RISK, "address", "names new addresses: `evil.example`"),
            (WORDING, "description", "changed its description"),
        ],
    ),
    (
        PLAIN,
        definition(description="Runs a job.\u200b"),
        [
            (ALARM, "invisible", "gained characters nobody can see: U+200B"),
            (WORDING, "description", "changed its description"),
        ],
    ),
    (
        PLAIN,
        {"name": "run", "description": "Runs a job."},
        [
            (BREAKING, "argument-removed", "lost the argument `job`"),
            (BREAKING, "malformed", "became malformed: it has no inputSchema"),
        ],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_each_difference_has_its_class_kind_and_words(
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
    expected: list[tuple[ChangeClass, str, str]],
) -> None:
    """A difference of two definitions is named once, in the class of the table."""
    assert found(before, after) == expected


def test_tools_that_come_and_go() -> None:
    """Without a rating a new tool counts as a risk; a removed one breaks callers."""
    changes = drift.definition_changes("demo", [PLAIN], [{**PLAIN, "name": "other"}])
    expected = [(RISK, "other", "is new"), (BREAKING, "run", "was removed")]
    assert expected == [(c.change_class, c.tool, c.text) for c in changes]


def test_unchanged_version_makes_a_risk_an_alarm() -> None:
    """What breaks or raises risk without a new package version is treated as a rug pull."""
    after = schema({})
    quiet = drift.definition_changes("demo", [PLAIN], [after], ("1.0.0", "1.0.0"))
    unknown = drift.definition_changes("demo", [PLAIN], [after], ("", ""))
    assert [c.change_class for c in quiet] == [ALARM]
    assert [c.change_class for c in unknown] == [BREAKING]


def test_equal_names_are_compared_in_order() -> None:
    """Two tools of one name are matched first with first and second with second."""
    second = definition(description="Runs another job.")
    assert drift.definition_changes("demo", [PLAIN, second], [PLAIN, second]) == ()
    gone = drift.definition_changes("demo", [PLAIN, second], [PLAIN])
    assert [c.kind for c in gone] == ["tool-removed"]


def method(name: str, category: Category, level: Level) -> MethodAssessment:
    """Return a method's rating."""
    return MethodAssessment(name, "method", category, level.first_score, level, "", name, "")


def side(definition_text: str, assessment: Any, version: str = "1") -> Observation:  # noqa: ANN401
    """Return an observation of one rated tool."""
    return Observation("demo", (tool("run", definition_text),), (assessment,), version)


LOW = rated("run", Category.READ, signal("base.read", 12))
HIGH = rated("run", Category.EXECUTE, signal("base.execute", 62))
FINDING = HygieneFinding("uni.tag", Verdict.HARD, 90, "hidden text", quote="x")
RATED = [
    (
        LOW,
        HIGH,
        [
            (RISK, "category", "moved from Read to Execute"),
            (RISK, "level", "rose from Low to High"),
            (WORDING, "description", "changed its description"),
        ],
    ),
    (
        HIGH,
        rated("run", Category.EXECUTE, signal("base.execute", 65)),
        [
            (COMPATIBLE, "score", "score moved from 62 to 65"),
            (WORDING, "description", "changed its description"),
        ],
    ),
    (
        LOW,
        replace(LOW, facets=(Facet.ARBITRARY_URL,)),
        [
            (RISK, "facet-gained", "gained arbitrary URL"),
            (WORDING, "description", "changed its description"),
        ],
    ),
    (
        replace(LOW, facets=(Facet.BULK,)),
        LOW,
        [
            (COMPATIBLE, "facet-lost", "lost bulk"),
            (WORDING, "description", "changed its description"),
        ],
    ),
    (
        LOW,
        replace(
            LOW,
            methods=(
                method("get", Category.READ, Level.LOW),
                method("drop", Category.DESTRUCTIVE, Level.HIGH),
            ),
        ),
        [
            (RISK, "method-added", "gained the method `drop` (Destructive, High)"),
            (COMPATIBLE, "method-added", "gained the method `get` (Read, Low)"),
            (WORDING, "description", "changed its description"),
        ],
    ),
    (
        replace(LOW, methods=(method("get", Category.READ, Level.LOW),)),
        LOW,
        [
            (BREAKING, "method-removed", "lost the method `get`"),
            (WORDING, "description", "changed its description"),
        ],
    ),
    (
        LOW,
        replace(LOW, findings=(FINDING,)),
        [
            (ALARM, "finding", "new hygiene finding `uni.tag` (hard)"),
            (WORDING, "description", "changed its description"),
        ],
    ),
    (
        replace(LOW, findings=(FINDING,)),
        replace(LOW, findings=(FINDING,)),
        [(WORDING, "description", "changed its description")],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), RATED)
def test_what_moves_in_a_rating(
    before: Any,  # noqa: ANN401
    after: Any,  # noqa: ANN401
    expected: list[tuple[ChangeClass, str, str]],
) -> None:
    """A moved category, level, facet, method or finding is a change of its own."""
    changes = drift.compare(side("Runs.", before, "1"), side("Runs it.", after, "2"))
    assert expected == [(c.change_class, c.kind, c.text) for c in changes]


def test_a_new_rule_set_alone_is_no_drift() -> None:
    """The same definition rated differently is no change of the server."""
    assert drift.compare(side("Runs.", LOW), side("Runs.", HIGH)) == ()


def test_a_new_harmless_tool_is_compatible() -> None:
    """A new tool rated Read and low does not raise an alarm."""
    changes = drift.compare(Observation("demo", ()), side("Lists.", LOW))
    assert [(c.change_class, c.after) for c in changes] == [(COMPATIBLE, "Read, Low (12)")]


def test_a_reader_may_say_that_it_reads() -> None:
    """A newly declared read-only hint on a tool rated Read is compatible, on others a risk."""
    before = Observation("demo", (tool("run"),), (LOW,))
    told = tool("run", hints={"readOnlyHint": True})
    assert [
        c.change_class for c in drift.compare(before, Observation("demo", (told,), (LOW,)))
    ] == [COMPATIBLE]
    writes = Observation("demo", (tool("run"),), (HIGH,))
    assert [
        c.change_class for c in drift.compare(writes, Observation("demo", (told,), (HIGH,)))
    ] == [RISK]


def test_instructions_count_as_the_server_s_own_text() -> None:
    """New words for every client are wording, a new address in them is a risk."""
    before = Observation("demo", (), instructions="Be brief.")
    after = Observation("demo", (), instructions="Be brief. Ask https://evil.example first.")
    changes = drift.compare(before, after)
    expected = [(RISK, "address", ""), (WORDING, "instructions", "")]
    assert expected == [(c.change_class, c.kind, c.tool) for c in changes]


def test_history_links_each_definition_to_the_next() -> None:
    """Replaced definitions give one step each, dated by the last day the earlier one was seen."""
    first = tool("run", "One.")
    second = tool("run", "Two.")
    gone = tool("old", "Old.")
    earlier = (
        EarlierTool(second, HIGH, "2026-10-02", "2026-10-30", "1.1.0"),
        EarlierTool(first, LOW, "2026-09-01", "2026-09-20", "1.0.0"),
        EarlierTool(gone, LOW, "2026-09-01", "2026-09-20", "1.0.0"),
    )
    now = server(tool("run", "Three."), snapshot=snapshot())
    changes = history.changes(now, (HIGH,), earlier)
    expected = [
        ("2026-10-30", "run", "description"),
        ("2026-09-20", "run", "category"),
        ("2026-09-20", "run", "level"),
        ("2026-09-20", "old", "tool-removed"),
        ("2026-09-20", "run", "description"),
    ]
    assert expected == [(c.observed_on, c.tool, c.kind) for c in changes]
    assert (changes[-1].version_before, changes[-1].version_after) == ("1.0.0", "1.1.0")


def test_changes_stay_when_an_unchanged_server_is_crawled_again() -> None:
    """The day of the newest crawl is in no change, so a page moves only when its server does."""
    earlier = (EarlierTool(tool("run", "One."), LOW, "2026-09-01", "2026-09-20", "1.0.0"),)
    first, second = (
        history.changes(
            server(tool("run", "Two."), snapshot=replace(snapshot(), observed_on=day)),
            (HIGH,),
            earlier,
        )
        for day in ("2026-11-20", "2026-11-24")
    )
    assert first == second != ()
