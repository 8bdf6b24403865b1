"""What the caller may put into a call: parameters that widen what it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import CHANGING, Case, Hit, rule
from generator.classify.rules import arguments as kinds
from generator.classify.rules.evidence import lists_evidence
from generator.classify.rules.needs import MANY, MANY_PARAMETERS, NONE_REQUIRED, needs
from generator.model import Measure
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.classify.view import Argument, View

lists_evidence("schema.param.code")
lists_evidence("schema.param.sql")
lists_evidence("schema.param.router")

_VERY_MANY, _MANY_POINTS = 25, 3


@rule("schema.param_count")
@needs(MANY_PARAMETERS)
def param_count(case: Case) -> Iterable[Hit]:
    """Fire at 15 top-level parameters, in full at 25."""
    count = len(case.view.tool.parameters)
    if count >= MANY:
        step = _VERY_MANY if count >= _VERY_MANY else MANY
        yield Hit(
            measure=Measure("properties", count, step),
            points=None if step == _VERY_MANY else _MANY_POINTS,
            pointer="/inputSchema/properties",
        )


def _each(case: Case, test: Callable[[View, Argument], bool]) -> Iterable[Hit]:
    """Return one hit per argument that passes the test; the engine counts the first."""
    return [Hit(place=a.place, subject=a.parameter.name) for a in case.view.those(test)]


@rule("schema.param.path")
@needs(kinds.PATH)
def path(case: Case) -> Iterable[Hit]:
    """Fire on a local path of a tool that works with files."""
    return _each(case, kinds.is_local_path)


@rule("schema.param.url", Category.UNCLASSIFIED, *CHANGING)
@needs(kinds.URL)
def url(case: Case) -> Iterable[Hit]:
    """Fire on a free URL or host; when reading, read.arbitrary_url already counts it."""
    return _each(case, kinds.is_free_url)


@rule("schema.param.secret")
@needs(kinds.CREDENTIAL)
def secret(case: Case) -> Iterable[Hit]:
    """Fire on a required credential."""
    return _each(case, kinds.is_required_credential)


@rule("schema.param.recipient", Category.EXECUTE)
@needs(kinds.RECIPIENT)
def recipient(case: Case) -> Iterable[Hit]:
    """Fire on a free recipient of a tool that sends."""
    return _each(case, kinds.is_recipient) if kinds.sends(case) else ()


@rule("schema.param.privilege", *CHANGING)
@needs(kinds.PRIVILEGE)
def privilege(case: Case) -> Iterable[Hit]:
    """Fire on an argument that sets roles, access or visibility."""
    return _each(case, kinds.is_privilege)


@rule("schema.param.bulk", *CHANGING)
@needs(kinds.BULK)
def bulk(case: Case) -> Iterable[Hit]:
    """Fire on arrays of ids, and on filters that choose what is changed."""
    return _each(case, kinds.is_bulk)


@rule("schema.param.force", *CHANGING)
@needs(kinds.FORCE)
def force(case: Case) -> Iterable[Hit]:
    """Fire on switches that skip a check or widen the reach."""
    return _each(case, kinds.is_force)


@rule("schema.free_object", *CHANGING)
@needs(kinds.ANY_OBJECT)
def free_object(case: Case) -> Iterable[Hit]:
    """Fire on an object without declared properties in a changing tool."""
    return _each(case, kinds.is_free_object)


@rule("schema.no_required", *CHANGING)
@needs(NONE_REQUIRED)
def no_required(case: Case) -> Iterable[Hit]:
    """Fire on a changing tool with two or more parameters and none required."""
    parameters = case.view.tool.parameters
    if len(parameters) > 1 and not any(p.required for p in parameters):
        yield Hit(measure=Measure("optional parameters", len(parameters)), pointer="/inputSchema")
