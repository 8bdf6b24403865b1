"""Values of the model become JSON that any reader takes and that hides nothing."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from generator.model import Annotations, Answer, Measure, Signal
from generator.render.json_files import dumps
from generator.taxonomy import Axis, Category, Facet

DAY = date(2026, 11, 20)


@dataclass(frozen=True, slots=True)
class _Kept:
    name: str
    group: Category
    days: tuple[date, ...]


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        (b'{"b":1,"a":[2,null,true]}', {"b": 1, "a": (2, None, True)}),
        (b'"\\u202e\\u200b\\u00e9"', "\u202e\u200b\u00e9"),
        (b'["\\ud83d\\ude00 \\u4f60\\u597d!"]', ["\U0001f600 \u4f60\u597d!"]),
        (b"[null,null,0.5]", [float("nan"), float("inf"), 0.5]),
        (b"100000000000000000000000000", 10**26),
        (
            b'{"name":"x","group":"Read","days":["2026-11-20"]}',
            _Kept("x", Category.READ, (DAY,)),
        ),
    ],
    ids=["order", "hidden", "pairs", "numbers", "large", "record"],
)
def test_values_become_plain_ascii(expected: bytes, value: object) -> None:
    """Order stays, characters beyond ASCII are escapes, dataclasses and enums are read through."""
    assert dumps(value) == expected


@pytest.mark.parametrize("half", ["\ud800", "x\udfffy"], ids=["first", "second"])
def test_half_a_pair_takes_the_slow_way_to_the_same(half: str) -> None:
    """A lone surrogate, which no UTF-8 holds, changes nothing in what stands beside it."""
    whole = _Kept("\u00e9", Category.WRITE, (DAY,)), {"n": [float("nan"), 1.5]}, {2: None}
    expected = dumps([*whole, "?"]).replace(b'"?"', json.dumps(half).encode())
    assert dumps([*whole, half]) == expected


def test_deep_definition_is_written() -> None:
    """Nesting that the fast encoder refuses is no reason to lose a definition."""
    deep: Any = {"end": Annotations(title="t")}
    for _ in range(300):
        deep = [deep]
    assert dumps(deep).startswith(b"[[[[")
    assert b'"title":"t"' in dumps(deep)


def test_classes_told_beforehand_are_written_as_any_other() -> None:
    """Every field stands in its order, whatever of it is absent; half a pair changes nothing."""
    signal = Signal(
        "x.y",
        Axis.FACET,
        "\u201cé\u201d",
        3,
        facet=Facet.BULK,
        span=(1, 2),
        measure=Measure("n", 4),
    )
    expected = (
        b'{"rule":"x.y","axis":"facet","text":"\\u201c\\u00e9\\u201d","points":3,"full_points":0,'
        b'"scope":"tool","category":null,"support":0,"facet":"bulk","pointer":"","part":"value",'
        b'"span":[1,2],"quote":null,"measure":{"name":"n","value":4,"step":0},"subject":"",'
        b'"claim":false,"status":"applied","by":""}'
    )
    assert dumps(signal) == expected
    assert dumps([signal, Answer("a", "?", "\ud800")]) == (
        b"[" + expected + b',{"slug":"a","question":"?","text":"\\ud800"}]'
    )
