"""Sample calls, templates, start commands, evaluation in the model and in Intercept's form."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from policy_samples import assess, raw, schema, serve

from generator.model import Condition, Limit, Package, PolicyRule, Remote
from generator.policy import calls, draft, regex, samples, start
from generator.policy.evaluate import evaluate, holds, rules_of
from generator.policy.formats.intercept_evaluate import UndefinedError
from generator.policy.formats.intercept_evaluate import evaluate as in_intercept
from generator.policy.formats.intercept_yaml import read
from generator.taxonomy import Category, Decision, Profile


def ordinary(one: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Return the sample value for one required argument."""
    server = serve([raw("tool", schema(("a",), a=one))])
    policy = draft.draft(server, (assess("tool"),), Profile.BALANCED)
    return calls.ordinary_call(server.tools[0], rules_of(policy, "tool"))["a"]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        ({"type": "string"}, "example"),
        ({"type": "string", "default": "d"}, "d"),
        ({"type": "string", "examples": ["e"]}, "e"),
        ({"type": "string", "example": "f"}, "f"),
        ({"type": "string", "format": "date-time"}, "2026-01-31T12:00:00Z"),
        ({"type": "string", "format": "uuid"}, "123e4567-e89b-42d3-a456-426614174000"),
        ({"type": "string", "pattern": r"^v\d{2}[^a]-(x|y)?$"}, "v001-x"),
        ({"type": "string", "pattern": "(?=a)", "default": ""}, "example"),
        ({"type": "string", "minLength": 20}, "exampleexampleexample"[:20]),
        ({"type": "string", "maxLength": 3}, "e"),
        ({"type": "string", "enum": ["b", "c"]}, "b"),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "integer", "exclusiveMinimum": 5}, 6),
        ({"type": "number", "exclusiveMinimum": 5, "exclusiveMaximum": 5.5}, 5.25),
        ({"type": "integer", "maximum": -3}, -3),
        ({"type": "boolean"}, True),
        ({"type": "array"}, []),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
        ({"type": "array", "items": {"enum": ["p", "q"]}, "minItems": 3}, ["p", "q", "p"]),
        ({"type": "array", "items": {"type": "string", "format": "date"}}, ["2026-01-31"]),
        (
            {"type": "array", "items": {"type": "object", "properties": {"k": {"type": "string"}},
                                        "required": ["k"]}},
            [{"k": "example"}],
        ),
        ({"type": "object"}, {}),
        ({"type": "object", "properties": {"k": {"type": "integer"}}, "required": ["k"]}, {"k": 1}),
        ({}, "example"),
    ],
)  # fmt: skip
def test_ordinary_values(one: dict[str, Any], expected: object) -> None:
    """Samples prefer what the schema names, then what its type and conditions ask."""
    assert ordinary(one) == expected


def test_no_sample_is_said() -> None:
    """Where no passing call can be made up, the page says so instead of inventing one."""
    inputs = schema(("a",), a={"type": "string", "pattern": r"^\bq\b(?:a|b)\B$"})
    server = serve([raw("tool", inputs)])
    policy = draft.draft(server, (assess("tool"),), Profile.BALANCED)
    allowed, blocked, why_not = samples.dry_runs(policy, server.tools[0])
    assert allowed is None
    assert blocked is not None
    assert why_not == "No call that passes could be made up from the schema alone."


def test_unaddressable_tool_has_no_passing_call() -> None:
    """A tool whose name no policy can hold is stopped as unknown."""
    server = serve([raw("*")])
    policy = draft.draft(server, (assess("*"),), Profile.BALANCED)
    allowed, blocked, why_not = samples.dry_runs(policy, server.tools[0])
    assert allowed is None
    assert blocked is not None
    assert blocked.message == "This tool is not permitted by policy"
    assert why_not == "No call passes: the tool's name cannot be written in a policy."


