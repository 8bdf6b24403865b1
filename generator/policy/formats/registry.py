"""The formats in the order in which pages show them, and rendering with proof.

`render` dumps, reads back and checks: a file that its own check does not accept is not returned,
only the Problems are, and the build stops with the reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.model import Rendered
from generator.policy.formats import base, claude_code, codex, gemini, intercept, opencode, toolhive

if TYPE_CHECKING:
    from generator.errors import Problem
    from generator.model import Policy

FORMATS: tuple[base.Format, ...] = (
    intercept.FORMAT,
    claude_code.FORMAT,
    codex.FORMAT,
    gemini.FORMAT,
    toolhive.FORMAT,
    opencode.FORMAT,
)


def render(policy: Policy, fmt: base.Format) -> tuple[Rendered | None, list[Problem]]:
    """Return the file of a policy in one format, or the reasons why it does not verify."""
    dumped = fmt.dump(policy)
    name = base.file_name(policy, fmt.name, fmt.suffix)
    problems = [
        replace(one, location=replace(one.location, path=name)) for one in fmt.check(dumped.text)
    ]
    if problems:
        return None, problems
    rendered = Rendered(
        fmt.name,
        policy.profile,
        name,
        dumped.text,
        dumped.losses,
        dumped.snippets,
        fmt.put_in_place(policy),
    )
    return rendered, []
