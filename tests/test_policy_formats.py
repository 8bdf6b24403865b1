"""The client formats: what their checks refuse, how they name tools, how several servers merge."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from policy_samples import assess, means, method, raw, schema, serve

from generator.policy import draft
from generator.policy.formats import (
    FORMATS,
    claude_code,
    codex,
    gemini,
    opencode,
    registry,
    render,
    toolhive,
)
from generator.taxonomy import Category, Facet, Profile

if TYPE_CHECKING:
    from generator.model import Policy, Rendered

BY_NAME = {fmt.name: fmt for fmt in FORMATS}


def mixed(slug: str = "demo", profile: Profile = Profile.BALANCED) -> Policy:
    """Return a policy with an allowed, an asked and a hidden tool."""
    inputs = schema(("id",), id="string")
    server = serve([raw("get_x", inputs), raw("set_x"), raw("drop_x")], slug)
    assessments = (
        assess("get_x"),
        assess("set_x", Category.WRITE),
        assess("drop_x", Category.DESTRUCTIVE),
    )
    return draft.draft(server, assessments, profile)


def rendered(policy: Policy, name: str) -> Rendered:
    """Return the policy in one format; it must verify."""
    found, problems = render(policy, BY_NAME[name])
    assert problems == []
    assert found is not None
    return found


def named(name: str, category: Category = Category.READ) -> Policy:
    server = serve([raw(name)])
    return draft.draft(server, (assess(name, category),), Profile.BALANCED)


def test_file_names() -> None:
    """A file's name says server, profile and client; the default download is the shortest."""
    names = [rendered(mixed(), fmt.name).file_name for fmt in FORMATS]
    assert names == [
        "demo.yaml",
        "demo.balanced.claude-code.json",
        "demo.balanced.codex.toml",
        "demo.balanced.gemini.toml",
        "demo.balanced.toolhive.json",
        "demo.balanced.opencode.json",
    ]
    assert rendered(mixed(profile=Profile.LOCKED), "intercept").file_name == "demo.locked.yaml"


def test_claude_code() -> None:
    """Each decision is a list of unambiguous names; later tools are asked about."""
    file = rendered(mixed(), "claude-code")
    assert json.loads(file.text) == {
        "permissions": {
            "allow": ["mcp__demo__get_x"],
            "ask": ["mcp__demo__set_x"],
            "deny": ["mcp__demo__drop_x"],
        }
    }
    assert {(loss.tool, loss.code) for loss in file.losses} == {
        ("", "unknown-tools-ask"),
        ("*", "rate-unsupported"),
        ("get_x", "args-unsupported"),
        ("get_x", "rate-unsupported"),
        ("set_x", "rate-unsupported"),
    }
    snippet = next(s.text for s in file.snippets if s.tool == "set_x")
    assert json.loads(snippet) == {"permissions": {"ask": ["mcp__demo__set_x"]}}


def test_codex() -> None:
    """The entry is whole, lists what is enabled, and approves only what is allowed."""
    entry = tomllib.loads(rendered(mixed(), "codex").text)["mcp_servers"]["demo"]
    assert entry == {
        "command": "npx",
        "args": ["-y", "@acme/demo@1.2.3"],
        "enabled_tools": ["get_x", "set_x"],
        "disabled_tools": ["drop_x"],
        "default_tools_approval_mode": "prompt",
        "tools": {"get_x": {"approval_mode": "approve"}},
    }


def test_codex_of_a_remote_and_of_an_unknown_server() -> None:
    """A remote has its address, and a server nobody can start a command to fill in."""
    remote = replace(mixed(), start=(), url="https://mcp.example.com/mcp")
    assert tomllib.loads(rendered(remote, "codex").text)["mcp_servers"]["demo"]["url"]
    text = rendered(replace(mixed(), start=(), url=""), "codex").text
    assert 'command = "command-of-the-server"   # fill in' in text
    assert 'env_vars = ["TOKEN"]' in rendered(replace(mixed(), env_names=("TOKEN",)), "codex").text


