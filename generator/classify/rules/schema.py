"""What the caller may put into a call: parameters that widen what it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import Case, Hit, rule
from generator.classify.rules import arguments as kinds
from generator.classify.rules.evidence import lists_evidence
from generator.model import Measure
from generator.taxonomy import Category

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.classify.view import Argument, View

lists_evidence("schema.param.code")
lists_evidence("schema.param.sql")
lists_evidence("schema.param.router")

_MANY, _VERY_MANY, _MANY_POINTS = 15, 25, 3


@rule("schema.param_count")
def param_count(case: Case) -> Iterable[Hit]:
    """Fire at 15 top-level parameters, in full at 25."""
    count = len(case.view.tool.parameters)
    if count >= _MANY:
        step = _VERY_MANY if count >= _VERY_MANY else _MANY
        yield Hit(
            measure=Measure("properties", count, step),
            points=None if step == _VERY_MANY else _MANY_POINTS,
            pointer="/inputSchema/properties",
        )


def _each(case: Case, test: Callable[[View, Argument], bool]) -> Iterable[Hit]:
    """Return one hit per argument that passes the test; the engine counts the first."""
    for argument in case.view.arguments:
        if test(case.view, argument):
            yield Hit(place=argument.place, subject=argument.parameter.name)


@rule("schema.param.path")
def path(case: Case) -> Iterable[Hit]:
    """Fire on a local path of a tool that works with files."""
    return _each(case, kinds.is_local_path)


@rule("schema.param.url")
def url(case: Case) -> Iterable[Hit]:
    """Fire on a free URL or host, except where read.arbitrary_url already counts it."""
    if case.read:
        return ()
    return _each(case, kinds.is_free_url)


@rule("schema.param.secret")
def secret(case: Case) -> Iterable[Hit]:
    """Fire on a required credential."""
    return _each(case, lambda _, a: a.parameter.required and kinds.is_credential(a))


@rule("schema.param.recipient")
def recipient(case: Case) -> Iterable[Hit]:
    """Fire on a free recipient of a tool that sends."""
    if case.category is not Category.EXECUTE or not kinds.sends(case):
        return ()
    return _each(case, lambda _, a: kinds.is_recipient(a))


@rule("schema.param.privilege")
def privilege(case: Case) -> Iterable[Hit]:
    """Fire on an argument that sets roles, access or visibility."""
    return _each(case, lambda _, a: kinds.is_privilege(a)) if case.changes else ()


@rule("schema.param.bulk")
def bulk(case: Case) -> Iterable[Hit]:
    """Fire on arrays of ids, and on filters that choose what is changed."""
    return _each(case, lambda _, a: kinds.is_bulk(a)) if case.changes else ()


@rule("schema.param.force")
def force(case: Case) -> Iterable[Hit]:
    """Fire on switches that skip a check or widen the reach."""
    return _each(case, lambda _, a: kinds.is_force(a)) if case.changes else ()


@rule("schema.free_object")
def free_object(case: Case) -> Iterable[Hit]:
    """Fire on an object without declared properties in a changing tool."""
    return _each(case, lambda _, a: kinds.is_free_object(a)) if case.changes else ()


@rule("schema.no_required")
def no_required(case: Case) -> Iterable[Hit]:
    """Fire on a changing tool with two or more parameters and none required."""
    parameters = case.view.tool.parameters
    if case.changes and len(parameters) > 1 and not any(p.required for p in parameters):
        yield Hit(measure=Measure("optional parameters", len(parameters)), pointer="/inputSchema")
