"""API files against the site: valid JSON, ledgers that add up, a page and a policy per tool."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from generator.taxonomy import MAX_SCORE, Level, level_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from generator.model import Json, JsonObject

_COUNTED = ("applied", "reduced")


def read(data: bytes, *, is_kept: bool) -> tuple[Json, list[tuple[str, str]]]:
    """Return the value, or nothing of it, and (rule, message) for what is wrong with its form."""
    if not data.isascii():
        return None, [("safety.hidden", "expected escapes, got raw characters beyond ASCII")]
    try:
        value = (_DECODER if is_kept else _SCANNER).decode(data.decode())
    except (ValueError, RecursionError) as error:
        return None, [("form.json", f"no valid JSON: {error}")]
    return value, []


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


def _forget(_pairs: object) -> None:
    """Keep nothing of an object: a list of all tools would take fifty times its file."""


_DECODER = json.JSONDecoder(parse_constant=_refuse)
_SCANNER = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_forget)


def tool(record: JsonObject) -> Iterator[tuple[str, str]]:
    """Yield problems of one tool's rating: its sum, its band."""
    rated = record["assessment"]
    counted = sum(s["points"] for s in rated["signals"] if s["status"] in _COUNTED)
    corrected = any(item["override"]["field"] == "level" for item in rated["corrections"])
    if not corrected and min(max(counted, 0), MAX_SCORE) != rated["score"]:
        yield "truth.ledger", f"the ledger adds up to {counted}, the score is {rated['score']}"
    if not corrected and level_of(rated["score"]) is not Level(rated["level"]):
        yield "truth.level", f"a score of {rated['score']} is not {rated['level']}"


def server(record: JsonObject, files: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield tools of a server that lack their page or their own file."""
    slug = record["slug"]
    for item in record["tools"]:
        for path in (
            f"tools/{slug}/{item['slug']}/index.html",
            f"api/v1/tools/{slug}/{item['slug']}.json",
        ):
            if path not in files:
                yield "truth.page", f"no {path}"
    if record["tools_total"] != len(record["tools"]):
        yield (
            "truth.count",
            f"{record['tools_total']} tools stated, {len(record['tools'])} listed",
        )


def policy(record: JsonObject, text: str) -> Iterator[tuple[str, str]]:
    """Yield tools of a server that its default policy does not name."""
    for item in record["tools"]:
        if item["name"] and json.dumps(item["name"])[1:-1] not in text and item["name"] not in text:
            yield "truth.policy", f"no entry for {json.dumps(item['name'][:80])}"
