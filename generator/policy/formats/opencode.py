"""A Policy as permissions for opencode's configuration file.

The wildcard stands first and denies, because the last match wins; tools that the file does not
name stay denied. The old form, a tool set to false, is not used: it overrides the entries.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.policy.formats import base, client_sound, clients, json_reading

if TYPE_CHECKING:
    from generator.errors import Problem
    from generator.model import Policy, Snippet, TargetLoss

PLACE = "opencode"
_RULE = f"policy.{PLACE}"
_DECISIONS = ("allow", "ask", "deny")
_KEY = re.compile(r"[a-z0-9-]+_(?:\*|[A-Za-z0-9_-]+)\Z")
NAMING = clients.Naming(
    lambda name: clients.PLAIN_NAME.match(name) is not None, clients.fold, "deny"
)


def merge(policies: tuple[Policy, ...]) -> base.Dumped:
    """Return one configuration for several servers, each after its own wildcard."""
    entries: dict[str, str] = {}
    snippets: list[Snippet] = []
    losses: list[tuple[TargetLoss, ...]] = []
    for policy in policies:
        choices = clients.choose(policy, NAMING)
        losses.append(choices.losses)
        entries[_key(policy, "*")] = "deny"
        entries |= {_key(policy, name): word for name, word in choices.decided.items()}
        snippets += _snippets(policy, choices)
    snippets.sort(key=lambda snippet: snippet.tool)
    return base.Dumped(_text(entries), tuple(snippets), base.together(losses))


def dump(policy: Policy) -> base.Dumped:
    """Return the configuration of one server."""
    return merge((policy,))


def _key(policy: Policy, name: str) -> str:
    return f"{policy.server}_{name}"


def _snippets(policy: Policy, choices: clients.Choices) -> list[Snippet]:
    return clients.snippets(
        policy,
        choices,
        lambda name, decision: _text({_key(policy, name): decision}),
        lambda _: _text({_key(policy, "*"): "deny"}),
    )


def _text(entries: dict[str, str]) -> str:
    """Return the file as `json.dumps` indents it; written out, because that is many times slower.

    A server and its decisions are plain words and a tool's name was held to be one.
    """
    lines = ",\n".join([f'    "{key}": "{decision}"' for key, decision in entries.items()])
    return f'{{\n  "permission": {{\n{lines}\n  }}\n}}\n'


def check(text: str) -> list[Problem]:
    """Return what the client would refuse, drop or read differently."""
    if client_sound.opencode(text):
        return []
    value, problems = json_reading.read(text, PLACE)
    if not value:
        return problems or [base.problem(PLACE, _RULE, "", "expected permission, got nothing")]
    problems += json_reading.unknown_keys(value, frozenset({"permission"}), PLACE, "")
    entries = value.get("permission")
    if not isinstance(entries, dict):
        return [*problems, base.problem(PLACE, _RULE, "permission", "expected an object")]
    closed: set[str] = set()
    for key, decision in entries.items():
        pointer = f"permission.{ascii(key)[1:-1]}"
        server = key.partition("_")[0]
        if _KEY.match(key) is None:
            message = "expected <server>_<tool> or <server>_*"
            problems.append(base.problem(PLACE, _RULE, pointer, message))
        elif key.endswith("_*"):
            closed.add(server)
        elif server not in closed:
            message = f"expected {server}_* before it: the last match wins"
            problems.append(base.problem(PLACE, _RULE, pointer, message))
        allowed = {"deny"} if key.endswith("_*") else set(_DECISIONS)
        if decision not in allowed:
            message = f"expected {' or '.join(sorted(allowed))}, got {ascii(decision)[:40]}"
            problems.append(base.problem(PLACE, _RULE, pointer, message))
    return problems


def put_in_place(policy: Policy) -> str:
    """Return how to use the file."""
    return (
        f"Put it into opencode.json beside your mcp entry {policy.server}.\n"
        "Rename the keys if your entry has another name."
    )


FORMAT = base.Format(
    name=PLACE,
    title="opencode",
    suffix="json",
    abilities=frozenset({"ask", "hide", "unknown-denied"}),
    dump=dump,
    check=check,
    put_in_place=put_in_place,
    merge=merge,
)
