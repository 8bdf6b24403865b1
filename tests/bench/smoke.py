"""A thousand tools, a few ratios, compared with the committed ones: what CI runs.

`python -m tests.bench smoke` exits with 1 when a ratio got worse by more than half. CPU time only,
all side by side in one run, the best of a few turns, so that a busy machine does not fail it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from tests import synthetic
from tests.bench import build, facts, floor, others, place
from tests.bench.figures import Figures

if TYPE_CHECKING:
    from collections.abc import Mapping

RATIOS = Path(__file__).parent / "ratios.json"
TOOLS = 1000
TURNS = 2
WORSE = 1.5
"""By how much a ratio may be above the committed one."""
LEAST = 0.3
"""What a ratio must have grown by to count: a tenth of a second is noise on another machine."""


def ratios() -> dict[str, float]:
    """Return each ratio's best of a few turns, rounded to three figures."""
    with place.room_for(TOOLS) as found:
        folder = found.folder
        synthetic.write(folder / "content", TOOLS)
        taken = [_turn(folder, number) for number in range(TURNS)]
        facts.write(folder / "site", folder / "facts.jsonl")
        naive, _, _ = others.naive(folder, folder / "facts.jsonl", TOOLS)
    best = {name: min(turn[name] for turn in taken) for name in taken[0]}
    return {
        "build against the floor": _short(best["build"] / best["floor"]),
        "build against naive": _short(best["build"] / naive),
        "one server changed against naive": _short(best["changed"] / naive),
        "nothing changed against naive": _short(best["unchanged"] / naive),
    }


def _turn(folder: Path, number: int) -> dict[str, float]:
    """Return the CPU seconds of each part, from a clean start."""
    for name in ("site", ".cache"):
        shutil.rmtree(folder / name, ignore_errors=True)
    whole = build.site(folder, "--jobs", "1", "--no-verify", "--force")
    least = floor.cpu(folder / "site", folder / "floor")
    found = Figures(tools=TOOLS)
    build.unchanged(folder, found)
    build.change(folder, skip=number)
    changed = build.site(folder, "--jobs", "1", "--no-verify")
    assert found.unchanged is not None
    return {
        "build": whole.cpu, "floor": least, "unchanged": found.unchanged, "changed": changed.cpu,
    }  # fmt: skip


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def worse(found: Mapping[str, float], committed: Mapping[str, float]) -> list[str]:
    """Return one line per ratio that is worse by more than half, or that nobody committed."""
    lines = [
        f"{name}: expected at most {WORSE} x {committed[name]}, got {value}"
        for name, value in found.items()
        if name in committed and value > max(WORSE * committed[name], committed[name] + LEAST)
    ]
    lines += [f"{name}: expected a committed ratio, got none" for name in found - committed.keys()]
    return lines


def committed() -> dict[str, float]:
    """Return the ratios of ratios.json."""
    return json.loads(RATIOS.read_text()) if RATIOS.exists() else {}


def keep(found: Mapping[str, float]) -> None:
    """Commit to these ratios."""
    RATIOS.write_text(json.dumps(found, indent=1) + "\n")
