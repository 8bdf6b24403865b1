"""Entries, summaries, exposure, related attacks, similar tools and the sentences of a page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from derive_samples import (
    committed,
    facet,
    files,
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

from generator.derive import (
    catalogue,
    defaults,
    evidence,
    exposure,
    parameters,
    related,
    sentences,
    similar,
    summaries,
    wording,
)
from generator.model import (
    AttackEntry,
    Condition,
    Limit,
    Measure,
    MethodAssessment,
    Rule,
    Server,
    ServerSpec,
    Signal,
    ToolPolicyFacts,
    ToolSummary,
)
from generator.taxonomy import (
    Axis,
    Category,
    Confidence,
    Decision,
    Facet,
    Level,
    Profile,
    State,
    Status,
    Verdict,
)

READ = rated("run", Category.READ, signal("base.read", 12, "Lists things"))


def ruled(rule_id: str, consequence: str) -> Rule:
    """Return a rule with a consequence."""
    return Rule(rule_id, Axis.RISK, 5, "Title", "Why", "Headline", consequence)


# ------------------------------------------------------------------------------ wording


@pytest.mark.parametrize(
    ("expected", "made"),
    [
        ("no tools", wording.counted(0, "tool")),
        ("one tool", wording.counted(1, "tool")),
        ("twelve tools", wording.counted(12, "tool")),
        ("1,300 tools", wording.counted(1300, "tool")),
        ("a, b and c", wording.listed(["a", "b", "c"])),
        ("a or b", wording.listed(["a", "b"], "or")),
        ("", wording.listed([])),
        ("`a`, `b` and 3 more", wording.codes("abcde", 3)),
        ("20 November 2026", wording.day("2026-11-20")),
        ("November 2026", wording.day("2026-11")),
        ("2026", wording.day("2026")),
        ("not a date", wording.day("not a date")),
        ("2026-13-01", wording.day("2026-13-01")),
        ("`(no name)`", wording.code("")),
        ("`it's [U+202E] here`", wording.code("it`s \u202e\nhere")),
        ("starts it", wording.lower("Starts it")),
        ("SQL it", wording.lower("SQL it")),
        ("Ends…", wording.sentence("ends…")),
        ("", wording.sentence(" ")),
        ("one call a day", wording.limits([Limit(1, "day")]).replace("1 call", "one call")),
        (
            "a sum of 20,000 over `amount` a day",
            wording.limits([Limit(20000, "day", ("amount",), 500)]),
        ),
    ],
)
def test_words(expected: str, made: str) -> None:
    """Counts, lists, dates and crawled values come out as people write them."""
    assert expected == made


# ------------------------------------------------------------------------------ sentences


def test_verdict_joins_the_two_largest_signals() -> None:
    """The verdict is one sentence from the two signals that raise the score most."""
    found = rated(
        "run",
        Category.EXECUTE,
        signal("schema.param_count", 5, "High parameter count (35 properties)"),
        signal("base.execute", 62, "Starts sessions"),
        signal("exec.sandbox", -25, "States a sandbox"),
        signal("mux.mixed", 9, "Suppressed", status=Status.SUPPRESSED),
    )
    assert evidence.reason(found) == "Starts sessions; high parameter count (35 properties)."
    assert evidence.verdict(found) == (
        "Runs an action (starts sessions); high parameter count (35 properties)."
    )
    assert evidence.reason(rated("x")) == "No signal of this definition raises its score."
    assert (
        evidence.verdict(found, "it has no name") == "The definition is malformed: it has no name."
    )


@pytest.mark.parametrize(
    ("expected", "base", "other"),
    [
        (
            'Changes data ("push files") and changes code that others run ("push").',
            '"push" acts on "files" in the name',
            signal("write.code_remote", 25, 'Changes code that others run ("push")'),
        ),
        (
            'Changes data ("update") and is marked destructive by its own server.',
            '"update" is the verb of the name',
            signal("anno.destructive", 4, "destructiveHint is true"),
        ),
        (
            'Changes data (method "set") and acts on many things in one call (`ids`).',
            'method "set" acts on "label"',
            signal("schema.param.bulk", 4, "One call acts on many things (`ids`)", subject="ids"),
        ),
        (
            (
                'Changes data ("update") and declares `readOnlyHint` `true`, which its definition '
                "contradicts."
            ),
            '"update" is the verb of the name',
            signal("anno.contradicts", 6, "The server calls this read-only", subject="true"),
        ),
        (
            'Changes data ("update"); `body` takes an object of any shape.',
            '"update" opens the description',
            signal("schema.free_object", 3, "`body` takes an object of any shape"),
        ),
    ],
)
def test_a_verdict_reads_as_one_sentence(expected: str, base: str, other: Signal) -> None:
    """What the tool does comes first, with its own words, and the next signal continues it."""
    found = rated("run", Category.WRITE, signal("base.write", 37, base), other)
    assert expected == evidence.verdict(found)


def test_a_verdict_prefers_what_the_tool_does_to_a_hint_of_equal_points() -> None:
    """The server's claim about itself is the last to speak."""
    found = rated(
        "run",
        Category.WRITE,
        signal("base.write", 37, '"update" is the verb of the name'),
        signal("anno.destructive", 4, "destructiveHint is true"),
        signal("text.overwrite", 4, 'Replaces what is there ("overwrite")'),
    )
    assert evidence.verdict(found) == (
        'Changes data ("update") and replaces what is there ("overwrite").'
    )


