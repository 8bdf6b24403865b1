"""A Policy as an Intercept v1 policy file: the default download.

The fixed shape is written directly, which is many times faster than a general YAML dumper; every
string is double-quoted ASCII, so Go and Python read it alike. `intercept_check.py` reads it back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from generator.model import Snippet
from generator.policy.evaluate import decision_of
from generator.policy.formats import base
from generator.policy.formats.intercept_check import check
from generator.policy.table import SERVER_WIDE
from generator.policy.words import tool_word
from generator.taxonomy import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.model import Condition, Json, Policy, PolicyRule, TargetLoss

NEW_PROTOCOL = "2026-07-28"
"""From this version on, a list result rebuilt by `hide` is refused by clients."""
_WIDTH = 96
_GLOBAL = "_global"


@dataclass(slots=True)
class _File:
    """What is collected while walking the tools: hidden names, blocks, losses."""

    policy: Policy
    hidden: dict[str, str] = field(default_factory=dict)
    """Hidden names with their ratings."""
    blocks: list[str] = field(default_factory=list)
    snippets: list[Snippet] = field(default_factory=list)
    losses: list[TargetLoss] = field(default_factory=list)

    def lose(self, code: str, tool: str, text: str, path: str = "") -> None:
        self.losses.append(base.loss(code, tool, text, path))


def dump(policy: Policy) -> base.Dumped:
    """Return the file, its part for each tool, and what Intercept cannot express."""
    file = _File(policy)
    for one in policy.losses:
        file.lose(one.code, one.tool, one.text, one.argument)
    if NEW_PROTOCOL in policy.protocols:
        file.lose("denial-shape", "", "a denied call shows as a protocol error in newer clients")
    by_tool: dict[str, list[PolicyRule]] = {}
    for rule in policy.rules:
        by_tool.setdefault(rule.tool, []).append(rule)
    wide = by_tool.pop(SERVER_WIDE, [])
    for name, rules in by_tool.items():
        _tool(file, name, rules)
    if _takes_the_server_wide_key(policy, by_tool, file):
        wide = []
        file.lose("dot-name-rate", SERVER_WIDE, "no limit for all tools together is possible")
    if wide:
        file.blocks.append("\n".join(['  "*":', "    rules:", *_lines(wide)]))
    losses = base.in_order(file.losses)
    body = [*_top(policy, file.hidden), "tools:" if file.blocks else "tools: {}", *file.blocks]
    text = "\n".join([*_header(policy, losses), *body, ""])
    return base.Dumped(text, tuple(file.snippets), losses)


def _takes_the_server_wide_key(
    policy: Policy, by_tool: dict[str, list[PolicyRule]], file: _File
) -> bool:
    """Return whether a tool's name forbids the entry for all tools.

    A tool called `*` would be let through by it, and `_global` is the name of its counters.
    """
    return (_GLOBAL in by_tool and _GLOBAL not in file.hidden) or any(
        one.code == "name-unaddressable" and one.tool == SERVER_WIDE for one in policy.losses
    )


def _top(policy: Policy, hidden: dict[str, str]) -> list[str]:
    description = (
        f"{base.comment(policy.title)}, profile {policy.profile.value}, "
        f"observed {policy.observed_on or 'never'}"
    )
    lines = ['version: "1"', f"description: {base.quoted(description)}", 'default: "deny"']
    if hidden:
        lines.append("hide:")
        lines += [f"  - {base.quoted(name)}   # {rating}" for name, rating in hidden.items()]
    return lines


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


def _tool(file: _File, name: str, rules: list[PolicyRule]) -> None:
    decision = decision_of(tuple(rules))
    if decision is None:
        raise ValueError(f"no decision for {name!a}")
    if not base.is_sound(name):
        file.lose("name-unaddressable", name, "no file can carry its name; calls stay blocked")
        text = f"# {base.comment(name)}: not in the file, calls stay blocked\n"
        file.snippets.append(Snippet(name, text))
        return
    can_hide = NEW_PROTOCOL not in file.policy.protocols and name.strip()
    if decision.kind == "hide" and can_hide:
        file.hidden[name] = decision.rating
        text = "\n".join([*_top(file.policy, {name: decision.rating}), ""])
        file.snippets.append(Snippet(name, text))
        return
    head = f"  {base.quoted(name)}:   # {decision.rating}"
    body = _body(file, name, decision, rules)
    block = "\n".join([head, *body])
    file.blocks.append(block)
    text = "\n".join([*_top(file.policy, {}), "tools:", block, ""])
    file.snippets.append(Snippet(name, text))


def _body(file: _File, name: str, decision: PolicyRule, rules: list[PolicyRule]) -> list[str]:
    """Return the lines below a tool's name."""
    if decision.kind in {"deny", "hide"}:
        if decision.kind == "hide":
            text = "hiding breaks this server's tool list in newer clients; denied instead"
            file.lose("hide-as-deny", name, text)
        return ["    rules:", *_deny(decision)]
    kept = _expressible(file, name, rules)
    if decision.kind == "ask" and decision.fallback is Decision.DENY:
        text = "Intercept v1 cannot ask a person; denied until you allow it in this file"
        file.lose("ask-as-deny", name, text)
        ready = [f"      # {line[6:]}" for line in _lines(kept)]
        if ready:
            ready.insert(0, "      # once you allow it, put these rules in place of the one above:")
        return ["    rules:", *_deny(decision), *ready]
    if decision.kind == "ask":
        text = "Intercept v1 cannot ask a person; allowed within a limit instead"
        file.lose("ask-as-allow", name, text)
    return ["    rules:", *_lines(kept)] if kept else ["    rules: []"]


