"""Question files: what an author can get wrong, what a new file may do, answers of list pages."""

from __future__ import annotations

from typing import Any

import pytest
from derive_samples import committed, rated, server, signal, tool, words

from generator.derive import answers, list_questions, questions, summaries
from generator.derive.defaults import UNNAMED, Defaults
from generator.derive.texts import texts
from generator.derive.tool_questions import ToolFacts
from generator.model import (
    AttackEntry,
    AttackFacts,
    FaqCase,
    FaqEntry,
    Reference,
    Site,
    ToolSummary,
)
from generator.taxonomy import Category, Confidence, Facet, Level, Verdict


def entry(
    slug: str = "mine",
    scope: str = "tool",
    question: str = "Is {tool} new?",
    **cases: str,
) -> FaqEntry:
    """Return a question file; keywords are its cases, `_` standing for `-`."""
    made = [FaqCase(k.replace("_", "-"), v, n * 3 + 6) for n, (k, v) in enumerate(cases.items())]
    return FaqEntry(slug, scope, 1, question, tuple(made), f"content/faq/{slug}.md")


LEVELS = {level.value: "Yes." for level in Level}
OUTCOMES = dict.fromkeys(("hidden", "denied", "waits", "allowed"), "Yes.")
SERVER = dict.fromkeys(("package", "package_unversioned", "remote", "unknown"), "Yes.")
BAD = [
    (
        entry(scope="page", always="Yes."),
        (
            "content/faq/mine.md: faq: scope expected one of attack, category, level, level-server,"
            " server, site, tool, got 'page'"
        ),
    ),
    (
        entry("tool-server", "server", "Where?", **SERVER),
        "content/faq/tool-server.md: faq: scope expected tool, got server",
    ),
    (
        entry("tool-server", package="Yes.", remote="Yes.", unknown="Yes."),
        "content/faq/tool-server.md: faq: case 'package-unversioned' expected, got none",
    ),
    (
        entry("tool-server", **SERVER, hosted="Yes."),
        (
            "content/faq/tool-server.md:18: faq: case expected one of package,"
            " package-unversioned, remote, unknown, got 'hosted'"
        ),
    ),
    (
        entry(low="Yes.", high="Yes."),
        (
            "content/faq/mine.md: faq: cases expected always; or hidden, denied, waits, allowed; or"
            " read, write, execute, destructive, financial, unclassified; or low, medium, high,"
            " critical; got low, high"
        ),
    ),
    (
        entry(),
        (
            "content/faq/mine.md: faq: cases expected always; or hidden, denied, waits, allowed; or"
            " read, write, execute, destructive, financial, unclassified; or low, medium, high,"
            " critical; got none"
        ),
    ),
    (
        entry("mine", "site", "What?", always="Ask {tool}."),
        (
            "content/faq/mine.md:6: faq: placeholder expected one of license, rules, servers,"
            " site_name, tools, got 'tool'"
        ),
    ),
    (
        entry(always="It says {description}."),
        (
            "content/faq/mine.md:6: faq: {description} is a server's text: expected in backticks or"
            " “…”"
        ),
    ),
    (
        entry(always="A `code span."),
        "content/faq/mine.md:6: faq: an even number of backticks expected",
    ),
]


@pytest.mark.parametrize(("bad", "expected"), BAD)
def test_every_mistake_has_its_message(bad: FaqEntry, expected: str) -> None:
    """Place, rule, what was expected and what was found are named."""
    assert [str(problem) for problem in answers.problems([bad])] == [expected]


@pytest.mark.parametrize("cases", [{"always": "Yes."}, LEVELS, OUTCOMES])
def test_a_new_question_needs_one_file_only(cases: dict[str, str]) -> None:
    """A question the code does not know may use `always` or one whole family of cases."""
    assert answers.problems([entry(**cases)]) == []


def test_the_committed_questions_are_sound() -> None:
    """Every committed question has all its cases, known placeholders and fenced values."""
    assert answers.problems(committed().faq) == []
    assert set(answers.CASES) <= {one.slug for one in committed().faq}


def test_a_new_question_is_answered_by_the_case_that_fits() -> None:
    """The level of the tool chooses the case; a value that looks like a placeholder stays."""
    new = entry(low="Low.", medium="Medium.", high="`{tool}` is {level}.", critical="Critical.")
    found = rated("run", Category.EXECUTE, signal("base.execute", 62))
    facts = ToolFacts(
        server(tool("{level}")), tool("{level}"), found, Defaults(None, "", {}, {}), UNNAMED, 1
    )
    made = answers.tool_answers(facts, texts((), (), (new,), ()))
    assert [(a.question, a.text) for a in made] == [("Is {level} new?", "`{level}` is High.")]


