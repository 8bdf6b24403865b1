"""`content/rules/<id>.yaml` to Rule: the words, the weight and the examples of one predicate.

Called by content.py. The examples are the rule's tests; classify/ runs them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.content_fields import references
from generator.model import Rule, RuleExample
from generator.taxonomy import Axis, Lifecycle

if TYPE_CHECKING:
    from generator.content_fields import Fields

MAX_POINTS = 100
RULE_ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


def rule(fields: Fields, rule_id: str) -> Rule:
    """Return the rule; what is wrong is in the sink of the fields."""
    found = Rule(
        id=rule_id,
        axis=fields.member("axis", Axis, Axis.RISK),
        points=fields.whole("points", -MAX_POINTS, MAX_POINTS, required=True),
        title=fields.text("title", required=True),
        why=fields.text("why", required=True),
        headline=fields.text("headline", required=True),
        consequence=fields.text("consequence"),
        remediation=fields.text("remediation"),
        lifecycle=_lifecycle(fields),
        since=fields.text("since"),
        frameworks=fields.texts("frameworks"),
        references=references(fields),
        examples=_examples(fields),
        path=fields.sink.origin,
    )
    if found.axis in (Axis.HYGIENE, Axis.QUALITY) and found.points:
        fields.wrong("points", f"0 for the axis {found.axis}", str(found.points))
    fields.done()
    return found


def _lifecycle(fields: Fields) -> Lifecycle:
    known = [member.value for member in Lifecycle]
    return Lifecycle(fields.choice("lifecycle", known, default=Lifecycle.STABLE.value))


def _examples(fields: Fields) -> tuple[RuleExample, ...]:
    below = fields.below("examples")
    if below is None:
        return ()
    found = []
    for key, expected in (("hits", True), ("misses", False)):
        for row in below.rows(key):
            found.append(RuleExample(row.text("note"), row.json("tool"), expected))
            row.done()
    below.done()
    return tuple(found)
