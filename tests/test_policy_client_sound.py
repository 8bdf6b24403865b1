"""The quick verdict on clients' files: sound only where the whole check says so too."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
import small_edits
from policy_samples import assess, raw, schema, serve, sprintra

from generator.policy import draft
from generator.policy.formats import FORMATS, client_sound
from generator.taxonomy import Category, Profile

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENTS = {one.name: one for one in FORMATS if one.name != "intercept"}
SOUND: dict[str, Callable[[str], bool]] = {
    "claude-code": client_sound.claude_code,
    "codex": client_sound.codex,
    "gemini": client_sound.gemini,
    "opencode": client_sound.opencode,
    "toolhive": client_sound.toolhive,
}
EDITS = 1500


def by_check(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the whole check says, without the quick verdict before it."""
    with monkeypatch.context() as patch:
        patch.setattr(client_sound, name.replace("-", "_"), lambda _: False)
        return [str(problem) for problem in CLIENTS[name].check(text)]


def files(name: str) -> list[str]:
    """Return files of one format in all profiles, with every decision and kind of argument."""
    inputs = schema(
        ("kind", "count", "on", "all", "text"),
        kind={"type": "string", "enum": ["a", 'b"c']},
        count={"type": "integer", "minimum": 1, "maximum": 9},
        on={"type": "boolean", "const": True},
        all="string",
        text={"type": "string", "maxLength": 40},
        force="boolean",
    )
    tools = [
        raw("read_it", inputs),
        raw("write_it"),
        raw("remove_it"),
        raw("pay_it"),
        raw("\u00e9"),
    ]
    categories = (Category.READ, Category.WRITE, Category.DESTRUCTIVE, Category.FINANCIAL)
    rated = [assess(t["name"], c) for t, c in zip(tools, (*categories, Category.READ), strict=True)]
    policies = [
        policy
        for server, assessments in ((serve(tools), tuple(rated)), sprintra())
        for policy in draft.drafts(server, assessments)
    ]
    return [CLIENTS[name].dump(policy).text for policy in policies]


