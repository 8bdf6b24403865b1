"""The formatter: keys in order, nothing said differently, nothing moved twice."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest
from content_files import ATTACK

from generator import content_order
from generator.cli.main import run
from generator.content_format import formatted, order_of
from generator.content_yaml import Sink, parse, plain

ROOT = Path(__file__).parent.parent
MIXED = """# The first comment stays on top.

title: B # beside the title
# about the name
name: a/b
catalogue:
  license: MIT
  # why the crawl is skipped
  crawl: {skip: x}
  domain: d
packages:
- identifier: x
  environmentVariables:
    - isRequired: true
      name: A
    - description: |
        many
          lines

        end
      name: B
  registryType: npm
- registryType: pypi
  identifier: "y"
description: >-
  folded
  text
"""
ORDERED = """# The first comment stays on top.

# about the name
name: a/b
title: B # beside the title
description: >-
  folded
  text
packages:
- registryType: npm
  identifier: x
  environmentVariables:
    - name: A
      isRequired: true
    - name: B
      description: |
        many
          lines

        end
- registryType: pypi
  identifier: "y"
catalogue:
  domain: d
  license: MIT
  # why the crawl is skipped
  crawl: {skip: x}
"""


def ordered(text: str, name: str = "servers/a.yaml") -> str:
    """Return the canonical text of a file of that name."""
    order = order_of(PurePath(name))
    assert order is not None
    return formatted(text, order, name).text


def test_keys_move_with_their_comments() -> None:
    """Keys come in the canonical order on every level; comments and quotes stay with them."""
    assert ordered(MIXED) == ORDERED


def test_formatting_twice_changes_nothing() -> None:
    """The canonical form is its own canonical form."""
    assert ordered(ORDERED) == ORDERED


@pytest.mark.parametrize(
    "text",
    [
        "{title: B, name: a/b}\n",
        "title: 'B'\nname: \"a/b\"",
        "packages:\n- # first\n  identifier: x\n  registryType: npm\ntitle: B\n",
        "packages:\n-\n  identifier: x\n\n  registryType: npm\n\ntitle: B\n\n\n",
        "packages:\n  - identifier: x\n    # kind\n    registryType: npm\ntitle: B\n",
        "description: |+\n  keep\n\ntitle: B\n",
        "unknown: 1\ntitle: B\n",
        "title: B\r\nname: a/b\r\n",
        'description: "two\n  lines"\ntitle: B\n',
        "? title\n: B\n? name\n: a/b\n",
    ],
)
def test_no_layout_changes_what_a_file_says(text: str) -> None:
    """Whatever the layout, the formatted file says the same and is stable."""
    once = ordered(text)
    first, again = parse(text.replace("\r\n", "\n"), Sink("a")), parse(once, Sink("a"))
    assert first is not None
    assert again is not None
    assert plain(again) == plain(first)
    assert ordered(once) == once


def test_only_the_front_matter_of_prose_is_ordered() -> None:
    """The body stays as written but for blank ends and trailing blanks."""
    text = "---\nsummary: s\ntitle: t\n---\n\n\nOne  \ntwo \n\n```yaml\nb: 1\na: 2\n```\n\n"
    assert ordered(text, "pages/a.md") == (
        "---\ntitle: t\nsummary: s\n---\nOne  \ntwo\n\n```yaml\nb: 1\na: 2\n```\n"
    )


def test_a_file_that_cannot_be_read_is_left_alone() -> None:
    """Broken YAML is reported and returned as it was."""
    result = formatted("title: [\n", content_order.SERVER, "servers/a.yaml")
    assert (result.text, len(result.problems)) == ("title: [\n", 1)


def test_check_names_what_would_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`format --check` writes nothing and exits 1; `format` writes and exits 0."""
    path = tmp_path / "servers" / "a.yaml"
    path.parent.mkdir()
    path.write_text(MIXED)
    (tmp_path / "attacks").mkdir()
    (tmp_path / "attacks" / "p.md").write_text(ATTACK)
    assert run(["format", "--check", "--content", str(tmp_path)]) == 1
    assert path.read_text() == MIXED
    assert run(["format", "--content", str(tmp_path)]) == 0
    assert path.read_text() == ORDERED
    assert f"changed {path}" in capsys.readouterr().out
    assert run(["format", "--check", "--content", str(tmp_path)]) == 0


def test_the_committed_content_is_in_order() -> None:
    """A pull request that skips `make format` shows here."""
    folders = [str(ROOT / "content"), str(ROOT / "tests" / "mini")]
    assert run(["format", "--check", "--content", *folders]) == 0


def test_the_committed_content_has_no_problem() -> None:
    """`make lint` is clean."""
    assert run(["lint", "--content", str(ROOT / "content")]) == 0