def test_blocked_method_is_a_real_one() -> None:
    """The stopped call of a multiplexer uses a method that the schema has and the policy denies."""
    from policy_samples import method  # noqa: PLC0415 - used here only

    many = (
        method("list", Category.READ, "action"),
        method("delete", Category.DESTRUCTIVE, "action"),
    )
    inputs = schema(("action",), action={"type": "string", "enum": ["list", "delete"]})
    server = serve([raw("tool", inputs)])
    assessment = assess("tool", Category.DESTRUCTIVE, methods=many)
    policy = draft.draft(server, (assessment,), Profile.BALANCED)
    allowed, blocked, _ = samples.dry_runs(policy, server.tools[0])
    assert allowed is not None
    assert blocked is not None
    assert allowed.arguments == {"action": "list"}
    assert allowed.why.endswith("Clients that can ask a person do so first.")
    assert blocked.arguments == {"action": "delete"}


def test_call_template() -> None:
    """Required arguments stand for their types; nested required keys are shown."""
    inner = schema(("k",), k="string", other="string")
    inputs = schema(("s", "e", "l", "o", "x"), s="string", e={"enum": [1, 2]}, l="array", o=inner)
    inputs["properties"]["x"] = {}
    template = samples.call_template(serve([raw("tool", inputs)]).tools[0])
    assert template == {"s": "<string>", "e": 1, "l": [], "o": {"k": "<string>"}, "x": "<any>"}


def test_violating_a_nested_or_forbidden_argument() -> None:
    """Only the argument in question changes."""
    nested = Condition(("o", "k"), "exists")
    assert calls.violated({"o": {"k": 1, "l": 2}, "p": 3}, nested) == {"o": {"l": 2}, "p": 3}
    assert calls.violated({"o": 1}, nested) == {"o": {}}
    assert calls.violated({}, Condition(("f",), "absent")) == {"f": True}


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        (Condition(("a",), "equals", (1,)), 1.0, True),
        (Condition(("a",), "equals", (1,)), True, False),
        (Condition(("a",), "equals", (True,)), True, True),
        (Condition(("a",), "one_of", ("x",)), ["x"], False),
        (Condition(("a",), "one_of", ("x",)), None, False),
        (Condition(("a",), "one_of", ("x",), presence="if_present"), None, True),
        (Condition(("a",), "range", (1, None)), "5", False),
        (Condition(("a",), "range", (1, None)), float("nan"), False),
        (Condition(("a",), "range", (None, 5), (False, True)), 5, False),
        (Condition(("a",), "range", (1, 5), (True, False)), 1, False),
        (Condition(("a",), "length", (1, 2)), "ab", True),
        (Condition(("a",), "length", (1, 2)), "abc", False),
        (Condition(("a",), "length", (1, None)), 5, False),
        (Condition(("a",), "matches", ("^a$",)), "a\n", False),
        (Condition(("a",), "exists"), "", True),
        (Condition(("a",), "absent"), None, True),
        (Condition(("a",), "absent"), False, False),
    ],
)
def test_conditions_hold(condition: Condition, value: object, *, expected: bool) -> None:
    """No coercion: text is no number, one is not true, a list is not its member, null is absent."""
    assert holds(condition, {"a": value}) is expected


def test_windows_are_calendar_windows() -> None:
    """A limit is free again when its minute is over, and a denied call costs nothing."""
    server = serve([raw("x")])
    policy = draft.draft(server, (assess("x"),), Profile.BALANCED)
    now = datetime(2026, 1, 1, 12, 0, 59, tzinfo=UTC)
    outcome = evaluate(policy, "x", {}, {}, now)
    for _ in range(119):
        outcome = evaluate(policy, "x", {}, outcome.counters, now)
    assert outcome.decision is Decision.ALLOW
    denied = evaluate(policy, "x", {}, outcome.counters, now)
    assert denied.decision is Decision.DENY
    assert denied.counters == outcome.counters
    later = datetime(2026, 1, 1, 12, 1, 0, tzinfo=UTC)
    assert evaluate(policy, "x", {}, outcome.counters, later).decision is Decision.ALLOW