def test_why_a_policy_names_the_parameters() -> None:
    """Consequences of the top three signals are filled in; the advice comes last."""
    texts = words(
        ruled("base.execute", "A started thing reaches past its data."),
        ruled("schema.param.url", "{subject} lets the caller choose where it goes."),
        ruled("schema.param_count", "{value} arguments widen a call."),
        ruled("schema.free_object", "{subject} takes anything."),
    )
    found = rated(
        "run",
        Category.EXECUTE,
        signal("base.execute", 62),
        signal("schema.param.url", 5, subject="call`back"),
        signal(
            "schema.free_object",
            3,
            "Takes any key",
            subject="extra",
            pointer="/inputSchema/properties/extra",
        ),
        signal("schema.param_count", 4, measure=Measure("properties", 35, 25)),
    )
    made = sentences.why_policy(found, defaults.UNNAMED, texts)
    expected = (
        "A started thing reaches past its data.",
        "`call'back` lets the caller choose where it goes.",
        "35 arguments widen a call.",
        texts.advice(Category.EXECUTE),
    )
    assert expected == made


def test_a_consequence_without_its_subject_falls_back_to_the_headline() -> None:
    """A sentence with a hole is never printed."""
    texts = words(ruled("base.execute", "{subject} starts it."))
    found = signal("base.execute", 62, "Starts a thing")
    assert evidence.consequence(found, texts) == "Starts a thing."


def test_a_consequence_names_the_parameter_it_is_about() -> None:
    """A sentence about a parameter gets its name in front; one about a method does not."""
    texts = words(ruled("schema.free_object", "Anything can be sent along."))
    where = "/inputSchema/properties/extra"
    about = signal("schema.free_object", 3, subject="extra", pointer=where)
    assert evidence.consequence(about, texts) == "`extra`: anything can be sent along."
    assert evidence.consequence(replace(about, subject="drop"), texts) == (
        "Anything can be sent along."
    )


def test_a_base_is_no_point_of_a_parameter() -> None:
    """The start of a score is the tool's, even when its evidence stands in a parameter."""
    where = "/inputSchema/properties/method/enum"
    found = rated("run", Category.EXECUTE, signal("base.execute", 62, "Starts", pointer=where))
    (note,) = parameters.notes(tool("run", method=TEXT), found, words())
    assert (note.watch, note.points) == ("", 0)