@pytest.mark.parametrize("name", CLIENTS)
def test_our_files_are_sound(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearly every file we write is recognised, and the whole check finds nothing in any."""
    found = [text for text in files(name) if SOUND[name](text)]
    assert len(found) >= len(Profile)
    assert [by_check(name, text, monkeypatch) for text in files(name)] == [[]] * len(files(name))


CODEX = '[mcp_servers.x]\ncommand = "npx"\nenabled_tools = ["a"]\n'
PROMPT = 'default_tools_approval_mode = "prompt"\n'
APPROVED = 'tools."a".approval_mode = "approve"\n'
RULE = '{mcpName = "x", toolName = "*", decision = "deny", priority = 100}'
PERMIT = 'permit(principal, action == Action::\\"call_tool\\", resource == Tool::\\"a\\")'


def gemini(*rules: str) -> str:
    """Return a file of rules."""
    return "".join(["rule = [\n", *(f"  {rule},\n" for rule in rules), "]\n"])


def toolhive(*policies: str) -> str:
    """Return a file of Cedar policies, escaped for JSON."""
    lines = ",\n".join(f'      "{policy}"' for policy in policies)
    return (
        '{\n  "version": "1.0",\n  "type": "cedarv1",\n  "cedar": {\n    "policies": [\n'
        f'{lines}\n    ],\n    "entities_json": "[]"\n  }}\n}}\n'
    )


def when(tests: str) -> str:
    """Return a permit with tests."""
    return f"{PERMIT} when {{ {tests} }};"


def claude(**lists: str) -> str:
    """Return settings with one entry per list."""
    parts = [f'    "{word}": [\n      "{entry}"\n    ]' for word, entry in lists.items()]
    return '{\n  "permissions": {\n' + ",\n".join(parts) + "\n  }\n}\n"


def opencode(*entries: str) -> str:
    """Return permissions behind a wildcard."""
    lines = ",\n".join(f"    {entry}" for entry in ('"x_*": "deny"', *entries))
    return f'{{\n  "permission": {{\n{lines}\n  }}\n}}\n'


PLAIN = [
    ("codex", CODEX + PROMPT + APPROVED),
    ("codex", CODEX.replace('command = "npx"', 'url = "https://a.example"') + PROMPT),
    ("gemini", gemini(RULE)),
    ("toolhive", toolhive(f"{PERMIT};")),
    ("toolhive", toolhive("forbid(principal, action, resource);")),
    ("toolhive", toolhive(when("(context has arg_a || context has arg_a_present)"))),
    ("toolhive", toolhive(when("!(context has arg_a) && !(context has arg_a_present)"))),
    ("toolhive", toolhive(when('context has arg_a && [\\"b\\", true].contains(context.arg_a)'))),
    (
        "toolhive",
        toolhive(when('context has arg_a && context.arg_a.lessThan(decimal(\\"1.0\\"))')),
    ),
    ("claude-code", claude(allow="mcp__x__a", deny="mcp__x__b")),
    ("opencode", opencode('"x_a": "ask"')),
]


@pytest.mark.parametrize(("name", "text"), PLAIN)
def test_plain_files_are_sound(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form is recognised, and the whole check finds nothing in it either."""
    assert SOUND[name](text)
    assert by_check(name, text, monkeypatch) == []


OTHERS = [
    ("codex", ""),
    ("codex", CODEX),
    ("codex", CODEX + PROMPT + APPROVED + APPROVED),
    ("codex", CODEX + PROMPT + APPROVED + APPROVED.replace('"a"', '"\\u0061"')),
    ("codex", CODEX + PROMPT + APPROVED.replace('"a"', '"b"')),
    ("codex", CODEX + 'disabled_tools = ["a"]\n' + PROMPT),
    ("codex", CODEX + 'disabled_tools = ["\\u0061"]\n' + PROMPT),
    ("codex", CODEX + PROMPT + "enabled_toolz = []\n"),
    ("codex", CODEX.replace("npx", "\\ud800") + PROMPT),
    ("codex", CODEX.replace('command = "npx"\n', "") + PROMPT),
    ("codex", CODEX.replace("command", 'url = "y"\ncommand') + PROMPT),
    ("gemini", "rule = [\n]\n"),
    ("gemini", gemini(RULE, RULE)),
    ("gemini", gemini(RULE.replace("deny", "allow"))),
    ("gemini", gemini(RULE.replace("100", "1000"))),
    ("gemini", gemini(RULE, RULE.replace('"*"', '["a"]'))),
    ("gemini", gemini(RULE, RULE.replace('"*"', '["a b"]').replace("100", "300"))),
    ("gemini", gemini(RULE, RULE.replace('"x"', '"y"').replace("100", "300"))),
    ("gemini", gemini(RULE, RULE.replace('"*"', "[]").replace("100", "300"))),
    ("gemini", gemini(RULE).replace('"x"', f'"{"x" * 26}"')),
    ("toolhive", toolhive()),
    ("toolhive", toolhive(PERMIT)),
    ("toolhive", toolhive(f"{PERMIT};", f"{PERMIT};")),
    ("toolhive", toolhive(f"{PERMIT};").replace("permit", "forbid")),
    ("toolhive", toolhive(when('context.arg_a.lessThan(decimal(\\"1.0\\"))'))),
    ("toolhive", toolhive(when('context has arg_b && [\\"b\\"].contains(context.arg_a)'))),
    ("toolhive", toolhive(when('context has arg_a && [\\"b\\"].contains(context.arg_ab)'))),
    ("toolhive", toolhive(when("!(context has arg_a) && "))),
    ("toolhive", toolhive(when("!(context has arg_a) !(context has arg_b)"))),
    ("toolhive", toolhive(when('context has arg_a && context.arg_a.lessThan(decimal(\\"5\\"))'))),
    ("claude-code", claude(allow="mcp__x__*")),
    ("claude-code", claude(allow="mcp__x__a__b")),
    ("claude-code", claude(allow="mcp__x__a", deny="mcp__x__a")),
    ("claude-code", claude(alow="mcp__x__a")),
    ("claude-code", claude(allow="mcp__x__a").replace("permissions", "hooks")),
    ("opencode", opencode('"x_a": "yes"')),
    ("opencode", opencode('"x_a": "ask"', '"x_a": "deny"')),
    ("opencode", opencode('"y_a": "ask"')),
    ("opencode", opencode('"x_a b": "ask"')),
    ("opencode", opencode().replace("deny", "allow")),
]


@pytest.mark.parametrize(("name", "text"), OTHERS)
def test_anything_else_is_left_to_the_check(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the check objects to is not recognised."""
    assert not SOUND[name](text)
    assert by_check(name, text, monkeypatch)


def edited(text: str, chance: random.Random) -> str:
    """Return a file with one or two small mistakes in it."""
    lines = text.split("\n")

    def spliced(line: str, place: int, _: int) -> str:
        other = chance.choice(lines)
        return line[:place] + other[min(place, len(other)) :]

    small_edits.edit(lines, chance, spliced, small_edits.CHARACTERS + "_()")
    return "\n".join(lines)


@pytest.mark.parametrize("name", CLIENTS)
def test_edited_files_are_sound_only_where_the_check_agrees(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is recognised after small edits has no problem in the whole check."""
    chance = random.Random(7)  # noqa: S311 - the same edits each time, no secret
    texts = [text for text in files(name) if SOUND[name](text)]
    accepted = 0
    for _ in range(EDITS):
        text = edited(chance.choice(texts), chance)
        if SOUND[name](text):
            assert by_check(name, text, monkeypatch) == [], text
            accepted += 1
    assert accepted > EDITS // 100
