"""A Policy as an Intercept v1 policy file: the default download.

The fixed shape is written directly, which is many times faster than a general YAML dumper; every
string is double-quoted ASCII, so Go and Python read it alike. `intercept_check.py` reads it back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.model import Snippet
from generator.model.quick import changed
from generator.policy.evaluate import by_tool, rules_of
from generator.policy.formats import base
from generator.policy.formats.intercept_check import check
from generator.policy.formats.intercept_text import deny, texts
from generator.policy.table import SERVER_WIDE
from generator.taxonomy import Decision

if TYPE_CHECKING:
    from generator.model import Condition, Policy, PolicyRule, TargetLoss
    from generator.policy.evaluate import ToolRules

NEW_PROTOCOL = "2026-07-28"
"""From this version on, a list result rebuilt by `hide` is refused by clients."""
_GLOBAL = "_global"
_DENY = Decision.DENY
_INDENT = "\n      "
"""How each line of a rule begins."""


@dataclass(slots=True)
class _File:
    """What is collected while walking the tools: hidden names, blocks, losses."""

    policy: Policy
    hidden: dict[str, str] = field(default_factory=dict)
    """Hidden names with their ratings."""
    blocks: list[str] = field(default_factory=list)
    snippets: list[Snippet] = field(default_factory=list)
    losses: list[TargetLoss] = field(default_factory=list)
    top: list[str] = field(default_factory=list)
    """What a file says before its hidden tools, and before all tools when it hides none."""

    def lose(self, code: str, tool: str, text: str, path: str = "") -> None:
        self.losses.append(base.loss(code, tool, text, path))

    def show(self, name: str, *lines: str) -> None:
        """Keep the part that concerns one tool."""
        if self.policy.profile is base.SHOWN:
            self.snippets.append(Snippet(name, "\n".join([*lines, ""])))


def dump(policy: Policy) -> base.Dumped:
    """Return the file, its part for each tool, and what Intercept cannot express."""
    file = _File(policy, top=_top(policy))
    for one in policy.losses:
        file.lose(one.code, one.tool, one.text, one.argument)
    if NEW_PROTOCOL in policy.protocols:
        file.lose("denial-shape", "", "a denied call shows as a protocol error in newer clients")
    for name, said in by_tool(policy).items():
        if name != SERVER_WIDE:
            _tool(file, name, said)
    wide = rules_of(policy, SERVER_WIDE)
    if _takes_the_server_wide_key(policy, file):
        wide = ()
        file.lose("dot-name-rate", SERVER_WIDE, "no limit for all tools together is possible")
    if wide:
        file.blocks.append("\n".join(['  "*":', "    rules:", *texts(wide)]))
    losses = base.in_order(file.losses)
    body = ["tools:" if file.blocks else "tools: {}", *file.blocks, ""]
    text = "\n".join([*_header(policy, losses), *file.top, *_hidden(file.hidden), *body])
    return base.Dumped(text, tuple(file.snippets), losses)


def _takes_the_server_wide_key(policy: Policy, file: _File) -> bool:
    """Return whether a tool's name forbids the entry for all tools.

    A tool called `*` would be let through by it, and `_global` is the name of its counters.
    """
    return (bool(rules_of(policy, _GLOBAL)) and _GLOBAL not in file.hidden) or any(
        one.code == "name-unaddressable" and one.tool == SERVER_WIDE for one in policy.losses
    )


def _top(policy: Policy) -> list[str]:
    description = (
        f"{base.comment(policy.title)}, profile {policy.profile.value}, "
        f"observed {policy.observed_on or 'never'}"
    )
    return ['version: "1"', f"description: {base.quoted(description)}", 'default: "deny"']


def _hidden(tools: dict[str, str]) -> list[str]:
    """Return the lines that hide tools, given with their ratings."""
    lines = [f"  - {base.quoted(name)}   # {rating}" for name, rating in tools.items()]
    return ["hide:", *lines] if lines else []


def _header(policy: Policy, losses: tuple[TargetLoss, ...]) -> list[str]:
    name = base.file_name(policy, "intercept", "yaml")
    lines = base.header(policy, name, "Intercept v1", "intercept")
    lines.append("not expressed here:" if losses else "not expressed here: nothing")
    lines += [f"  {line}" for line in base.grouped(losses)]
    lines.append(f"counters are shared per state directory; start: {start(policy)}")
    return [f"# {line}" for line in lines]


def start(policy: Policy) -> str:
    """Return the command that puts Intercept in front of the server."""
    name = base.file_name(policy, "intercept", "yaml")
    own = f"intercept -c {name} --state-prefix {policy.server}:"
    if policy.start:
        return f"{own} -- {base.start_command(policy)}"
    if policy.url:
        return f"{own} --upstream {base.comment(policy.url, 300)}"
    return f"{own} -- <command of the server>"


def put_in_place(policy: Policy) -> str:
    """Return how to use the file."""
    return start(policy)


def _tool(file: _File, name: str, said: ToolRules) -> None:
    decision = said.decision
    if decision is None:
        raise ValueError(f"no decision for {name!a}")
    if not base.is_sound(name):
        file.lose("name-unaddressable", name, "no file can carry its name; calls stay blocked")
        file.show(name, f"# {base.comment(name)}: not in the file, calls stay blocked")
        return
    if decision.kind == "hide" and NEW_PROTOCOL not in file.policy.protocols and name.strip():
        file.hidden[name] = decision.rating
        file.show(name, *file.top, *_hidden({name: decision.rating}))
        return
    rules = _rules(file, name, decision, said)
    block = f"  {base.quoted(name)}:   # {decision.rating}\n    rules:{rules}"
    file.blocks.append(block)
    file.show(name, *file.top, "tools:", block)


def _rules(file: _File, name: str, decision: PolicyRule, said: ToolRules) -> str:
    """Return what follows the key of a tool's rules."""
    if decision.kind in {"deny", "hide"}:
        if decision.kind == "hide":
            text = "hiding breaks this server's tool list in newer clients; denied instead"
            file.lose("hide-as-deny", name, text)
        return f"\n{deny(decision)}"
    kept = _expressible(file, name, said.rules)
    if decision.kind == "ask" and decision.fallback is _DENY:
        text = "Intercept v1 cannot ask a person; denied until you allow it in this file"
        file.lose("ask-as-deny", name, text)
        return f"\n{deny(decision)}{_ready(texts(kept))}"
    if decision.kind == "ask":
        text = "Intercept v1 cannot ask a person; allowed within a limit instead"
        file.lose("ask-as-allow", name, text)
    return "".join([f"\n{rule}" for rule in texts(kept)]) or " []"


