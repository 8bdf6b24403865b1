"""The fast reading of an Intercept file: what YAML reads, or nothing at all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from generator.policy.formats import intercept_shape, intercept_yaml

GOLDEN = sorted((Path(__file__).parent / "golden_policies").glob("*.yaml"))
CHARACTERS = " \n\"'#:-[]{},\\ux0ae1.+!&*%@`|>?~\t<="
EDITS = 1500


def by_yaml(text: str, monkeypatch: pytest.MonkeyPatch) -> intercept_yaml.Reading:
    """Return what the full parser says, without the fast reading before it."""
    with monkeypatch.context() as patch:
        patch.setattr(intercept_shape, "read", lambda _: None)
        return intercept_yaml.read(text)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_our_files_are_read_as_yaml_reads_them(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file we write is in the shape, and says to YAML what it says to us."""
    text = path.read_text()
    known = by_yaml(text, monkeypatch)
    assert known.problems == []
    assert intercept_shape.read(text) == known.value


LEFT_TO_YAML = [
    "",
    "# nothing\n",
    "[]\n",
    "version: '1'\n",
    "version: 1.0e5000\n",
    'version: "1"\nversion: "2"\n',
    'version: "1" # é\n',
    'version: "\\ud83d\\ude00"\n',
    'version: "\\x41"\n',
    'version: "1"# no comment\n',
    "version: yes\n",
    "version: 0x10\n",
    "version: null\n",
    "on: 1\n",
    "tools:\n",
    "tools:\n# nothing below\n",
    "tools:\ndefault: 1\n",
    "hide:\n- 1\n",
    "hide:\n  -\n",
    'hide:\n  - "a"\n  "b"\n',
    'hide:\n  - "a"\n    - "b"\n',
    "hide: &a [1]\ntools: *a\n",
    f'"{"k" * 1100}": 1\n',
    "version: 1\n  2\n",
    "version: 1\n...\ndefault: 1\n",
    "%YAML 1.1\n---\nversion: 1\n",
    "version:\t1\n",
    'value: ["a",  # Read\n  "b"\n',
    'value: ["a",  # Read\n\n  "b"]\n',
    '"a": 1\n : 2\n',
]


@pytest.mark.parametrize("text", LEFT_TO_YAML)
def test_other_texts_are_left_to_yaml(text: str) -> None:
    """What is not plainly in the shape is not guessed at."""
    assert intercept_shape.read(text) is None


def test_wrapped_list_is_one_list() -> None:
    """A long list of methods stands on several lines, each with its comment."""
    text = 'value: ["a", "b",  # Read\n                    "c"]       # Write\nop: "in"\n'
    assert intercept_shape.read(text) == {"value": ["a", "b", "c"], "op": "in"}


def edited(text: str, chance: random.Random) -> str:
    """Return a part of a file with one or two small mistakes in it."""
    lines = text.split("\n")
    start = chance.choice([i for i, line in enumerate(lines) if line.startswith('  "')])
    lines = ['version: "1"', "tools:", *lines[start : start + 20]]
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(len(lines))
        line = lines[at]
        place = chance.randrange(len(line) + 1)
        kind = chance.randrange(5)
        if kind == 0:
            lines[at] = line[:place] + chance.choice(CHARACTERS) + line[place:]
        elif kind == 1:
            lines[at] = line[:place] + line[place + 1 :]
        elif kind == 2:
            lines.insert(at, chance.choice(lines))
        else:
            lines[at] = f"  {line}" if kind == 3 else line[2:]
    return "\n".join(lines)


def test_edited_files_are_read_as_yaml_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the fast reading accepts, YAML accepts without a word and reads the same."""
    chance = random.Random(5)  # noqa: S311 - the same edits each time, no secret
    texts = [path.read_text() for path in GOLDEN]
    accepted = 0
    for _ in range(EDITS):
        text = edited(chance.choice(texts), chance)
        value = intercept_shape.read(text)
        if value is not None:
            known = by_yaml(text, monkeypatch)
            assert known.problems == [], text
            assert repr(known.value) == repr(value), text
            accepted += 1
    assert accepted > EDITS // 10
