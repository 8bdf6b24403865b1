"""An Intercept policy file to Problems: everything Intercept refuses, and what it ignores.

Two rules: `policy.intercept.refused` is what Intercept's own loader or validator refuses too,
`policy.intercept.strict` is what it accepts although the file would not do what it says, such as
an unknown key. All problems are collected. Called for every rendered file and by the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.policy.formats.intercept_check_rules import (
    WINDOWS,
    Check,
    check_rule,
    kind_of,
    shown,
)
from generator.policy.formats.intercept_sound import is_sound
from generator.policy.formats.intercept_yaml import MAX_BYTES, read

if TYPE_CHECKING:
    from generator.errors import Problem
    from generator.model import Json

_TOP = {"version", "description", "default", "hide", "tools"}


def check(text: str, *, allow_negative: bool = False) -> list[Problem]:
    """Return every problem; `allow_negative` accepts neq, not_in and contains, as users write."""
    if len(text) <= MAX_BYTES and is_sound(text):
        return []
    return _problems(text, allow_negative=allow_negative)


def _problems(text: str, *, allow_negative: bool) -> list[Problem]:
    reading = read(text)
    run = Check(reading.problems, allow_negative=allow_negative)
    top = reading.value
    if not isinstance(top, dict):
        if not reading.problems:
            run.refused("", f"expected a mapping, got {kind_of(top)} (cannot unmarshal)")
        return run.problems
    run.keys(top, _TOP, "")
    _head(run, top)
    hidden = _hide(run, top.get("hide", []))
    tools = top.get("tools", {})
    if not isinstance(tools, dict):
        run.refused("tools", f"expected a mapping, got {kind_of(tools)} (cannot unmarshal)")
        return run.problems
    listed = {name: _rules_of(run, name, entry) for name, entry in tools.items()}
    for name, rules in listed.items():
        run.counters[name] = _counters(run, name, rules)
    for name, rules in listed.items():
        for position, rule in enumerate(rules):
            check_rule(run, name, rule, f"tools.{name}.rules[{position}]")
    for name in hidden & listed.keys():
        if not any(rule.get("action") == "deny" for rule in listed[name]):
            run.strict(f"tools.{name}", "expected a hidden tool to have no rules, got some")
    return run.problems


def _head(run: Check, top: dict[str, Json]) -> None:
    version = top.get("version")
    if isinstance(version, bool) or version not in {"1", 1} or isinstance(version, float):
        run.refused("version", f'version must be "1", got {shown(version)}')
    if "description" in top:
        run.text(top["description"], "description")
    default = top.get("default")
    if "default" not in top:
        run.strict("default", "expected allow or deny, got nothing, which means allow")
    elif default not in {"allow", "deny"}:
        run.refused("default", f'default must be "allow" or "deny", got {shown(default)}')


def _hide(run: Check, entries: Json) -> set[str]:
    if not isinstance(entries, list):
        run.refused("hide", f"expected a list, got {kind_of(entries)} (cannot unmarshal)")
        return set()
    names: set[str] = set()
    for position, entry in enumerate(entries):
        pointer = f"hide[{position}]"
        name = run.text(entry, pointer)
        if isinstance(entry, str) and not name.strip():
            run.refused(pointer, "entry must not be empty")
        if name == "*":
            run.strict(pointer, "expected a tool's name, got *, which hides every tool")
        if name in names:
            run.refused(pointer, f"duplicate entry {shown(name)}")
        names.add(name)
    return names - {""}


def _rules_of(run: Check, name: str, entry: Json) -> list[dict[str, Json]]:
    pointer = f"tools.{name}"
    if not name:
        run.strict("tools", "expected a tool's name, got an empty one")
    if entry is None:
        run.strict(pointer, "expected rules, got null, which allows every call")
        return []
    if not isinstance(entry, dict):
        run.refused(pointer, f"expected a mapping, got {kind_of(entry)} (cannot unmarshal)")
        return []
    run.keys(entry, {"rules"}, pointer)
    rules = entry.get("rules")
    if rules is None:
        run.strict(f"{pointer}.rules", "expected a list, got null, which allows every call")
        return []
    if not isinstance(rules, list):
        run.refused(f"{pointer}.rules", f"expected a list, got {kind_of(rules)} (cannot unmarshal)")
        return []
    kept = []
    for position, rule in enumerate(rules):
        if isinstance(rule, dict):
            kept.append(rule)
        elif rule is None:
            run.strict(f"{pointer}.rules[{position}]", "expected a rule, got null, no rule at all")
        else:
            run.refused(
                f"{pointer}.rules[{position}]",
                f"expected a mapping, got {kind_of(rule)} (cannot unmarshal)",
            )
    return kept


def _counters(run: Check, tool: str, rules: list[dict[str, Json]]) -> set[str]:
    """Return the counters of one tool; two of one name are refused."""
    names: set[str] = set()
    for position, rule in enumerate(rules):
        state, rate = rule.get("state"), rule.get("rate_limit")
        name = None
        if isinstance(state, dict):
            name = state.get("counter")
        elif isinstance(rate, str) and rate.partition("/")[2] in WINDOWS:
            name = f"_rate_{rate.partition('/')[2]}"
        if not isinstance(name, str):
            continue
        if name in names:
            pointer = f"tools.{tool}.rules[{position}]"
            run.refused(pointer, f"duplicate state counter {shown(name)}")
        names.add(name)
    return names