def test_spend_caps_add_up() -> None:
    """The sum of a day is capped, and refused amounts do not count."""
    rule = PolicyRule("x", "cap", "limit", "financial", limit=Limit(100, "day", ("n",), 60))
    base = draft.draft(serve([raw("x")]), (assess("x"),), Profile.OBSERVE)
    rules = tuple(sorted((*base.rules, rule), key=lambda one: one.tool))
    policy = replace(base, rules=rules)
    first = evaluate(policy, "x", {"n": 60})
    assert first.decision is Decision.ALLOW
    assert evaluate(policy, "x", {"n": 41}, first.counters).rule == "cap"
    assert evaluate(policy, "x", {"n": 40}, first.counters).decision is Decision.ALLOW


DOCUMENT = read("""
version: "1"
default: "deny"
hide: ["h"]
tools:
  "d": {rules: [{name: "no", action: "deny"}]}
  "e": {rules: [{name: "eq", conditions: [{path: "args.a", op: "eq", value: 5}], on_deny: "m"}]}
  "n": {rules: [{name: "neq", conditions: [{path: "args.a", op: "neq", value: "x"}]}]}
  "i": {rules: [{name: "in", conditions: [{path: "args.a", op: "in", value: ["x", "true"]}]}]}
  "o": {rules: [{name: "not", conditions: [{path: "args.a", op: "not_in", value: ["x"]}]}]}
  "c": {rules: [{name: "has", conditions: [{path: "args.a", op: "contains", value: "x"}]}]}
  "r": {rules: [{name: "re", conditions: [{path: "args.a.b", op: "regex", value: "^x$"}]}]}
  "l": {rules: [{name: "lt", conditions: [{path: "args.a", op: "lt", value: 5},
                                          {path: "args.a", op: "gt", value: 1}]}]}
  "x": {rules: [{name: "ex", conditions: [{path: "args.a", op: "exists", value: false}]}]}
  "s": {rules: [{name: "sum", conditions: [{path: "state.s.t", op: "lt", value: 10}],
                 state: {counter: "t", window: "day", increment_from: "args.a"}}]}
  "u": {rules: [{name: "un", conditions: [{path: "args.a", op: "eq", value: 1}],
                 state: {counter: "t", window: "day"}}]}
  "*": {rules: [{name: "all", rate_limit: "2/minute"}]}
""").value


@pytest.mark.parametrize(
    ("tool", "arguments", "passes"),
    [
        ("h", {}, False), ("d", {}, False), ("unknown", {}, False),
        ("e", {"a": 5}, True), ("e", {"a": 5.0}, True), ("e", {"a": True}, False), ("e", {}, False),
        ("e", {"a": None}, False), ("e", {"a": [5]}, False), ("e", {"a": "y"}, False),
        ("n", {"a": None}, True), ("n", {"a": ["x"]}, True), ("n", {"a": "X"}, True),
        ("n", {"a": "x"}, False), ("n", {}, False),
        ("i", {"a": "x"}, True), ("i", {"a": "X"}, False), ("i", {"a": ["y"]}, False),
        ("o", {"a": None}, True), ("o", {"a": "x"}, False),
        ("c", {"a": "axb"}, True), ("c", {"a": ["x"]}, True), ("c", {"a": 5}, False),
        ("c", {"a": "y"}, False),
        ("r", {"a": {"b": "x"}}, True), ("r", {"a": {"b": "xx"}}, False), ("r", {"a": []}, False),
        ("l", {"a": 4}, True), ("l", {"a": 5}, False), ("l", {"a": 1}, False),
        ("l", {"a": "4"}, False),
        ("x", {}, True), ("x", {"a": None}, True), ("x", {"a": False}, False),
        ("s", {"a": 9}, True), ("s", {"a": 10}, False), ("s", {"a": -5}, True), ("s", {}, False),
        ("s", {"a": "9"}, False), ("s", {"a": 9.99}, True), ("u", {"a": 1}, True),
    ],
)  # fmt: skip
def test_intercept_form(tool: str, arguments: dict[str, Any], *, passes: bool) -> None:
    """The evaluator of Intercept's form has its proxy's edges: null, lists, numbers, missing."""
    assert in_intercept(DOCUMENT, tool, arguments).passes is passes