def test_a_low_reader_needs_a_policy_for_volume_only() -> None:
    """For a low Read tool the reason is loops, with the figure of its own limit."""
    allowed = defaults.Default(defaults.ALLOWED, "allow", limits=(Limit(120, "minute"),))
    made = sentences.why_policy(READ, allowed, words())
    assert made[0].endswith("The balanced policy stops it at 120 calls a minute.")
    assert len(made) == 2
    assert "balanced" not in sentences.why_policy(READ, defaults.UNNAMED, words())[0]


METHODS = tuple(
    MethodAssessment(name, "method", Category.READ, 12, Level.LOW, "", name, "")
    for name in ("list", "get")
)
TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("expected", "of", "methods"),
    [
        ("`run` is two methods in one tool: `list` and `get`.", tool("run", method=TEXT), METHODS),
        ("`run` takes no arguments.", tool("run"), ()),
        ("`run` takes one optional argument and needs none.", tool("run", a=TEXT), ()),
        ("`run` needs `a`.", tool("run", a=TEXT, required=["a"]), ()),
        (
            "`run` needs `a`; two further arguments are optional.",
            tool("run", a=TEXT, b=TEXT, c=TEXT, required=["a"]),
            (),
        ),
        ("", replace(tool("run"), malformed="it has no inputSchema"), ()),
    ],
)
def test_purpose_names_what_a_call_takes(expected: str, of: Any, methods: Any) -> None:  # noqa: ANN401
    """Methods, or required parameters, are named; a malformed tool takes nothing."""
    found = rated("run", Category.READ, methods=methods)
    assert f"{words().purpose(Category.READ)} {expected}".strip() == sentences.purpose(
        of, found, words()
    )


def outcome(kind: str, *, limited: bool = False) -> defaults.Default:
    """Return a default of this outcome."""
    return defaults.Default(kind, kind, limits=(Limit(1, "day"),) if limited else ())


@pytest.mark.parametrize(
    ("expected", "outcomes"),
    [
        ("No tools were listed.", []),
        ("1 tool. One is limited.", [outcome("allowed", limited=True)]),
        (
            "20 tools. Twelve are limited, six wait for a person and two stay hidden.",
            [outcome("allowed", limited=True)] * 12
            + [outcome("waits")] * 6
            + [outcome("hidden")] * 2,
        ),
        (
            "3 tools. One is allowed without a limit, one waits for a person and one is denied.",
            [outcome("denied"), outcome("allowed"), outcome("waits")],
        ),
    ],
)
def test_a_server_in_one_sentence(expected: str, outcomes: list[defaults.Default]) -> None:
    """The head line counts tools by what the balanced policy does."""
    assert expected == sentences.server_headline(outcomes)


@pytest.mark.parametrize(
    ("expected", "outcomes"),
    [
        ("", []),
        ("The balanced policy hides it.", [outcome("hidden")]),
        ("The balanced policy denies both.", [outcome("denied")] * 2),
        ("The balanced policy holds all three back until a person agrees.", [outcome("waits")] * 3),
        (
            "The balanced policy hides one and limits two.",
            [outcome("hidden"), *[outcome("allowed", limited=True)] * 2],
        ),
    ],
)
def test_what_the_policy_does_with_a_few(expected: str, outcomes: list[defaults.Default]) -> None:
    """A group of tools gets one sentence about the policy."""
    assert expected == sentences.policy_on((one, READ) for one in outcomes)


def test_hiding_that_a_file_cannot_do_counts_as_denied() -> None:
    """The outcome follows the file, not the wish."""
    known = defaults.defaults(
        (policy(rule("a", "hide"), rule("b", "hide")),), files(loss("hide-as-deny", "a"))
    )
    assert tuple(known.of(n).outcome for n in ("a", "b", "c")) == ("denied", "hidden", "denied")


# ------------------------------------------------------------------------------ parameters