def _expressible(file: _File, name: str, rules: list[PolicyRule]) -> list[PolicyRule]:
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
                kept.append(replace(rule, conditions=conditions))
    return kept


def _kept_conditions(
    file: _File, name: str, conditions: tuple[Condition, ...]
) -> Iterable[Condition]:
    for condition in conditions:
        if not _is_addressable(condition.path):
            _lose_argument(file, name, condition.path)
        elif condition.presence == "if_present" and condition.test != "absent":
            text = "it is not checked: a check would make it mandatory"
            file.lose("optional-unchecked", name, text, ".".join(condition.path))
        else:
            yield condition


def _is_addressable(path: tuple[str, ...]) -> bool:
    return all(key and "." not in key and base.is_sound(key) for key in path)


def _lose_argument(file: _File, tool: str, path: tuple[str, ...]) -> None:
    text = "an argument of this name cannot be addressed and is not checked"
    file.lose("dot-argument", tool, text, ".".join(path))


def _deny(rule: PolicyRule) -> list[str]:
    return [_name(rule), '        action: "deny"', f"        on_deny: {base.quoted(rule.message)}"]


def _name(rule: PolicyRule, name: str = "") -> str:
    reason = f"   # {base.comment(', '.join(rule.because))}" if rule.because else ""
    return f"      - name: {base.quoted(name or rule.name)}{reason}"


def _lines(rules: list[PolicyRule]) -> list[str]:
    """Return the lines of limit and condition rules, conditions first."""
    lines: list[str] = []
    for rule in rules:
        if rule.conditions:
            lines += [_name(rule), "        conditions:"]
            for condition in rule.conditions:
                lines += _condition(condition)
            lines.append(f"        on_deny: {base.quoted(rule.message)}")
    for rule in rules:
        if rule.limit is not None and not rule.limit.amount_path:
            rate = f"{rule.limit.count}/{rule.limit.window}"
            lines += [_name(rule), f'        rate_limit: "{rate}"']
            lines.append(f"        on_deny: {base.quoted(rule.message)}")
        elif rule.limit is not None:
            lines += _spend(rule)
    return lines


