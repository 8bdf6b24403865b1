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
from generator.taxonomy import State
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.crawl.run import Result
    from generator.model import Snapshot

_REASON_CHARS = 240
_CHANGES = 8


class Progress:
    """Prints a line per finished server, and on a terminal a counter below it."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._total, self._stream, self._live = total, stream, stream.isatty()
        self._states: Counter[str] = Counter()

    def finished(self, result: Result) -> None:
        """Print how a server ended and what changed."""
        self._erase()
        for text in lines(result):
            print(text, file=self._stream)
        self._states[result.attempt.state.value] += 1
        if self._live:
            done = self._states.total()
            states = "  ".join(f"{name} {n}" for name, n in sorted(self._states.items()))
            self._stream.write(f"{done}/{self._total}  {states}")
        self._stream.flush()

    def close(self) -> None:
        """Leave the terminal as a plain log would."""
        self._erase()

    def _erase(self) -> None:
        if self._live:
            self._stream.write("\r\x1b[K")


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


def summary(results: Sequence[Result]) -> str:
    """Return the closing table: states with their counts and most frequent hints."""
    observed = [r for r in results if r.attempt.state is State.OBSERVED]
    tools = sum(len(r.attempt.tools) for r in observed)
    head = (
        f"{counted(len(observed), 'server')} of {len(results)} observed, {counted(tools, 'tool')}"
    )
    rows = [head]
    for state in State:
        of_state = [r for r in results if r.attempt.state is state]
        if state is State.OBSERVED or not of_state:
            continue
        rows.append(f"  {state.value:<16} {len(of_state):>4}")
        hints = Counter(r.attempt.hint for r in of_state if r.attempt.hint)
        rows += [f"{number:>26} x {one_line(hint, 90)}" for hint, number in hints.most_common(3)]
    return "\n".join(rows)
