"""YAML text to a checked node tree with line numbers; the first step of reading any content file.

Called by the other `content_*` modules. Nothing is constructed from tags: a node is text, a
number, true or false, null, a list or a mapping. Duplicate keys, aliases and keys that are no
text are Problems here, so that later steps may rely on a plain tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from generator.errors import Location, Problem, Severity

if TYPE_CHECKING:
    from generator.model import Json

# The C parser is ten times as fast; a PyYAML built without it has the same classes in Python.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
NULL, STR, BOOL, INT, FLOAT, DAY = (
    f"{_TAG}{name}" for name in ("null", "str", "bool", "int", "float", "timestamp")
)
_KINDS = {NULL: "nothing", BOOL: "true or false", INT: "a number", FLOAT: "a number", DAY: "a date"}
_SHOWN = 60


@dataclass(slots=True)
class Sink:
    """The problems of one file, at lines counted from `first_line` of that file.

    `path` is the file as the person named it; `origin` is what objects remember, which never
    holds a directory of the machine the site is built on.
    """

    path: str
    origin: str = ""
    first_line: int = 1
    problems: list[Problem] = field(default_factory=list)

    def report(
        self, rule: str, message: str, line: int = 0, severity: Severity = Severity.ERROR
    ) -> None:
        """Add one problem; `line` counts from 0 as the parser does, -1 for the whole file."""
        number = self.first_line + line if line >= 0 else 0
        place = Location(self.path, number)
        self.problems.append(Problem(f"content.{rule}", place, message, severity))


def decode(data: bytes, sink: Sink) -> str | None:
    """Return a file's text, or None after reporting where it stops being UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start)
        got = f"byte 0x{data[error.start]:02x}"
        sink.report("encoding", f"the file is not UTF-8 (expected UTF-8 text, got {got})", line)
        return None
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def parse(text: str, sink: Sink) -> yaml.MappingNode | None:
    """Return the top mapping of a YAML text, or None after reporting why there is none."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        sink.report("yaml", *_explained(error))
        return None
    if not isinstance(node, yaml.MappingNode):
        got = kind(node) if node is not None else "an empty file"
        sink.report("type", f"the file (expected keys and values, got {got})")
        return None
    clean = len(sink.problems)
    _check(node, sink, set())
    return node if len(sink.problems) == clean else None


def _explained(error: yaml.YAMLError) -> tuple[str, int]:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "broken"
    message = f"the file (expected YAML, got an error: {reason})"
    return message, mark.line if mark is not None else -1


def _check(node: yaml.Node, sink: Sink, seen: set[int]) -> None:
    """Report aliases, duplicate keys and keys that are no text, everywhere below the node."""
    if isinstance(node, yaml.ScalarNode):
        return
    line = node.start_mark.line
    if id(node) in seen:
        sink.report("alias", "a YAML alias (expected the value itself, got a reference)", line)
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _check(item, sink, seen)
        return
    lines: dict[str, int] = {}
    for key, value in node.value:
        _check_key(key, lines, sink)
        _check(value, sink, seen)


def _check_key(key: yaml.Node, lines: dict[str, int], sink: Sink) -> None:
    line = key.start_mark.line
    if not isinstance(key, yaml.ScalarNode) or key.tag != STR:
        sink.report("key", f"a key (expected text, quoted if need be, got {kind(key)})", line)
        return
    if key.value in lines:
        first = sink.first_line + lines[key.value]
        sink.report(
            "duplicate-key", f"{key.value} (expected once, got again after line {first})", line
        )
    lines[key.value] = line


def kind(node: yaml.Node) -> str:
    """Return what a node is, in the words of a message: `a list`, `"acme"`, `a number 1.5`."""
    if isinstance(node, yaml.MappingNode):
        return "keys and values"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    shown = node.value if len(node.value) <= _SHOWN else f"{node.value[:_SHOWN]}…"
    if node.tag == STR:
        return f'"{shown}"'
    if node.tag == NULL:
        return "nothing"
    return f"{_KINDS.get(node.tag, 'a value with a tag')} {shown}"


def plain(node: yaml.Node) -> Json:
    """Return the JSON value of a checked node; dates stay the text they were written as."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    if node.tag in (NULL, BOOL, INT, FLOAT):
        return yaml.safe_load(node.value) if node.value else None
    return node.value
