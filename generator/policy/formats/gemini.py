"""A Policy as a policy file for Gemini CLI.

A wildcard rule of low priority denies every tool of the server that the file does not name. One
bad rule drops the whole file and unknown keys are accepted, so the check refuses both.
"""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from generator.policy.evaluate import said_of
from generator.policy.formats import base, client_sound, clients

if TYPE_CHECKING:
    from generator.errors import Problem
    from generator.model import Json, Policy, Snippet, TargetLoss

PLACE = "gemini"
_RULE = f"policy.{PLACE}"
_KEYS = {"mcpName", "toolName", "decision", "priority", "denyMessage"}
_PRIORITY = {"deny": 300, "allow": 200, "ask_user": 200}
_WILDCARD_PRIORITY = 100
_WORDS = {"allow": "allow", "ask": "ask_user"}
"""What the file says for our decisions; a denied tool has a rule of its own."""
_PRIORITIES = range(1000)
_SERVER = re.compile(r"[a-z0-9-]{1,25}\Z")
_TOOL = re.compile(r"[A-Za-z0-9_.:-]+\Z")
_FOLDED = re.compile(r"[^A-Za-z0-9_.:-]")
_MAX_KEY = 25
"""The client cuts `mcp_<server>_<tool>` in the middle; its first 30 characters must hold the
server, or even the wildcard no longer matches."""
_MAX_NAME = 63


def server_key(policy: Policy) -> str:
    """Return the name of the server in the file: its slug, cut where the client would lose it."""
    return policy.server[:_MAX_KEY].rstrip("-")


def naming(key: str) -> clients.Naming:
    """Return which tool names the client keeps as they are, behind this server's name."""
    room = _MAX_NAME - len(f"mcp_{key}_")

    def fold(name: str) -> str:
        full = f"mcp_{key}_{_FOLDED.sub('_', name)}"
        return full if len(full) <= _MAX_NAME else f"{full[:30]}...{full[-30:]}"

    return clients.Naming(
        lambda name: len(name) <= room and _TOOL.match(name) is not None, fold, "deny", room
    )


def merge(policies: tuple[Policy, ...]) -> base.Dumped:
    """Return one file for several servers."""
    lines: list[str] = []
    body: list[str] = []
    snippets: list[Snippet] = []
    losses: list[tuple[TargetLoss, ...]] = []
    for policy in policies:
        choices = clients.choose(policy, naming(server_key(policy)))
        losses.append(choices.losses)
        lines += _header(policy, choices.losses)
        body += [_wildcard(policy), *_rules(policy, choices)]
        snippets += _snippets(policy, choices)
    text = "\n".join([*lines, _file(body)])
    snippets.sort(key=lambda snippet: snippet.tool)
    return base.Dumped(text, tuple(snippets), base.together(losses))


def dump(policy: Policy) -> base.Dumped:
    """Return the file of one server."""
    return merge((policy,))


def _header(policy: Policy, losses: tuple[TargetLoss, ...]) -> list[str]:
    name = base.file_name(policy, PLACE, "toml")
    lines = base.header(policy, name, "Gemini CLI", PLACE)
    lines.append("not expressed here:" if losses else "not expressed here: nothing")
    lines += [f"  {line}" for line in base.grouped(losses)]
    path = f"~/.gemini/policies/{policy.server}.toml"
    lines.append(f"save it as {path}; your key in mcpServers must be {server_key(policy)}")
    return [f"# {line}" for line in lines]


def _file(rules: list[str]) -> str:
    return "\n".join(["rule = [", *(f"  {rule}," for rule in rules), "]", ""])


def _rule(key: str, tools: str, decision: str, priority: int, message: str = "") -> str:
    said = f", denyMessage = {base.quoted(message)}" if message else ""
    return (
        f'{{mcpName = "{key}", toolName = {tools}, decision = "{decision}", '
        f"priority = {priority}{said}}}"
    )


def _rules(policy: Policy, choices: clients.Choices) -> list[str]:
    """Return a rule per decision; denied tools that say why have their own."""
    rules = []
    for decision, word in _WORDS.items():
        if names := choices.names(decision):
            listed = f"[{', '.join(map(base.quoted, names))}]"
            rules.append(_rule(server_key(policy), listed, word, _PRIORITY[word]))
    rules += [_denied(policy, name) for name in choices.names("deny")]
    return rules


