"""What checked the files of each format: the committed record of runs with the real programs.

The headers of files print it. It is data, not what happens to be installed, or the same input
would give other bytes on another machine. Whoever repeats a run with a newer program, with
`pytest tests/test_policy_enforcers.py` or by hand, writes version and day here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a real program on our files: version, day, and what was compared."""

    program: str
    version: str
    day: str
    compared: str


RUNS: dict[str, Run] = {
    "claude-code": Run(
        "Claude Code",
        "2.1.330",
        "2026-11-25",
        "claude doctor on all servers merged, per profile: no invalid entry",
    ),
    "codex": Run(
        "Codex",
        "0.169.0",
        "2026-11-25",
        "codex mcp get on 342 files: exit 0, the same enabled and disabled tools",
    ),
    "gemini": Run(
        "Gemini CLI",
        "0.61.0",
        "2026-11-25",
        "its policy loader and engine on 342 files: 11,454 decisions, no error, no difference",
    ),
    "toolhive": Run(
        "cedarpy",
        "4.12.2",
        "2026-11-25",
        "342 files parsed; decisions of calls compared in the tests",
    ),
    "opencode": Run(
        "opencode",
        "1.18.33",
        "2026-11-25",
        "opencode debug config on all servers merged: same entries in order (some values masked)",
    ),
}
INTERCEPT = "own grammar check, after Intercept 77f0429 (2026-03-04)"
"""The program itself was not to be had when this was recorded: its published source was read."""


def by(name: str) -> str:
    """Return what a header says: `own check, Codex 0.169.0 (2026-11-25)`."""
    run = RUNS.get(name)
    if run is None:
        return INTERCEPT
    return f"own check, {run.program} {run.version} ({run.day})"
