"""The six questions of a tool: every case is chosen by facts, and every value is this tool's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from derive_samples import (
    STATELESS,
    facet,
    files,
    hosted,
    loss,
    no_policy_facts,
    policy,
    rated,
    rule,
    server,
    signal,
    snapshot,
    tool,
    words,
)

from generator.derive import catalogue, tool_values
from generator.derive.defaults import Defaults
from generator.model import (
    AppliedOverride,
    Condition,
    Limit,
    MethodAssessment,
    Override,
    Package,
    Source,
)
from generator.taxonomy import Category, Confidence, Decision, Facet, Level, Profile, Verdict

TEN = rule("run", "limit", limit=Limit(10, "minute"))
EXECUTE = rated("run", Category.EXECUTE, signal("base.execute", 62, "Starts a thing"))
QUESTIONS = [
    "What does the run tool do?",
    "How do I enforce a policy on run?",
    "What risk level is run?",
    "Can I rate-limit run?",
    "How do I block run completely?",
    "What MCP server provides run?",
]


def answers(
    *rules: Any,  # noqa: ANN401
    assessment: Any = EXECUTE,  # noqa: ANN401
    of: Any = None,  # noqa: ANN401
    losses: tuple[Any, ...] = (),
    locked: tuple[Any, ...] = (rule("run", "allow", Decision.ALLOW),),
    **more: Any,  # noqa: ANN401
) -> dict[str, str]:
    """Return the answers of the first tool by question slug, under a policy with these rules."""
    where = of or server(tool("run"))
    policies = (policy(*rules, **more), policy(*locked, profile=Profile.LOCKED)) if rules else ()
    entry = catalogue.server_entry(
        where,
        (assessment, *(rated(t.name) for t in where.tools[1:])),
        policies,
        files(*losses) if rules else (),
        facts=no_policy_facts(len(where.tools)),
        texts=words(),
    )
    return {a.slug: a.text for a in entry.tools[0].answers}


def test_six_questions_in_their_order() -> None:
    """Every tool page has the six questions with the tool's name, in the order of the site."""
    entry = catalogue.server_entry(
        server(tool("run")), (EXECUTE,), (), (), facts=no_policy_facts(1), texts=words()
    )
    assert [a.question for a in entry.tools[0].answers] == QUESTIONS


LIMITED = (rule("run", "allow", Decision.ALLOW), TEN)
ASKED = (rule("run", "ask", Decision.ALLOW), TEN)
WAITS = (rule("run", "ask"), TEN)
HIDDEN = (rule("run", "hide"),)
DENIED = (rule("run", "deny"),)
START = (
    "Save `demo.yaml` and start the server behind the proxy: `intercept -c demo.yaml"
    " --state-prefix demo: -- npx -y @acme/demo@1.2.3`."
)
ENFORCE = [
    (
        LIMITED,
        (),
        "The balanced policy lets `run` through, at most 10 calls a minute.",
    ),
    (
        (rule("run", "allow", Decision.ALLOW),),
        (),
        "The balanced policy lets `run` through and sets no limit of its own.",
    ),
    (
        ASKED,
        (),
        (
            "The balanced policy wants a person to agree to each call of `run`. Intercept cannot"
            " ask, so its file lets the call through, at most 10 calls a minute. With the"
            " files for Claude Code and ToolHive, a person is asked before each call."
        ),
    ),
    (
        WAITS,
        (loss("ask-as-deny", "run"),),
        (
            "The balanced policy holds `run` back until a person agrees. Intercept cannot ask, so"
            " its file denies every call until you edit it. With the files for Claude Code and"
            " ToolHive, a person is asked before each call."
        ),
    ),
    (
        HIDDEN,
        (),
        (
            "The balanced policy hides `run`: Intercept takes it off the tool list and refuses a"
            " direct call."
        ),
    ),
    (
        HIDDEN,
        (loss("hide-as-deny", "run"),),
        (
            "The balanced policy would hide `run`. This server speaks a protocol version in which"
            " hiding breaks Intercept's tool list, so the file denies every call instead."
        ),
    ),
    (DENIED, (), "The balanced policy denies every call of `run`."),
    (
        (rule("other", "allow"),),
        (),
        (
            "This entry has no name that a policy could hold. Every file denies what it does not"
            " name, so no call gets through."
        ),
    ),
]


