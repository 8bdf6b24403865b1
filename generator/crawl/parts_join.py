"""Snapshots of one server from several crawls to the one to keep. Used by `merge`.

The newest observation wins; what it replaced, and what only the others knew, goes into its
history. A failed attempt never replaces an observation. The result does not depend on the order
of the snapshots, and joining it again with any of them changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from generator.crawl.snapshot import REPLACED_PER_TOOL
from generator.model import Attempt, Replaced
from generator.snapshots import dump
from generator.taxonomy import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.model import Snapshot, ToolDigest

Key = tuple[str, str]


def joined(snapshots: Sequence[Snapshot]) -> Snapshot:
    """Return what several snapshots of one server come to together."""
    each = {dump(one): one for one in snapshots}
    return reduce(_pair, (one for _, one in sorted(each.items(), key=_by_day)))


def _by_day(item: tuple[str, Snapshot]) -> tuple[str, str]:
    return item[1].observed_on, item[0]


def conflicts(snapshots: Sequence[Snapshot]) -> list[tuple[Snapshot, Snapshot]]:
    """Return pairs that were observed on one day, differ, and do not know of each other."""
    seen = {one.digest: one for one in snapshots if one.state is State.OBSERVED}
    ordered = sorted(seen.values(), key=lambda one: (one.observed_on, one.digest))
    return [
        (one, other)
        for position, one in enumerate(ordered)
        for other in ordered[position + 1 :]
        if one.observed_on == other.observed_on
        and not _succeeds(one, other)
        and not _succeeds(other, one)
    ]


def _pair(one: Snapshot, other: Snapshot) -> Snapshot:
    winner, loser = (one, other) if _rank(one, other) >= _rank(other, one) else (other, one)
    if winner.state is not State.OBSERVED:
        return replace(winner, replaced=_capped(_history((winner, loser))))
    return replace(
        winner,
        tool_digests=_dated(winner, loser),
        replaced=_capped([*_history((winner, loser)), *_gone(winner, loser)]),
        last_attempt=_attempt(winner, loser),
    )


def _rank(one: Snapshot, other: Snapshot) -> tuple[bool, str, bool, bool, str, str]:
    """Return what makes a snapshot win over another: observed, later, its successor, whole."""
    return (
        one.state is State.OBSERVED,
        one.observed_on,
        _succeeds(one, other) and not _succeeds(other, one),
        one.complete,
        one.digest,
        dump(one),
    )


def _succeeds(one: Snapshot, other: Snapshot) -> bool:
    """Return whether a snapshot knows everything of another, as today's tool or as history."""
    known = {digest.sha256 for digest in one.tool_digests}
    known |= {old.sha256 for old in one.replaced if old.last_on >= other.observed_on}
    return all(digest.sha256 in known for digest in other.tool_digests)


def _dated(winner: Snapshot, loser: Snapshot) -> tuple[ToolDigest, ...]:
    """Return the digests of the winner with the earliest day either side knew them."""
    since = {digest.sha256: digest.first_on or loser.observed_on for digest in loser.tool_digests}
    return tuple(
        replace(digest, first_on=min(own, since.get(digest.sha256, own)))
        for digest in winner.tool_digests
        for own in [digest.first_on or winner.observed_on]
    )


def _gone(winner: Snapshot, loser: Snapshot) -> Iterable[Replaced]:
    """Yield the definitions that only the other observation had, as replaced by this one."""
    if loser.state is not State.OBSERVED:
        return
    current = {digest.sha256 for digest in winner.tool_digests}
    for digest, raw in zip(loser.tool_digests, loser.tools, strict=False):
        if digest.sha256 not in current and isinstance(raw, dict):
            first = digest.first_on or loser.observed_on
            version = loser.source.version
            yield Replaced(digest.name, digest.sha256, first, loser.observed_on, version, raw)


def _history(both: tuple[Snapshot, Snapshot]) -> list[Replaced]:
    return [old for one in both for old in one.replaced]


def _capped(entries: Iterable[Replaced]) -> tuple[Replaced, ...]:
    """Return each definition once, with the span both sides know of, the newest of each tool."""
    found: dict[Key, Replaced] = {}
    for entry in entries:
        key = entry.name, entry.sha256
        known = found.get(key, entry)
        later = max(known, entry, key=lambda one: (one.last_on, one.version))
        first = min(known.first_on, entry.first_on)
        found[key] = replace(later, first_on=first)
    by_name: dict[str, list[Replaced]] = {}
    for entry in found.values():
        by_name.setdefault(entry.name, []).append(entry)
    return tuple(
        entry
        for _, some in sorted(by_name.items())
        for entry in sorted(some, key=lambda one: (one.last_on, one.sha256))[-REPLACED_PER_TOOL:]
    )


def _attempt(winner: Snapshot, loser: Snapshot) -> Attempt | None:
    """Return the newest failed attempt since the observation, None when there was none.

    One of the same day counts only where the crawler itself put it beside this observation.
    """
    theirs = loser.last_attempt
    if loser.state is not State.OBSERVED:
        theirs = Attempt(loser.observed_on, loser.state, loser.reason)
    same = (loser.state, loser.observed_on, loser.digest) == (
        winner.state,
        winner.observed_on,
        winner.digest,
    )
    if theirs and not same and theirs.on <= winner.observed_on:
        theirs = None
    found = [one for one in (winner.last_attempt, theirs) if one]
    return max(found, key=lambda one: (one.on, one.state, one.reason), default=None)
