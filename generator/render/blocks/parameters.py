"""Parameters and their notes to table rows: those with points first, then required ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.model.quick import module_quick
from generator.render import texts
from generator.text import Crawled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import Parameter, ParameterNote

SHOWN = 25
_CHOICES = 6


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One parameter: crawled name and type, our note, counted points."""

    name: Crawled
    is_required: bool
    type: str
    watch: Markup
    detail: Markup
    description: Crawled
    points: str
    is_hot: bool
    is_minus: bool


def rows(
    parameters: Sequence[Parameter], notes: Sequence[ParameterNote]
) -> tuple[ParameterRow, ...]:
    """Return one row per parameter, the ones that raise the score first."""
    by_name = {note.name: note for note in notes}

    def order(item: Parameter) -> tuple[int, bool]:
        note = by_name.get(item.name)
        return (-note.points if note else 0, not item.required)

    return tuple(_row(item, by_name.get(item.name)) for item in sorted(parameters, key=order))


def _row(item: Parameter, note: ParameterNote | None) -> ParameterRow:
    points = note.points if note else 0
    detail = texts.prose(note.detail, 300) if note and note.detail else _choices(item)
    return ParameterRow(
        name=Crawled(item.name, 120),
        is_required=item.required,
        type=type_text(item),
        watch=texts.prose(note.watch, 120) if note else Markup(),
        detail=detail,
        description=Crawled(item.description, 240),
        points=texts.points(points),
        is_hot=points > 0,
        is_minus=points < 0,
    )


def type_text(item: Parameter) -> str:
    """Return the JSON type in a word or two: `string`, `array`, `enum`, `any`."""
    if item.enum:
        return "enum"
    types = [name for name in item.types if name != "null"]
    return " or ".join(types) or "any"


def _choices(item: Parameter) -> Markup:
    if not item.enum:
        return Markup()
    shown = [Crawled(_value(value), 40).__html__() for value in item.enum[:_CHOICES]]
    more = len(item.enum) - len(shown)
    # Each value was escaped by Crawled.
    return Markup(", ".join(shown) + (f" and {more} more" if more > 0 else ""))  # noqa: S704


def _value(value: object) -> str:
    return value if isinstance(value, str) else str(texts.compact(value, 40))


module_quick(__name__)
