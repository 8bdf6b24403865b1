"""Drafting: rows, profiles, methods, guards, words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from policy_samples import assess, means, method, raw, schema, serve, sprintra

from generator.policy import draft, samples, table
from generator.policy.evaluate import decision_of, evaluate, rules_of
from generator.policy.formats import FORMATS, render
from generator.taxonomy import Category, Confidence, Decision, Facet, Profile, Verdict

if TYPE_CHECKING:
    from generator.model import Policy

GOLDEN = Path(__file__).parent / "golden_policies"
INTERCEPT = FORMATS[0]


def one(
    name: str = "tool",
    inputs: dict[str, Any] | None = None,
    profile: Profile = Profile.BALANCED,
    **assessed: Any,  # noqa: ANN401 - passed on to assess()
) -> Policy:
    """Return the policy of a server with one tool."""
    server = serve([raw(name, inputs)])
    return draft.draft(server, (assess(name, **assessed),), profile)


def kinds(policy: Policy, tool: str = "tool") -> list[str]:
    return [rule.kind for rule in rules_of(policy, tool)]


@pytest.mark.parametrize("profile", Profile)
def test_golden_file(profile: Profile) -> None:
    """The golden server gives the file that the policy specification prints."""
    server, assessments = sprintra()
    rendered, problems = render(draft.draft(server, assessments, profile), INTERCEPT)
    assert problems == []
    assert rendered is not None
    assert (GOLDEN / rendered.file_name).read_text("utf-8") == rendered.text


def test_golden_snippet_is_part_of_the_file() -> None:
    """The part printed on the tool's page stands in the file line by line."""
    server, assessments = sprintra()
    rendered, _ = render(draft.draft(server, assessments, Profile.BALANCED), INTERCEPT)
    assert rendered is not None
    (snippet,) = rendered.snippets
    assert snippet.tool == "work_sessions"
    assert snippet.text.startswith('version: "1"\n')
    assert set(snippet.text.splitlines()) <= set(rendered.text.splitlines())


ROWS = [
    ("poison", {"verdict": Verdict.HARD}, "deny", "deny", "ask (deny)"),
    ("unknown", {"category": Category.UNCLASSIFIED}, "ask (deny)", "deny", "ask (allow)"),
    (
        "unknown",
        {"category": Category.WRITE, "confidence": Confidence.LOW},
        "ask (deny)",
        "deny",
        "ask (allow)",
    ),
    (
        "privilege",
        {"category": Category.WRITE, "facets": (Facet.PRIVILEGE,)},
        "hide",
        "hide",
        "ask (deny)",
    ),
    ("financial", {"category": Category.FINANCIAL}, "ask (deny)", "hide", "allow"),
    ("destructive", {"category": Category.DESTRUCTIVE}, "hide", "hide", "ask (deny)"),
    (
        "destructive",
        {"category": Category.DESTRUCTIVE, "confidence": Confidence.LOW},
        "hide",
        "hide",
        "ask (deny)",
    ),
    (
        "destructive.soft",
        {"category": Category.DESTRUCTIVE, "score": 37},
        "ask (allow)",
        "deny",
        "allow",
    ),
    (
        "execute.code",
        {"category": Category.EXECUTE, "facets": (Facet.ARBITRARY_CODE,)},
        "ask (deny)",
        "deny",
        "allow",
    ),
    ("execute.code", {"category": Category.EXECUTE, "score": 87}, "ask (deny)", "deny", "allow"),
    (
        "execute.message",
        {"category": Category.EXECUTE, "facets": (Facet.EGRESS,)},
        "ask (allow)",
        "deny",
        "allow",
    ),
    ("execute", {"category": Category.EXECUTE}, "ask (allow)", "deny", "allow"),
    ("write", {"category": Category.WRITE}, "ask (allow)", "deny", "allow"),
    ("write.low", {"category": Category.WRITE, "score": 12}, "allow", "deny", "allow"),
    (
        "read.secret",
        {"category": Category.READ, "facets": (Facet.SECRETS,)},
        "ask (deny)",
        "deny",
        "allow",
    ),
    (
        "read.open",
        {"category": Category.READ, "facets": (Facet.PRIVATE_DATA,)},
        "ask (allow)",
        "deny",
        "allow",
    ),
    ("read.open", {"category": Category.READ, "score": 37}, "ask (allow)", "deny", "allow"),
    ("read", {"category": Category.READ, "facets": (Facet.PRIVILEGE,)}, "allow", "allow", "allow"),
]


