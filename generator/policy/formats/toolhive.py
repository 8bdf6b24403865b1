"""A Policy as a ToolHive authorization file with Cedar policies.

Only permits, and an unconditional forbid when nothing is permitted: an evaluation error in a
permit denies, in a forbid it would allow. Every attribute is tested with `has` before it is read.
Numbers arrive as Cedar decimals; lists, objects and null show only as `arg_<name>_present`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING

from generator.model import Snippet
from generator.policy.evaluate import by_tool
from generator.policy.formats import base
from generator.policy.formats.toolhive_check import check
from generator.policy.table import SERVER_WIDE
from generator.taxonomy import Decision

if TYPE_CHECKING:
    from generator.model import Condition, Json, Policy, TargetLoss
    from generator.policy.evaluate import ToolRules

PLACE = "toolhive"
NOTHING = "forbid(principal, action, resource);"
_ARGUMENT_CODES = frozenset({"optional-unchecked", "pattern", "schema-form"})
_MAX_DECIMAL = Decimal("922337203685477.5807")
_DIGITS = 4
_DENY = Decision.DENY
_PLAIN = re.compile(r"[ !#-\[\]-~]*\Z")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_]+\Z")


@dataclass(slots=True)
class _File:
    is_shown: bool
    policies: list[str] = field(default_factory=list)
    snippets: list[Snippet] = field(default_factory=list)
    losses: list[TargetLoss] = field(default_factory=list)

    def lose(self, code: str, tool: str, text: str, path: str = "") -> None:
        self.losses.append(base.loss(code, tool, text, path))

    def show(self, name: str, text: str) -> None:
        """Keep the part that concerns one tool."""
        if self.is_shown:
            self.snippets.append(Snippet(name, text))


def dump(policy: Policy) -> base.Dumped:
    """Return the file, its permit for each tool, and what Cedar in ToolHive cannot express."""
    file = _File(policy.profile is base.SHOWN)
    for one in policy.losses:
        if one.code == "name-unaddressable" or one.code in _ARGUMENT_CODES:
            file.lose(one.code, one.tool, one.text, one.argument)
    for name, said in by_tool(policy).items():
        if name == SERVER_WIDE:
            file.lose("rate-unsupported", name, "calls are not counted")
        else:
            _tool(file, name, said)
    text = _text(file.policies or [NOTHING])
    return base.Dumped(text, tuple(file.snippets), base.in_order(file.losses))


def _text(policies: list[str]) -> str:
    """Return the file as `json.dumps` indents it, in a fraction of the time."""
    lines = ",\n".join([f"      {encode_basestring_ascii(policy)}" for policy in policies])
    return (
        '{\n  "version": "1.0",\n  "type": "cedarv1",\n  "cedar": {\n    "policies": [\n'
        f'{lines}\n    ],\n    "entities_json": "[]"\n  }}\n}}\n'
    )


def _tool(file: _File, name: str, said: ToolRules) -> None:
    decision = said.decision
    if decision is None:
        raise ValueError(f"no decision for {name!a}")
    if not base.is_sound(name):
        if decision.kind not in {"deny", "hide"}:
            file.lose("name-unaddressable", name, "no file can carry its name; calls stay blocked")
        file.show(name, _closed(name))
        return
    waits = decision.kind == "ask" and decision.fallback is _DENY
    if waits:
        file.lose("ask-as-deny", name, "ToolHive cannot ask a person; denied instead")
    if waits or decision.kind in {"deny", "hide"}:
        file.show(name, _closed(name))
        return
    if decision.kind == "ask":
        file.lose("ask-as-allow", name, "ToolHive cannot ask a person; allowed instead")
    if said.limits:
        file.lose("rate-unsupported", name, "calls are not counted")
    tests = [
        test
        for rule in said.rules
        for condition in rule.conditions
        for test in _tests(file, name, condition)
    ]
    permit = f'permit(principal, action == Action::"call_tool", resource == Tool::{quoted(name)})'
    if not tests:
        file.policies.append(f"{permit};")
        file.show(name, f"{permit};\n")
        return
    tests = list(dict.fromkeys(tests))
    file.policies.append(f"{permit} when {{ {' && '.join(tests)} }};")
    file.show(name, f"{permit}\nwhen {{\n  {f' &&{chr(10)}  '.join(tests)}\n}};\n")


def _closed(name: str) -> str:
    return f"// {base.comment(name, 64)}: not permitted, so it is denied and not listed\n"


def _tests(file: _File, tool: str, condition: Condition) -> list[str]:
    """Return the Cedar tests for a condition, or note what is lost."""
    dotted = ".".join(condition.path)
    if not all(map(base.is_sound, condition.path)):
        file.lose("dot-argument", tool, "an argument of this name cannot be addressed", dotted)
        return []
    name = condition.path[0]
    if len(condition.path) > 1:
        file.lose("schema-form", tool, "only the presence of the outer object is checked", dotted)
        return [_present(name)]
    if condition.test == "absent":
        return [f"!({_has(name)})", f"!({_has(f'{name}_present')})"]
    test = _test(condition)
    if test is None:
        text = "only its presence is checked: Cedar has no expressions for texts and long numbers"
        file.lose("pattern", tool, text, dotted)
        test = _present(name)
    if condition.presence == "if_present":
        missing = f"(!({_has(name)}) && !({_has(f'{name}_present')}))"
        return [f"({missing} || ({test}))"]
    return [test]


def _test(condition: Condition) -> str | None:
    """Return one test with its `has`, None when Cedar cannot say it."""
    name = condition.path[0]
    if condition.test == "exists":
        return _present(name)
    value = _value(name)
    if condition.test in {"equals", "one_of"}:
        written = [_scalar(item) for item in condition.values]
        known = [item for item in written if item is not None]
        if len(known) < len(written):
            return None
        return f"{_has(name)} && [{', '.join(known)}].contains({value})"
    if condition.test != "range":
        return None
    low, high = condition.values
    low_open, high_open = condition.exclusive
    parts = [_has(name)]
    methods = (
        (low, "greaterThan" if low_open else "greaterThanOrEqual"),
        (high, "lessThan" if high_open else "lessThanOrEqual"),
    )
    for bound, method in methods:
        if bound is not None:
            written_bound = decimal(bound)
            if written_bound is None:
                return None
            parts.append(f"{value}.{method}({written_bound})")
    return " && ".join(parts)


def _has(name: str) -> str:
    return f"context has {_key(name)}"


def _value(name: str) -> str:
    key = _key(name)
    return f"context[{key}]" if key.startswith('"') else f"context.{key}"


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    """Return an attribute as an identifier where it is one, as text otherwise."""
    return f"arg_{name}" if _IDENTIFIER.match(name) else quoted(f"arg_{name}")


def _present(name: str) -> str:
    """Return a test that the argument is there in whatever form; null passes as well."""
    return f"({_has(name)} || {_has(f'{name}_present')})"


def _scalar(value: Json) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else decimal(value)


def decimal(value: float) -> str | None:
    """Return `decimal("5.0")`; None when it needs more than four digits or is too large."""
    number = Decimal(repr(value))
    if abs(number) > _MAX_DECIMAL or -number.as_tuple().exponent > _DIGITS:  # type: ignore[operator]
        return None
    text = f"{number:f}"
    return f'decimal("{text}")' if "." in text else f'decimal("{text}.0")'


def quoted(text: str) -> str:
    r"""Return a Cedar string in ASCII; other characters as `\u{…}`."""
    if _PLAIN.match(text):
        return f'"{text}"'
    return f'"{"".join(_ESCAPES.get(char) or _character(char) for char in text)}"'


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def _character(char: str) -> str:
    return char if " " <= char <= "~" else f"\\u{{{ord(char):x}}}"


def put_in_place(policy: Policy) -> str:
    """Return how to use the file."""
    name = base.file_name(policy, PLACE, "json")
    return (
        f"thv run --authz-config {name} <server>\n"
        "Prompts and resources are denied as well: the file permits tool calls only."
    )


FORMAT = base.Format(
    name=PLACE,
    title="ToolHive Cedar",
    suffix="json",
    abilities=frozenset({"hide", "arguments", "unknown-denied"}),
    dump=dump,
    check=check,
    put_in_place=put_in_place,
)
