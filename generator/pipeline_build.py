"""Servers to the site in its folder: what changed is rated, printed, checked, and put in place.

The way of the data: survey (what is this server, whom does it mention), make (rate it), index (what
spans servers), print (its files, and those that span servers), commit. Each step skips what the
last build knew already; the result is the same bytes whether it knew or not. Nothing in the folder
changes before all is made and checked.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from generator import lint
from generator.derive import catalogue, overview
from generator.errors import BuildError, Location, Problem, Severity, in_order
from generator.executors import rest, run_unordered, share
from generator.executors.own import Serial
from generator.pipeline_store import StoreError
from generator.pipeline_tasks import (
    MakeJob,
    Printed,
    PrintJob,
    Sink,
    Where,
    entry_of,
    kit,
    make,
    prints,
    setting,
    stage,
    surveys,
)
from generator.pipeline_times import Times
from generator.pipeline_units import foreign, held, owners
from generator.progress import Progress
from generator.render import build as folder
from generator.render import html, site
from generator.render.checks import lot as checks
from generator.render.checks.lost import Lost
from generator.render.checks.lot import Across
from generator.render.files import File

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from datetime import date
    from pathlib import Path
    from typing import IO, TextIO

    from generator.derive.overview import Measured
    from generator.model import Content, Index, Surroundings, ToolDetails, ToolEntry
    from generator.pipeline_store import Store
    from generator.pipeline_tasks import Made, Part, Record, Setting
    from generator.pipeline_times import Stage
    from generator.pipeline_units import Survey, Unit

_DETAILS = 500
"""Servers whose details are kept at hand while lists are made."""
_READ = 20
"""Servers of one task that only reads them."""
_BATCH = 60
"""Tools of one task: enough to make the way to a worker cheap, few enough to share work out."""
_COMMIT = 20
"""Batches of ratings after which the memory keeps them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build is asked to do."""

    content: Content
    """The words: rules, attacks, questions, pages, site; its servers are not looked at."""
    units: Sequence[Unit]
    out: Path
    templates: Path
    today: date
    program: str
    """Stands for the code that builds."""
    measured: Measured
    verify: bool = True
    is_known: bool = False
    """Whether the folder is as the last build left it, so that what the store says holds."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a build works with."""

    executor: Executor
    store: Store
    screen: TextIO | None = None
    """Where to tell how long work gets on; None tells nobody."""
    is_near: bool = True
    """Whether workers read and write the same disk."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: problems and an untouched folder, or counts and what was written."""

    problems: tuple[Problem, ...]
    servers: int
    tools: int
    report: folder.BuildReport
    stages: tuple[Stage, ...] = ()

    @property
    def failed(self) -> bool:
        """Return whether the folder was left as it was."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(slots=True)
class _Spill:
    """Packed entries between two stages, on disk: they are needed once and are large."""

    file: IO[bytes]
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def put(self, slug: str, data: bytes) -> None:
        """Keep an entry.

        Raises:
            BuildError: there is no room for it.
        """
        try:
            self.places[slug] = (self.file.seek(0, 2), len(data))
            self.file.write(data)
            self.file.flush()
        except OSError as error:
            raise _unspilled(error) from error

    def get(self, slug: str) -> bytes:
        """Return an entry, empty when it was not made in this build."""
        if slug not in self.places:
            return b""
        start, size = self.places[slug]
        self.file.seek(start)
        return self.file.read(size)


@dataclass(slots=True)
class _Job:
    """One build as it goes on."""

    plan: Plan
    means: Means
    given: Setting
    shared: object
    """The setting as tasks are given it."""
    jobs: dict[str, MakeJob] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    passing: dict[str, Mapping[str, ToolDetails]] = field(default_factory=dict)
    """Details of servers that the store may not keep."""
    across: Across = field(default_factory=Across.empty)
    fresh: set[str] = field(default_factory=set)
    """Lots that this build made and checked; their facts are in the store."""
    wrong: list[Problem] = field(default_factory=list)
    """What they show to be wrong by themselves."""
    names: set[str] = field(default_factory=set)
    """All lots of the new site."""
    gone: list[str] = field(default_factory=list)
    """Files of the last build that its lots no longer have."""
    lost: Lost = field(default_factory=Lost)
    """What else they no longer have and other lots may count on."""
    files: int = 0
    bytes: int = 0
    staged: int = 0
    times: Times = field(default_factory=Times)


def build(plan: Plan, means: Means) -> Built:
    """Build a site; with problems nothing is written.

    Raises:
        BuildError: the folder cannot be written or holds something else than a site.
    """
    try:
        return _build(plan, means)
    except StoreError:
        # Only the memory broke: what it knew is found out again.
        means.store.forget_all()
    finally:
        means.store.rollback()
    try:
        return _build(replace(plan, is_known=False), means)
    except StoreError as error:
        raise _unspilled(error) from error


def _build(plan: Plan, means: Means) -> Built:
    sources = html.sources(plan.templates)
    given = setting(plan.content, plan.today, sources, plan.program)
    job = _Job(plan, means, given, share(means.executor, given))
    with _spilled() as spill:
        with job.times.stage("read"):
            _survey(job)
        with job.times.stage("rate"):
            _make(job, spill)
        problems = _problems(job)
        if any(one.severity is Severity.ERROR for one in problems):
            return _built(job, problems, folder.BuildReport(0, 0, 0, 0))
        # The memories of rating are of no use for printing, and there is much to hold then.
        rest(means.executor)
        with job.times.stage("index"):
            index = _index(job)
        with folder.Staging(plan.out, plan.is_known) as staging:
            with job.times.stage("print servers"):
                _print_servers(job, index, spill, staging)
            rest(means.executor)
            with job.times.stage("print lists"):
                _print_lists(job, index, staging)
            with job.times.stage("check across"):
                wrong = _across(job)
            if wrong:
                return _built(job, [*problems, *wrong], folder.BuildReport(0, 0, 0, 0))
            with job.times.stage("commit"):
                removed = _removed(job, staging)
                means.store.begin_site()
                staging.commit(removed, job.staged)
                means.store.commit_site()
    report = folder.BuildReport(job.files, job.staged, len(removed), job.bytes)
    return _built(job, problems, report)


@contextmanager
def _spilled() -> Iterator[_Spill]:
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
    except OSError as error:
        raise _unspilled(error) from error
    try:
        yield _Spill(file)
    finally:
        # What found no room before finds none now, and nobody needs it any more.
        with suppress(OSError):
            file.close()


def _unspilled(error: Exception) -> BuildError:
    return BuildError(f"{tempfile.gettempdir()} cannot hold what is half done: {error}")


@contextmanager
def _told(job: _Job, total: int, unit: str) -> Iterator[Progress]:
    """Tell how a piece of work gets on, where somebody listens."""
    progress = Progress(total, unit, job.means.screen or io.StringIO())
    try:
        yield progress
    finally:
        progress.close()


def _built(job: _Job, problems: Iterable[Problem], report: folder.BuildReport) -> Built:
    tools = sum(len(part.tools) for part in job.parts.values())
    ordered = tuple(in_order(list(problems)))
    return Built(ordered, len(job.parts), tools, report, tuple(job.times.stages))


# ------------------------------------------------------------------------------- rating


def _survey(job: _Job) -> None:
    """Find out what every server is; read only the files that changed."""
    store, found = job.means.store, dict[str, "Survey"]()
    unknown: list[Unit] = []
    for unit in job.plan.units:
        kept = store.survey(unit.slug, unit.state)
        if kept is None:
            unknown.append(unit)
        else:
            found[unit.slug] = kept
    states = {unit.slug: unit.state for unit in unknown}
    portions = [unknown[at : at + _READ] for at in range(0, len(unknown), _READ)]
    executor = job.means.executor if job.means.is_near else Serial()
    with _told(job, len(unknown), "servers read") as progress:
        for portion in run_unordered(executor, surveys, portions):
            for one in portion:
                found[one.slug] = one
                store.put_survey(one, states[one.slug])
            progress.add(len(portion))
    owned = owners(found.values())
    for unit in job.plan.units:
        one = found[unit.slug]
        near = foreign(one, owned)
        job.jobs[unit.slug] = MakeJob(unit, near)
        job.keys[unit.slug] = one.key(job.given.digest, near, job.plan.today)
        # A server without tools is work too.
        job.sizes[unit.slug] = max(1, len(one.names))


def _make(job: _Job, spill: _Spill) -> None:
    """Rate the servers that changed; take the others from the last build."""
    store, batch = job.means.store, 0
    todo = []
    for slug, one in job.jobs.items():
        part = store.part(slug, job.keys[slug])
        if part is None:
            todo.append(one)
        else:
            job.parts[slug] = part
    batches = _batches(todo, job.sizes)
    tasks = ([_sent(job, one) for one in batch] for batch in batches)
    with _told(job, sum(job.sizes[one.unit.slug] for one in todo), "tools rated") as progress:
        for found, spent in run_unordered(job.means.executor, make, tasks, given=(job.shared,)):
            job.times.add(spent)
            for made in found:
                _keep(job, made, spill)
            progress.add(sum(job.sizes[made.slug] for made in found))
            batch += 1
            if batch % _COMMIT == 0:
                # An interrupted build has not rated these for nothing.
                store.commit()
    job.parts = {slug: job.parts[slug] for slug in sorted(job.parts)}
    store.forget_servers(store.servers() - job.parts.keys())
    store.commit()


def _sent(job: _Job, one: MakeJob) -> MakeJob:
    """Return a job as it travels: with what its files hold, for a machine that has none."""
    if job.means.is_near or one.unit.files is None:
        return one
    return replace(one, unit=replace(one.unit, files=held(one.unit.files)))


def _keep(job: _Job, made: Made, spill: _Spill) -> None:
    job.parts[made.slug] = made.part
    # The key is that of the files as they were listed, and these may be others by now.
    if job.jobs[made.slug].unit.is_as_listed:
        job.means.store.put_part(made.slug, job.keys[made.slug], made.part, made.details)
    else:
        job.passing[made.slug] = made.details
    spill.put(made.slug, made.entry)


def _batches(jobs: Sequence[MakeJob], sizes: Mapping[str, int]) -> list[list[MakeJob]]:
    """Return jobs in batches of about as many tools, the largest servers first."""
    found: list[list[MakeJob]] = []
    room = 0
    for one in sorted(jobs, key=lambda one: sizes[one.unit.slug], reverse=True):
        if room <= 0:
            found.append([])
            room = _BATCH
        found[-1].append(one)
        room -= sizes[one.unit.slug]
    return found


def _problems(job: _Job) -> list[Problem]:
    named = ((part.name, part.path) for part in job.parts.values())
    found = [problem for part in job.parts.values() for problem in part.problems]
    return in_order([*found, *lint.check_names(named)])


def _index(job: _Job) -> Index:
    parts = job.parts.values()
    return overview.index(
        job.plan.content,
        [part.server for part in parts if part.server],
        [tool for part in parts for tool in part.tools],
        changes=[change for part in parts for change in part.changes],
        ruleset=kit(job.given).shop.book.ruleset,
        measured=job.plan.measured,
    )


# ------------------------------------------------------------------------------- printing


def _print_servers(job: _Job, index: Index, spill: _Spill, staging: folder.Staging) -> None:
    """Make the files of every server whose rating or surroundings changed."""
    near, titles = catalogue.neighbours(index.tools), catalogue.titles(index.servers)
    sink = Sink(str(job.plan.out), staging.linked) if job.means.is_near else None
    where = Where(sink, job.plan.verify)
    keys: dict[str, bytes] = {}

    def jobs() -> Iterator[tuple[Where, list[PrintJob]]]:
        batch: list[PrintJob] = []
        room = _BATCH
        for slug, part in job.parts.items():
            if part.server is None:
                continue
            around = catalogue.surroundings(part.server, part.tools, near, titles)
            keys[slug] = _print_key(job.keys[slug], around)
            if _is_kept(job, _server_lot(slug), keys[slug]):
                progress.add(job.sizes[slug])
                continue
            known = _known(job, _server_lot(slug))
            entry = spill.get(slug)
            rated = job.jobs[slug] if entry else _sent(job, job.jobs[slug])
            batch.append(PrintJob(rated, entry, around, known))
            room -= job.sizes[slug]
            if room <= 0:
                yield where, batch
                batch, room = [], _BATCH
        if batch:
            yield where, batch

    with _told(job, sum(job.sizes.values()), "tools printed") as progress:
        for found, spent in run_unordered(job.means.executor, prints, jobs(), given=(job.shared,)):
            job.times.add(spent)
            for printed in found:
                listed = job.jobs[printed.slug].unit.is_as_listed
                key = keys[printed.slug] if listed else b""
                _take(job, _server_lot(printed.slug), key, printed, staging)
            progress.add(sum(job.sizes[printed.slug] for printed in found))


def _server_lot(slug: str) -> str:
    return f"server/{slug}"


def _print_key(rated: bytes, around: Surroundings) -> bytes:
    """Return what stands for the files of a server: its rating, and what it says of others."""
    found = hashlib.blake2b(rated, digest_size=16)
    for tools in around.similar:
        found.update(b"".join(tool.digest for tool in tools) + b"|")
    others = (around.shared_names, around.shared_total, around.titles, around.is_title_shared)
    found.update(repr(others).encode("utf-8", "surrogatepass"))
    return found.digest()


def _is_kept(job: _Job, name: str, key: bytes) -> bool:
    """Return whether the folder holds a lot as it must be, and count it in then."""
    job.names.add(name)
    kept = job.means.store.lot(name) if job.plan.is_known else None
    if kept is None or kept.key != key or (job.plan.verify and kept.facts is None):
        return False
    job.files += kept.files
    job.bytes += kept.bytes
    if kept.facts:
        job.across.add(kept.facts)
    else:
        job.across.add_paths(one.path for one in job.means.store.records(name))
    return True


def _known(job: _Job, name: str) -> frozenset[tuple[str, bytes]]:
    records = job.means.store.records(name) if job.plan.is_known else ()
    return frozenset((one.path, one.digest) for one in records)


def _print_lists(job: _Job, index: Index, staging: folder.Staging) -> None:
    """Make the files that span servers, those whose key is not that of the last build."""
    expected = kit(job.given).press.expected
    sink = Sink(str(job.plan.out), staging.linked)
    details = lru_cache(maxsize=_DETAILS)(partial(_details, job))
    for one in site.shared_lots(index, _example(job), job.plan.templates, details):
        name = f"shared/{one.name}"
        key = hashlib.blake2b(f"{job.given.digest} {one.key}".encode(), digest_size=16).digest()
        # A lot without a key is always made: no build has its empty key.
        if _is_kept(job, name, key if one.key else b""):
            continue
        files = list(one.make())
        facts = checks.check(files, expected) if job.plan.verify else None
        printed = Printed(name, *stage(files, facts, sink, _known(job, name)))
        _take(job, name, key, printed, staging)


def _take(job: _Job, name: str, key: bytes, printed: Printed, staging: folder.Staging) -> None:
    """Note what was made of a lot."""
    store = job.means.store
    if job.plan.is_known:
        mine = {one.path for one in printed.records}
        job.gone += [one.path for one in store.records(name) if one.path not in mine]
        kept = store.lot(name)
        if kept is not None and printed.facts:
            job.lost.add(kept.facts, printed.facts)
    for file in printed.files:
        job.staged += folder.put(job.plan.out, file, staging.linked)
    job.staged += printed.staged
    job.files += len(printed.records)
    job.bytes += sum(one.size for one in printed.records)
    if printed.facts:
        job.across.add(printed.facts)
        job.fresh.add(name)
        job.wrong += printed.facts.problems
    else:
        job.across.add_paths(one.path for one in printed.records)
    store.put_lot(name, key, printed.records, printed.facts)


def _details(job: _Job, slug: str) -> Mapping[str, ToolDetails]:
    return job.passing.get(slug) or job.means.store.details(slug)


def _example(job: _Job) -> ToolEntry | None:
    """Return the tool whose ledger explains a rating best, for the front page."""
    slug = max(job.parts, key=lambda one: job.parts[one].example, default=None)
    if slug is None or not job.parts[slug].example[0]:
        return None
    kept = job.means.store.example(slug, job.keys[slug])
    if kept is not None:
        return kept
    entry = entry_of(job.given, job.jobs[slug])
    found = site.best_example(entry.tools) if entry else None
    if found is not None and job.jobs[slug].unit.is_as_listed:
        job.means.store.put_example(slug, job.keys[slug], found)
    return found


# ------------------------------------------------------------------------------- checking


def _across(job: _Job) -> list[Problem]:
    """Return what is wrong within the lots made, and between all lots."""
    job.across.close()
    twice = job.across.twice()
    found = list(_claimed_twice(job, twice)) if twice else []
    if not job.plan.verify:
        return found
    found += [*job.wrong, *job.across.sizes()]
    suspects = set(job.fresh)
    vanished = job.means.store.names() - job.names if job.plan.is_known else set()
    if job.gone or vanished or job.lost.matters(job.across):
        suspects = job.names
    expected = kit(job.given).press.expected
    for name, facts in job.means.store.facts(sorted(suspects)):
        across = job.across
        if across.missing(facts) or across.orphans(facts) or across.titles_met(facts):
            files = _files_of(job.plan.out, job.means.store.records(name))
            found += checks.named(files, expected, across, facts)
    return found


def _claimed_twice(job: _Job, twice: frozenset[int]) -> Iterator[Problem]:
    """Yield the paths that two lots make, or one lot twice, by name."""
    makers: dict[str, list[str]] = {}
    for name in sorted(job.names):
        for path, _size, _digest in job.means.store.records(name):
            if checks.number(path) in twice:
                makers.setdefault(path, []).append(name)
    for path, names in sorted(makers.items()):
        message = f"two pages claim this path ({' and '.join(names)})"
        yield Problem("truth.site", Location(path), message)


def _files_of(out: Path, records: Iterable[Record]) -> Iterator[File]:
    """Yield the files of a lot as they will stand: staged ones first."""
    for path, _size, _digest in records:
        staged = out / folder.STAGING / "files" / path
        yield File(path, (staged if staged.is_file() else out / path).read_bytes())


def _removed(job: _Job, staging: folder.Staging) -> list[str]:
    """Return the files of the folder that no lot has any more."""
    store = job.means.store
    vanished = store.names() - job.names
    found = list(job.gone)
    for name in vanished:
        found += [one.path for one in store.records(name)]
        store.forget(name)
    if job.plan.is_known:
        return sorted({path for path in found if not job.across.holds(path)})
    return staging.stale(job.across.holds)