@pytest.mark.parametrize(("row", "assessed", "balanced", "locked", "observe"), ROWS)
def test_rows(row: str, assessed: dict[str, Any], balanced: str, locked: str, observe: str) -> None:
    """Each tool falls into its row, and each profile does what the row says."""
    expected = {
        Profile.BALANCED: balanced,
        Profile.LOCKED: locked,
        Profile.OBSERVE: observe,
    }
    for profile, words in expected.items():
        decision = decision_of(rules_of(one(profile=profile, **assessed), "tool"))
        assert decision is not None
        assert decision.row == row
        outcome = table.Outcome(Decision(decision.kind), decision.fallback)
        assert outcome.words == words


def test_every_row_is_tested() -> None:
    """The table and the test above name the same rows, and the printed table adds the server."""
    assert {row for row, *_ in ROWS} == {row.id for row in table.TABLE}
    assert [row.row for row in table.rows()] == [row.id for row in table.TABLE] + ["*"]


def test_printed_table() -> None:
    """The methodology page says which profiles keep some methods and where amounts are asked."""
    printed = {row.row: row for row in table.rows()}
    assert printed["destructive"].balanced == "hide; several methods: its other methods"
    assert printed["write"].locked == "deny; several methods: its Read methods"
    assert printed["financial"].observe == "allow; caps on the amount: yours to fill in"
    assert printed["financial"].limits == "5/hour, 20/day"
    assert printed["*"].balanced == "300/minute"


def test_malformed_tool_is_held_back() -> None:
    """A definition without an input schema is unknown, however harmless it sounds."""
    server = serve([{"name": "tool"}])
    policy = draft.draft(server, (assess("tool"),), Profile.BALANCED)
    assert draft.decision_words(policy, "tool") == "Denied, needs a person"


def test_stricter_of_two_definitions_rules() -> None:
    """Two tools of one name get one decision, the stricter one, in either order."""
    mild, strict = assess("tool"), assess("tool", Category.DESTRUCTIVE)
    server = serve([raw("tool"), raw("tool")])
    for pair in ((mild, strict), (strict, mild)):
        policy = draft.draft(server, pair, Profile.BALANCED)
        assert kinds(policy) == ["hide"]


def test_tools_without_usable_name_stay_blocked() -> None:
    """A tool without a name or called * gets a loss instead of a rule."""
    server = serve([{"inputSchema": {}}, raw("*"), raw("tool")])
    policy = draft.draft(server, (assess(""), assess("*"), assess("tool")), Profile.BALANCED)
    assert [loss.code for loss in policy.losses] == ["name-unaddressable"] * 2
    assert evaluate(policy, "*", {}).decision is Decision.DENY
    assert evaluate(policy, "", {}).decision is Decision.DENY


def test_rules_name_their_signals() -> None:
    """The decision answers what scored most, a limit the base, a guard its argument's rule."""
    policy = one(
        inputs=schema(("url",), url="string"),
        category=Category.EXECUTE,
        signals=(means("schema.param.url", "url"),),
    )
    because = {rule.name: rule.because for rule in rules_of(policy, "tool")}
    assert because == {
        "tool: needs a person": ("base.execute", "schema.param.url"),
        "tool: web address": ("schema.param.url",),
        "tool: 10 per minute": ("base.execute",),
    }


DESTRUCTIVE_METHODS = {
    "category": Category.DESTRUCTIVE,
    "methods": (
        method("list", Category.READ, "action"),
        method("create", Category.WRITE, "action"),
        method("delete", Category.DESTRUCTIVE, "action"),
    ),
}
ACTION = schema(
    ("action",), action={"type": "string", "enum": ["list", "create", "delete", "restore"]}
)


@pytest.mark.parametrize(
    ("profile", "passed"),
    [
        (Profile.OBSERVE, {"list", "create"}),
        (Profile.BALANCED, {"list", "create"}),
        (Profile.LOCKED, set()),
    ],
)
def test_destructive_multiplexer_keeps_its_harmless_methods(
    profile: Profile, passed: set[str]
) -> None:
    """One deleting method does not take the others away, and unreviewed values never pass."""
    policy = one(inputs=ACTION, profile=profile, **DESTRUCTIVE_METHODS)
    decisions = {
        name: evaluate(policy, "tool", {"action": name}).decision
        for name in ("list", "create", "delete", "restore", "LIST", ["list"], None)
        if not isinstance(name, list)
    }
    assert {name for name, decision in decisions.items() if decision is Decision.ASK} == passed
    assert evaluate(policy, "tool", {"action": ["list"]}).decision is not Decision.ASK