def _spend(rule: PolicyRule) -> list[str]:
    """Return a spend cap: bounds for one call, and a counter of the amount."""
    limit = rule.limit
    if limit is None:
        raise ValueError("a spend rule without a limit")
    path = base.quoted(f"args.{'.'.join(limit.amount_path)}")
    word = tool_word(rule.tool)
    counter = f"spend_{limit.window}"
    return [
        "      # placeholder: set your own amounts, in the unit of the argument",
        _name(rule, f"{word}: 1 to {limit.per_call} per call"),
        "        conditions:",
        f"          - path: {path}",
        '            op: "gte"',
        "            value: 1",
        f"          - path: {path}",
        '            op: "lte"',
        f"            value: {limit.per_call}",
        f"        on_deny: {base.quoted(rule.message)}",
        _name(rule),
        "        conditions:",
        f"          - path: {base.quoted(f'state.{rule.tool}.{counter}')}",
        '            op: "lte"',
        f"            value: {limit.count}",
        "        state:",
        f'          counter: "{counter}"',
        f'          window: "{limit.window}"',
        f"          increment_from: {path}",
        f"        on_deny: {base.quoted(rule.message)}",
    ]


def _condition(condition: Condition) -> list[str]:
    path = base.quoted(f"args.{'.'.join(condition.path)}")
    lines = []
    for op, value in _tests(condition):
        lines += [
            f"          - path: {path}",
            f'            op: "{op}"',
            f"            value: {value}",
        ]
    if condition.note:
        lines[0] += f"   # {condition.note}"
    return lines


def _tests(condition: Condition) -> list[tuple[str, str]]:
    """Return the operators and values that say the same as a condition."""
    values = condition.values
    if condition.test in {"exists", "absent"}:
        return [("exists", "true" if condition.test == "exists" else "false")]
    if condition.test == "equals":
        return [("eq", scalar(values[0]))]
    if condition.test == "one_of":
        return [("in", _listed(condition))]
    if condition.test == "matches":
        return [("regex", base.quoted(values[0]))]
    low, high = values
    if condition.test == "length":
        return [("regex", base.quoted(f"(?s)^.{{{low},{'' if high is None else high}}}$"))]
    low_open, high_open = condition.exclusive
    bounds = [("gt" if low_open else "gte", low), ("lt" if high_open else "lte", high)]
    return [(op, scalar(bound)) for op, bound in bounds if bound is not None]


def _listed(condition: Condition) -> str:
    """Return the list of values; methods stand in lines per category, which a comment names."""
    values = [scalar(value) for value in condition.values]
    if not condition.groups:
        return f"[{', '.join(values)}]"
    lines: list[tuple[str, str]] = []
    at = 0
    for word, count in condition.groups:
        lines += [(f"{line},", word) for line in _wrapped(values[at : at + count])]
        at += count
    last, word = lines[-1]
    lines[-1] = (f"{last[:-1]}]", word)
    width = max(len(line) for line, _ in lines)
    indent = " " * 20
    return "[" + f"\n{indent}".join(f"{line:<{width}}  # {word}" for line, word in lines)


def _wrapped(values: list[str]) -> list[str]:
    """Return the values in lines of bounded width."""
    lines = [values[0]]
    for value in values[1:]:
        if len(lines[-1]) + len(value) > _WIDTH:
            lines.append(value)
        else:
            lines[-1] += f", {value}"
    return lines


def scalar(value: Json) -> str:
    """Return a text, number or boolean as YAML 1.1 and 1.2 read alike."""
    if isinstance(value, str):
        return base.quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    if "e" in text and "." not in text:
        text = text.replace("e", ".0e")
    return text


FORMAT = base.Format(
    name="intercept",
    title="Intercept",
    suffix="yaml",
    abilities=frozenset({"hide", "arguments", "rates", "comments", "unknown-denied"}),
    dump=dump,
    check=check,
    put_in_place=put_in_place,
)
