"""What worker processes do, as functions of picklable values: survey, make, print servers.

Called over any executor, also on other machines: a task carries all that it needs, and its result
all that it found. What is the same for every task comes packed and is unpacked once per process.
"""

from __future__ import annotations

import gc
import hashlib
import pickle
import zlib
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from generator import lint
from generator.classify import registry
from generator.derive import catalogue, overview
from generator.errors import Location, Problem
from generator.pipeline_entries import Workshop, server_entry, workshop
from generator.pipeline_packing import packed, unpacked
from generator.pipeline_times import Laps
from generator.pipeline_units import survey
from generator.policy import formats
from generator.render import build, site
from generator.render.checks import lot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from generator.model import (
        Change,
        Content,
        ServerEntry,
        ServerSummary,
        Surroundings,
        ToolDetails,
        ToolSummary,
    )
    from generator.pipeline_units import Survey, Unit
    from generator.render.checks.lot import Expected, LotFacts
    from generator.render.files import File
    from generator.render.site import Press

_COLLECT = (300_000, 1_000, 100)
"""A build makes millions of values and few cycles, 500 among 5,000 tools: it looks for them rarely.

Hardly any cycle lives until the second look, which would go through all that is kept.
"""
_WITHOUT_CLIENT = 3
"""`<server>.<profile>.yaml` has three parts; a client's name comes between as a fourth."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is the same for every server of a build, packed."""

    digest: str
    packed: bytes
    is_timed: bool = False
    """Whether tasks say where their time went."""


class Kit(NamedTuple):
    """A setting unpacked: what one process needs to work on any server."""

    shop: Workshop
    rules: frozenset[str]
    press: Press


@dataclass(frozen=True, slots=True)
class Part:
    """What the index needs to know of a server, and what is wrong with it."""

    server: ServerSummary | None
    """None when its spec cannot be read; then there is a problem."""
    tools: tuple[ToolSummary, ...]
    """In the order of its definitions."""
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    name: str
    """Its name in a registry."""
    path: str
    example: tuple[int, str]
    """How well its best ledger would explain a rating on the front page."""


@dataclass(frozen=True, slots=True)
class MakeJob:
    """A server to rate: where it is, and which names it mentions belong to whom."""

    unit: Unit
    foreign: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Made:
    """A rated server: its part of the index, and its entry packed."""

    slug: str
    part: Part
    details: Mapping[str, ToolDetails]
    """By the slugs of its tools: too much to hold of all servers."""
    entry: bytes


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A server whose files are to be made."""

    make: MakeJob
    entry: bytes
    """Packed; empty when it must be made again."""
    around: Surroundings


class Sink(NamedTuple):
    """A folder that a worker of this machine writes into; see `render/build.py`."""

    out: str
    linked: frozenset[str]
    is_empty: bool
    """Whether no file stands there yet."""


class Where(NamedTuple):
    """Where the files of a build go, the same for every server."""

    sink: Sink | None
    """None when a worker has no way to the folder: then files travel back."""
    verify: bool


class Record(NamedTuple):
    """One file of a site: its path and size."""

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Printed:
    """The files of one server: what they are, what they show, and how many were staged."""

    slug: str
    records: tuple[Record, ...]
    facts: LotFacts | None
    staged: int
    files: tuple[File, ...]
    """Those to be staged by somebody else, when there was no sink."""


def setting(
    content: Content,
    today: date,
    templates: Mapping[str, str],
    program: str,
    *,
    is_timed: bool = False,
) -> Setting:
    """Return the setting of a build; `program` stands for the code that works with it."""
    words = replace(content, servers=(), overrides=())
    packed = zlib.compress(pickle.dumps((words, today, dict(templates)), protocol=5), 1)
    stands_for = hashlib.blake2b(digest_size=16)
    for part in (program, repr(words), repr(sorted(templates.items()))):
        stands_for.update(part.encode("utf-8", "surrogatepass"))
    return Setting(stands_for.hexdigest(), packed, is_timed)


def collect_rarely() -> None:
    """Let this process look for cycles less often."""
    gc.set_threshold(*_COLLECT)


@contextmanager
def staying() -> Iterator[None]:
    """Let nobody look for cycles among what is made here: it stays until the end, and has none."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@lru_cache(maxsize=2)
def kit(given: Setting) -> Kit:
    """Return a setting unpacked; kept by the process.

    Raises:
        ValueError: the rules are not sound.
    """
    collect_rarely()
    words, today, templates = pickle.loads(zlib.decompress(given.packed))  # noqa: S301 (our own)
    book = registry.rulebook(words.rules)
    shop = workshop(words, book, today)
    rules = frozenset(rule.id for rule in words.rules)
    return Kit(shop, rules, site.press(overview.words(words, book.ruleset), templates))


# ------------------------------------------------------------------------------- the tasks


def surveys(units: Sequence[Unit]) -> list[Survey]:
    """Return the survey of each server."""
    return [survey(unit) for unit in units]


