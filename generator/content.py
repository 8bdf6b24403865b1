"""Content folders to model objects: every file parsed, every problem of every file collected.

`load` is called by pipeline.py, lint and the command line. A later folder lies over an earlier
one, file by file: a private catalogue adds servers, and may replace a rule or a page by a file of
the same name. Order of the result is by slug, so that it does not depend on the file system.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator import content_prose
from generator.content_accuracy import measurement
from generator.content_fields import Fields
from generator.content_overrides import overrides
from generator.content_rules import RULE_ID, rule
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
    Override,
    Prose,
    Rule,
    Server,
    ServerSpec,
    Site,
    Snapshot,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

SLUG = re.compile(r"[a-z0-9-]+")
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
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    """(kind, slug) to the path as given, for problems that show when all is read."""


@dataclass(frozen=True, slots=True)
class _File:
    text: str
    slug: str
    sink: Sink


@dataclass(frozen=True, slots=True)
class _Kind:
    folder: str
    suffix: str
    form: re.Pattern[str]
    form_words: str
    read: Callable[[_File, _Found], None]


def load(folders: Sequence[Path]) -> tuple[Content, list[Problem]]:
    """Return what the folders hold and everything that is wrong with them, in order.

    Raises:
        ContentError: a folder is missing or a file cannot be read.
    """
    found, problems = _Found(), list[Problem]()
    for folder in folders:
        if not folder.is_dir():
            raise ContentError(f"the content folder {folder} does not exist")
        for sink in _folder(folder, found):
            problems += sink.problems
    problems += _missing(folders, found)
    return _content(found), in_order(problems)


def load_rules(folders: Sequence[Path]) -> tuple[tuple[Rule, ...], list[Problem]]:
    """Return the rules alone: all that rating a saved answer needs.

    Raises:
        ContentError: no folder holds a rule, or a file cannot be read.
    """
    found, problems = _Found(), list[Problem]()
    kind = next(kind for kind in KINDS if kind.folder == "rules")
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
    kind = next(kind for kind in KINDS if kind.folder == "servers")
    for folder in folders:
        if not folder.is_dir():
            raise ContentError(f"the content folder {folder} does not exist")
        for sink in (*_site(folder, found), *_files(folder, kind, found)):
            problems += sink.problems
    specs = tuple(spec for _, spec in sorted(found.servers.items()))
    return found.site or Site("", ""), specs, in_order(problems)


def read_snapshot(path: Path, slug: str) -> tuple[Snapshot | None, list[Problem]]:
    """Return the snapshot of one file wherever it lies, and what is wrong with it.

    Raises:
        ContentError: the file cannot be read.
    """
    file = _open(path, path.parent, slug)
    found = snapshot(file.text, slug, file.sink) if not file.sink.problems else None
    return found, file.sink.problems


def _site(folder: Path, found: _Found) -> Iterator[Sink]:
    site = folder / "site.yaml"
    if site.is_file():
        read = _open(site, folder, "site")
        if read.text and (node := parse(read.text, read.sink)):
            found.site = merged_site(Fields(node, read.sink), found.site)
        yield read.sink


def _folder(folder: Path, found: _Found) -> Iterator[Sink]:
    yield from _site(folder, found)
    measured = folder / "accuracy.json"
    if measured.is_file():
        read = _open(measured, folder, "accuracy")
        found.measurement = measurement(read.text, read.sink) or found.measurement
        yield read.sink
    for kind in KINDS:
        yield from _files(folder, kind, found)


def _files(folder: Path, kind: _Kind, found: _Found) -> Iterator[Sink]:
    """Read the files of one kind; a name that is no slug is reported and not read."""
    seen: dict[str, str] = {}
    place = folder / kind.folder
    for path in sorted(place.iterdir()) if place.is_dir() else ():
        if path.name.startswith("."):
            continue
        slug = path.name.removesuffix(kind.suffix)
        sink = Sink(str(path), _origin(path, folder))
        if path.suffix != kind.suffix or not kind.form.fullmatch(slug) or not path.is_file():
            expected = f"{kind.form_words} and {kind.suffix}"
            sink.report("name", f'the file name (expected {expected}, got "{path.name}")', -1)
        elif not sink.problems:
            read = _open(path, folder, slug)
            sink = read.sink
            if read.text is not None and not sink.problems:
                found.places[kind.folder, slug] = str(path)
                kind.read(read, found)
        if slug.lower() in seen:
            other = seen[slug.lower()]
            sink.report("duplicate", f'the slug (expected a new one, got that of "{other}")', -1)
        seen[slug.lower()] = path.name
        yield sink


def _open(path: Path, folder: Path, slug: str) -> _File:
    sink = Sink(str(path), _origin(path, folder))
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise ContentError(f"{path} cannot be read: {error.strerror}") from error
    if size > MAX_BYTES:
        sink.report("size", f"the file (expected up to {MAX_BYTES} bytes, got {size})", -1)
    return _File(decode(data, sink) or "", slug, sink)


def _origin(path: Path, folder: Path) -> str:
    """Return the path that objects remember: relative, or from the content folder's name on."""
    if not path.is_absolute() and ".." not in path.parts:
        return path.as_posix()
    return (folder.name / path.relative_to(folder)).as_posix()


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


_WORDS = "lower-case letters, digits, hyphens"
KINDS = (
    _Kind("servers", ".yaml", SLUG, _WORDS, _read_server),
    _Kind("snapshots", ".json", SLUG, _WORDS, _read_snapshot),
    _Kind("overrides", ".yaml", SLUG, _WORDS, _read_overrides),
    _Kind("rules", ".yaml", RULE_ID, "a rule id like schema.param.url", _read_rule),
    _Kind("attacks", ".md", SLUG, _WORDS, _read_attack),
    _Kind("faq", ".md", SLUG, _WORDS, _read_faq),
    _Kind("pages", ".md", SLUG, _WORDS, _read_page),
)


def _missing(folders: Sequence[Path], found: _Found) -> Iterator[Problem]:
    """Report what only shows when every folder is read: files whose server has no spec."""
    for (kind, slug), path in found.places.items():
        if kind in ("snapshots", "overrides") and ("servers", slug) not in found.places:
            sink = Sink(path)
            expected = f"servers/{slug}.yaml beside it"
            sink.report("no-server", f"the file (expected {expected}, got none)", -1)
            yield from sink.problems
    if found.site is None:
        sink = Sink(str(folders[0] / "site.yaml"))
        sink.report("missing", "the file (expected name and tagline, got no file)", -1)
        yield from sink.problems


def _content(found: _Found) -> Content:
    servers = []
    for slug, spec in sorted(found.servers.items()):
        observed = found.snapshots.get(slug)
        servers.append(Server(spec, observed, tools_of(observed) if observed else ()))
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
