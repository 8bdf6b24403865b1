"""Labelled tools to a Measurement: our ratings and two simple baselines, side by side.

Called by `mcp-risk accuracy` and its test. A label is a category and a level, each with
alternatives that an expert could defend.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.classify import engine
from generator.classify.lexicon import AMBIGUOUS, FIRM
from generator.definition import tools_from
from generator.model import Accuracy, Measurement, Miss, Package, Server, ServerSpec
from generator.taxonomy import Axis, Category, Level, Status
from generator.tokens import identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from generator.classify.registry import Rulebook
    from generator.model import Assessment, JsonObject

REAL, FRESH, HARD = "labels_dev.jsonl", "labels_fresh.jsonl", "tricky_tools.jsonl"
_ACTING = frozenset((Category.EXECUTE, Category.DESTRUCTIVE, Category.FINANCIAL))
_MOST_MISSES = 200
_USUAL = {
    Category.READ: Level.LOW,
    Category.WRITE: Level.MEDIUM,
    Category.EXECUTE: Level.HIGH,
    Category.DESTRUCTIVE: Level.CRITICAL,
    Category.FINANCIAL: Level.CRITICAL,
    Category.UNCLASSIFIED: Level.MEDIUM,
}


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled tool: where it is from, its definition, and what it should be rated."""

    server: str
    package: str
    raw: JsonObject
    categories: tuple[Category, ...]
    """The label first, then the accepted alternatives."""
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A label beside what somebody said about it."""

    label: Label
    category: Category
    level: Level

    @property
    def is_accepted(self) -> bool:
        """Return whether the category is the label or an accepted alternative."""
        return self.category in self.label.categories

    @property
    def is_under(self) -> bool:
        """Return whether an acting tool is taken for one that reads, or for nothing."""
        harmless = self.category in (Category.READ, Category.UNCLASSIFIED)
        return self.label.categories[0] in _ACTING and harmless and not self.is_accepted


def measure(folder: Path, book: Rulebook, today: date) -> Measurement:
    """Return our figures on each set, the baselines, the confusion, and every miss.

    Confusion, misses and precision are those of all real tools, the tuned and the fresh ones.
    """
    tuned, fresh, hard = (read(folder / name) for name in (REAL, FRESH, HARD))
    ours = assessed(tuned, book, today), assessed(fresh, book, today)
    on_tuned, on_fresh = _judged(tuned, ours[0]), _judged(fresh, ours[1])
    real, judged = (*tuned, *fresh), [*on_tuned, *on_fresh]
    return Measurement(
        accuracy=(
            _row("These rules, fresh tools", on_fresh),
            _row("These rules, tools tuned on", on_tuned),
            _row("These rules, hard cases tuned on", _judged(hard, assessed(hard, book, today))),
            _row("Leading verb, real tools", _judged_by(real, _leading_verb)),
            _row("Leading verb, hard cases", _judged_by(hard, _leading_verb)),
            _row("Everything is Read, real tools", _judged_by(real, lambda _: Category.READ)),
        ),
        confusion=_confusion(judged),
        misses=_misses(judged),
        labelled=_by_rule(real, (*ours[0], *ours[1])),
        ruleset=book.ruleset,
    )


def read(path: Path) -> tuple[Label, ...]:
    """Return the labels of a file; rows without a definition get one without parameters."""
    return tuple(_label(json.loads(line)) for line in path.read_text("utf-8").splitlines())


def _label(row: JsonObject) -> Label:
    described = {
        "name": row.get("name", ""),
        "description": row.get("description", ""),
        "inputSchema": {"type": "object", "properties": {}},
    }
    return Label(
        server=row["server"],
        package=row.get("package", ""),
        raw=row.get("tool", described),
        categories=(Category(row["category"]), *map(Category, row["also_ok"])),
        levels=(Level(row["level"]), *map(Level, row["also_level"])),
    )


def assessed(labels: Sequence[Label], book: Rulebook, today: date) -> tuple[Assessment, ...]:
    """Return our ratings; the tools of one server are rated together, as in the catalogue."""
    found: dict[int, Assessment] = {}
    servers: dict[str, list[int]] = {}
    for position, label in enumerate(labels):
        key = label.server if label.package else f"{label.server}/{position}"
        servers.setdefault(key, []).append(position)
    for positions in servers.values():
        first = labels[positions[0]]
        packages = (Package("npm", first.package),) if first.package else ()
        spec = ServerSpec(first.server, first.server, packages=packages)
        tools = tools_from(first.server, [labels[i].raw for i in positions])
        rated = engine.assess_server(Server(spec, None, tools), book, today=today)
        found |= dict(zip(positions, rated, strict=True))
    return tuple(found[position] for position in range(len(labels)))


def _leading_verb(label: Label) -> Category:
    """Return what the first word of the name says alone."""
    words = identifier(str(label.raw.get("name", "")))
    first = words[0].text if words else ""
    return FIRM.get(first) or AMBIGUOUS.get(first, Category.UNCLASSIFIED)


def _judged(labels: Sequence[Label], ours: Sequence[Assessment]) -> list[Judged]:
    return [Judged(label, a.category, a.level) for label, a in zip(labels, ours, strict=True)]


def _judged_by(labels: Iterable[Label], judge: Callable[[Label], Category]) -> list[Judged]:
    found = [(label, judge(label)) for label in labels]
    return [Judged(label, category, _USUAL[category]) for label, category in found]


def _row(name: str, judged: Sequence[Judged]) -> Accuracy:
    return Accuracy(
        name=name,
        total=len(judged),
        strict=sum(j.category is j.label.categories[0] for j in judged),
        accepted=sum(j.is_accepted for j in judged),
        under=sum(j.is_under for j in judged),
        level_accepted=sum(j.level in j.label.levels for j in judged),
        level_within_one=sum(abs(j.level.rank - j.label.levels[0].rank) <= 1 for j in judged),
    )


def _confusion(judged: Iterable[Judged]) -> tuple[tuple[Category, Category, int], ...]:
    counts = Counter((j.label.categories[0], j.category) for j in judged)
    order = tuple(Category)
    return tuple(
        (label, ours, counts[label, ours])
        for label in order
        for ours in order
        if counts[label, ours]
    )


def _misses(judged: Iterable[Judged]) -> tuple[Miss, ...]:
    return tuple(
        Miss(
            server=j.label.server,
            tool=str(j.label.raw.get("name", "")),
            label_category=j.label.categories[0],
            our_category=j.category,
            label_level=j.label.levels[0],
            our_level=j.level,
            note="category" if not j.is_accepted else "level",
        )
        for j in judged
        if not j.is_accepted or j.level not in j.label.levels
    )[:_MOST_MISSES]


def _by_rule(
    labels: Sequence[Label], ours: Sequence[Assessment]
) -> tuple[tuple[str, int, int], ...]:
    """Return how often each rule fired, and how often the tool's label bears it out.

    A category rule is right when its effect is no stronger than the label; the others are right
    when the level of the tool is the label or an accepted alternative.
    """
    hits: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for label, assessment in zip(labels, ours, strict=True):
        strongest = max(c.strength for c in label.categories)
        seen: dict[str, bool] = {}
        for s in assessment.signals:
            if s.status is not Status.APPLIED or s.axis in (Axis.QUALITY, Axis.HYGIENE):
                continue
            if s.axis is Axis.CATEGORY:
                fits = s.category is None or s.category.strength <= strongest
            else:
                fits = assessment.level in label.levels
            seen[s.rule] = seen.get(s.rule, True) and fits
        hits.update(seen)
        right.update(rule for rule, fits in seen.items() if fits)
    return tuple((rule, hits[rule], right[rule]) for rule in sorted(hits))
