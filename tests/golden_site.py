"""The site of tests/mini, and the part of it that is kept as expected in tests/golden.

`make golden` runs this file to accept the current output. Servers come from tests/mini, rules and
words from content/; attacks stay out, so that a new entry does not change every page.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from generator import pipeline
from generator.content import load
from generator.executors.own import Serial

if TYPE_CHECKING:
    from concurrent.futures import Executor

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"
TODAY = date(2026, 11, 24)
KEPT = (
    "servers/*/index.html",
    "tools/acme/*/index.html",
    "tools/time/*/index.html",
    "risk/*/acme/index.html",
    "policies/acme.yaml",
    "policies/time.locked.yaml",
    "policies/acme.balanced.*",
    "api/v1/servers/time.json",
    "api/v1/tools/acme/work_sessions.json",
    "badges/*",
)
LISTING = "files.txt"
_RULESET = re.compile(rb"20\d\d\.\d\d\+[0-9a-f]{8}")


def mini() -> pipeline.Loaded:
    """Return the servers of tests/mini with the rules and words of content/."""
    words, _ = load([ROOT / "content"])
    ours, problems = load([ROOT / "tests" / "mini"])
    assert problems == []
    content = replace(
        words, site=ours.site, servers=ours.servers, overrides=ours.overrides, attacks=()
    )
    return pipeline.prepared(content, TODAY)


def folders(place: Path) -> list[Path]:
    """Return the same as content folders, copied to where a test may change them."""
    words, servers = place / "content", place / "mini"
    for name in ("rules", "faq", "pages"):
        shutil.copytree(ROOT / "content" / name, words / name)
    shutil.copy(ROOT / "content" / "accuracy.json", words)
    shutil.copytree(ROOT / "tests" / "mini", servers)
    return [words, servers]


def built(
    out: Path, executor: Executor | None = None, sources: list[Path] | None = None
) -> pipeline.Built:
    """Build the mini site into a folder; `sources` are folders that a test changed."""
    with tempfile.TemporaryDirectory() as place:
        found = sources or folders(Path(place))
        plan, problems = pipeline.planned(found, out, ROOT / "templates", TODAY)
        assert plan is not None, problems
        with pipeline.Store(None, plan.program) as store:
            return pipeline.build_site(plan, pipeline.Means(executor or Serial(), store))


def expected_part(site: Path) -> dict[str, bytes]:
    """Return what is kept of a built site by path; the ruleset's digest stands for any."""
    found = {
        path.relative_to(site).as_posix(): _RULESET.sub(b"RULESET", _readable(path))
        for pattern in KEPT
        for path in site.glob(pattern)
    }
    names = sorted(p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file())
    own = [name for name in names if not name.startswith(("rules/", "api/v1/rules/", "static/"))]
    return found | {LISTING: "".join(f"{name}\n" for name in own).encode()}


def _readable(path: Path) -> bytes:
    """Return a file's bytes; JSON with one value a line, so that a difference can be read."""
    if path.suffix != ".json":
        return path.read_bytes()
    return json.dumps(json.loads(path.read_bytes()), indent=1, ensure_ascii=False).encode() + b"\n"


def main() -> None:
    """Replace tests/golden by what is built now."""
    with tempfile.TemporaryDirectory() as folder:
        result = built(Path(folder) / "site")
        assert not result.failed, result.problems
        part = expected_part(Path(folder) / "site")
    shutil.rmtree(GOLDEN, ignore_errors=True)
    for name, data in part.items():
        (GOLDEN / name).parent.mkdir(parents=True, exist_ok=True)
        (GOLDEN / name).write_bytes(data)


if __name__ == "__main__":
    main()