def test_locked_multiplexer_keeps_reading() -> None:
    """Locked lets the Read methods of a Write tool through, except where it hands out secrets."""
    methods = (method("get", Category.READ, "action"), method("set", Category.WRITE, "action"))
    inputs = schema(("action",), action={"type": "string", "enum": ["get", "set"]})
    policy = one(inputs=inputs, profile=Profile.LOCKED, category=Category.WRITE, methods=methods)
    assert evaluate(policy, "tool", {"action": "get"}).decision is Decision.ALLOW
    assert evaluate(policy, "tool", {"action": "set"}).decision is Decision.DENY
    closed = one(
        inputs=inputs,
        profile=Profile.LOCKED,
        category=Category.WRITE,
        methods=methods,
        facets=(Facet.SECRETS,),
    )
    assert kinds(closed) == ["deny"]


def test_optional_selector_is_demanded_by_locked_only() -> None:
    """Balanced cannot demand an optional argument and says so; locked makes it mandatory."""
    methods = (method("get", Category.READ, "action"), method("set", Category.WRITE, "action"))
    inputs = schema((), action={"type": "string", "enum": ["get", "set"]})
    loose = one(inputs=inputs, category=Category.WRITE, methods=methods)
    assert evaluate(loose, "tool", {}).decision is Decision.ASK
    assert "method-limit" in {loss.code for loss in loose.losses}
    tight = one(inputs=inputs, profile=Profile.LOCKED, category=Category.WRITE, methods=methods)
    assert evaluate(tight, "tool", {}).decision is Decision.DENY
    assert evaluate(tight, "tool", {"action": "get"}).decision is Decision.ALLOW


def test_method_decisions() -> None:
    """Each method says what the balanced policy does with it, in the assessment's order."""
    policy = one(inputs=ACTION, **DESTRUCTIVE_METHODS)
    tool = serve([raw("tool", ACTION)]).tools[0]
    assessment = assess("tool", **DESTRUCTIVE_METHODS)
    assert draft.method_decisions(policy, tool, assessment) == (
        ("list", "30/minute"),
        ("create", "30/minute"),
        ("delete", "Denied"),
    )


@pytest.mark.parametrize(
    ("assessed", "words"),
    [
        ({}, "120/minute"),
        ({"category": Category.WRITE}, "30/minute"),
        ({"category": Category.DESTRUCTIVE}, "Hidden"),
        ({"category": Category.FINANCIAL}, "Denied, needs a person"),
        ({"verdict": Verdict.HARD}, "Denied"),
    ],
)
def test_decision_words(assessed: dict[str, Any], words: str) -> None:
    """A list says in a few words what balanced does."""
    assert draft.decision_words(one(**assessed), "tool") == words


def test_decision_words_of_checked_and_unknown_tools() -> None:
    """Checked arguments are named, and a tool without rules is denied."""
    policy = one(inputs=schema(("id",), id="string"))
    assert draft.decision_words(policy, "tool") == "120/minute, arguments checked"
    assert draft.decision_words(policy, "other") == "Denied, not in the policy"


def test_profile_effects() -> None:
    """The table of profiles says what Intercept does and what clients that can ask do."""
    policies = tuple(
        one(inputs=schema(("id",), id="string"), profile=profile, category=Category.EXECUTE)
        for profile in Profile
    )
    effects = {
        effect.profile: (effect.intercept, effect.clients)
        for effect in draft.profile_effects(policies, "tool")
    }
    assert effects == {
        Profile.OBSERVE: ("Allowed, 10 a minute", "Allowed"),
        Profile.BALANCED: ("Allowed, 10 a minute, arguments checked", "Ask"),
        Profile.LOCKED: ("Denied", "Denied"),
    }


def test_financial_tool_gets_placeholder_caps() -> None:
    """Observe caps the amount per call and day; negative and text amounts do not pass."""
    inputs = schema(("amount",), amount="integer")
    policy = one(inputs=inputs, profile=Profile.OBSERVE, category=Category.FINANCIAL)
    decisions = [
        evaluate(policy, "tool", {"amount": amount}).decision
        for amount in (1, 5000, 5001, 0, -5, "5", None, True)
    ]
    assert decisions == [Decision.ALLOW] * 2 + [Decision.DENY] * 6