def test_gemini() -> None:
    """The wildcard denies first; every decision outranks it, denials say why."""
    rules = tomllib.loads(rendered(mixed(), "gemini").text)["rule"]
    assert [(r["toolName"], r["decision"], r["priority"]) for r in rules] == [
        ("*", "deny", 100),
        (["get_x"], "allow", 200),
        (["set_x"], "ask_user", 200),
        (["drop_x"], "deny", 300),
    ]
    assert rules[3]["denyMessage"] == 'Tool "drop_x" is hidden by policy'


def test_gemini_cuts_long_server_names() -> None:
    """A server's name that the client would cut is cut in the file, and too long tools are lost."""
    policy = mixed("awslabs-amazon-bedrock-agentcore-mcp-server")
    file = rendered(policy, "gemini")
    assert 'mcpName = "awslabs-amazon-bedrock-ag"' in file.text
    assert "your key in mcpServers must be awslabs-amazon-bedrock-ag" in file.text
    long = rendered(named("x" * 60), "gemini")
    assert [(loss.code, loss.direction) for loss in long.losses if loss.tool != "*"] == [
        ("rate-unsupported", "weaker"),
        ("name-unaddressable", "stricter"),
    ]


def test_opencode() -> None:
    """The wildcard stands first and denies."""
    text = rendered(mixed(), "opencode").text
    assert list(json.loads(text)["permission"].items()) == [
        ("demo_*", "deny"),
        ("demo_drop_x", "deny"),
        ("demo_get_x", "allow"),
        ("demo_set_x", "ask"),
    ]


def test_toolhive() -> None:
    """Only permits, with tests of the arguments; what is denied is not there."""
    document = json.loads(rendered(mixed(), "toolhive").text)
    head = 'permit(principal, action == Action::"call_tool", resource == Tool::'
    assert document["cedar"]["policies"] == [
        f'{head}"get_x") when {{ (context has arg_id || context has arg_id_present) }};',
        f'{head}"set_x");',
    ]


def test_toolhive_permits_nothing() -> None:
    """A policy that allows nothing is one unconditional forbid, never an empty list."""
    document = json.loads(rendered(named("drop_x", Category.DESTRUCTIVE), "toolhive").text)
    assert document["cedar"]["policies"] == ["forbid(principal, action, resource);"]


def test_toolhive_arguments() -> None:
    """Numbers are decimals, odd names are texts, what Cedar cannot say is a loss."""
    inputs = schema(
        ("n", "kind", "b c", "text", "o", "tiny"),
        **{
            "n": {"type": "integer", "minimum": 1, "exclusiveMaximum": 100},
            "kind": {"type": "string", "enum": ["a", 'b"']},
            "b c": {"type": "boolean", "const": True},
            "text": {"type": "string", "maxLength": 5},
            "tiny": {"type": "number", "minimum": 0.00001},
            "o": {
                "type": "object",
                "properties": {"inner": {"type": "string"}},
                "required": ["inner"],
            },
        },
    )
    server = serve([raw("get_x", inputs)])
    file = rendered(draft.draft(server, (assess("get_x"),), Profile.BALANCED), "toolhive")
    (policy,) = json.loads(file.text)["cedar"]["policies"]
    assert policy.partition("when { ")[2] == (
        'context has arg_n && context.arg_n.greaterThanOrEqual(decimal("1.0")) && '
        'context.arg_n.lessThan(decimal("100.0")) && '
        'context has arg_kind && ["a", "b\\""].contains(context.arg_kind) && '
        'context has "arg_b c" && [true].contains(context["arg_b c"]) && '
        "(context has arg_text || context has arg_text_present) && "
        "(context has arg_tiny || context has arg_tiny_present) && "
        "(context has arg_o || context has arg_o_present) };"
    )
    assert {(loss.code, loss.path) for loss in file.losses if loss.path} == {
        ("pattern", "text"),
        ("pattern", "tiny"),
        ("schema-form", "o.inner"),
    }


