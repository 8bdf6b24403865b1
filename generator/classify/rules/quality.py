"""Facts about how well a definition is written. They never score."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.classify.registry import Case, Hit, rule
from generator.classify.rules.needs import (
    BARE,
    BARE_PARAMETERS,
    LONGEST_NAME,
    MALFORMED,
    NO_DESCRIPTION,
    ODD_NAME,
    needs,
)
from generator.model import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME = re.compile(rf"[A-Za-z0-9_.-]{{1,{LONGEST_NAME}}}\Z")


@rule("quality.no_description")
@needs(NO_DESCRIPTION)
def no_description(case: Case) -> Iterable[Hit]:
    """Fire when a tool has no description at all."""
    if not case.view.tool.description.strip():
        yield Hit()


@rule("quality.malformed")
@needs(MALFORMED)
def malformed(case: Case) -> Iterable[Hit]:
    """Fire when an entry is no valid tool."""
    if case.view.tool.malformed:
        yield Hit(subject=case.view.tool.malformed)


@rule("quality.undescribed_params")
@needs(BARE_PARAMETERS)
def undescribed_params(case: Case) -> Iterable[Hit]:
    """Fire when at least three parameters, and more than half, have no description."""
    parameters = case.view.tool.parameters
    bare = sum(not p.description for p in parameters)
    if bare >= BARE and bare * 2 > len(parameters):
        yield Hit(measure=Measure("parameters without description", bare))


@rule("quality.name_charset")
@needs(ODD_NAME)
def name_charset(case: Case) -> Iterable[Hit]:
    """Fire when a name is not 1 to 128 letters, digits, `_`, `.` or `-`."""
    name = case.view.tool.name
    if name and not _NAME.match(name):
        yield Hit(place=case.view.whole_name(), subject=name[:60])
