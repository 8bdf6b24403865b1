"""A small catalogue and the folder of its site, for the tests of whole builds."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import synthetic

from generator import pipeline
from generator.executors.own import Serial

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 24)
SERVERS = ("acme", "beta", "gamma", "delta", "omega")


def write_content(folder: Path, servers: tuple[str, ...] = SERVERS, tools: int = 4) -> Path:
    """Write small servers and the catalogue's own words, with few attacks; return the folder."""
    folder.mkdir(parents=True)
    for name in ("rules", "faq", "pages"):
        shutil.copytree(ROOT / "content" / name, folder / name)
    for name in ("servers", "snapshots", "overrides", "attacks"):
        (folder / name).mkdir()
    for path in sorted((ROOT / "content" / "attacks").iterdir())[:3]:
        shutil.copy(path, folder / "attacks")
    shutil.copy(ROOT / "content" / "site.yaml", folder)
    chance = random.Random(1)  # noqa: S311 - no secret
    for slug in servers:
        synthetic.write_server(folder, slug, [synthetic.tool(chance, n) for n in range(tools)])
    return folder


@dataclass(slots=True)
class Site:
    """The folder of a site, its sources, and the memory of its builds."""

    place: Path

    @property
    def out(self) -> Path:
        """Return the folder of the site."""
        return self.place / "site"

    @property
    def content(self) -> Path:
        """Return the content folder."""
        return self.place / "content"

    @property
    def templates(self) -> Path:
        """Return the templates."""
        return self.place / "templates"

    @property
    def memory(self) -> Path:
        """Return the file of the store."""
        return self.place / "memory.sqlite"

    def build(
        self, *, is_known: bool = True, today: date = TODAY, means: pipeline.Means | None = None
    ) -> pipeline.Built:
        """Build; `is_known` says whether the folder is as the last build left it."""
        plan, problems = pipeline.planned([self.content], self.out, self.templates, today)
        assert plan is not None, problems
        plan = replace(plan, is_known=is_known)
        if means is not None:
            return pipeline.build_site(plan, means)
        with pipeline.Store(self.memory, plan.program) as store:
            return pipeline.build_site(plan, pipeline.Means(Serial(), store))

    def written(self, *, today: date = TODAY) -> dict[str, bytes]:
        """Build, and return the files that changed with their new bytes."""
        before = tree(self.out)
        built = self.build(today=today)
        assert not built.failed, built.problems
        after = tree(self.out)
        changed = {path: data for path, data in after.items() if before.get(path) != data}
        assert built.report.written == len(changed)
        assert built.report.removed == len(before.keys() - after.keys())
        return changed

    def clean(self, *, today: date = TODAY) -> dict[str, bytes]:
        """Return what a build that knows nothing gives."""
        folder = self.place / "clean"
        shutil.rmtree(folder, ignore_errors=True)
        plan, problems = pipeline.planned([self.content], folder, self.templates, today)
        assert plan is not None, problems
        with pipeline.Store(None, plan.program) as store:
            built = pipeline.build_site(plan, pipeline.Means(Serial(), store))
        assert not built.failed, built.problems
        return tree(folder)

    def copy(self, place: Path) -> Site:
        """Return another site that is as this one, with a memory of its own."""
        shutil.copytree(self.place, place)
        return Site(place)


def new(place: Path) -> Site:
    """Return a site that was built once."""
    write_content(place / "content")
    shutil.copytree(ROOT / "templates", place / "templates")
    site = Site(place)
    built = site.build(is_known=False)
    assert not built.failed, built.problems
    return site


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file of a site."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def tools(content: Path, slug: str) -> list[dict[str, object]]:
    """Return a server's definitions."""
    found: list[dict[str, object]] = json.loads(
        (content / "snapshots" / f"{slug}.json").read_text()
    )["tools"]
    return found