def test_toolhive_of_optional_and_forbidden_arguments() -> None:
    """An optional bound holds when the argument is there; a forbidden switch must be absent."""
    inputs = schema((), force="boolean")
    server = serve([raw("get_x", inputs)])
    policy = draft.draft(server, (assess("get_x"),), Profile.LOCKED)
    text = json.loads(rendered(policy, "toolhive").text)["cedar"]["policies"][0]
    assert "!(context has arg_force) && !(context has arg_force_present)" in text
    optional = tuple(
        replace(rule, conditions=tuple(
            replace(one, test="equals", values=(5,), presence="if_present")
            for one in rule.conditions
        ))
        for rule in policy.rules
    )  # fmt: skip
    text = json.loads(rendered(replace(policy, rules=optional), "toolhive").text)
    assert (
        "((!(context has arg_force) && !(context has arg_force_present)) || "
        '(context has arg_force && [decimal("5.0")].contains(context.arg_force)))'
    ) in text["cedar"]["policies"][0]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (5, 'decimal("5.0")'),
        (-1.25, 'decimal("-1.25")'),
        (1e3, 'decimal("1000.0")'),
        (0.00001, None),
        (10**15, None),
    ],
)
def test_decimals(value: float, written: str | None) -> None:
    """A Cedar decimal has a point, one to four digits after it, and a bound."""
    assert toolhive.decimal(value) == written


def test_cedar_texts() -> None:
    """Every text is ASCII."""
    assert toolhive.quoted('a"\\\n\u202e\U0001f642') == '"a\\"\\\\\\n\\u{202e}\\u{1f642}"'


@pytest.mark.parametrize("client", ["claude-code", "codex", "gemini", "opencode"])
def test_methods_that_only_arguments_make_safe_are_denied(client: str) -> None:
    """A client that sees no arguments must not allow a tool because of its Read methods."""
    methods = (method("get", Category.READ, "action"), method("set", Category.WRITE, "action"))
    inputs = schema(("action",), action={"type": "string", "enum": ["get", "set"]})
    assessment = assess("mux", Category.WRITE, methods=methods)
    policy = draft.draft(serve([raw("mux", inputs)]), (assessment,), Profile.LOCKED)
    # Only the files of this profile have parts.
    file = rendered(replace(policy, profile=Profile.BALANCED), client)
    assert ("args-unsupported", "stricter") in {
        (loss.code, loss.direction) for loss in file.losses if loss.tool == "mux"
    }
    snippet = next(s.text for s in file.snippets if s.tool == "mux")
    assert "allow" not in snippet.replace("denyMessage", "")
    assert "enabled_tools" not in snippet


@pytest.mark.parametrize("name", ["a.b", "a b", "x__y", "star*", "(p)", "\u00fc"])
def test_claude_code_names_that_cannot_be_written(name: str) -> None:
    """They are asked about: weaker for a hidden tool, stricter for an allowed one."""
    for category, direction in ((Category.DESTRUCTIVE, "weaker"), (Category.READ, "stricter")):
        file = rendered(named(name, category), "claude-code")
        found = [loss.direction for loss in file.losses if loss.code == "name-unaddressable"]
        assert found == [direction]


def test_names_that_a_client_cannot_tell_apart_share_the_stricter_decision() -> None:
    """`a.b` and `a_b` are one name to the client, so the hidden one decides for both."""
    server = serve([raw("a.b"), raw("a_b")])
    assessments = (assess("a.b", Category.DESTRUCTIVE), assess("a_b"))
    policy = draft.draft(server, assessments, Profile.BALANCED)
    assert json.loads(rendered(policy, "opencode").text)["permission"]["demo_a_b"] == "deny"
    assert json.loads(rendered(policy, "claude-code").text)["permissions"] == {
        "deny": ["mcp__demo__a_b"]
    }
    assert tomllib.loads(rendered(policy, "codex").text)["mcp_servers"]["demo"][
        "enabled_tools"
    ] == ["a_b"]


@pytest.mark.parametrize("client", ["claude-code", "codex", "gemini", "opencode"])
def test_several_servers_in_one_file(client: str) -> None:
    """One file holds several servers and verifies."""
    fmt = BY_NAME[client]
    assert fmt.merge is not None
    merged = fmt.merge((mixed("one"), mixed("two")))
    assert fmt.check(merged.text) == []
    assert "one" in merged.text
    assert "two" in merged.text


def test_gemini_refuses_two_servers_of_one_name() -> None:
    """Two long names that are cut alike cannot stand in one file."""
    slug = "a" * 30
    merged = gemini.merge((mixed(slug), mixed(f"{slug}-b")))
    assert [str(problem) for problem in gemini.check(merged.text)] == [
        f"gemini: policy.gemini: rule[4]: expected each server once, got {'a' * 25} again"
    ]


