"""A Policy as a server entry of Codex's config.toml.

`enabled_tools` is an allow-list, so tools that appear later are absent. The entry must be whole:
a table without a command or an address makes the client refuse the entire file, and it ignores
keys it does not know, so the check refuses both.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from generator.policy.formats import base, client_sound, clients

if TYPE_CHECKING:
    from generator.errors import Problem
    from generator.model import Json, Policy, Snippet, TargetLoss

PLACE = "codex"
_RULE = f"policy.{PLACE}"
_MODES = ("auto", "prompt", "writes", "approve")
_TEXTS = {"command": str, "url": str, "default_tools_approval_mode": str}
_LISTS = ("args", "env_vars", "enabled_tools", "disabled_tools")
_KNOWN = {*_TEXTS, *_LISTS, "tools"}
NAMING = clients.Naming(lambda _: True, lambda name: name, "deny")


def merge(policies: tuple[Policy, ...]) -> base.Dumped:
    """Return one file for several servers."""
    lines: list[str] = []
    snippets: list[Snippet] = []
    losses: list[tuple[TargetLoss, ...]] = []
    for policy in policies:
        choices = clients.choose(policy, NAMING)
        losses.append(choices.losses)
        lines += [*_header(policy, choices.losses), *_table(policy, choices), ""]
        snippets += _snippets(policy, choices)
    snippets.sort(key=lambda snippet: snippet.tool)
    return base.Dumped("\n".join(lines), tuple(snippets), base.together(losses))


def dump(policy: Policy) -> base.Dumped:
    """Return the entry of one server."""
    return merge((policy,))


def _header(policy: Policy, losses: tuple[TargetLoss, ...]) -> list[str]:
    name = base.file_name(policy, PLACE, "toml")
    lines = base.header(policy, name, "Codex", PLACE)
    lines.append("not expressed here:" if losses else "not expressed here: nothing")
    lines += [f"  {line}" for line in base.grouped(losses)]
    lines.append(f"put it into ~/.codex/config.toml; rename {policy.server} if yours differs")
    return [f"# {line}" for line in lines]


def _table(policy: Policy, choices: clients.Choices) -> list[str]:
    enabled = [name for name, decision in choices.decided.items() if decision != "deny"]
    disabled = choices.names("deny")
    lines = [f"[mcp_servers.{policy.server}]"]
    if policy.start:
        lines.append(f"command = {base.quoted(policy.start[0])}")
        lines.append(f"args = {_listed(list(policy.start[1:]))}")
        if policy.env_names:
            lines.append(f"env_vars = {_listed(list(policy.env_names))}")
    elif policy.url:
        lines.append(f"url = {base.quoted(policy.url)}")
    else:
        lines.append('command = "command-of-the-server"   # fill in')
    lines.append(f"enabled_tools = {_listed(enabled)}")
    if disabled:
        lines.append(f"disabled_tools = {_listed(disabled)}")
    lines.append('default_tools_approval_mode = "prompt"')
    lines += [
        f'tools.{base.quoted(name)}.approval_mode = "approve"' for name in choices.names("allow")
    ]
    return lines


def _listed(names: list[str]) -> str:
    one_line = f"[{', '.join(map(base.quoted, names))}]"
    if len(one_line) <= 88:  # noqa: PLR2004 - fits beside the key
        return one_line
    return "[\n" + "".join(f"  {base.quoted(name)},\n" for name in names) + "]"


def _snippets(policy: Policy, choices: clients.Choices) -> list[Snippet]:
    return clients.snippets(
        policy,
        choices,
        lambda name, decision: _snippet(policy, name, decision),
        lambda name: f"# {base.comment(name)}: not in the file, so it is absent\n",
    )


def _snippet(policy: Policy, name: str, decision: str) -> str:
    key = "disabled_tools" if decision == "deny" else "enabled_tools"
    lines = [f"[mcp_servers.{policy.server}]", f"{key} = [{base.quoted(name)}]"]
    if decision == "ask":
        lines.append('default_tools_approval_mode = "prompt"')
    if decision == "allow":
        lines.append(f'tools.{base.quoted(name)}.approval_mode = "approve"')
    return "\n".join([*lines, ""])


def check(text: str) -> list[Problem]:
    """Return what the client would refuse, ignore or read differently."""
    if client_sound.codex(text):
        return []
    try:
        value = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return [base.problem(PLACE, _RULE, "", f"expected TOML, got {error}")]
    problems = [
        base.problem(PLACE, _RULE, key, "expected mcp_servers only")
        for key in value
        if key != "mcp_servers"
    ]
    servers = value.get("mcp_servers")
    if not isinstance(servers, dict) or not servers:
        message = "expected a table per server"
        return [*problems, base.problem(PLACE, _RULE, "mcp_servers", message)]
    for name, entry in servers.items():
        problems += _entry(f"mcp_servers.{name}", entry)
    return problems


def _entry(pointer: str, entry: Json) -> list[Problem]:
    if not isinstance(entry, dict):
        return [base.problem(PLACE, _RULE, pointer, "expected a table")]
    wrong = [(key, "is unknown and would be ignored") for key in entry if key not in _KNOWN]
    if ("command" in entry) == ("url" in entry):
        wrong.append(("command", "or url is expected, exactly one of them"))
    wrong += [(key, "is no text") for key in _TEXTS if not isinstance(entry.get(key, ""), str)]
    wrong += [(key, "is no list of texts") for key in _LISTS if not _is_texts(entry.get(key, []))]
    if wrong:
        return [base.problem(PLACE, _RULE, f"{pointer}.{key}", text) for key, text in wrong]
    enabled, disabled = entry.get("enabled_tools"), set(entry.get("disabled_tools", ()))
    if enabled is None:
        wrong.append(("enabled_tools", "is expected: without it every tool is enabled"))
    if entry.get("default_tools_approval_mode") not in _MODES:
        wrong.append(("default_tools_approval_mode", f"expected one of {', '.join(_MODES)}"))
    wrong += [
        ("disabled_tools", f"names the enabled {n!a}") for n in enabled or () if n in disabled
    ]
    tools = entry.get("tools", {})
    for name, mode in tools.items() if isinstance(tools, dict) else [("", None)]:
        if mode != {"approval_mode": "approve"}:
            wrong.append((f"tools.{name!a}", 'expected approval_mode = "approve" only'))
        if name not in (enabled or ()):
            wrong.append((f"tools.{name!a}", "is not among the enabled tools"))
    return [base.problem(PLACE, _RULE, f"{pointer}.{key}", text) for key, text in wrong]


def _is_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def put_in_place(policy: Policy) -> str:
    """Return how to use the file."""
    return (
        f"Put it into ~/.codex/config.toml, then: codex mcp get {policy.server}\n"
        "Rename the table if your server has another name."
    )


FORMAT = base.Format(
    name=PLACE,
    title="Codex",
    suffix="toml",
    abilities=frozenset({"ask", "hide", "comments", "unknown-denied"}),
    dump=dump,
    check=check,
    put_in_place=put_in_place,
    merge=merge,
)
