"""The quick verdict on an Intercept file: sound only where the whole check says so too."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
import small_edits

from generator.policy.formats import intercept_check, intercept_sound
from generator.policy.formats.intercept_sound import is_sound

GOLDEN = sorted((Path(__file__).parent / "golden_policies").glob("*.yaml"))
EDITS = 3000
HEAD = 'version: "1"\ndescription: "d"\ndefault: "deny"\n'


def by_check(text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what the whole check says, without the quick verdict before it."""
    with monkeypatch.context() as patch:
        patch.setattr(intercept_check, "is_sound", lambda _: False)
        return [str(problem) for problem in intercept_check.check(text)]


def tool(name: str, *rules: str) -> str:
    """Return the entry of one tool, with a rule per text; a text is what follows a rule's name."""
    lines = [f"  {name}:   # Read, low (12)", "    rules:" if rules else "    rules: []"]
    for rule in rules:
        lines += ['      - name: "n"   # base.read', *rule.split("\n"), '        on_deny: "m"']
    return "\n".join([*lines, ""])


def when(op: str, value: str, path: str = "args.a") -> str:
    """Return the lines of a rule with one condition."""
    return (
        f'        conditions:\n          - path: "{path}"   # note\n'
        f'            op: "{op}"\n            value: {value}'
    )


