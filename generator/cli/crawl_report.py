"""Results of a crawl to lines a person reads: one per server, progress, and the closing table.

Called by `crawl.py`. Everything that came from a server is escaped and capped.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from generator.cli import diff_report
from generator.cli.console import counted
from generator.derive.drift import definition_changes
from generator.progress import Progress
from generator.taxonomy import State
from generator.text import one_line

if TYPE_CHECKING:
    from generator.crawl.run import Result
    from generator.model import Snapshot

NOTHING_REACHABLE = 2
_REASON_CHARS = 240
_CHANGES = 8


class Report:
    """Prints a line per finished server with the progress below, and counts for the end."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._progress = Progress(total, "servers", stream)
        self._states: Counter[State] = Counter()
        self._hints: Counter[tuple[State, str]] = Counter()
        self._tools = 0

    def finished(self, result: Result) -> None:
        """Print how a server ended and what changed."""
        attempt = result.attempt
        for text in lines(result):
            self._progress.say(text)
        self._states[attempt.state] += 1
        if attempt.state is State.OBSERVED:
            self._tools += len(attempt.tools)
        elif attempt.hint:
            self._hints[attempt.state, attempt.hint] += 1
        counts = (f"{number:,} {state.value}" for state, number in sorted(self._states.items()))
        self._progress.add(note=", ".join(counts))

    def close(self) -> None:
        """Leave the terminal as a plain log would."""
        self._progress.close()

    @property
    def exit_code(self) -> int:
        """Return 0 when every server was observed, 1 when some were, 2 when none was."""
        good = self._states[State.OBSERVED]
        if good == self._states.total():
            return 0
        return 1 if good else NOTHING_REACHABLE

    def summary(self) -> str:
        """Return the closing table: states with their counts and most frequent hints."""
        good, total = self._states[State.OBSERVED], self._states.total()
        rows = [f"{counted(good, 'server')} of {total:,} observed, {counted(self._tools, 'tool')}"]
        for state in State:
            if state is State.OBSERVED or not self._states[state]:
                continue
            rows.append(f"  {state.value:<16} {self._states[state]:>4}")
            hints = [(n, hint) for (of, hint), n in self._hints.most_common() if of is state]
            rows += [f"{number:>26} x {one_line(hint, 90)}" for number, hint in hints[:3]]
        return "\n".join(rows)


def lines(result: Result) -> list[str]:
    """Return the lines about one server: its ending, its reason and hint, its drift."""
    attempt = result.attempt
    facts = [counted(len(attempt.tools), "tool")] if attempt.state is State.OBSERVED else []
    facts += [attempt.protocol.used] if attempt.protocol.used else []
    facts += [f"{result.seconds:.1f} s"]
    facts += [] if attempt.complete or attempt.state is not State.OBSERVED else ["partial"]
    facts += [one_line(note, 60) for note in attempt.source.notes]
    clock = datetime.now(tz=UTC).strftime("%H:%M:%S")
    found = [f"{clock}  {result.slug}  {attempt.state.value}  " + "  ".join(facts)]
    if attempt.reason:
        found.append(f"    {one_line(attempt.reason, _REASON_CHARS)}")
    if attempt.hint:
        found.append(f"    hint: {one_line(attempt.hint, _REASON_CHARS)}")
    found += [f"    {text}" for text in drift(result.earlier, attempt)]
    return found


def drift(earlier: Snapshot | None, attempt: Snapshot) -> list[str]:
    """Return what changed since the earlier observation, the changes that matter most first."""
    if earlier is None or attempt.state is not State.OBSERVED:
        return []
    if earlier.state is not State.OBSERVED:
        return []
    if earlier.digest == attempt.digest:
        return [f"no drift since {earlier.observed_on}"]
    old, new = earlier.source.version, attempt.source.version
    changes = definition_changes(attempt.server, earlier.tools, attempt.tools, (old, new))
    versions = f" ({one_line(old, 40)} to {one_line(new, 40)})" if old != new else ""
    found = [f"drift{versions}: {diff_report.summary(changes)}"]
    found += [
        f"  {change.change_class.value:<10}  {one_line(change.tool, 60)}  {change.text}"
        for change in changes[:_CHANGES]
    ]
    more = len(changes) - _CHANGES
    return [*found, f"  and {counted(more, 'more change')}"] if more > 0 else found
