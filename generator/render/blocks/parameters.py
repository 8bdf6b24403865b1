"""Parameters and their notes to table rows: those with points first, then required ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.model import ParameterNote
from generator.model.quick import maker, module_quick
from generator.render import texts
from generator.text import Crawled, new_crawled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.model import Parameter

SHOWN = 25
_CHOICES = 6
_NOTHING = Markup()
_NO_NOTE = ParameterNote("", "", "", 0)


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
    found = [(item, by_name.get(item.name, _NO_NOTE)) for item in parameters]
    found.sort(key=lambda pair: (-pair[1].points, not pair[0].required))
    return tuple([_row(item, note) for item, note in found])


def _row(item: Parameter, note: ParameterNote) -> ParameterRow:
    points = note.points
    return _new_row(
        name=new_crawled(item.name, 120),
        is_required=item.required,
        type=type_text(item),
        watch=texts.prose(note.watch, 120) if note.watch else _NOTHING,
        detail=texts.prose(note.detail, 300) if note.detail else _choices(item),
        description=new_crawled(item.description, 240),
        points=texts.points(points) if points else "0",
        is_hot=points > 0,
        is_minus=points < 0,
    )


def type_text(item: Parameter) -> str:
    """Return the JSON type in a word or two: `string`, `array`, `enum`, `any`."""
    if item.enum:
        return "enum"
    types = item.types
    if len(types) > 1 or "null" in types:
        types = tuple([name for name in types if name != "null"])
    return " or ".join(types) or "any"


def _choices(item: Parameter) -> Markup:
    if not item.enum:
        return _NOTHING
    shown = [Crawled(_value(value), 40).__html__() for value in item.enum[:_CHOICES]]
    more = len(item.enum) - len(shown)
    # Each value was escaped by Crawled.
    return Markup(", ".join(shown) + (f" and {more} more" if more > 0 else ""))  # noqa: S704


def _value(value: object) -> str:
    return value if isinstance(value, str) else str(texts.compact(value, 40))


module_quick(__name__)
_new_row = maker(ParameterRow)
