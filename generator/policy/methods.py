"""The argument that selects the method of a multiplexer, and the methods a profile lets through.

One positive list, so a method added later stays blocked, and null, lists and another letter case
do not pass. Called by draft.py for tools with assessed methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.model import Condition
from generator.model.quick import quick
from generator.policy.table import Facts, row_of
from generator.taxonomy import Category, Facet, Profile

if TYPE_CHECKING:
    from generator.model import Assessment, MethodAssessment, Parameter, Tool

_SELECTORS = ("method", "action", "operation", "op", "command", "mode", "verb", "event", "type")


@quick
@dataclass(frozen=True, slots=True)
class Selection:
    """The selecting argument and the methods that pass, Read first, in schema order."""

    parameter: Parameter
    methods: tuple[MethodAssessment, ...]

    def condition(self) -> Condition:
        """Return the one condition that lists the methods."""
        groups: list[tuple[str, int]] = []
        for method in self.methods:
            word = method.category.value
            if groups and groups[-1][0] == word:
                groups[-1] = (word, groups[-1][1] + 1)
            else:
                groups.append((word, 1))
        return Condition(
            (self.parameter.name,),
            "one_of",
            tuple(method.method for method in self.methods),
            origin="method",
            pointer=self.parameter.pointer,
            groups=tuple(groups),
        )


def selector(tool: Tool, assessment: Assessment) -> Parameter | None:
    """Return the text parameter that selects the method, None when it is not known."""
    named = {method.argument for method in assessment.methods}
    if len(named) != 1:
        return None
    wanted = _SELECTORS if named == {""} else tuple(named)
    known = {
        parameter.name: parameter for parameter in tool.parameters if parameter.types == ("string",)
    }
    return next((known[name] for name in wanted if name in known), None)


def passing(tool: Tool, assessment: Assessment, profile: Profile) -> Selection | None:
    """Return the methods that pass in a profile, None when methods cannot be told apart.

    An optional argument cannot be demanded without breaking calls: only locked does that.
    """
    parameter = selector(tool, assessment)
    if parameter is None or not (parameter.required or profile is Profile.LOCKED):
        return None
    chosen: dict[str, MethodAssessment] = {}
    dropped: set[str] = set()
    for method in assessment.methods:
        if parameter.enum and method.method not in parameter.enum:
            continue
        if passes(method, assessment, profile):
            chosen.setdefault(method.method, method)
        else:
            dropped.add(method.method)
    kept = [method for name, method in chosen.items() if name not in dropped]
    kept.sort(key=lambda method: method.category.strength)
    return Selection(parameter, tuple(kept))


def passes(method: MethodAssessment, assessment: Assessment, profile: Profile) -> bool:
    """Return whether a profile lets calls of this method through without a person.

    Facets belong to the whole tool and cannot be attributed to one method, so a method is judged
    by its own category and level; only a tool that hands out secrets has no reading in locked.
    """
    if profile is Profile.LOCKED:
        return method.category is Category.READ and Facet.SECRETS not in assessment.facets
    facts = Facts(method.category, method.level)
    return row_of(facts).outcome(profile).lets_through