def test_every_format_says_how_to_use_it() -> None:
    """Two lines at most, with the server's own command or the file's place."""
    for fmt in FORMATS:
        assert 0 < len(fmt.put_in_place(mixed()).splitlines()) <= 2


def test_a_file_that_does_not_verify_is_not_returned() -> None:
    """The problems name the file, and nothing is rendered."""
    broken = replace(BY_NAME["opencode"], check=lambda _: opencode.check("[]"))
    found, problems = registry.render(mixed(), broken)
    assert found is None
    assert [str(problem) for problem in problems] == [
        "demo.balanced.opencode.json: policy.opencode: expected an object, got something else"
    ]


CLAUDE = [
    ("[]", "expected an object, got something else"),
    ("{}", "expected permissions, got nothing"),
    ("{", "expected JSON, got"),
    ('{"permissions": {}, "permissions": {}}', "permissions: expected each key once"),
    ('{"permissions": {}, "hooks": {}}', "hooks: expected one of permissions"),
    ('{"permissions": []}', "permissions: expected an object"),
    ('{"permissions": {"allow": "x"}}', "permissions.allow: expected a list"),
    ('{"permissions": {"alow": []}}', "permissions.alow: expected one of allow, ask, deny"),
    ('{"permissions": {"ask": ["mcp__a__*"]}}', "without a wildcard, got 'mcp__a__*'"),
    ('{"permissions": {"ask": ["mcp__a__b__c"]}}', "expected mcp__<server>__<tool>"),
    ('{"permissions": {"ask": ["mcp__a__b(path:*)"]}}', "expected mcp__<server>__<tool>"),
    ('{"permissions": {"ask": [1]}}', "permissions.ask[0]: expected mcp__<server>__<tool>"),
    (
        '{"permissions": {"allow": ["mcp__a__b"], "deny": ["mcp__a__b"]}}',
        "permissions.deny[0]: expected each tool once, got mcp__a__b in allow as well",
    ),
]
OPENCODE = [
    ("{}", "expected permission, got nothing"),
    ('{"permission": []}', "permission: expected an object"),
    ('{"permission": {}, "tools": {}}', "tools: expected one of permission"),
    ('{"permission": {"a_b": "allow"}}', "permission.a_b: expected a_* before it"),
    ('{"permission": {"a_*": "allow"}}', "permission.a_*: expected deny, got 'allow'"),
    ('{"permission": {"a_*": "deny", "a_b": "yes"}}', "expected allow or ask or deny, got 'yes'"),
    ('{"permission": {"A b": "deny"}}', "permission.A b: expected <server>_<tool>"),
]
CODEX_HEAD = '[mcp_servers.a]\ncommand = "x"\ndefault_tools_approval_mode = "prompt"\n'
CODEX = [
    ("x = ", "expected TOML, got"),
    ("", "mcp_servers: expected a table per server"),
    ("model = 1\n", "model: expected mcp_servers only"),
    ("[mcp_servers]\na = 1\n", "mcp_servers.a: expected a table"),
    (f"{CODEX_HEAD}enabled_toolz = []\n", "enabled_toolz: is unknown and would be ignored"),
    ("[mcp_servers.a]\nenabled_tools = []\n", "command: or url is expected"),
    (f'{CODEX_HEAD}url = "y"\n', "command: or url is expected"),
    ("[mcp_servers.a]\ncommand = 1\n", "command: is no text"),
    (f"{CODEX_HEAD}args = [1]\n", "args: is no list of texts"),
    (CODEX_HEAD, "enabled_tools: is expected: without it every tool is enabled"),
    (
        CODEX_HEAD.replace("prompt", "always") + "enabled_tools = []\n",
        "default_tools_approval_mode: expected one of auto, prompt, writes, approve",
    ),
    (
        f'{CODEX_HEAD}enabled_tools = ["t"]\ndisabled_tools = ["t"]\n',
        "disabled_tools: names the enabled 't'",
    ),
    (
        f'{CODEX_HEAD}enabled_tools = ["t"]\ntools.t.approval_mode = "auto"\n',
        "tools.'t': expected approval_mode = \"approve\" only",
    ),
    (
        f'{CODEX_HEAD}enabled_tools = []\ntools.t.approval_mode = "approve"\n',
        "tools.'t': is not among the enabled tools",
    ),
    (f"{CODEX_HEAD}enabled_tools = []\ntools = 1\n", "tools.'': expected approval_mode"),
]


