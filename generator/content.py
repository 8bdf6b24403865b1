"""Content folders to model objects: every file parsed, every problem of every file collected.

`load` is called by pipeline.py, lint and the command line. A later folder lies over an earlier
one, file by file: a private catalogue adds servers, and may replace a rule or a page by a file of
the same name. Order of the result is by slug, so that it does not depend on the file system.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator import content_listing, content_optout, content_prose
from generator.content_accuracy import measurement
from generator.content_fields import Fields
from generator.content_listing import ListedFile
from generator.content_overrides import overrides
from generator.content_rules import rule
from generator.content_servers import server_spec
from generator.content_site import merged_site
from generator.content_snapshots import snapshot
from generator.content_yaml import Sink, decode, parse
from generator.definition import tools_of
from generator.errors import ContentError, Problem, in_order
from generator.model import (
    AttackEntry,
    Content,
    FaqEntry,
    Measurement,
    OptOut,
    Override,
    Prose,
    Rule,
    Server,
    ServerSpec,
    Site,
    Snapshot,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from generator.content_listing import Kind, ServerFiles

MAX_BYTES = 64_000_000
"""Files above this are refused unread; the crawler's own bound of one server's answer."""


@dataclass(slots=True)
class _Found:
    """What the folders hold so far, by kind and slug; a later file replaces an earlier one."""

    site: Site | None = None
    servers: dict[str, ServerSpec] = field(default_factory=dict)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    overrides: dict[str, list[Override]] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    attacks: dict[str, AttackEntry] = field(default_factory=dict)
    faq: dict[str, FaqEntry] = field(default_factory=dict)
    pages: dict[str, Prose] = field(default_factory=dict)
    measurement: Measurement | None = None
    opt_outs: list[OptOut] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _File:
    text: str
    slug: str
    sink: Sink


def load(folders: Sequence[Path]) -> tuple[Content, list[Problem]]:
    """Return what the folders hold and everything that is wrong with them, in order.

    Raises:
        ContentError: a folder is missing or a file cannot be read.
    """
    found, problems = _words(folders)
    files, listing = content_listing.servers(folders)
    problems += listing
    for one in files.values():
        problems += _read_server_files(one, found)
    return _content(found), in_order(problems)


def load_words(folders: Sequence[Path]) -> tuple[Content, list[Problem]]:
    """Return everything but the servers: rules, attacks, questions, pages, site, measurement.

    Raises:
        ContentError: a folder is missing or a file cannot be read.
    """
    found, problems = _words(folders)
    return _content(found), in_order(problems)


def read_server(files: ServerFiles) -> tuple[Server | None, tuple[Override, ...], list[Problem]]:
    """Return one server, its corrections and what is wrong with its files; None without a spec.

    Raises:
        ContentError: a file cannot be read.
    """
    found = _Found()
    problems = _read_server_files(files, found)
    spec = found.servers.get(files.slug)
    if spec is None:
        return None, (), problems
    server = _server(spec, found.snapshots.get(files.slug))
    return server, tuple(found.overrides.get(files.slug, ())), problems


def _words(folders: Sequence[Path]) -> tuple[_Found, list[Problem]]:
    """Read all files that belong to no single server."""
    found, problems = _Found(), list[Problem]()
    for folder in folders:
        for sink in _folder(folder, found):
            problems += sink.problems
    if found.site is None:
        sink = Sink(str(folders[0] / "site.yaml"))
        sink.report("missing", "the file (expected name and tagline, got no file)", -1)
        problems += sink.problems
    return found, problems


def _read_server_files(files: ServerFiles, found: _Found) -> list[Problem]:
    problems: list[Problem] = []
    for listed, read in (
        (files.spec, _read_server),
        (files.snapshot, _read_snapshot),
        (files.overrides, _read_overrides),
    ):
        if listed is not None:
            file = _opened(listed, files.slug)
            if file.text is not None and not file.sink.problems:
                read(file, found)
            problems += file.sink.problems
    return problems


def load_rules(folders: Sequence[Path]) -> tuple[tuple[Rule, ...], list[Problem]]:
    """Return the rules alone: all that rating a saved answer needs.

    Raises:
        ContentError: no folder holds a rule, or a file cannot be read.
    """
    found, problems = _Found(), list[Problem]()
    kind = next(kind for kind in content_listing.WORDS if kind.folder == "rules")
    for folder in folders:
        for sink in _files(folder, kind, found):
            problems += sink.problems
    if not found.rules:
        raise ContentError(f"no rules in {', '.join(map(str, folders))}")
    return tuple(found.rules[rule_id] for rule_id in sorted(found.rules)), in_order(problems)


def load_specs(folders: Sequence[Path]) -> tuple[Site, tuple[ServerSpec, ...], list[Problem]]:
    """Return how servers are found and whose catalogue it is; what they said is left unread.

    Raises:
        ContentError: a folder is missing or a file cannot be read.
    """
    found, problems = _Found(), list[Problem]()
    for folder in folders:
        for sink in (*_site(folder, found), *_files(folder, content_listing.SPECS, found)):
            problems += sink.problems
    asked = found.opt_outs
    specs = (content_optout.left_alone(spec, asked) for _, spec in sorted(found.servers.items()))
    return found.site or Site("", ""), tuple(specs), in_order(problems)


def read_snapshot(path: Path, slug: str) -> tuple[Snapshot | None, list[Problem]]:
    """Return the snapshot of one file wherever it lies, and what is wrong with it.

    Raises:
        ContentError: the file cannot be read.
    """
    file = _open(path, path.parent, slug)
    found = snapshot(file.text, slug, file.sink) if not file.sink.problems else None
    return found, file.sink.problems


def _site(folder: Path, found: _Found) -> Iterator[Sink]:
    if not folder.is_dir():
        raise ContentError(f"the content folder {folder} does not exist")
    for path in (folder / "site.yaml", folder / content_optout.FILE):
        if path.is_file():
            read = _open(path, folder, path.stem)
            fields = _fields(read) if read.text else None
            if fields and path.name == content_optout.FILE:
                found.opt_outs += content_optout.opt_outs(fields)
            elif fields:
                found.site = merged_site(fields, found.site)
            yield read.sink


def _folder(folder: Path, found: _Found) -> Iterator[Sink]:
    yield from _site(folder, found)
    measured = folder / "accuracy.json"
    if measured.is_file():
        read = _open(measured, folder, "accuracy")
        found.measurement = measurement(read.text, read.sink) or found.measurement
        yield read.sink
    for kind in content_listing.WORDS:
        yield from _files(folder, kind, found)


def _files(folder: Path, kind: Kind, found: _Found) -> Iterator[Sink]:
    """Read the files of one kind; a name that is no slug is reported and not read."""
    for path, slug, sink in content_listing.files(folder, kind):
        if sink.problems:
            yield sink
            continue
        read = _open(path, folder, slug)
        if read.text is not None and not read.sink.problems:
            READERS[kind.folder](read, found)
        yield read.sink


def _open(path: Path, folder: Path, slug: str) -> _File:
    try:
        stat = path.stat()
    except OSError as error:
        raise ContentError(f"{path} cannot be read: {error.strerror}") from error
    return _opened(ListedFile(str(path), str(folder), stat.st_size, stat.st_mtime_ns), slug)


def _opened(file: ListedFile, slug: str) -> _File:
    sink = Sink(file.path, file.origin)
    if file.size > MAX_BYTES:
        sink.report("size", f"the file (expected up to {MAX_BYTES} bytes, got {file.size})", -1)
        return _File("", slug, sink)
    return _File(decode(file.read(), sink) or "", slug, sink)


def _fields(file: _File) -> Fields | None:
    node = parse(file.text, file.sink)
    return Fields(node, file.sink) if node is not None else None


def _read_server(file: _File, found: _Found) -> None:
    if fields := _fields(file):
        found.servers[file.slug] = server_spec(fields, file.slug)


def _read_snapshot(file: _File, found: _Found) -> None:
    observed = snapshot(file.text, file.slug, file.sink)
    if observed is not None:
        found.snapshots[file.slug] = observed


def _read_overrides(file: _File, found: _Found) -> None:
    if fields := _fields(file):
        found.overrides[file.slug] = overrides(fields, file.slug)


def _read_rule(file: _File, found: _Found) -> None:
    if fields := _fields(file):
        found.rules[file.slug] = rule(fields, file.slug)


def _read_attack(file: _File, found: _Found) -> None:
    if parts := content_prose.front_matter(file.text, file.sink):
        found.attacks[file.slug] = content_prose.attack(parts[0], file.slug, *parts[1:])


def _read_faq(file: _File, found: _Found) -> None:
    if parts := content_prose.front_matter(file.text, file.sink):
        found.faq[file.slug] = content_prose.faq(parts[0], file.slug, *parts[1:])


def _read_page(file: _File, found: _Found) -> None:
    if parts := content_prose.front_matter(file.text, file.sink):
        found.pages[file.slug] = content_prose.page(parts[0], file.slug, *parts[1:])


READERS: Mapping[str, Callable[[_File, _Found], None]] = {
    "servers": _read_server,
    "rules": _read_rule,
    "attacks": _read_attack,
    "faq": _read_faq,
    "pages": _read_page,
}


def _content(found: _Found) -> Content:
    servers = [
        _server(spec, found.snapshots.get(slug)) for slug, spec in sorted(found.servers.items())
    ]
    return Content(
        site=found.site or Site("", ""),
        servers=tuple(servers),
        rules=tuple(value for _, value in sorted(found.rules.items())),
        overrides=tuple(one for _, some in sorted(found.overrides.items()) for one in some),
        attacks=tuple(value for _, value in sorted(found.attacks.items())),
        faq=tuple(value for _, value in sorted(found.faq.items())),
        pages=tuple(value for _, value in sorted(found.pages.items())),
        measurement=found.measurement,
    )


def _server(spec: ServerSpec, observed: Snapshot | None) -> Server:
    return Server(spec, observed, tools_of(observed) if observed else ())
