"""Sentences of ours as a page shows them: escaped, with code spans, alone or many in one go."""

import json

import pytest

from generator.render import texts

SENTENCES = (
    "",
    "plain",
    "`a` & `b<c`",
    "one ` tick",
    "another ` tick",
    "``",
    "`over\ntwo` lines",
    ";starts like what parts them",
    "ends with a line\n",
    "The server says: “`x`”",
    "hidden\u200b",
    "bell\x07 \"quoted\" 'so'",
)


@pytest.mark.parametrize("more", ["", "\n;", "a\n;b", "x" * 100_001])
def test_many_sentences_are_printed_as_each_alone(more: str) -> None:
    """What stands beside a sentence changes nothing, not even what parts them or one too long."""
    sentences = (*SENTENCES, more, *reversed(SENTENCES))
    for some in (sentences, SENTENCES[:3], (), *((one,) for one in sentences)):
        shown, quoted = texts.fresh_each(some)
        assert shown == list(map(texts.fresh, some))
        assert [f'"{words}"' for words in quoted] == [json.dumps(texts.as_read(m)) for m in shown]


def test_many_plain_sentences_are_printed_as_each_alone() -> None:
    """Nor does it where all are printed in one go, with one among them that is not ASCII."""
    sentences = ("`a` & `b<c`", "say “`x`”", 'a "quoted" back\\slash', "it's `so`", "")
    shown, quoted = texts.fresh_each(sentences)
    assert shown == list(map(texts.fresh, sentences))
    assert quoted == [
        "a & b<c", "say \\u201cx\\u201d", 'a \\"quoted\\" back\\\\slash', "it's so", ""
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "sentence"),
    [
        ("<code>a</code> and <code>b</code>", "`a` and `b`"),
        ("`<code>x</code>", "``x`"),
        ("<code>a</code> and ` alone", "`a` and ` alone"),
        ("`over\ntwo`", "`over\ntwo`"),
        ("<code>&lt;b&gt;</code>", "`<b>`"),
    ],
)
def test_code_spans(expected: str, sentence: str) -> None:
    """A span is what stands between two ticks of one line, and never nothing."""
    assert texts.fresh(sentence) == expected