@pytest.mark.parametrize(("tool", "value"), [("e", "5"), ("i", True)])
def test_intercept_form_leaves_printed_comparisons_open(tool: str, value: object) -> None:
    """Where the proxy compares printed forms, the evaluator says that it does not know."""
    with pytest.raises(UndefinedError):
        in_intercept(DOCUMENT, tool, {"a": value})


def test_intercept_form_counts() -> None:
    """The third call of a minute is denied by the wildcard rule with its own name."""
    counters: Any = {}
    for _ in range(2):
        answer = in_intercept(DOCUMENT, "x", {}, counters)
        assert answer.passes
        counters = answer.counters
    answer = in_intercept(DOCUMENT, "x", {}, counters)
    assert (answer.passes, answer.rule, answer.message) == (False, "all", 'Denied by rule "all"')


def test_start_commands() -> None:
    """The start command is pinned to the observed version, in its ecosystem's words."""
    server = serve([raw("x")])

    def command(package: Package) -> tuple[str, ...]:
        return start.of(replace(server, spec=replace(server.spec, packages=(package,))))[0]

    assert command(Package("npm", "a", executable="b", arguments=("c",))) == (
        "npx", "-y", "-p", "a@1.2.3", "b", "c",
    )  # fmt: skip
    assert command(Package("pypi", "a")) == ("uvx", "a@1.2.3")
    assert command(Package("pypi", "a", executable="b")) == ("uvx", "--from", "a==1.2.3", "b")
    assert command(Package("oci", "ghcr.io/a/b")) == (
        "docker", "run", "-i", "--rm", "ghcr.io/a/b:1.2.3",
    )  # fmt: skip
    assert command(Package("mcpb", "a")) == ()
    secrets = ("-p", "x", "--secret-key", "sk_fake", "--token=fake", "--verbose", "--key")
    assert command(Package("npm", "a", arguments=secrets))[3:] == (
        "-p", "x", "--secret-key", "<secret-key>", "--token=<token>", "--verbose", "--key",
    )  # fmt: skip
    remote = replace(server.spec, packages=(), remotes=(Remote("streamable-http", "https://a"),))
    assert start.of(replace(server, spec=remote)) == ((), "https://a")


def test_never_observed_server_has_no_facts() -> None:
    """Without a snapshot the version is the spec's, and no protocol is claimed."""
    server = replace(serve([]), snapshot=None)
    assert start.of(server)[0] == ("npx", "-y", "@acme/demo")
    assert start.purl(server) == "pkg:npm/%40acme/demo"
    assert start.protocols(server) == ()
    assert draft.draft(server, (), Profile.BALANCED).observed_on == ""


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (r"^\w+$", r"^\w+$"),
        (r".", r"[^\x0a\x0d" + "\u2028-\u2029]"),
        (r"(?<n>a)(b)", "(?:a)(?:b)"),
        (r"\u0041\x42\0", r"AB\x00"),
        (r"[[a&&b]", r"[\[a\&\&b]"),
        (r"\/\-\_", "/-_"),
        (r"\ud83d\ude00", "\U0001f600"),
        (r"a{2}b{2,}c{2,3}d*?", r"a{2}b{2,}c{2,3}d*?"),
    ],
)
def test_patterns_are_rewritten(pattern: str, written: str) -> None:
    """What the languages read differently is spelt out."""
    assert regex.to_re2(pattern) == written