def _ready(rules: list[str]) -> str:
    """Return rules as remarks, for the day on which somebody allows the tool."""
    if not rules:
        return ""
    title = "once you allow it, put these rules in place of the one above:"
    written = "".join([f"\n{rule}" for rule in rules])
    return f"\n      # {title}{written.replace(_INDENT, f'{_INDENT}# ')}"


def _expressible(file: _File, name: str, rules: tuple[PolicyRule, ...]) -> list[PolicyRule]:
    """Return the limit and condition rules that Intercept can keep for a tool of this name."""
    kept = []
    for rule in rules:
        if rule.limit is not None:
            if "." in name:
                text = f"no limit is possible for a tool of this name; {rule.name} is left out"
                file.lose("dot-name-rate", name, text)
            elif rule.limit.amount_path and not _is_addressable(rule.limit.amount_path):
                _lose_argument(file, name, rule.limit.amount_path)
            else:
                kept.append(rule)
        elif rule.conditions:
            conditions = tuple(_kept_conditions(file, name, rule.conditions))
            if conditions == rule.conditions:
                kept.append(rule)
            elif conditions:
                kept.append(changed(rule, conditions=conditions))
    return kept


def _kept_conditions(file: _File, name: str, conditions: tuple[Condition, ...]) -> list[Condition]:
    kept = []
    for condition in conditions:
        if not _is_addressable(condition.path):
            _lose_argument(file, name, condition.path)
        elif condition.presence == "if_present" and condition.test != "absent":
            text = "it is not checked: a check would make it mandatory"
            file.lose("optional-unchecked", name, text, ".".join(condition.path))
        else:
            kept.append(condition)
    return kept


@lru_cache(maxsize=4096)
def _is_addressable(path: tuple[str, ...]) -> bool:
    return all(key and "." not in key and base.is_sound(key) for key in path)


def _lose_argument(file: _File, tool: str, path: tuple[str, ...]) -> None:
    text = "an argument of this name cannot be addressed and is not checked"
    file.lose("dot-argument", tool, text, ".".join(path))


FORMAT = base.Format(
    name="intercept",
    title="Intercept",
    suffix="yaml",
    abilities=frozenset({"hide", "arguments", "rates", "comments", "unknown-denied"}),
    dump=dump,
    check=check,
    put_in_place=put_in_place,
)
