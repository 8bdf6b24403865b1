"""Bytes of a file to JSON values: JSON, JSON with comments, JSON lines, or TOML.

Called by the `intake_*` modules. Messages name a line, never the content: it may be a secret.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from typing import TYPE_CHECKING

from generator.crawl import wire
from generator.crawl.limits import Limits
from generator.crawl.outcome import Failure
from generator.errors import Location, Problem

if TYPE_CHECKING:
    from generator.model import Json, JsonObject

LIMITS = Limits()
_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*(?:.*?\*/|.*)', re.DOTALL)
_COMMA = re.compile(r'"(?:[^"\\\n]|\\.)*"|,(?=\s*[\]}])', re.DOTALL)
_TOML_PLACE = re.compile(r"at line (\d+)")
_KINDS = {dict: "an object", list: "a list", str: "text", bool: "true or false"}


def kind(value: Json) -> str:
    """Return what a value is, without saying it."""
    return "nothing" if value is None else _KINDS.get(type(value), "a number")


def decode(data: bytes) -> str:
    """Return the text of a file; editors on Windows also write UTF-16 with a mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8", errors="replace").removeprefix("\ufeff")


def without_comments(text: str) -> str:
    """Return plain JSON with the same lines: comments and trailing commas become blanks."""
    bare = _COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else _blank(m[0]), text)
    return _COMMA.sub(lambda m: m[0] if m[0][0] == '"' else " ", bare)


def _blank(comment: str) -> str:
    return " " + "\n" * comment.count("\n")


def json_value(text: str) -> Json:
    """Return the value of one JSON text, comments and trailing commas allowed.

    Raises:
        ValueError: the text is no JSON; the message is ours and holds none of it.
    """
    try:
        return wire.parse(without_comments(text).encode("utf-8", "replace"), LIMITS).value
    except Failure as failure:
        raise ValueError(failure.reason) from None
    except ValueError as error:
        line = getattr(error, "lineno", 0)
        raise ValueError(f"broken JSON{f' in line {line}' if line else ''}") from None
    except RecursionError:
        raise ValueError("JSON that is nested too deeply") from None


def json_values(text: str) -> list[Json]:
    """Return the values of a text that holds one JSON value, or one on each line.

    Raises:
        ValueError: as `json_value`.
    """
    try:
        return [json_value(text)]
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:  # noqa: PLR2004 - one line is one value
            raise
        try:
            return [json_value(line) for line in lines]
        except ValueError:
            raise error from None


def configuration(text: str, filename: str) -> tuple[JsonObject, tuple[Problem, ...]]:
    """Return the object of a configuration file, empty beside the problem that prevents it."""
    is_toml = filename.lower().endswith(".toml")
    try:
        value = _toml(text) if is_toml else json_value(text)
    except ValueError as error:
        message = f"the file (expected {'TOML' if is_toml else 'JSON'}, got {error})"
        return {}, (problem("config.syntax", filename, message),)
    if not isinstance(value, dict):
        message = f"the file (expected an object, got {kind(value)})"
        return {}, (problem("config.type", filename, message),)
    return value, ()


def _toml(text: str) -> JsonObject:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("TOML that is nested too deeply") from None
    except ValueError as error:
        place = _TOML_PLACE.search(str(error))
        where = f" in line {place[1]}" if place else ""
        raise ValueError(f"broken TOML{where}") from None


def problem(rule: str, path: str, message: str, pointer: str = "") -> Problem:
    """Return an error of a source file at a pointer."""
    return Problem(f"intake.{rule}", Location(path, 0, pointer), message)
