"""Crawled text prints itself without tricks on pages and terminals."""

from __future__ import annotations

import html
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import text
from generator.render import texts


@pytest.mark.parametrize(
    ("expected", "raw"),
    [
        ("a[U+202E]b", "a\u202eb"),
        ("[U+001B][31mred", "\x1b[31mred"),
        ("zero[U+200B]width", "zero\u200bwidth"),
        ("[U+E0041]", "\U000e0041"),
        ("bell[U+0007]", "bell\x07"),
        ("line\nbreak\ttab", "line\nbreak\ttab"),
        ("⚠\ufe0f warning", "⚠\ufe0f warning"),
        ("👩\u200d💻 coder", "👩\u200d💻 coder"),
        ("a[U+FE0F]", "a\ufe0f"),
        ("⚠\ufe0f[U+FE0F][U+FE0F]", "⚠\ufe0f\ufe0f\ufe0f"),
        ("a[U+200D]b", "a\u200db"),
        ("[U+D800]", "\ud800"),
        ("soft[U+00AD]hyphen", "soft\xadhyphen"),
        ("Ünïcödé 漢字 עברית", "Ünïcödé 漢字 עברית"),
    ],
)
def test_hidden_characters_become_chips(expected: str, raw: str) -> None:
    """What a reader cannot see is named; what is ordinary text stays."""
    assert expected == text.visible(raw)
    assert expected == str(text.Crawled(raw))


def test_html_is_escaped_and_chips_are_marked() -> None:
    """Markup from a server shows its angle brackets."""
    assert (
        text.Crawled("<b>\"'&\u202e").__html__()
        == '&lt;b&gt;&#34;&#39;&amp;<span class="chip">U+202E</span>'
    )


@pytest.mark.parametrize("raw", ["&lt;", "&amp;#39;", "a & b", "\"'<>", "&nbsp;"])
def test_what_was_escaped_reads_as_before(raw: str) -> None:
    """Escaping loses nothing, not even where a server wrote an entity itself."""
    assert raw == text.unescaped(text.escaped(raw, 100))


def test_a_cap_cuts_at_a_word() -> None:
    """A long text ends at a word and says that it was cut."""
    assert str(text.Crawled("one two three", 10)) == "one two…"
    assert text.cut("abcdefghijklmnop", 10) == "abcdefghi…"


def test_one_line_folds_white_space() -> None:
    """A line break from a server cannot forge a line of ours."""
    assert text.one_line("a\r\n b\t\tc".replace("\r", "")) == "a b c"
    assert str(text.Crawled("a\n\n b").short(20)) == "a b"


def test_empty_text_is_false() -> None:
    """A block without text can be left out."""
    assert not text.Crawled("")
    assert text.Crawled("x")


@given(st.text())
def test_no_hidden_character_survives(raw: str) -> None:
    """Nothing invisible is left in either form, whatever the server sent."""
    for shown in (text.visible(raw), text.Crawled(raw).__html__()):
        assert not text.has_hidden(shown)
        left = {c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Co"}} - {"\n", "\t"}
        assert not left


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_ordinary_text_is_only_escaped(raw: str) -> None:
    """Text that hides nothing reads the same after unescaping."""
    if not text.has_hidden(raw):
        assert raw == html.unescape(text.Crawled(raw, 10**6).__html__())


@pytest.mark.parametrize(
    "value", [{}, [], "a\n", {"a": {"b": [1, None, {"c": []}], "d": {}}, "é": [True, "x"]}, [[2.5]]]
)
def test_json_on_a_page_is_indented(value: object) -> None:
    """The lines are those of the standard library."""
    assert json.dumps(value, indent=2, ensure_ascii=False) == texts.pretty(value).raw


@pytest.mark.parametrize("around", ["", "a", "word " * 40])
def test_the_quick_look_agrees_with_the_long_one(around: str) -> None:
    """No character of the first two blocks, NUL included, is shown as it is when it is hidden."""
    for code in range(256):
        raw = f"{around}{chr(code)}{around}"
        hidden = text.has_hidden(raw)
        assert code > 127 or text.visible(chr(code)).isprintable() or chr(code) in "\t\n"
        assert (text.visible(raw) != raw) is hidden
        assert ("U+" in text.escaped(raw, 500)) is hidden
        assert text.printed(raw, 500) == text.escaped(raw, 500).encode()