def test_counts_that_open_a_sentence_get_a_capital() -> None:
    """A count in words is capitalised at the start of a sentence and nowhere else."""
    values = {"n": "two tools", "name": "ab"}
    new = entry(question="Is it {n}?", always="{n}. {n} and {n}; {name}.\n {name} too")
    filled = questions.Forms(new).answer(("always",), questions.Values(values)).text
    assert filled == "Two tools. Two tools and two tools; ab. ab too"


# ------------------------------------------------------------------------------ list pages


def summary(name: str, level: Level, *rules: str, where: str = "demo") -> ToolSummary:
    """Return a Read tool's summary."""
    return ToolSummary(
        where, where.title(), name, Category.READ, level, level.first_score, Confidence.HIGH,
        (), Verdict.NONE, rules, "", "",
    )  # fmt: skip


TOOLS = (
    summary("c", Level.HIGH, "base.read", "read.secrets"),
    summary("a", Level.LOW, "base.read", where="other"),
    summary("b", Level.LOW, "base.read", "text.production"),
)
SERVERS = tuple(
    summaries.server_summary(
        server(slug=slug, title=slug.title()), [one for one in TOOLS if one.server == slug], None
    )
    for slug in ("demo", "other")
)


def text_of(made: Any, key: Any, slug: str) -> str:  # noqa: ANN401
    """Return one answer of one page."""
    return next(a.text for a in dict(made)[key] if a.slug == slug)


def test_category_pages_count_their_tools() -> None:
    """Counts, share, spread and the rules that come with a category are those of its tools."""
    made = answers.category_answers(words(), SERVERS, TOOLS)
    what = text_of(made, Category.READ, "category-what")
    assert what.endswith("This catalogue rates three tools of two servers so, 100 % of all.")
    assert text_of(made, Category.READ, "category-level") == (
        "By level: one High and two Low. Rules that most often come with them: `read.secrets` (1)"
        " and `text.production` (1)."
    )
    assert text_of(made, Category.WRITE, "category-level") == "There is none to count."


def test_level_pages_name_where_the_tools_are() -> None:
    """The servers with most tools of a level come first."""
    made = answers.level_answers(words(), SERVERS, TOOLS)
    assert text_of(made, Level.LOW, "level-where").startswith("Demo (1) and Other (1).")
    assert "band from 0 to 24, 67 % of all: two Read." in text_of(made, Level.LOW, "level-what")
    assert text_of(made, Level.CRITICAL, "level-where").startswith("None")


def test_a_rule_in_no_tool_gives_no_empty_list() -> None:
    """Tools that nothing moves are said to stand where their category starts."""
    facts = list_questions.ServerLevelFacts(
        server(tool("a"), tool("b")),
        Level.LOW,
        [rated("a", Category.READ, signal("len.description", 0))],
        Defaults(None, "", {}, {}),
    )
    made = {a.slug: a.text for a in answers.server_level_answers(facts, words())}
    assert made["level-server-why"].startswith("Their category decides")
    assert made["level-server-tools"].startswith("One of two tools: `a`.")


def attack(rules: tuple[str, ...] = (), facets: tuple[Facet, ...] = ()) -> AttackEntry:
    """Return an attack entry with these preconditions."""
    return AttackEntry(
        "x", "X", "pattern", "2026", "", "", "", "single-source", (), (), (Reference("R"),),
        rules, facets, (), "none", "Patch it.", (), "2026-11-24", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "entry_", "count"),
    [
        ("That cannot be read from a definition", attack(), 0),
        ("That cannot be read from a definition", attack(("drift.definition",)), 0),
        (
            "No tool of this catalogue at present. It would have to share: `a.b` or egress.",
            attack(("a.b", "drift.x"), (Facet.EGRESS,)),
            0,
        ),
        ("Two tools of one server in this catalogue", attack(("a.b",)), 2),
    ],
)
def test_attack_pages_count_without_accusing(
    expected: str, entry_: AttackEntry, count: int
) -> None:
    """Tools share preconditions or not; what a definition cannot show is said so."""
    found = committed()
    all_words = texts((), (entry_,), found.faq, ())
    counts = AttackFacts("x", count, min(count, 1), TOOLS[:count])
    made = {a.slug: a.text for a in dict(answers.attack_answers(all_words, [counts]))["x"]}
    assert made["attack-tools"].startswith(expected)
    assert made["attack-stop"] == "No, a proxy in front of the tools cannot. Patch it."
    assert "One page states it" in made["attack-sources"]
    assert "read on 24 November 2026" in made["attack-sources"]


def test_site_answers_name_the_catalogue() -> None:
    """Questions about the whole catalogue use its name, licence and counts."""
    made = {a.slug: a.text for a in answers.site_answers(words(), Site("Atlas", ""), 3, 40)}
    assert "The 40 tools of three servers" in made["site-limits"]
    assert "of Atlas are licensed under CC-BY-4.0" in made["site-use"]
