"""The amount argument of a Financial tool to a spend cap with placeholder figures.

How much may be spent is the user's to say, so the figures are marked as placeholders. Called by
draft.py. Amounts in whole minor units count exactly; decimals are cut to whole numbers by the
targets that count, which the loss says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.model import Limit, PolicyLoss, PolicyRule
from generator.policy.words import tool_word

if TYPE_CHECKING:
    from generator.model import Parameter, Tool

PER_CALL, PER_DAY = 5000, 20000
PLACEHOLDER = "placeholder: set your own amounts"
_AMOUNT = re.compile(r"(?:^|_|[a-z])(?:amount|Amount)(?:_|$|[A-Z])|^(?:amount|total|price|sum)$")


def spend_rules(tool: Tool) -> tuple[list[PolicyRule], list[PolicyLoss]]:
    """Return a cap per call and day on the first required amount, or why there is none."""
    amounts = [p for p in tool.parameters if p.required and _AMOUNT.search(p.name)]
    counted = next((p for p in amounts if set(p.types) <= {"integer", "number"} and p.types), None)
    if counted is None:
        return [], _uncapped(tool, amounts)
    word = tool_word(tool.name)
    rule = PolicyRule(
        tool=tool.name,
        name=f"{word}: {PER_DAY} per day in total",
        kind="limit",
        row="financial",
        limit=Limit(PER_DAY, "day", (counted.name,), PER_CALL),
        message=f"{word}: at most {PER_CALL} per call and {PER_DAY} per day in total.",
    )
    if counted.types == ("integer",):
        return [rule], []
    text = "the amount may be a fraction, which the daily cap cuts off: up to twice the cap passes"
    return [rule], [PolicyLoss("undercount", tool.name, counted.name, text)]


def _uncapped(tool: Tool, amounts: list[Parameter]) -> list[PolicyLoss]:
    if not amounts:
        return []
    text = "the amount is no plain number, so it cannot be capped"
    return [PolicyLoss("schema-form", tool.name, amounts[0].name, text)]