X = '"x"'
DENY = '        action: "deny"'
RATE = '        rate_limit: "5/minute"'
SPENT = (
    '        conditions:\n          - path: "state.pay.spend_day"\n            op: "lte"\n'
    '            value: 20\n        state:\n          counter: "spend_day"\n'
    '          window: "day"\n          increment_from: "args.amount"'
)
SOUND = {
    "nothing": f"{HEAD}tools: {{}}\n",
    "an open tool": f"{HEAD}tools:\n{tool(X)}",
    "hidden": f'{HEAD}hide:\n  - "y"   # Write, low (30)\ntools:\n{tool(X)}',
    "denied": f"{HEAD}tools:\n{tool(X, DENY)}",
    "a rate": f"{HEAD}tools:\n{tool(X, RATE)}",
    "two rates": f"{HEAD}tools:\n{tool(X, RATE, RATE.replace('minute', 'day'))}",
    "a rate for all": f"{HEAD}tools:\n{tool(X, RATE)}" + tool('"*"', RATE),
    "an escaped name": f"{HEAD}tools:\n" + tool('"\\u00e9"', RATE),
    "a name with a dot": f"{HEAD}tools:\n" + tool('"a.b"', when("exists", "true")),
    "conditions": f"{HEAD}tools:\n{tool(X, when('eq', '5'), when('in', '[1, true]'), RATE)}",
    "bounds": f"{HEAD}tools:\n{tool(X, when('gte', '-1.5e-07'), when('lt', '9'))}",
    "an expression": f"{HEAD}tools:\n" + tool(X, when("regex", '"^\\\\d{4}$"', "args.a.b")),
    "wrapped": f"{HEAD}tools:\n"
    + tool(X, when("in", '["a", "b",  # Read\n                    "c"]       # Write')),
    "a cap": f"{HEAD}tools:\n" + tool('"pay"', RATE, when("gte", "1", "args.amount"), SPENT),
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND.keys())
def test_what_we_write_is_sound(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each form of a rule is recognised, and the whole check finds nothing in it either."""
    assert is_sound(text)
    assert by_check(text, monkeypatch) == []


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_our_files_are_sound(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file we write is recognised, and the whole check finds nothing in it either."""
    assert is_sound(path.read_text())
    assert by_check(path.read_text(), monkeypatch) == []


def in_file(*tools: str, hide: str = "") -> str:
    """Return a file of these tools."""
    return f"{HEAD}{hide}tools:\n{''.join(tools)}"


REFUSED = {
    "empty": "",
    "no tools": f"{HEAD}tools:\n",
    "no tools and some": f"{HEAD}tools: {{}}\n{tool(X)}",
    "allowed by default": in_file(tool(X)).replace("deny", "allow"),
    "another version": in_file(tool(X)).replace('"1"', '"2"'),
    "no name": in_file(tool('""')),
    "a long name": in_file(tool(f'"{"k" * 1100}"')),
    "a tool twice": in_file(tool(X), tool(X)),
    "a tool twice in other letters": in_file(tool('"\\u0078"'), tool(X)),
    "hidden twice": in_file(tool(X), hide='hide:\n  - "y"\n  - "y"\n'),
    "hidden and listed": in_file(tool(X), hide='hide:\n  - "x"\n'),
    "everything hidden": in_file(tool(X), hide='hide:\n  - "*"\n'),
    "a blank hidden": in_file(tool(X), hide='hide:\n  - " "\n'),
    "an invisible hidden": in_file(tool(X), hide='hide:\n  - "\\u3000"\n'),
    "nothing hidden": in_file(tool(X), hide="hide:\n"),
    "no rules": in_file(tool(X)).replace("rules: []", "rules:"),
    "remarks only": in_file(tool(X)).replace("rules: []", "rules:\n      # none"),
    "no rule name": in_file(tool(X, RATE).replace('"n"', '""')),
    "nothing denied": in_file(tool(X, RATE)).replace('"m"', ""),
    "denied with a rate": in_file(tool(X, f'        action: "deny"\n{RATE}')),
    "another action": in_file(tool(X, '        action: "allow"')),
    "one window twice": in_file(tool(X, RATE, RATE)),
    "no calls": in_file(tool(X, RATE.replace("5", "0"))),
    "another window": in_file(tool(X, RATE.replace("minute", "week"))),
    "a rate behind a dot": in_file(tool('"a.b"', RATE)),
    "a rate behind an escaped dot": in_file(tool('"a\\u002eb"', RATE)),
    "a cap behind a dot": in_file(tool('"a.b"', SPENT.replace("pay", "a.b"))),
    "a cap of another tool": in_file(tool(X, SPENT)),
    "a cap of all tools": in_file(tool('"*"', SPENT.replace("pay", "*"))),
    "all tools and a tool of their counters": in_file(tool('"_global"'), tool('"*"', RATE)),
    "no condition": in_file(tool(X, "        conditions:")),
    "another path": in_file(tool(X, when("eq", "1", "argz.a"))),
    "no path": in_file(tool(X, when("eq", "1", "args"))),
    "an empty path": in_file(tool(X, when("eq", "1", "args."))),
    "an empty part": in_file(tool(X, when("eq", "1", "args.a..b"))),
    "an escaped dot": in_file(tool(X, when("eq", "1", "args.a.\\u002e"))),
    "another test": in_file(tool(X, when("like", "1"))),
    "a negative test": in_file(tool(X, when("not_in", "[1]"))),
    "no list": in_file(tool(X, when("in", "1"))),
    "an empty list": in_file(tool(X, when("in", "[]"))),
    "no number": in_file(tool(X, when("lt", "true"))),
    "a long number": in_file(tool(X, when("lt", "9223372036854775808"))),
    "an infinite number": in_file(tool(X, when("eq", "1.0e999"))),
    "an octal number": in_file(tool(X, when("eq", "010"))),
    "no boolean": in_file(tool(X, when("exists", "1"))),
    "no expression": in_file(tool(X, when("regex", "1"))),
    "a broken expression": in_file(tool(X, when("regex", '"("'))),
    "an expression that looks ahead": in_file(tool(X, when("regex", '"(?=a)"'))),
    "a word": in_file(tool(X, when("eq", "yes"))),
    "half a pair": in_file(tool('"\\ud83d"')),
    "no comment": in_file(tool(X)).replace("   # Read", "# Read"),
    "another key": in_file(tool(X)) + "extra: 1\n",
    "a second file": in_file(tool(X)) + "---\n" + in_file(tool(X)),
    "an end without its line": in_file(tool(X)).rstrip(),
    "another letter": in_file(tool(X)).replace("Read", "R\u00e9ad"),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_anything_else_is_left_to_the_check(text: str) -> None:
    """What the check objects to, or what we do not write, is not recognised."""
    assert not is_sound(text)


def edited(text: str, chance: random.Random) -> str:
    """Return a few tools of a file with one or two small mistakes in them."""
    tools = re.split(r'^(?=  ")', text.partition("\ntools:\n")[2], flags=re.MULTILINE)[1:]
    start = chance.randrange(len(tools))
    lines = [*HEAD.splitlines(), "tools:", *"".join(tools[start : start + 2]).split("\n")]
    small_edits.edit(lines, chance, lambda line, _, kind: f"  {line}" if kind == 4 else line[2:])
    return "\n".join(lines)


def test_edited_files_are_sound_only_where_the_check_agrees(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever is recognised after small edits has no problem in the whole check."""
    chance = random.Random(5)  # noqa: S311 - the same edits each time, no secret
    texts = [path.read_text() for path in GOLDEN]
    accepted = 0
    for _ in range(EDITS):
        text = edited(chance.choice(texts), chance)
        if is_sound(text):
            assert by_check(text, monkeypatch) == [], text
            accepted += 1
    assert accepted > EDITS // 20


def test_recognising_takes_time_in_step_with_the_text() -> None:
    """No text makes the expressions try again what they have read."""
    rules = tool(X, *[when("in", f"[{', '.join(['1'] * 50)}]")] * 2000)
    assert is_sound(in_file(rules))
    assert not is_sound(in_file(rules)[:-2])
    assert intercept_sound.is_sound(in_file(rules, tool('"y"')))
