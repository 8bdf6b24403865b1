"""Servers to entries to files, in one process or in several; the bytes are the same.

Called by pipeline.py. Each worker keeps the entries it made: what travels is the few facts the
index needs, the index, and finished files. A worker that dies shows its own traceback and ends
the run.
"""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from generator.derive import catalogue, similar
from generator.errors import BuildError
from generator.render import site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from generator.errors import Problem
    from generator.model import (
        Change,
        Index,
        Server,
        ServerEntry,
        ServerSummary,
        ToolEntry,
        ToolSummary,
    )
    from generator.render.files import File

    Maker = Callable[[Server], tuple[ServerEntry, list[Problem]]]


@dataclass(frozen=True, slots=True)
class Part:
    """What the index needs to know of some servers, and what stands in the way of their files."""

    servers: tuple[ServerSummary, ...]
    tools: tuple[ToolSummary, ...]
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]


def made(servers: Sequence[Server], make: Maker) -> tuple[list[ServerEntry], Part]:
    """Return the entries of some servers and their part of the index."""
    entries: list[ServerEntry] = []
    problems: list[Problem] = []
    for server in servers:
        entry, refused = make(server)
        entries.append(entry)
        problems += refused
    part = Part(
        servers=tuple(entry.summary for entry in entries),
        tools=tuple(tool.summary for entry in entries for tool in entry.tools),
        changes=tuple(change for entry in entries for change in entry.changes),
        problems=tuple(problems),
    )
    return entries, part


def finished(entries: Sequence[ServerEntry], index: Index) -> Iterator[ServerEntry]:
    """Yield the entries with what only the whole catalogue knows."""
    near = similar.neighbours(index.tools)
    for entry in entries:
        yield catalogue.finish(entry, near)


@dataclass(slots=True)
class Crew:
    """Some processes, each with its share of the servers; use as a context manager."""

    servers: Sequence[Server]
    make: Maker
    templates: Path
    jobs: int
    workers: list[tuple[BaseProcess, Connection]] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start the processes; each begins with its servers at once."""
        for share in shares(self.servers, self.jobs):
            ours, theirs = multiprocessing.Pipe()
            process = multiprocessing.Process(
                target=_work, args=(theirs, share, self.make, self.templates), daemon=True
            )
            process.start()
            theirs.close()
            self.workers.append((process, ours))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the processes, whatever happened."""
        for process, connection in self.workers:
            connection.close()
            if kind is not None:
                process.terminate()
            process.join()

    def parts(self) -> list[Part]:
        """Return what each worker found out."""
        messages = [_received(connection) for _, connection in self.workers]
        return [message for message in messages if isinstance(message, Part)]

    def files(self, index: Index) -> Iterator[File]:
        """Yield every file of the site as the workers finish them."""
        connections = [connection for _, connection in self.workers]
        for connection in connections:
            connection.send(index)
        examples: list[ToolEntry] = []
        while connections:
            waiting = wait(connections)
            for ready in [one for one in connections if one in waiting]:
                message = _received(ready)
                if isinstance(message, _Done):
                    examples += [message.example] if message.example else []
                    connections = [one for one in connections if one is not ready]
                elif isinstance(message, tuple):
                    yield from message
        yield from site.shared_files(index, site.best_example(examples), self.templates)


@dataclass(frozen=True, slots=True)
class _Done:
    """The last word of a worker: the tool it would show on the home page."""

    example: ToolEntry | None


def shares(servers: Sequence[Server], jobs: int) -> list[list[Server]]:
    """Return the servers dealt out so that each share has about as many tools."""
    found: list[list[Server]] = [[] for _ in range(max(1, min(jobs, len(servers))))]
    loads = [0] * len(found)
    for server in sorted(servers, key=lambda one: (-len(one.tools), one.slug)):
        lightest = loads.index(min(loads))
        found[lightest].append(server)
        loads[lightest] += len(server.tools) + 1
    return found


def _work(connection: Connection, servers: Sequence[Server], make: Maker, templates: Path) -> None:
    """Be a worker: send the part, wait for the index, send files, say which example is best."""
    entries, part = made(servers, make)
    connection.send(part)
    try:
        index: Index = connection.recv()
    except EOFError:
        return  # Another worker found a problem: nothing is rendered.
    best: ToolEntry | None = None
    render = site.server_renderer(index, templates)
    for entry in finished(entries, index):
        best = site.best_example([*([best] if best else []), *entry.tools])
        connection.send(tuple(render(entry)))
    connection.send(_Done(best))


def _received(connection: Connection) -> object:
    """Return the next message of a worker: its Part, the files of a server, or _Done."""
    try:
        return connection.recv()
    except EOFError:
        raise BuildError("a worker process ended before its work did; see above") from None
