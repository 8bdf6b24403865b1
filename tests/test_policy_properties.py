"""Properties of every policy: round trips, teeth, no broken calls, monotony, stated losses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema
from policy_samples import assess, means, method, raw, serve

from generator.policy import calls, draft, guards, samples
from generator.policy.evaluate import (
    A_MOMENT,
    decision_of,
    evaluate,
    holds,
    rules_of,
)
from generator.policy.formats import FORMATS, render
from generator.policy.formats.intercept_evaluate import UndefinedError
from generator.policy.formats.intercept_evaluate import evaluate as in_intercept
from generator.policy.formats.intercept_yaml import read
from generator.taxonomy import Category, Confidence, Decision, Facet, Profile, Verdict

if TYPE_CHECKING:
    import random

    from generator.model import Assessment, Policy, Rendered, Server

ODD_NAMES = [
    "a.b", 'a"b', "a\\b", "a b", "on", "no", "null", "123", "*", "_global", "__proto__", "x__y",
    "\U0001f642", "\u202egnol", "x" * 200, "1st", "a\nb: c", "# x", "~", "TOOL", "tool", "a/b",
    "a_b", "half\ud800", "",
]  # fmt: skip
TEXTS = st.sampled_from(["a", "b", "notes.txt", "https://example.com/", "../x", "", "é" * 3])
QUICK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

properties = st.one_of(
    st.sampled_from(
        [
            {"type": "string"},
            {"type": "integer"},
            {"type": "boolean"},
            {"type": "array", "items": {"type": "string"}},
            {"type": "object"},
            {"type": ["string", "null"]},
            {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            {"type": "string", "format": "uuid"},
            {"type": "string", "format": "date"},
            {"type": "string", "format": "email"},
            {"type": "string", "pattern": r"^[a-z]+[0-9]{2,4}$"},
            {"type": "string", "pattern": r"^(?=a)b"},
            {"type": "number", "multipleOf": 0.5},
            {"enum": [1, "a", None]},
            {"enum": [1, 2.5]},
            {"enum": [True]},
            {"const": "fixed"},
            {},
            {
                "type": "object",
                "properties": {"inner": {"type": "string", "minLength": 1}},
                "required": ["inner"],
            },
        ]
    ),
    st.builds(
        lambda low, size: {"type": "string", "minLength": low, "maxLength": low + size},
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    st.builds(
        lambda low, size, key: {"type": "integer", "minimum": low, key: low + size + 1},
        st.integers(-5, 5),
        st.integers(0, 50),
        st.sampled_from(["maximum", "exclusiveMaximum"]),
    ),
    st.builds(lambda values: {"enum": values}, st.lists(TEXTS, min_size=1, unique=True)),
)
ARGUMENTS = ("id", "url", "path", "amount", "mode", "a.b", "force", "na me")


@st.composite
def schemas(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an input schema with a few properties, some of them required."""
    names = draw(st.lists(st.sampled_from(ARGUMENTS), max_size=4, unique=True))
    required = [name for name in names if draw(st.booleans())]
    return {
        "type": "object",
        "properties": {name: draw(properties) for name in names},
        "required": required,
    }


@st.composite
def tools(draw: st.DrawFn) -> tuple[dict[str, Any], Assessment]:
    """Draw a raw tool and an assessment of it."""
    name = draw(st.sampled_from([*ODD_NAMES, "get_x", "send_x", "drop_x"]))
    inputs = draw(schemas())
    category = draw(st.sampled_from(Category))
    methods = ()
    if draw(st.booleans()):
        argument = draw(st.sampled_from(["mode", "id"]))
        inputs["properties"][argument] = {"type": "string"}
        if draw(st.booleans()):
            inputs["required"] = [*dict.fromkeys([*inputs["required"], argument])]
        kinds = draw(st.lists(st.sampled_from(Category), min_size=1, max_size=4))
        methods = tuple(method(f"m{i}", kind, argument) for i, kind in enumerate(kinds))
        category = max(kinds, key=lambda kind: kind.strength)
    signals = tuple(
        means(f"schema.param.{argument}", argument)
        for argument in ("url", "path")
        if argument in inputs["properties"]
    )
    assessment = assess(
        name,
        category,
        draw(st.sampled_from([12, 37, 62, 87])),
        facets=tuple(draw(st.lists(st.sampled_from(Facet), max_size=2, unique=True))),
        confidence=draw(st.sampled_from(Confidence)),
        verdict=draw(st.sampled_from([Verdict.NONE, Verdict.NONE, Verdict.HARD])),
        signals=signals,
        methods=methods,
    )
    return raw(name, inputs), assessment


@st.composite
def servers(draw: st.DrawFn) -> tuple[Server, tuple[Assessment, ...]]:
    """Draw an observed server with its assessments."""
    drawn = draw(st.lists(tools(), min_size=1, max_size=4))
    protocol = draw(st.sampled_from(["2025-11-25", "2026-07-28"]))
    server = serve([one for one, _ in drawn], protocols=(protocol,))
    return server, tuple(assessment for _, assessment in drawn)