def make(given: Setting, jobs: Sequence[MakeJob]) -> tuple[list[Made], dict[str, float]]:
    """Return each server rated, and the CPU seconds spent."""
    laps, tools = Laps(given.is_timed), kit(given)
    laps.end("unpack the setting")
    return [_made(tools, job, laps) for job in jobs], laps.spent


def make_far(given: Setting, jobs: Sequence[MakeJob]) -> tuple[list[Made], dict[str, float]]:
    """Do as `make`; the entries are compressed, because they travel."""
    made, spent = make(given, jobs)
    small = [zlib.compress(one.entry, 1) if one.entry else b"" for one in made]
    return [replace(one, entry=entry) for one, entry in zip(made, small, strict=True)], spent


def _made(tools: Kit, job: MakeJob, laps: Laps) -> Made:
    entry, problems, path = _entry(tools, job, laps)
    if entry is None:
        part = Part(None, (), (), tuple(problems), "", path, (0, ""))
        return Made(job.unit.slug, part, {}, b"")
    part = Part(
        server=entry.summary,
        tools=tuple(item.summary for item in entry.tools),
        changes=entry.changes,
        problems=tuple(problems),
        name=entry.server.spec.name,
        path=path,
        example=site.example_rank(entry),
    )
    data = packed(entry)
    laps.end("pack entries")
    return Made(job.unit.slug, part, site.details(entry), data)


def opened(entry: bytes, *, is_near: bool) -> ServerEntry:
    """Return the rated server that `make` packed, or `make_far`."""
    return unpacked(entry if is_near else zlib.decompress(entry))


def entry_of(given: Setting, job: MakeJob) -> ServerEntry | None:
    """Return one server rated."""
    return _entry(kit(given), job, Laps(is_on=False))[0]


def _entry(tools: Kit, job: MakeJob, laps: Laps) -> tuple[ServerEntry | None, list[Problem], str]:
    server, overrides, problems = job.unit.read()
    laps.end("read files")
    if server is None:
        return None, problems, ""
    shop = replace(tools.shop, names=job.foreign, overrides={server.slug: overrides})
    problems += lint.check_server(server, overrides, tools.rules, shop.today)
    laps.end("lint")
    entry, refused = server_entry(server, shop)
    laps.end("rate, draft, derive")
    return entry, [*problems, *refused], server.spec.path


def prints(
    given: Setting, task: tuple[Where, Sequence[PrintJob]]
) -> tuple[list[Printed], dict[str, float]]:
    """Return the files of each server, checked and staged, and the CPU seconds spent."""
    where, jobs = task
    laps, tools = Laps(given.is_timed), kit(given)
    laps.end("unpack the setting")
    return [_printed(tools, where, job, laps) for job in jobs], laps.spent


def _printed(tools: Kit, where: Where, job: PrintJob, laps: Laps) -> Printed:
    slug = job.make.unit.slug
    if job.entry:
        # Without a sink it has travelled.
        entry: ServerEntry | None = opened(job.entry, is_near=where.sink is not None)
        laps.end("unpack entries")
    else:
        entry = _entry(tools, job.make, laps)[0]
    if entry is None:
        return Printed(slug, (), None, 0, ())
    files = tools.press.files(catalogue.finish(entry, job.around), job.around)
    expected = tools.press.expected if where.verify else None
    return stage(slug, files, expected, where.sink, laps)


def stage(
    name: str, files: Iterable[File], expected: Expected | None, sink: Sink | None, laps: Laps
) -> Printed:
    """Put files that differ from those of the folder beside it, or return them without a sink.

    Each is made, put, checked when something is expected of it, and forgotten: a large server has
    thousands of them.
    """
    records: list[Record] = []
    left: list[File] = []
    staged = 0

    def put() -> Iterator[File]:
        nonlocal staged
        for file in files:
            laps.end("make files")
            records.append(Record(file.path, len(file.data)))
            if sink is None:
                left.append(file)
            else:
                staged += build.put(sink.out, file, sink.linked, is_empty=sink.is_empty)
            laps.end("write files")
            yield file
            laps.end("check files")

    facts = None
    if expected is None:
        deque(put(), maxlen=0)
    else:
        # Each policy was checked by its format when it was rendered: these are the same texts.
        facts = lot.check(put(), expected)
    laps.end("check files")
    return Printed(name, tuple(records), facts, staged, tuple(left))


def policy_problems(name: str, text: str) -> list[Problem]:
    """Return what the check of a policy's own format says; its client is in the file's name."""
    words = name.rpartition("/")[2].split(".")
    client = words[2] if len(words) > _WITHOUT_CLIENT else "intercept"
    target = next((one for one in formats.FORMATS if one.name == client), None)
    if target is None:
        message = f'the file (expected the name of a format, got "{client}")'
        return [Problem("policy.format", Location(name), message)]
    return [
        replace(one, location=Location(name, one.location.line, one.location.pointer))
        for one in target.check(text)
    ]