@pytest.mark.parametrize(
    ("kind", "codes"), [("integer", []), ("number", ["undercount"]), ("string", ["schema-form"])]
)
def test_amounts_that_cannot_be_counted_exactly_are_losses(kind: str, codes: list[str]) -> None:
    """Fractions undercount and texts cannot be capped, and both are said."""
    inputs = schema(("amount",), amount=kind)
    policy = one(inputs=inputs, profile=Profile.OBSERVE, category=Category.FINANCIAL)
    assert [loss.code for loss in policy.losses] == codes


def test_dry_runs_show_a_passing_and_a_stopped_call() -> None:
    """The stopped call is near the passing one, and carries the message the agent reads."""
    inputs = schema(
        ("url", "environment"),
        url="string",
        environment={"type": "string", "enum": ["preview", "production"]},
    )
    signals = (means("schema.param.url", "url"),)
    server = serve([raw("run", inputs)])
    policy = draft.draft(
        server, (assess("run", Category.EXECUTE, signals=signals),), Profile.BALANCED
    )
    allowed, blocked, why_not = samples.dry_runs(policy, server.tools[0])
    assert allowed is not None
    assert blocked is not None
    assert allowed.arguments == {"url": "https://example.com/", "environment": "preview"}
    assert blocked.arguments == {"url": "file:///etc/hosts", "environment": "preview"}
    assert blocked.message == "run: url must be an http or https address."
    assert why_not == ""
    assert samples.call_template(server.tools[0]) == {"url": "<string>", "environment": "preview"}


@pytest.mark.parametrize(
    ("assessed", "decision", "why"),
    [
        ({"category": Category.DESTRUCTIVE}, Decision.HIDE, "No call passes: the tool is hidden."),
        ({"verdict": Verdict.HARD}, Decision.DENY, "No call passes: the tool is denied."),
        (
            {"category": Category.FINANCIAL},
            Decision.DENY,
            "No call passes until a person allows the tool.",
        ),
    ],
)
def test_dry_runs_of_closed_tools_say_why_nothing_passes(
    assessed: dict[str, Any], decision: Decision, why: str
) -> None:
    """A tool that lets nothing through shows the refusal and the reason."""
    policy = one(**assessed)
    allowed, blocked, why_not = samples.dry_runs(policy, serve([raw("tool")]).tools[0])
    assert allowed is None
    assert blocked is not None
    assert (blocked.decision, why_not) == (decision, why)


def test_dry_run_without_conditions_shows_the_call_too_many() -> None:
    """A tool with nothing but a limit is stopped by call N+1."""
    _, blocked, _ = samples.dry_runs(one(), serve([raw("tool")]).tools[0])
    assert blocked is not None
    assert blocked.why == "The same call, number 121 within one minute."


def test_profile_effects_of_unknown_and_locked_tools() -> None:
    """A client that sees no arguments denies what only arguments make safe."""
    methods = (method("get", Category.READ, "action"), method("set", Category.WRITE, "action"))
    inputs = schema(("action",), action={"type": "string", "enum": ["get", "set"]})
    policy = one(inputs=inputs, profile=Profile.LOCKED, category=Category.WRITE, methods=methods)
    (effect,) = draft.profile_effects((policy,), "tool")
    assert effect.clients == "Denied, arguments cannot be checked"
    (unknown,) = draft.profile_effects((policy,), "other")
    assert (unknown.intercept, unknown.clients) == (
        "Denied, not in the policy",
        "Not in the policy",
    )


def test_used_up_needs_a_limit() -> None:
    """Only a limit can be used up."""
    with pytest.raises(ValueError, match="is no limit"):
        samples.used_up(rules_of(one(), "tool")[0])


def test_a_tool_that_nothing_stops_has_no_blocked_call() -> None:
    """Without limits and conditions there is nothing to show, and nothing is made up."""
    policy = one()
    rules = tuple(rule for rule in policy.rules if rule.limit is None)
    tool = serve([raw("tool")]).tools[0]
    allowed, blocked, _ = samples.dry_runs(replace(policy, rules=rules), tool)
    assert allowed is not None
    assert blocked is None


@pytest.mark.parametrize(
    ("assessed", "rating"),
    [
        ({"category": Category.EXECUTE}, "Execute, high (62)"),
        ({"confidence": Confidence.LOW}, "Read, low (12), needs review"),
        ({"verdict": Verdict.HARD}, "Read, low (12), text addresses the model"),
    ],
)
def test_rating_says_what_decided(assessed: dict[str, Any], rating: str) -> None:
    """The comment beside a tool names what outweighed its category."""
    decision = decision_of(rules_of(one(**assessed), "tool"))
    assert decision is not None
    assert decision.rating == rating