def rendered(policy: Policy, position: int) -> Rendered:
    """Return a policy in one format; it must verify."""
    found, problems = render(policy, FORMATS[position])
    assert problems == []
    assert found is not None
    return found


def many_calls(policy: Policy, server: Server) -> list[tuple[str, dict[str, Any]]]:
    """Return ordinary calls of every tool, and one that violates each condition."""
    found: list[tuple[str, dict[str, Any]]] = []
    for tool in server.tools:
        call = calls.ordinary_call(tool, rules_of(policy, tool.name))
        found += [(tool.name, call), (tool.name, {})]
        found += [
            (tool.name, calls.violated(call, condition))
            for rule in rules_of(policy, tool.name)
            for condition in rule.conditions
        ]
    return [*found, ("never heard of", {})]


@QUICK
@given(servers(), st.sampled_from(Profile))
def test_intercept_decides_like_the_model_minus_its_losses(
    drawn: tuple[Server, tuple[Assessment, ...]], profile: Profile
) -> None:
    """Wherever the file decides otherwise, a stated loss of that tool points in that direction."""
    server, assessments = drawn
    policy = draft.draft(server, assessments, profile)
    file = rendered(policy, 0)
    document = read(file.text).value
    stated = {(loss.tool, loss.direction) for loss in file.losses}
    for tool, call in many_calls(policy, server):
        ours = evaluate(policy, tool, call)
        try:
            theirs = in_intercept(document, tool, call)
        except UndefinedError:
            continue
        if ours.decision is Decision.ASK:
            direction = "weaker" if theirs.passes else "stricter"
            assert (tool, direction) in stated
        elif theirs.passes and ours.decision is not Decision.ALLOW:
            assert (tool, "weaker") in stated
        elif not theirs.passes and ours.decision is Decision.ALLOW:
            assert (tool, "stricter") in stated


@QUICK
@given(servers(), st.sampled_from(Profile))
def test_every_file_verifies_and_names_every_tool(
    drawn: tuple[Server, tuple[Assessment, ...]], profile: Profile
) -> None:
    """All formats verify for odd servers, no tool is forgotten without a word, nor its part."""
    server, assessments = drawn
    policy = draft.draft(server, assessments, profile)
    files = [rendered(policy, position) for position in range(len(FORMATS))]
    document = read(files[0].text).value
    unaddressable = {loss.tool for loss in files[0].losses if loss.code == "name-unaddressable"}
    named = set(document["tools"]) | set(document.get("hide", ()))
    assert {tool.name for tool in server.tools} == (named | unaddressable) - (
        {"*"} - {tool.name for tool in server.tools}
    )
    addressable = {rule.tool for rule in policy.rules} - {"*"}
    shown = addressable if profile is Profile.BALANCED else set()
    for file in files:
        assert {snippet.tool for snippet in file.snippets} == shown


@QUICK
@given(servers())
def test_losses_are_the_differences(drawn: tuple[Server, tuple[Assessment, ...]]) -> None:
    """Each limit, check and question that a client cannot keep is a loss, and nothing else is."""
    server, assessments = drawn
    policy = draft.draft(server, assessments, Profile.BALANCED)
    for position, fmt in enumerate(FORMATS):
        file = rendered(policy, position)
        codes = {(loss.tool, loss.code) for loss in file.losses}
        for tool in {rule.tool for rule in policy.rules} - {"*"}:
            rules = rules_of(policy, tool)
            decision = decision_of(rules)
            assert decision is not None
            is_open = decision.kind in {"allow", "ask"}
            is_named = (tool, "name-unaddressable") not in codes
            has_limit = any(rule.limit for rule in rules)
            has_check = any(rule.conditions for rule in rules)
            held = decision.kind == "ask" and decision.fallback is Decision.DENY
            if "ask" not in fmt.abilities and is_named and decision.kind == "ask":
                assert (tool, "ask-as-deny" if held else "ask-as-allow") in codes
            assert ("ask" in fmt.abilities) <= ((tool, "ask-as-allow") not in codes)
            if "rates" not in fmt.abilities and is_named and "ask" in fmt.abilities:
                assert ((tool, "rate-unsupported") in codes) is (is_open and has_limit)
            if "arguments" not in fmt.abilities and is_named:
                assert ((tool, "args-unsupported") in codes) is (is_open and has_check)
        assert ("", "unknown-tools-ask") in codes or "unknown-denied" in fmt.abilities


@QUICK
@given(servers(), st.sampled_from(Profile))
def test_every_rule_bites(drawn: tuple[Server, tuple[Assessment, ...]], profile: Profile) -> None:
    """A call changed against a condition is stopped by a rule on that argument, call N+1 by N."""
    server, assessments = drawn
    policy = draft.draft(server, assessments, profile)
    for tool in server.tools:
        rules = rules_of(policy, tool.name) if tool.name != "*" else ()
        decision = decision_of(rules)
        call = calls.ordinary_call(tool, rules_of(policy, tool.name))
        if decision is None or decision.kind in {"deny", "hide"}:
            continue
        if evaluate(policy, tool.name, call).decision is Decision.DENY:
            continue
        for rule in rules:
            for condition in rule.conditions:
                outcome = evaluate(policy, tool.name, calls.violated(call, condition))
                assert outcome.decision is Decision.DENY
                assert outcome.rule in {
                    other.name
                    for other in rules
                    if any(one.path[0] == condition.path[0] for one in other.conditions)
                    or (other.limit and other.limit.amount_path == condition.path)
                }
            if rule.limit is not None and not rule.limit.amount_path:
                used = samples.used_up(rule)
                assert evaluate(policy, tool.name, call, used).rule == rule.name
                later = A_MOMENT + timedelta(days=1)
                assert evaluate(policy, tool.name, call, used, later).rule != rule.name


