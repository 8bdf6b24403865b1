"""A list of the API to one file, or to a first file and parts when it is long.

A part holds what begins with the same letters, so that one changed server touches few of them, and
no file grows with the catalogue. The first file names its parts and shows the first rows.
"""

from __future__ import annotations

from functools import partial
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from generator.render import buckets, lots, urls
from generator.render.api import document
from generator.render.files import File
from generator.render.lots import Lot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.model import JsonObject
    from generator.render.buckets import Order
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

    def lot(path: str, shown: Sequence[int], **more: object) -> Lot:
        stands_for = lots.key(subject, more, lots.rows_key([every[at] for at in shown]))
        return Lot(path, stands_for, partial(made, path, shown, more))

    def made(path: str, shown: Sequence[int], more: JsonObject) -> Iterator[File]:
        data = {**subject.head, **more, noun: [brief(every[at]) for at in shown]}
        yield File(path, document(context, path, subject.page, data))

    total = len(rows.positions)
    if total <= WHOLE:
        yield lot(name, sorted(rows.positions), total=total, parts=[])
        return
    found = buckets.split(rows, PART)
    parts = {urls.api(f"lists/{subject.name}/{key}.json"): at for key, at in found.items()}
    listed = [{"file": f"/{path}", "total": len(at)} for path, at in parts.items()]
    yield lot(name, nsmallest(FIRST, rows.positions), total=total, parts=listed)
    for path, ats in parts.items():
        yield lot(path, ats, total=len(ats), parts=[])
