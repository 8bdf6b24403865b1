"""A list of the API to one file, or to a first file and parts when it is long.

A part holds what begins with the same letters, so that one changed server touches few of them, and
no file grows with the catalogue. The first file names its parts and shows the first rows.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from generator.render import buckets, lots, urls
from generator.render.api import document
from generator.render.files import File
from generator.render.lots import Lot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.model import JsonObject
    from generator.render.buckets import Order, Part
    from generator.render.context import Context
    from generator.render.lots import Listed


Item = TypeVar("Item", bound="Listed")
WHOLE, PART, FIRST = 2_000, 1_000, 200
"""Rows of a list in one file; of one part at most, but for rows of one name; shown at first."""


class Subject(NamedTuple):
    """What a list is about."""

    name: str
    """Of its file below `/api/v1/`, without `.json`."""
    page: str
    head: JsonObject
    """What stands in front of the rows, in every part: no counts of the whole."""
    noun: str


def of(
    context: Context,
    subject: Subject,
    every: Sequence[Item],
    rows: Order,
    brief: Callable[[Item], JsonObject],
) -> Iterator[Lot]:
    """Yield a list's file and its parts; `rows` are some of `every`."""
    name, noun = urls.api(f"{subject.name}.json"), subject.noun

    def lot(path: str, part: Part, shown: int | None = None, **more: object) -> Lot:
        rows_key = part.mark
        if shown is not None:
            rows_key = lots.rows_key(every[at] for at in part.first_rows(shown))
        make = partial(made, path, part, shown, more)
        return Lot(path, lots.key(subject, more, rows_key), make)

    def made(path: str, part: Part, shown: int | None, more: JsonObject) -> Iterator[File]:
        rows = part.positions if shown is None else part.first_rows(shown)
        data = {**subject.head, **more, noun: [brief(every[at]) for at in rows]}
        yield File(path, document(context, path, subject.page, data))

    whole = buckets.Part(rows, 0, len(rows.keys))
    if whole.total <= WHOLE:
        yield lot(name, whole, total=whole.total, parts=[])
        return
    found = buckets.split(rows, PART)
    parts = {urls.api(f"lists/{subject.name}/{key}.json"): part for key, part in found.items()}
    listed = [{"file": f"/{path}", "total": part.total} for path, part in parts.items()]
    yield lot(name, whole, FIRST, total=whole.total, parts=listed)
    for path, part in parts.items():
        yield lot(path, part, total=part.total, parts=[])