def gemini_rules(*rules: str) -> str:
    wildcard = '{mcpName = "a", toolName = "*", decision = "deny", priority = 100}'
    return f"rule = [{', '.join([wildcard, *rules])}]\n"


GEMINI = [
    ("x = ", "expected TOML, got"),
    ("", "rule: expected a list of rules"),
    ("rule = [1]\n", "rule[0]: expected a table"),
    (gemini_rules() + "x = 1\n", "x: expected rule only"),
    (
        gemini_rules('{mcpName = "a", toolName = ["t"], decision = "deny", priority = 300, x = 1}'),
        "rule[1]: expected one of decision, denyMessage, mcpName, priority, toolName, got 'x'",
    ),
    (
        gemini_rules('{mcpName = "a_b", toolName = ["t"], decision = "deny", priority = 300}'),
        "rule[1]: expected a server of 1 to 25 letters, digits and -, got 'a_b'",
    ),
    (
        gemini_rules('{mcpName = "a", toolName = ["t"], decision = "ask", priority = 300}'),
        "rule[1]: expected allow, ask_user or deny, got 'ask'",
    ),
    (
        gemini_rules('{mcpName = "a", toolName = ["t"], decision = "deny", priority = 1000}'),
        "rule[1]: expected a priority from 0 to 999, got 1000",
    ),
    (
        gemini_rules(
            '{mcpName = "a", toolName = ["t"], decision = "deny", priority = 1, denyMessage = 1}'
        ),
        "rule[1]: expected text as denyMessage",
    ),
    (
        gemini_rules('{mcpName = "a", toolName = "t", decision = "deny", priority = 300}'),
        "rule[1]: expected * or a list of tool names, got 't'",
    ),
    (
        gemini_rules('{mcpName = "a", toolName = "*", decision = "allow", priority = 200}'),
        "rule[1]: expected the wildcard to deny with priority 100",
    ),
    (
        gemini_rules('{mcpName = "b", toolName = ["t"], decision = "allow", priority = 200}'),
        "rule[1]: expected a wildcard rule that denies first for b",
    ),
    (
        gemini_rules('{mcpName = "a", toolName = ["t"], decision = "allow", priority = 100}'),
        "rule[1]: expected a priority above the wildcard's 100",
    ),
]


def cedar(*policies: str) -> str:
    document = {
        "version": "1.0",
        "type": "cedarv1",
        "cedar": {"policies": list(policies), "entities_json": "[]"},
    }
    return json.dumps(document)


def when(test: str) -> str:
    head = 'permit(principal, action == Action::"call_tool", resource == Tool::"t")'
    return cedar(f"{head} when {{ {test} }};")