def valid_calls(inputs: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return what an object schema allows, optional properties included.

    Objects and arrays are built here: the library's own need another version of Hypothesis.
    """
    if "properties" in inputs:
        given_for = {name: valid_calls(one) for name, one in inputs["properties"].items()}
        needed = {name: given_for.pop(name) for name in inputs["required"]}
        return st.fixed_dictionaries(needed, optional=given_for)
    if inputs.get("type") == "object":
        return st.just({})
    if inputs.get("type") == "array":
        return st.lists(st.text(max_size=3), max_size=3)
    if not inputs:
        return st.one_of(st.none(), st.booleans(), st.text(max_size=3))
    if "(?=" in inputs.get("pattern", ""):
        return st.just("b")
    by_format = {
        "uuid": st.uuids().map(str),
        "date": st.dates().map(str),
        "email": st.emails(),
    }
    return by_format.get(inputs.get("format", ""), from_schema(inputs))


@QUICK
@given(st.data(), schemas())
def test_no_schema_valid_call_breaks(data: st.DataObject, inputs: dict[str, Any]) -> None:
    """Every condition taken from a schema holds for every call the schema allows."""
    tool = serve([raw("tool", inputs)]).tools[0]
    found = guards.of_tool("tool", tool.parameters)
    call = data.draw(valid_calls(inputs))
    for condition in found.conditions:
        assert holds(condition, call), (condition, call)


def passes(policy: Policy, tool: str, call: dict[str, Any]) -> tuple[bool, bool]:
    """Return whether a call may pass with a person's consent, and whether it does without one."""
    outcome = evaluate(policy, tool, call)
    decision = decision_of(rules_of(policy, tool)) if tool != "*" else None
    alone = outcome.decision is Decision.ALLOW or (
        outcome.decision is Decision.ASK
        and decision is not None
        and decision.fallback is Decision.ALLOW
    )
    return outcome.decision in {Decision.ALLOW, Decision.ASK}, alone


@QUICK
@given(servers())
def test_stricter_profiles_allow_less(drawn: tuple[Server, tuple[Assessment, ...]]) -> None:
    """Locked allows a subset of balanced and balanced of observe, with and without a person."""
    server, assessments = drawn
    policies = [draft.draft(server, assessments, profile) for profile in Profile]
    for policy in policies:
        for tool, call in many_calls(policy, server):
            observe, balanced, locked = (passes(one, tool, call) for one in policies)
            for looser, stricter in zip((*observe, *balanced), (*balanced, *locked), strict=True):
                assert looser >= stricter, (tool, call)


@QUICK
@given(servers(), st.randoms(use_true_random=False))
def test_same_input_same_bytes(
    drawn: tuple[Server, tuple[Assessment, ...]], chance: random.Random
) -> None:
    """Neither a second run nor another order of the tools changes a byte."""
    server, assessments = drawn
    order = list(range(len(assessments)))
    chance.shuffle(order)
    shuffled = replace(server, tools=tuple(server.tools[i] for i in order))
    one = draft.draft(server, assessments, Profile.BALANCED)
    other = draft.draft(shuffled, tuple(assessments[i] for i in order), Profile.BALANCED)
    for position in range(len(FORMATS)):
        assert rendered(one, position) == rendered(other, position)


def test_unchanged_recrawl_changes_the_day_only() -> None:
    """A later observation of the same definitions differs in its date alone."""
    server = serve([raw("get_x")])
    assert server.snapshot is not None
    later = replace(server, snapshot=replace(server.snapshot, observed_on="2026-12-01"))
    texts = [
        rendered(draft.draft(one, (assess("get_x"),), Profile.BALANCED), 0).text
        for one in (server, later)
    ]
    assert texts[0].replace("2026-11-22", "2026-12-01") == texts[1]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_never_silently_wrong(name: str) -> None:
    """A harmful tool of any name is denied in every client, or its loss says that it is not."""
    server = serve([raw(name), raw("plain")])
    assessments = (assess(name, Category.DESTRUCTIVE), assess("plain"))
    policy = draft.draft(server, assessments, Profile.BALANCED)
    for position in range(len(FORMATS)):
        file = rendered(policy, position)
        losses = {loss.code for loss in file.losses if loss.tool == name}
        shown = [snippet.text for snippet in file.snippets if snippet.tool == name]
        assert not any('"allow": [' in text or 'approve"\n' in text for text in shown)
        if FORMATS[position].name == "claude-code" and not shown[:1]:
            assert "name-unaddressable" in losses
