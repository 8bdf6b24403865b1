"""Targets to the batches that workers of a cluster crawl, and what a worker sends back.

Used by `cli/crawl_cluster.py` on both sides. Specs travel; values of variables never do: a worker
reads those that a spec declares from its own environment.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.crawl.plan import host

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generator.crawl.plan import Target
    from generator.crawl.session import Manner
    from generator.model import Snapshot

PACKAGES, REMOTES = 4, 32
"""Servers in a batch: what a killed worker costs at most, but for a host with more remotes."""


@dataclass(frozen=True, slots=True)
class Away:
    """How every worker crawls; `cache` is a folder of the worker, by default where it runs."""

    cache: str
    manner: Manner


@dataclass(frozen=True, slots=True)
class Batch:
    """Servers that one worker crawls together, and the protocol era that worked with them."""

    targets: tuple[Target, ...]
    eras: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Return the slugs, for messages."""
        return ", ".join(target.slug for target in self.targets)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one server ended on a worker."""

    attempt: Snapshot
    seconds: float
    era: str
    fresh_seconds: int | None = None
    """For how long its answer holds, when it says so."""


def batches(targets: Sequence[Target], eras: Mapping[str, str]) -> list[Batch]:
    """Return the batches of a crawl: a few packages each, and all remotes of a host in one.

    A worker asks a host two questions at once; two workers would ask it four. Servers of one
    package stay together too: it is installed once.
    """
    packages: dict[object, list[Target]] = defaultdict(list)
    hosts: dict[object, list[Target]] = defaultdict(list)
    for target in targets:
        if target.remote is not None:
            hosts[host(target)].append(target)
        else:
            package = target.package
            installs = package is not None and package.registry_type != "local"
            packages[package.key if package and installs else target.slug].append(target)
    found = [*_filled(packages.values(), PACKAGES), *_filled(hosts.values(), REMOTES)]
    return [_batch(some, eras) for some in found]


def _filled(groups: Iterable[list[Target]], size: int) -> list[list[Target]]:
    """Return the groups joined until they are large enough, the largest first."""
    found: list[list[Target]] = []
    open_one: list[Target] = []
    for some in sorted(groups, key=len, reverse=True):
        if open_one and len(open_one) + len(some) > size:
            found.append(open_one)
            open_one = []
        open_one = [*open_one, *some]
    return [*found, open_one] if open_one else found


def _batch(some: Sequence[Target], eras: Mapping[str, str]) -> Batch:
    known = tuple((one.slug, eras[one.slug]) for one in some if eras.get(one.slug))
    return Batch(tuple(some), known)