def test_parameter_notes_put_points_first() -> None:
    """Parameters that move the score lead, with their words, points and schema facts."""
    shape = {
        "plain": TEXT,
        "kind": {"type": "string", "enum": ["a", "b"]},
        "url": {"type": "string", "format": "uri"},
        "n": {"type": "integer", "minimum": 1, "maximum": 1000},
        "method": {"type": "string"},
    }
    of = tool("run", required=["n"], **shape)
    found = rated(
        "run",
        Category.EXECUTE,
        signal(
            "schema.param.url",
            3,
            "`url` takes any address",
            pointer="/inputSchema/properties/url",
            part="key",
            subject="url",
        ),
        signal(
            "facet.arbitrary_url",
            0,
            "`url` reaches any host",
            axis=Axis.FACET,
            pointer="/inputSchema/properties/url/format",
        ),
        methods=(
            replace(METHODS[0], level=Level.HIGH, score=70, method="start"),
            METHODS[1],
        ),
    )
    texts = words(ruled("schema.param.url", "{subject} decides where data goes."))
    made = [(n.name, n.watch, n.detail, n.points) for n in parameters.notes(of, found, texts)]
    expected = [
        (
            "url",
            "`url` takes any address",
            "`url` decides where data goes. Format `uri`.",
            3,
        ),
        ("method", "Chooses the method", "`start` is the riskiest of two, High.", 0),
        ("n", "", "From 1 to 1,000.", 0),
        ("plain", "", "", 0),
        ("kind", "", "One of `a` or `b`.", 0),
    ]
    assert expected == made


# ------------------------------------------------------------------------------ exposure


def test_exposure_needs_three_witnesses() -> None:
    """Highest score, then name, wins each leg; one tool may serve twice; quotes are kept."""
    both = rated(
        "fetch",
        Category.READ,
        signal("base.read", 37),
        facet(Facet.UNTRUSTED_CONTENT, "web page"),
        facet(Facet.ARBITRARY_URL, "any URL"),
    )
    mail = rated("mail", Category.READ, signal("base.read", 37), facet(Facet.PRIVATE_DATA, "inbox"))
    file = rated("file", Category.READ, signal("base.read", 37), facet(Facet.PRIVATE_DATA, "disk"))
    tools = [(tool(a.tool), a) for a in (mail, both, file)]
    seen = exposure.exposure(tools)
    legs = (seen.private_data, seen.untrusted_content, seen.way_out)
    expected = [
        ("file", Facet.PRIVATE_DATA, 37, "disk"),
        ("fetch", Facet.UNTRUSTED_CONTENT, 37, "web page"),
        ("fetch", Facet.ARBITRARY_URL, 37, "any URL"),
    ]
    assert expected == [(w.tool, w.facet, w.score, w.quote) for w in legs if w]
    assert seen.is_trifecta
    assert not exposure.exposure(tools[:1]).is_trifecta


def test_a_stack_of_servers_has_its_own_exposure_and_collisions() -> None:
    """Several servers together are one exposure; names used twice are listed with servers."""
    mail = rated("mail", Category.READ, facet(Facet.PRIVATE_DATA))
    web = rated("mail", Category.READ, facet(Facet.UNTRUSTED_CONTENT), facet(Facet.EGRESS))
    seen = exposure.exposure([(tool("mail", server="a"), mail), (tool("mail", server="b"), web)])
    assert seen.is_trifecta
    assert seen.shared_names == (("mail", "a"), ("mail", "b"))
    assert (
        seen.private_data and seen.private_data.server,
        seen.way_out and seen.way_out.server,
    ) == ("a", "b")


def test_hints_are_counted_in_both_directions() -> None:
    """Coverage, uniform stamps and contradictions both ways are counted."""
    said = [True, True, False, False, None]
    kinds = [Category.READ, Category.WRITE, Category.READ, Category.WRITE, Category.READ]
    tools = [
        (tool(str(n), hints=None if hint is None else {"readOnlyHint": hint}), rated(str(n), kind))
        for n, (hint, kind) in enumerate(zip(said, kinds, strict=True))
    ]
    hints = exposure.hints_of(tools)
    assert (
        hints.declared,
        hints.uniform,
        hints.reassuring_wrong,
        hints.alarming_wrong,
        hints.agreeing,
        hints.read_only_declared,
    ) == (4, False, 1, 1, 2, 4)
    stamped = [(tool(str(n), hints={"openWorldHint": True}), READ) for n in range(5)]
    assert exposure.hints_of(stamped).uniform
    assert not exposure.hints_of(stamped[:4]).uniform