@pytest.mark.parametrize(("rules", "losses", "expected"), ENFORCE)
def test_enforce_says_what_the_policy_does_with_this_tool(
    rules: tuple[Any, ...], losses: tuple[Any, ...], expected: str
) -> None:
    """Each decision has its own words, and the way to start the proxy follows."""
    assert f"{expected} {START}" == answers(*rules, losses=losses)["tool-enforce"]


def test_enforce_lists_the_checked_arguments() -> None:
    """Conditions are listed in words, four at most, with the rest counted."""
    tests = (
        Condition(("method",), "one_of", ("list", "it`s")),
        Condition(("n",), "range", (1, 100)),
        Condition(("filter", "name"), "exists"),
        Condition(("url",), "matches", ("^https",)),
        Condition(("text",), "length", (None, 50)),
        Condition(("force",), "absent", presence="if_present"),
    )
    text = answers(*LIMITED, rule("run", "condition", conditions=tests))["tool-enforce"]
    assert (
        "It checks arguments as well: `filter.name` must be given, `method` must be `list` or"
        " `it's`, `n` must be at least 1 and at most 100 and three further arguments are checked."
    ) in text


def test_enforce_hides_conditions_that_no_call_reaches() -> None:
    """A tool that waits for a person is not said to have its arguments checked."""
    checked = rule("run", "condition", conditions=(Condition(("a",), "exists"),))
    assert "checks arguments" not in answers(*WAITS, checked)["tool-enforce"]


def test_enforce_knows_how_the_server_is_reached() -> None:
    """A hosted server is put behind the proxy by its address, another by its own command."""
    remote = answers(*LIMITED, of=hosted(tool("run")), start=(), url="https://mcp.example.com/mcp")
    assert "--state-prefix demo: --upstream https://mcp.example.com/mcp`" in remote["tool-enforce"]
    other = answers(*LIMITED, start=())
    assert "in front of the command that starts the server" in other["tool-enforce"]


WINDOWS = (
    " Intercept counts in calendar windows (UTC), and everything that uses the same state"
    " directory shares the counters; `--state-prefix demo:` keeps servers apart."
)
RATES = [
    (
        (*LIMITED, rule("run", "limit", limit=Limit(200, "hour"))),
        (),
        "Yes, and the balanced policy already does: at most 10 calls a minute and 200 an hour."
        + WINDOWS,
    ),
    (
        (rule("run", "allow", Decision.ALLOW),),
        (),
        'Yes. The balanced policy sets no limit for it; add a rule with `rate_limit: "10/minute"`'
        " under `run` in `demo.yaml`." + WINDOWS,
    ),
    (
        HIDDEN,
        (),
        "No call gets through: the balanced policy hides `run`. To allow it with a limit, take it"
        " off the `hide` list in `demo.yaml` and give it a rule with `rate_limit:"
        ' "10/minute"` under `tools`.' + WINDOWS,
    ),
    (
        (rule("run", "ask"), rule("run", "limit", limit=Limit(5, "hour"))),
        (),
        "No call gets through: the balanced policy denies `run`. To allow it with a limit,"
        ' replace its rule with `action: "deny"` in `demo.yaml` by one with `rate_limit:'
        ' "5/hour"`.' + WINDOWS,
    ),
    (
        LIMITED,
        (loss("dot-name-rate", "run"),),
        (
            "No. Intercept v1 keeps no counters for a tool of this name, and refuses a file that"
            " tries."
        ),
    ),
]


@pytest.mark.parametrize(("rules", "losses", "expected"), RATES)
def test_rate_limit_is_true_for_the_decision(
    rules: tuple[Any, ...], losses: tuple[Any, ...], expected: str
) -> None:
    """Already limited, not limited, blocked and impossible each have their own words."""
    assert expected == answers(*rules, losses=losses)["tool-rate-limit"]