def _denied(policy: Policy, name: str) -> str:
    decision = said_of(policy, name).decision
    message = decision.message if decision is not None else ""
    return _rule(server_key(policy), f"[{base.quoted(name)}]", "deny", _PRIORITY["deny"], message)


def _wildcard(policy: Policy) -> str:
    return _rule(server_key(policy), '"*"', "deny", _WILDCARD_PRIORITY)


def _snippets(policy: Policy, choices: clients.Choices) -> list[Snippet]:
    return clients.snippets(
        policy,
        choices,
        lambda name, decision: _file([_own(policy, name, decision)]),
        lambda _: _file([_wildcard(policy)]),
    )


def _own(policy: Policy, name: str, decision: str) -> str:
    """Return the rule of one tool alone."""
    if decision == "deny":
        return _denied(policy, name)
    word = _WORDS[decision]
    return _rule(server_key(policy), f"[{base.quoted(name)}]", word, _PRIORITY[word])


def check(text: str) -> list[Problem]:
    """Return what the client would refuse, ignore or read differently."""
    if client_sound.gemini(text):
        return []
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return [base.problem(PLACE, _RULE, "", f"expected TOML, got {error}")]
    problems = [
        base.problem(PLACE, _RULE, key, "expected rule only") for key in value if key != "rule"
    ]
    rules = value.get("rule")
    if not isinstance(rules, list) or not rules:
        return [*problems, base.problem(PLACE, _RULE, "rule", "expected a list of rules")]
    closed: set[str] = set()
    for position, rule in enumerate(rules):
        wrong = _wrong(rule) if isinstance(rule, dict) else "expected a table"
        if isinstance(rule, dict) and not wrong:
            wrong = _order(rule, closed)
        if wrong:
            problems.append(base.problem(PLACE, _RULE, f"rule[{position}]", wrong))
    return problems


def _wrong(rule: dict[str, Json]) -> str:
    """Return what is wrong with one rule, empty when nothing is."""
    unknown = [key for key in rule if key not in _KEYS]
    priority = rule.get("priority")
    if unknown:
        return f"expected one of {', '.join(sorted(_KEYS))}, got {unknown[0]!a}"
    if not isinstance(rule.get("mcpName"), str) or not _SERVER.match(rule["mcpName"]):
        return f"expected a server of 1 to 25 letters, digits and -, got {rule.get('mcpName')!a}"
    if rule.get("decision") not in _PRIORITY:
        return f"expected allow, ask_user or deny, got {rule.get('decision')!a}"
    if type(priority) is not int or priority not in _PRIORITIES:
        return f"expected a priority from 0 to 999, got {priority!a}"
    if not isinstance(rule.get("denyMessage", ""), str):
        return "expected text as denyMessage"
    return _wrong_tools(rule.get("toolName"))


def _wrong_tools(tools: Json) -> str:
    listed = tools if isinstance(tools, list) else []
    if tools == "*" or (listed and all(isinstance(t, str) and _TOOL.match(t) for t in listed)):
        return ""
    return f"expected * or a list of tool names, got {ascii(tools)[:60]}"


def _order(rule: dict[str, Json], closed: set[str]) -> str:
    """Return what is wrong with a rule's place: a server's first rule denies all its tools."""
    server = rule["mcpName"]
    if rule["toolName"] == "*":
        if rule["decision"] != "deny" or rule["priority"] != _WILDCARD_PRIORITY:
            return f"expected the wildcard to deny with priority {_WILDCARD_PRIORITY}"
        if server in closed:
            return f"expected each server once, got {server} again"
        closed.add(server)
    elif server not in closed:
        return f"expected a wildcard rule that denies first for {server}"
    elif rule["priority"] <= _WILDCARD_PRIORITY:
        return f"expected a priority above the wildcard's {_WILDCARD_PRIORITY}"
    return ""


def put_in_place(policy: Policy) -> str:
    """Return how to use the file."""
    return (
        f"Save it as ~/.gemini/policies/{policy.server}.toml; workspace policies are not read.\n"
        f"Your key in mcpServers must be {server_key(policy)}."
    )


FORMAT = base.Format(
    name=PLACE,
    title="Gemini CLI",
    suffix="toml",
    abilities=frozenset({"ask", "comments", "unknown-denied"}),
    dump=dump,
    check=check,
    put_in_place=put_in_place,
    merge=merge,
)
