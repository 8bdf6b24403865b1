"""`content/accuracy.json` to Measurement and back: how the rules do on labelled tools.

The file is written by a command that has the labelled tools at hand, and read by content.py, so
that a build prints the figures without having to measure them again.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from generator.model import Accuracy, Measurement, Miss
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from generator.content_yaml import Sink
    from generator.model import Json

FORMAT = 1


def dump(found: Measurement) -> str:
    """Return the text of the file; equal measurements give equal bytes."""
    data = {
        "format": FORMAT,
        "ruleset": found.ruleset,
        "accuracy": [asdict(row) for row in found.accuracy],
        "confusion": [
            {"label": label, "ours": ours, "count": count} for label, ours, count in found.confusion
        ],
        "misses": [asdict(miss) for miss in found.misses],
        "rules": [
            {"rule": rule, "hits": hits, "right": right} for rule, hits, right in found.labelled
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def measurement(text: str, sink: Sink) -> Measurement | None:
    """Return the measurement of a file's text, None after reporting why it is none."""
    try:
        return _read(json.loads(text))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        got = f"{type(error).__name__}: {error}"
        expected = "what mcp-risk accuracy writes"
        sink.report("accuracy", f"the file (expected {expected}, got {got})", -1)
        return None


def _read(data: Json) -> Measurement:
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}")
    return Measurement(
        accuracy=tuple(Accuracy(**row) for row in data["accuracy"]),
        confusion=tuple(
            (Category(row["label"]), Category(row["ours"]), int(row["count"]))
            for row in data["confusion"]
        ),
        misses=tuple(_miss(row) for row in data["misses"]),
        labelled=tuple(
            (str(row["rule"]), int(row["hits"]), int(row["right"])) for row in data["rules"]
        ),
        ruleset=str(data["ruleset"]),
    )


def _miss(row: Json) -> Miss:
    return Miss(
        server=str(row["server"]),
        tool=str(row["tool"]),
        label_category=Category(row["label_category"]),
        our_category=Category(row["our_category"]),
        label_level=Level(row["label_level"]),
        our_level=Level(row["our_level"]),
        note=str(row["note"]),
    )
