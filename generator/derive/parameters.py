"""Parameters of a tool to what one should watch for in each, with the points they carry.

Called by catalogue.py; the order is that of the parameter table: points first, then required.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from generator.derive import evidence, wording
from generator.model import ParameterNote
from generator.taxonomy import Axis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.derive.texts import Texts
    from generator.model import Assessment, Parameter, Signal, Tool

_MOST_VALUES = 6
_WHOLE_TOOL = ("base.", "floor.", "ceiling.", "cap.")
"""Rules that speak about the tool even when their evidence stands in a parameter."""


_CATEGORY, _FACET = Axis.CATEGORY, Axis.FACET
_KEYS = frozenset({"minimum", "maximum", "maxLength"})


def notes(tool: Tool, assessment: Assessment, texts: Texts) -> tuple[ParameterNote, ...]:
    """Return one note per parameter: those that move the score first, then required ones."""
    found = _by_parameter(tool.parameters, assessment)
    selectors = {method.argument for method in assessment.methods}
    made = []
    for place, parameter in enumerate(tool.parameters):
        name, signals = parameter.name, found.get(parameter.name, ())
        points, is_silent = 0, True
        if signals or name in selectors:
            note = _note(parameter, signals, assessment, texts, is_selector=name in selectors)
            points, is_silent = -abs(note.points), not note.watch
        else:
            note = _plain(name, bounds(parameter))
        made.append((points, is_silent, not parameter.required, place, note))
    made.sort()
    return tuple([row[-1] for row in made])


@lru_cache(maxsize=4096)
def _plain(name: str, detail: str) -> ParameterNote:
    """Return the note on a parameter that no signal speaks about: one for all that are alike."""
    return ParameterNote(name, watch="", detail=detail, points=0)


def _by_parameter(
    parameters: Sequence[Parameter], assessment: Assessment
) -> Mapping[str, Sequence[Signal]]:
    """Return the counted signals about a parameter, by the one their pointer leads to."""
    places = {p.pointer: p.name for p in parameters}
    found: dict[str, list[Signal]] = {}
    for signal in evidence.counted(assessment):
        if signal.axis is _CATEGORY or signal.rule.startswith(_WHOLE_TOOL):
            continue
        name = _owner(signal.pointer, places)
        if name is not None:
            found.setdefault(name, []).append(signal)
    return found


def _owner(pointer: str, places: Mapping[str, str]) -> str | None:
    """Return the parameter at a pointer or above it."""
    while pointer:
        if pointer in places:
            return places[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


def _note(
    parameter: Parameter,
    signals: Sequence[Signal],
    assessment: Assessment,
    texts: Texts,
    *,
    is_selector: bool,
) -> ParameterNote:
    points = sum([s.points for s in signals])
    telling = [s for s in signals if s.axis is not _FACET] or signals
    ordered = sorted(telling, key=lambda s: (-abs(s.points), -s.support))
    heads = list(dict.fromkeys(evidence.headline(s) for s in ordered if s.text))
    details = [words for s in ordered[:1] if (words := evidence.consequence(s, texts))]
    details += [wording.sentence(words) for words in heads[1:3]]
    if is_selector:
        heads.insert(0, "Chooses the method")
        details.insert(0, _methods(parameter, assessment))
    details.append(bounds(parameter))
    first = wording.sentence(heads[0] if heads else "")
    kept = [detail for detail in dict.fromkeys(details) if detail and detail != first]
    return ParameterNote(
        name=parameter.name,
        watch=heads[0] if heads else "",
        detail=" ".join(kept),
        points=points,
    )


def _methods(parameter: Parameter, assessment: Assessment) -> str:
    mine = [m for m in assessment.methods if m.argument == parameter.name]
    top = max(mine, key=lambda m: m.score)
    total = wording.number(len(mine))
    return f"{wording.code(top.method)} is the riskiest of {total}, {top.level.title}."


def bounds(parameter: Parameter) -> str:
    """Return what the schema itself says about the values of a parameter, in a few words."""
    schema = parameter.schema
    if not (parameter.enum or parameter.format or parameter.pattern) and _KEYS.isdisjoint(schema):
        return ""
    if parameter.enum:
        values = [v if isinstance(v, str) else str(v) for v in parameter.enum]
        return f"One of {wording.codes(values, _MOST_VALUES, 'or')}."
    words = []
    if parameter.format:
        words.append(f"format {wording.code(parameter.format)}")
    if parameter.pattern:
        words.append("bounded by a pattern")
    low, high = _bound(schema.get("minimum")), _bound(schema.get("maximum"))
    if low or high:
        words.append(
            f"from {low} to {high}"
            if low and high
            else f"{low or high} or {'more' if low else 'less'}"
        )
    longest = _bound(schema.get("maxLength"))
    if longest:
        words.append(f"at most {longest} characters")
    return wording.sentence(", ".join(words))


def _bound(value: object) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:,}" if is_number else ""