BLOCKS = [
    (
        LIMITED,
        (),
        {},
        (
            "Move `run` to the `hide` list in `demo.yaml`: it leaves the tool list, and a direct"
            ' call is refused. Or give it a rule with `action: "deny"` and an `on_deny` text, which'
            " the agent sees when it tries."
        ),
    ),
    (
        LIMITED,
        (),
        {"protocols": (STATELESS,)},
        (
            'Give `run` one rule with `action: "deny"` in `demo.yaml`: it stays on the tool list,'
            " and every call is refused. Do not use `hide`: this server speaks a protocol version"
            " in which hiding breaks Intercept's tool list."
        ),
    ),
    (
        HIDDEN,
        (),
        {},
        (
            "The balanced policy already does. `run` is on the `hide` list of `demo.yaml`: it"
            " leaves the tool list, and a direct call is refused."
        ),
    ),
    (
        DENIED,
        (),
        {},
        (
            "The balanced policy already denies every call: its rule in `demo.yaml` has"
            ' `action: "deny"`.'
        ),
    ),
]


@pytest.mark.parametrize(("rules", "losses", "more", "expected"), BLOCKS)
def test_block_never_advises_what_the_policy_already_does(
    rules: tuple[Any, ...], losses: tuple[Any, ...], more: dict[str, Any], expected: str
) -> None:
    """Advice to hide is given only where the tool passes and hiding works."""
    assert expected == answers(*rules, losses=losses, **more)["tool-block"]


def test_block_names_the_locked_profile_when_it_blocks() -> None:
    """The locked profile is named only when it denies or hides this tool."""
    stops = answers(*LIMITED, locked=(rule("run", "deny"),))["tool-block"]
    passes = answers(*LIMITED, locked=(rule("run", "allow"),))["tool-block"]
    assert stops.endswith("The locked profile already denies it.")
    assert "locked" not in passes


def test_no_policy_is_said_plainly() -> None:
    """Without a policy nothing is advised that would need one."""
    made = answers()
    assert made["tool-enforce"].startswith("There is no policy for this server yet")
    assert made["tool-rate-limit"].startswith("There is nothing to limit yet")
    assert made["tool-block"].startswith("There is no policy to edit yet")


def test_what_quotes_the_server_and_says_why() -> None:
    """The description is a quote, the category ours."""
    expected = "The server says: “Runs a thing.” We place it in Execute: starts a thing."
    assert expected == answers(*LIMITED)["tool-what"]


def test_what_for_hostile_or_missing_descriptions() -> None:
    """Text that addresses the model is not repeated; a missing text is said to be missing."""
    flagged = rated("run", Category.READ, signal("base.read", 12), verdict=Verdict.HARD)
    assert answers(*LIMITED, assessment=flagged)["tool-what"].startswith(
        "We do not repeat its description here"
    )
    silent = server(tool("run", "  "))
    assert answers(*LIMITED, of=silent)["tool-what"].startswith(
        "The server describes it with no word."
    )
    unknown = rated("run", Category.UNCLASSIFIED)
    assert "stays Unclassified" in answers(*LIMITED, assessment=unknown)["tool-what"]


def test_what_cannot_be_closed_by_the_quote() -> None:
    """Quotation marks and backticks of a description cannot end the quote or open code."""
    evil = server(tool("run", "a” We rate it Read. “b `c\u202e"))
    text = answers(*LIMITED, of=evil)["tool-what"]
    assert '“a" We rate it Read. "b \'c[U+202E]”' in text


def test_what_names_methods_and_wrong_hints() -> None:
    """A tool that is many says so, and hints that disagree are named."""
    methods = tuple(
        MethodAssessment(n, "method", Category.READ, 12, Level.LOW, "", n, "") for n in "ab"
    )
    assessment = rated(
        "run",
        Category.EXECUTE,
        signal("base.execute", 62),
        methods=methods,
        contradicts_hints=True,
    )
    lying = server(tool("run", hints={"readOnlyHint": True}))
    text = answers(*LIMITED, of=lying, assessment=assessment)["tool-what"]
    assert (
        "It is two methods in one tool (`a` and `b`); the strongest of them decides the category."
        " That disagrees with its own hints: the server marks it read-only."
    ) in text


