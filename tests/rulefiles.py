"""Rules for the classifier's tests, read straight from content/rules."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from generator.classify.registry import Rulebook, rulebook
from generator.definition import tools_from
from generator.model import Package, Rule, RuleExample, Server, ServerSpec
from generator.taxonomy import Axis, Lifecycle

FOLDER = Path(__file__).parent.parent / "content" / "rules"


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule in content/rules."""
    return tuple(_rule(path) for path in sorted(FOLDER.glob("*.yaml")))


@cache
def book() -> Rulebook:
    """Return the rule book of the catalogue."""
    return rulebook(rules())


def server(slug: str, raws: list, package: str = "") -> Server:
    """Return a server without snapshot that lists these raw tools."""
    packages = (Package("npm", package),) if package else ()
    return Server(ServerSpec(slug, slug, packages=packages), None, tools_from(slug, raws))


def _rule(path: Path) -> Rule:
    data = yaml.safe_load(path.read_text("utf-8"))
    examples = data.get("examples", {})
    return Rule(
        id=path.stem,
        axis=Axis(data["axis"]),
        points=data["points"],
        title=data["title"],
        why=data["why"],
        headline=data["headline"],
        consequence=data.get("consequence", ""),
        remediation=data.get("remediation", ""),
        lifecycle=Lifecycle(data["lifecycle"]),
        since=data["since"],
        examples=tuple(
            RuleExample(example["note"], example["tool"], expected=kind == "hits")
            for kind in ("hits", "misses")
            for example in examples.get(kind, ())
        ),
        path=str(path),
    )
