"""Measure a synthetic catalogue against the goals. Run by `make bench`.

  python -m tests.bench                  1,000 and 10,000 tools, and the crawler
  python -m tests.bench 224k             another size; several may be named
  python -m tests.bench --keep 1k 10k    also write docs/benchmarks.md and results.json
  python -m tests.bench hugo 10k         the tool pages alone, beside Hugo
  python -m tests.bench smoke            a few ratios at 1,000 tools against the committed ones

Absolute figures depend on the machine; the ratios, taken side by side in one run, are what to
compare. Wall time and memory mean something only where nothing else runs.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests import synthetic
from tests.bench import build, hugo, others, place, report, smoke
from tests.bench.figures import Figures

if TYPE_CHECKING:
    from pathlib import Path

SIZES = ("1k", "10k")


def main(words: list[str]) -> int:
    """Do what the words say; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("what", nargs="*", help="all (default), hugo or smoke; and sizes: 1k 224k")
    parser.add_argument("--keep", action="store_true", help="write the results into the project")
    found = parser.parse_args(words)
    parts = [word for word in found.what if not word[0].isdigit()] or ["all"]
    sizes = [_size(word) for word in found.what if word[0].isdigit()] or list(map(_size, SIZES))
    if parts == ["smoke"]:
        return _smoke(keep=found.keep)
    if parts not in (["all"], ["hugo"]):
        parser.error(f"expected all, hugo or smoke, got {' '.join(parts)}")
    taken = {tools: _measured(tools, alone=parts == ["hugo"]) for tools in sizes}
    if parts == ["all"]:
        if found.keep:
            report.keep(report.kept() | taken)
        report.show_goals(taken)
        from tests import bench_crawl  # noqa: PLC0415 (brings the crawler along, which is slow)

        print()
        sys.stdout.flush()
        bench_crawl.main()
    return 0


def _size(word: str) -> int:
    """Return the tools of `224k` or `1000`."""
    return int(word[:-1]) * 1000 if word.endswith("k") else int(word)


def _measured(tools: int, *, alone: bool) -> Figures:
    with place.room_for(tools) as found:
        figures = Figures(tools=tools, where=found.words)
        figures.taken_on = datetime.now(tz=UTC).date().isoformat()
        figures.versions = report.versions(_hugo_version(found.folder))
        print(f"\n{tools:,} tools, output to {found.words}", flush=True)
        if alone:
            figures.servers = synthetic.write(found.folder / "content", tools)
            build.one_process(found.folder, figures)
            figures.files, figures.site_mb = build.size(found.folder / "site")
        else:
            build.measured(found.folder, figures)
        others.measured(found.folder, figures)
        if not alone:
            build.again(found.folder, figures)
        report.show(figures)
    return figures


def _hugo_version(folder: Path) -> str:
    program = hugo.binary()
    if program is None:
        print("Hugo is not installed: left out (make bench-hugo installs it)")
        return ""
    return hugo.version(program, folder)


def _smoke(*, keep: bool) -> int:
    found = smoke.ratios()
    committed = smoke.committed()
    for name, value in found.items():
        print(f"{name:36} {value:8.3g} x   committed {committed.get(name, 0):.3g} x")
    if keep:
        smoke.keep(found)
        return 0
    problems = smoke.worse(found, committed)
    if problems:
        # Once more, and the better of both: neighbours come and go, a slower build stays slow.
        again = smoke.ratios()
        problems = smoke.worse({name: min(found[name], again[name]) for name in found}, committed)
    print("\n".join(problems) or "No ratio is worse than the committed ones by more than half.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
