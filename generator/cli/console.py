"""Problems on the terminal, and beside the changed line of a pull request when CI runs us.

Called by every command that can find problems. What a server or a file said is printed without
control characters, on one line.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from generator.errors import Problem, Severity
from generator.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_LINE = 600


def report(problems: Sequence[Problem], *, annotate: bool = True) -> int:
    """Print the problems and their count to the error stream; return the exit code, 0 or 1.

    `annotate` is false where the standard output belongs to a machine-readable answer.
    """
    for problem in problems:
        mark = "warning: " if problem.severity is Severity.WARNING else ""
        print(one_line(mark + str(problem), MAX_LINE), file=sys.stderr)
        if annotate and os.environ.get("GITHUB_ACTIONS") == "true":
            print(_annotation(problem))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if problems:
        print(summary(errors, len(problems) - errors), file=sys.stderr)
    return 1 if errors else 0


@contextlib.contextmanager
def to_stderr() -> Iterator[None]:
    """Send what is printed meanwhile to the error stream: the output belongs to a report."""
    with contextlib.redirect_stdout(sys.stderr):
        yield


def summary(errors: int, warnings: int) -> str:
    """Return `3 problems, 1 warning`."""
    parts = [counted(errors, "problem")] if errors or not warnings else []
    return ", ".join([*parts, *([counted(warnings, "warning")] if warnings else [])])


def counted(number: int, noun: str) -> str:
    """Return `1 tool`, `20 tools`, `2,500 tools`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _annotation(problem: Problem) -> str:
    """Return the workflow command that marks the line; its values are percent-escaped."""
    place = problem.location
    fields = [f"file={_escaped(place.path)}"]
    fields += [f"line={place.line}"] if place.line else []
    fields.append(f"title={_escaped(problem.rule)}")
    message = one_line(problem.message, MAX_LINE).replace("%", "%25")
    return f"::{problem.severity} {','.join(fields)}::{message}"


def _escaped(value: str) -> str:
    for char, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C")):
        value = value.replace(char, code)
    return value