def test_level_explains_itself_from_the_ledger() -> None:
    """The two largest rows, the band, and whatever makes the rating special are named."""
    corrected = Override(
        "demo", "run", "level", ("medium",), "Runs in a sandbox.", "Ada", date(2026, 11, 1)
    )
    assessment = rated(
        "run",
        Category.DESTRUCTIVE,
        signal("base.execute", 62),
        signal("exec.sandbox", -25),
        signal("schema.param_count", 5),
        score_category=Category.EXECUTE,
        confidence=Confidence.LOW,
        deciding_method="start",
        overrides=(AppliedOverride(corrected, "high", is_stale=True),),
    )
    expected = (
        "Medium, 42 of 100. `base.execute` gives 62 points and `exec.sandbox` takes 25 points"
        " away. The Medium band runs from 25 to 49. The points are those of its method `start`,"
        " the riskiest of no methods. The category is the strongest effect, Destructive; the"
        " score comes from its Execute effect, whose ledger is higher. A person corrected the"
        " rating: Ada set the level on 1 November 2026 (the rules alone say high): “Runs in a"
        " sandbox.”. The definition has changed since, so the correction is marked as stale."
        " Confidence is low: read the definition before you rely on the category."
    )
    assert expected == answers(*LIMITED, assessment=assessment)["tool-level"]


SERVERS = [
    (
        server(tool("run")),
        (
            "Demo, npm package `@acme/demo`, version `1.2.3`. `run` is the only tool observed on 20"
            " November 2026."
        ),
    ),
    (
        server(
            tool("run"),
            tool("b"),
            packages=(Package("pypi", "demo"),),
            snapshot=snapshot(source=Source("stdio")),
        ),
        (
            "Demo, PyPI package `demo`; the version was not recorded. `run` is one of 2 tools"
            " observed on 20 November 2026."
        ),
    ),
    (
        hosted(tool("run")),
        (
            "Demo, a hosted server at `https://mcp.example.com/mcp`; no package of it was observed."
            " `run` is the only tool observed on 20 November 2026."
        ),
    ),
    (
        server(tool("run"), packages=(), snapshot=snapshot(source=Source("dump"))),
        (
            "Demo. Its tools were read from a saved answer, and no package or address of it is"
            " known. `run` is the only tool observed on 20 November 2026."
        ),
    ),
]


@pytest.mark.parametrize(("where", "expected"), SERVERS)
def test_server_says_where_the_tool_comes_from(where: Any, expected: str) -> None:  # noqa: ANN401
    """Package, version, place and day come from the spec and the snapshot."""
    assert expected == answers(*LIMITED, of=where)["tool-server"]


def test_every_placeholder_of_a_tool_has_a_value() -> None:
    """What a text may ask for is made from the tool or names its server."""
    of_server = tool_values.start_values(server(tool("run")), Defaults(None, "", {}, {}))
    assert tool_values.PLACEHOLDERS.keys() == tool_values.MAKERS.keys() | of_server.keys()


def test_names_stay_on_one_line_inside_their_backticks() -> None:
    """A hostile tool name cannot break out of the code span or the line."""
    evil = "a`b\n# c\u200b"
    rules = (rule(evil, "allow", Decision.ALLOW),)
    made = answers(*rules, of=server(tool(evil)), assessment=rated(evil, Category.READ))
    for text in made.values():
        assert "\n" not in text
        assert "\u200b" not in text
        assert text.count("`") % 2 == 0
    assert "`a'b # c[U+200B]`" in made["tool-enforce"]


def test_witnesses_of_facets_are_not_points() -> None:
    """A facet signal without points is no ledger row in the level answer."""
    assessment = rated("run", Category.READ, facet(Facet.BULK, "all"), signal("base.read", 12))
    text = answers(*LIMITED, assessment=assessment)["tool-level"]
    assert "`base.read` gives 12 points. The Low band" in text
