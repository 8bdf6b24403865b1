"""A Policy as permissions for Claude Code's settings file.

ask beats allow and deny beats both, so no wildcard may stand in ask; a rule with an argument in
parentheses is skipped by the client. Tools that the file does not name are asked about.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.policy.formats import base, client_sound, clients, json_reading

if TYPE_CHECKING:
    from generator.errors import Problem
    from generator.model import Json, Policy, Snippet, TargetLoss

PLACE = "claude-code"
_RULE = f"policy.{PLACE}"
_LISTS = ("allow", "ask", "deny")
_ENTRY = re.compile(r"mcp__[a-z0-9-]+__[A-Za-z0-9_-]+\Z")


def _holds(name: str) -> bool:
    """Return whether a name is unambiguous: `__` separates the server from the tool."""
    return clients.PLAIN_NAME.match(name) is not None and "__" not in name


_LATER = base.loss("unknown-tools-ask", "", "tools that appear later are asked about")
NAMING = clients.Naming(_holds, clients.fold, "ask")


def merge(policies: tuple[Policy, ...]) -> base.Dumped:
    """Return one settings file for several servers."""
    lists: dict[str, list[str]] = {word: [] for word in _LISTS}
    snippets: list[Snippet] = []
    losses: list[tuple[TargetLoss, ...]] = []
    for policy in policies:
        choices = clients.choose(policy, NAMING)
        # No other loss stands before this one.
        losses.append((_LATER, *choices.losses))
        for word in _LISTS:
            lists[word] += [_entry(policy, name) for name in choices.names(word)]
        snippets += _snippets(policy, choices)
    kept = {word: entries for word, entries in lists.items() if entries}
    snippets.sort(key=lambda snippet: snippet.tool)
    return base.Dumped(_text(kept), tuple(snippets), base.together(losses))


def dump(policy: Policy) -> base.Dumped:
    """Return the settings of one server."""
    return merge((policy,))


def _entry(policy: Policy, name: str) -> str:
    return f"mcp__{policy.server}__{name}"


def _snippets(policy: Policy, choices: clients.Choices) -> list[Snippet]:
    return clients.snippets(
        policy,
        choices,
        lambda name, word: _text({word: [_entry(policy, name)]}),
        lambda _: _text({}),
    )


def _text(lists: dict[str, list[str]]) -> str:
    """Return the file as `json.dumps` indents it; written out, because that is many times slower.

    A server is a plain word and a tool's name was held to be one.
    """
    if not lists:
        return '{\n  "permissions": {}\n}\n'
    parts = [f'    "{word}": [\n{_lines(entries)}\n    ]' for word, entries in lists.items()]
    return f'{{\n  "permissions": {{\n{f",{chr(10)}".join(parts)}\n  }}\n}}\n'


def _lines(entries: list[str]) -> str:
    return ",\n".join([f'      "{entry}"' for entry in entries])


def check(text: str) -> list[Problem]:
    """Return what the client would refuse, skip or read differently."""
    if client_sound.claude_code(text):
        return []
    value, problems = json_reading.read(text, PLACE)
    if not value:
        return problems or [base.problem(PLACE, _RULE, "", "expected permissions, got nothing")]
    problems += json_reading.unknown_keys(value, frozenset({"permissions"}), PLACE, "")
    permissions = value.get("permissions")
    problems += json_reading.unknown_keys(permissions, frozenset(_LISTS), PLACE, "permissions")
    seen: dict[str, str] = {}
    for word in _LISTS:
        entries = permissions.get(word, []) if isinstance(permissions, dict) else []
        problems += _list(word, entries, seen)
    return problems


def _list(word: str, entries: Json, seen: dict[str, str]) -> list[Problem]:
    if not isinstance(entries, list):
        return [base.problem(PLACE, _RULE, f"permissions.{word}", "expected a list")]
    problems = []
    for position, entry in enumerate(entries):
        pointer = f"permissions.{word}[{position}]"
        if not isinstance(entry, str) or not _is_entry(entry):
            shown = ascii(entry)[:80]
            message = f"expected mcp__<server>__<tool> without a wildcard, got {shown}"
            problems.append(base.problem(PLACE, _RULE, pointer, message))
        elif entry in seen:
            message = f"expected each tool once, got {entry} in {seen[entry]} as well"
            problems.append(base.problem(PLACE, _RULE, pointer, message))
        else:
            seen[entry] = word
    return problems


def _is_entry(entry: str) -> bool:
    return _ENTRY.match(entry) is not None and entry.count("__") == 2  # noqa: PLR2004 - both separators


def put_in_place(policy: Policy) -> str:
    """Return how to use the file."""
    command = f"claude mcp add {policy.server} -- {base.start_command(policy) or '<command>'}"
    if policy.url:
        address = base.comment(policy.url, 300)
        command = f"claude mcp add --transport http {policy.server} {address}"
    return (
        f"{command}\n"
        "Put the permissions into .claude/settings.json; rename the server if yours differs. "
        "Allow entries count once you trust the folder."
    )


FORMAT = base.Format(
    name=PLACE,
    title="Claude Code",
    suffix="json",
    abilities=frozenset({"ask", "hide"}),
    dump=dump,
    check=check,
    put_in_place=put_in_place,
    merge=merge,
)