def test_tokens_follow_the_definition() -> None:
    """A definition costs about a token for four characters; a malformed entry costs nothing."""
    text = (
        '{"description":"","inputSchema":{"properties":{},"required":[],"type":"object"},'
        '"name":"a"}'
    )
    assert -(-len(text) // 4) == exposure.tokens(tool("a", ""))
    assert exposure.tokens(replace(tool("a"), raw=[])) == 0


# ------------------------------------------------------------------------------ attacks


def attack(
    slug: str = "x",
    rules: tuple[str, ...] = (),
    facets: tuple[Facet, ...] = (),
    categories: tuple[Category, ...] = (),
) -> AttackEntry:
    """Return an attack entry with these preconditions."""
    return AttackEntry(
        slug, slug.title(), "pattern", "2026", "", "", "", "corroborated", (), (), (),
        rules, facets, categories, "partly", "", (), "", "",
    )  # fmt: skip


def summary(name: str = "run", **more: Any) -> ToolSummary:  # noqa: ANN401
    """Return a summary of server `demo`."""
    fields: dict[str, Any] = {
        "server": "demo",
        "category": Category.READ,
        "level": Level.LOW,
        "score": 12,
        "facets": (),
        "rules": (),
        **more,
    }
    return ToolSummary(
        server_title=fields["server"].title(), name=name, confidence=Confidence.HIGH,
        verdict=Verdict.NONE, headline="", decision="", **fields,
    )  # fmt: skip


TWO = (Facet.EGRESS, Facet.SECRETS)
THREE = (*TWO, Facet.BULK)


@pytest.mark.parametrize(
    ("expected", "entry", "of"),
    [
        (("a.b",), attack(rules=("a.b", "c.d")), summary(rules=("a.b",))),
        (("a.b", "egress"), attack("x", ("a.b",), TWO), summary(rules=("a.b",), facets=TWO[:1])),
        (("egress",), attack(facets=TWO), summary(facets=TWO[:1])),
        ((), attack(facets=THREE), summary(facets=TWO[:1])),
        (("egress", "secrets"), attack(facets=THREE), summary(facets=TWO)),
        ((), attack("x", (), TWO, (Category.EXECUTE,)), summary(facets=TWO)),
        (("Read",), attack(categories=(Category.READ,)), summary()),
        ((), attack("x", ("a.b",), (), (Category.READ,)), summary()),
        ((), attack("x", (), TWO, (Category.READ,)), summary()),
        ((), attack(), summary(rules=("a.b",), facets=TWO)),
    ],
)
def test_attacks_are_linked_by_shared_preconditions(
    expected: tuple[str, ...], entry: AttackEntry, of: ToolSummary
) -> None:
    """One rule links, half of the facets within the categories link, a category alone rarely."""
    assert expected == related.shared(entry, of)


def test_attacks_of_a_tool_are_few_and_the_closest() -> None:
    """Shared rules weigh double; at most six entries are linked."""
    entries = [attack(f"f{n}", facets=(Facet.EGRESS,)) for n in range(9)]
    entries.append(attack("z", rules=("a.b",)))
    found = related.attacks_of(summary(rules=("a.b",), facets=TWO), related.links(entries))
    assert [a.slug for a in found] == ["z", "f0", "f1", "f2", "f3", "f4"]


def test_attack_facts_count_tools_and_servers() -> None:
    """All sharing tools are counted and kept in their order."""
    tools = [summary("a", facets=TWO), summary("b"), summary("c", facets=TWO, server="other")]
    (facts,) = related.facts([attack(facets=TWO)], tools)
    assert (
        facts.tools_total,
        facts.servers_total,
        [t.name for t in facts.tools],
    ) == (2, 2, ["a", "c"])


# ------------------------------------------------------------------------------ similar


def slow_similar(tool_: ToolSummary, tools: list[ToolSummary]) -> list[tuple[str, str]]:
    """Return what similar tools must be, by comparing with every tool."""
    others = [
        (-len(set(t.rules) & set(tool_.rules)), t.name, t.server)
        for t in tools
        if t.server != tool_.server and t.category is tool_.category
    ]
    return [(name, who) for shared, name, who in sorted(others) if shared][:6]


def test_similar_tools_agree_with_the_slow_definition() -> None:
    """Bit-parallel counting gives what a comparison of all pairs gives."""
    rules = ("a", "b", "c", "d", "e", "f", "g", "h", "i")
    tools = [
        summary(
            f"t{n * 7 % 60:02}",
            server=f"s{n % 5}",
            rules=tuple(r for k, r in enumerate(rules) if (n * 2654435761 >> k) & 1),
            category=Category.READ if n % 3 else Category.WRITE,
        )
        for n in range(180)
    ]
    near = similar.neighbours(tools)
    for one in tools:
        assert slow_similar(one, tools) == [(t.name, t.server) for t in near.similar(one).tools]


def test_one_large_server_still_finds_others() -> None:
    """A server whose own tools fill the first places does not hide those of others."""
    mine = [summary(f"a{n:03}", rules=("x",)) for n in range(40)]
    other = summary("z", server="other", rules=("x",))
    near = similar.neighbours([*mine, other])
    assert [(t.name, t.server) for t in near.similar(mine[0]).tools] == [("z", "other")]


def test_shared_names_are_capped_but_counted() -> None:
    """Three other servers are listed per name; every shared name counts."""
    tools = [summary("get", server=f"s{n}") for n in range(6)] + [summary("own", server="s0")]
    pairs, total = similar.shared_names(["get", "own"], "s0", similar.neighbours(tools))
    assert (pairs, total) == ((("get", "s1"), ("get", "s2"), ("get", "s3")), 1)


# ------------------------------------------------------------------------------ entries


def entry_of(where: Server, *assessments: Any) -> Any:  # noqa: ANN401
    """Return the entry of a server without policies."""
    return catalogue.server_entry(
        where, assessments, (), (), facts=no_policy_facts(len(where.tools)), texts=words()
    )


def test_an_entry_holds_summaries_matrix_and_counts() -> None:
    """Tool facts and policy facts meet in one entry; equal names are numbered."""
    where = server(tool("a", "x " * 200, q=TEXT), tool("a"), tool("b"))
    found = (
        rated("a", Category.EXECUTE, signal("base.execute", 62, "Starts")),
        rated("a", Category.READ, signal("base.read", 12)),
        rated("b", Category.READ, signal("base.read", 12)),
    )
    facts = ToolPolicyFacts("10/minute", {"q": "<string>"}, no_dry_run="why")
    entry = catalogue.server_entry(
        where,
        found,
        (policy(rule("a", "allow", Decision.ALLOW)),),
        files(),
        facts=(facts, *no_policy_facts(2)),
        texts=words(),
    )
    first = entry.tools[0]
    assert (
        first.summary.decision,
        first.call_template,
        first.no_dry_run,
    ) == ("10/minute", {"q": "<string>"}, "why")
    assert "Runs an action (starts)." == first.summary.headline == first.verdict_sentence
    assert [t.summary.occurrence for t in entry.tools] == [0, 1, 0]
    assert len(first.details.description) <= 160
    assert first.details.parameters == ("q",)
    expected = ((Category.READ, Level.LOW, 2), (Category.EXECUTE, Level.HIGH, 1))
    assert expected == entry.matrix
    line = entry.summary
    assert (
        line.tools_total,
        line.level,
        line.riskiest_tool,
        line.package,
    ) == (3, Level.HIGH, "a", "pkg:npm/%40acme/demo@1.2.3")
    assert tuple(level for level, _ in entry.level_answers) == (Level.LOW, Level.HIGH)


def test_a_server_never_observed_has_no_facts_but_answers() -> None:
    """No level, no head line, no exposure; every question says why it cannot be told."""
    spec = ServerSpec("demo", "Demo")
    refused = snapshot(source=snapshot().source)
    entry = entry_of(Server(spec, replace(refused, state=State.NEEDS_AUTH)))
    assert (
        entry.summary.level,
        entry.headline,
        entry.exposure,
        entry.summary.observed_on,
    ) == (None, "", None, "")
    assert "it asks for credentials before it lists them" in entry.answers[0].text
    never = entry_of(Server(spec, None))
    assert State.NOT_OBSERVED is never.summary.state
    assert all(a.text for a in never.answers)


def test_an_observed_server_without_tools_says_so() -> None:
    """An empty list is an observation: the head line and the answers name it."""
    entry = entry_of(server())
    assert entry.headline == "No tools were listed."
    assert "None. It was observed on 20 November 2026 and listed no tools." in {
        a.text for a in entry.answers
    }


def test_index_and_finish_span_servers() -> None:
    """The index is ordered and counted; finishing fills similar tools and shared names."""
    entries = [
        entry_of(server(tool("get", server=slug), slug=slug, title=slug.upper()), READ)
        for slug in ("b", "a")
    ]
    tools = [t.summary for e in entries for t in e.tools]
    measured = catalogue.Measured(labelled=(("base.read", 4, 3),))
    made = catalogue.index(
        replace(committed(), rules=(ruled("base.read", ""),)),
        [e.summary for e in entries],
        tools,
        changes=(),
        ruleset="1",
        measured=measured,
    )
    assert ["a", "b"] == [s.slug for s in made.servers] == [t.server for t in made.tools]
    facts = made.rule_facts[0]
    assert (facts.hits, facts.servers, facts.labelled_hits, facts.labelled_right) == (2, 2, 4, 3)
    assert len(made.attacks) == len(made.attack_facts) == len(made.attack_answers)
    assert made.matrix == ((Category.READ, Level.LOW, 2),)
    near, titles = catalogue.neighbours(made.tools), catalogue.titles(made.servers)
    own = [tool.summary for tool in entries[0].tools]
    around = catalogue.surroundings(entries[0].summary, own, near, titles)
    finished = catalogue.finish(entries[0], around)
    assert [t.server for t in finished.tools[0].similar] == ["a"]
    assert finished.exposure
    assert finished.exposure.shared_names == (("get", "a"),)


def test_deriving_twice_gives_the_same() -> None:
    """Nothing depends on the order of given summaries."""
    entries = [entry_of(server(tool(n), slug=n), READ) for n in "abc"]
    lines = [e.summary for e in entries]
    tools = [t.summary for e in entries for t in e.tools]
    content = committed()
    one = catalogue.index(content, lines, tools, changes=(), ruleset="1")
    two = catalogue.index(content, lines[::-1], tools[::-1], changes=(), ruleset="1")
    assert one == two


def test_summaries_prefer_the_stronger_category_on_equal_scores() -> None:
    """The riskiest tool is the highest score, then the strongest category, then the name."""
    same = [summary("a"), summary("b", category=Category.WRITE), summary("c")]
    found = summaries.riskiest(same)
    assert found
    assert found.name == "b"


def test_locked_decisions_and_conditions_are_read_from_the_policies() -> None:
    """Defaults know limits, conditions and the locked decision by tool name."""
    checked = Condition(("a",), "exists")
    known = defaults.defaults(
        (
            policy(
                rule("run", "allow", Decision.ALLOW),
                rule("run", "limit", limit=Limit(1, "day")),
                rule("run", "condition", conditions=(checked,)),
                rule("*", "limit", limit=Limit(300, "minute")),
            ),
            policy(rule("run", "deny"), profile=Profile.LOCKED),
        ),
        files(),
    )
    found = known.of("run")
    assert ((Limit(1, "day"),), (checked,), "denied") == (
        found.limits,
        found.conditions,
        known.locked_of("run").outcome,
    )
    assert "*" not in known.tools