TOOLHIVE = [
    ("{}", "expected a document, got nothing"),
    ('{"version": "2", "type": "cedarv1", "cedar": {}}', 'version: expected "1.0", got \'2\''),
    ('{"version": "1.0", "type": "x", "cedar": []}', 'type: expected "cedarv1", got \'x\''),
    ('{"version": "1.0", "type": "cedarv1", "cedar": []}', "cedar: expected an object"),
    (cedar(), "cedar.policies: expected at least one policy"),
    (cedar("permit(principal, action, resource);"), "expected a permit for call_tool of one tool"),
    (
        cedar('forbid(principal, action, resource) when { context has "a" };'),
        "expected a permit for call_tool of one tool, or the forbid of everything",
    ),
    (
        json.dumps({"version": "1.0", "type": "cedarv1",
                    "cedar": {"policies": ["forbid(principal, action, resource);"],
                              "entities_json": "{"}}),
        "cedar.entities_json: expected a JSON list as text",
    ),
    (when('context.arg_a.lessThan(decimal("5.0"))'), 'expected has "arg_a" before it is read'),
    (when('context has arg_a || ["x"].contains(context.arg_a)'), 'expected has "arg_a" before'),
    (when('!(context has arg_a) && ["x"].contains(context.arg_a)'), 'expected has "arg_a" before'),
    (when("context has arg_a && context.arg_a <= 5"), "expected a test, got"),
    (when('context has arg_a && context.arg_a.lessThan(decimal("5"))'), "expected a decimal with"),
    (when('context has arg_a && context.arg_a.contains("x")'), "expected a comparison of decimals"),
    (when("context has arg_a context"), "expected the end, got context"),
    (when("(context has arg_a"), "expected ), got the end"),
    (when("context has true"), "expected text, got true"),
    (when("true"), "expected context, got true"),
    (when("!" * 30 + "context has arg_a"), "expected at most 20 levels"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("client", "text", "message"),
    [
        *(("claude-code", *row) for row in CLAUDE),
        *(("opencode", *row) for row in OPENCODE),
        *(("codex", *row) for row in CODEX),
        *(("gemini", *row) for row in GEMINI),
        *(("toolhive", *row) for row in TOOLHIVE),
    ],
)
def test_checks_refuse(client: str, text: str, message: str) -> None:
    """What the client would refuse, skip, ignore or read differently is a problem."""
    found = BY_NAME[client].check(text)
    assert any(message in str(problem) for problem in found), [str(problem) for problem in found]


def test_toolhive_refuses_a_tool_twice() -> None:
    """Two permits for one tool would widen each other."""
    permit = 'permit(principal, action == Action::"call_tool", resource == Tool::"t");'
    assert [str(problem) for problem in toolhive.check(cedar(permit, permit))] == [
        'toolhive: policy.toolhive: cedar.policies[1]: expected each tool once, got "t" again'
    ]


def test_formats_that_ask_lose_no_question() -> None:
    """Messages to people are asked about wherever the client can."""
    server = serve([raw("send_mail", schema(("to",), to="string"))])
    assessment = assess(
        "send_mail",
        Category.EXECUTE,
        facets=(Facet.EGRESS,),
        signals=(means("schema.param.recipient", "to"),),
    )
    policy = draft.draft(server, (assessment,), Profile.BALANCED)
    asks = {
        module.PLACE: module.FORMAT.dump(policy).text
        for module in (claude_code, codex, gemini, opencode)
    }
    assert '"ask": [' in asks["claude-code"]
    assert 'approval_mode = "approve"\n' not in asks["codex"]
    assert 'decision = "ask_user"' in asks["gemini"]
    assert '"demo_send_mail": "ask"' in asks["opencode"]


def test_a_tool_without_decision_is_a_bug() -> None:
    """Every tool of a policy has one decision; a format does not guess it."""
    policy = mixed()
    rules = tuple(rule for rule in policy.rules if (rule.tool, rule.kind) != ("set_x", "ask"))
    for fmt in FORMATS:
        with pytest.raises(ValueError, match="no decision for 'set_x'"):
            fmt.dump(replace(policy, rules=rules))


def test_arguments_that_no_file_can_carry() -> None:
    """Half a surrogate pair in a name is a loss in the formats that see arguments."""
    inputs = schema(("a\ud800",), **{"a\ud800": "integer"})
    server = serve([raw("pay", inputs)])
    policy = draft.draft(server, (assess("pay"),), Profile.BALANCED)
    for name in ("intercept", "toolhive"):
        assert "dot-argument" in {loss.code for loss in rendered(policy, name).losses}


def test_toolhive_of_numbers_too_long_to_compare() -> None:
    """A listed number with five digits after its point is checked by presence only."""
    inputs = schema(("a",), a={"enum": [0.12345, 1]})
    policy = draft.draft(serve([raw("get_x", inputs)]), (assess("get_x"),), Profile.BALANCED)
    assert "contains" not in rendered(policy, "toolhive").text


def test_claude_code_of_a_remote() -> None:
    """A remote server is added by its address."""
    remote = replace(mixed(), start=(), url="https://mcp.example.com/mcp")
    text = BY_NAME["claude-code"].put_in_place(remote)
    assert text.startswith("claude mcp add --transport http demo https://mcp.example.com/mcp\n")
