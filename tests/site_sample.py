"""A small catalogue typed by hand: a golden tool, a hostile server, one never observed.

Used by the tests of the site; says nothing about how ratings come about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from generator import search_words, slugs
from generator.definition import tool_from
from generator.model import (
    Accuracy,
    Answer,
    AppliedOverride,
    Assessment,
    AttackEntry,
    AttackFacts,
    Change,
    Consideration,
    DryRun,
    Exposure,
    HygieneFinding,
    Index,
    JsonObject,
    Limit,
    Loss,
    Measure,
    MethodAssessment,
    Miss,
    Override,
    Package,
    ParameterNote,
    Policy,
    PolicyRow,
    PolicyRule,
    ProfileEffect,
    Prose,
    Protocol,
    Reference,
    RelatedAttack,
    Rendered,
    Rule,
    RuleExample,
    RuleFacts,
    Server,
    ServerEntry,
    ServerSpec,
    ServerSummary,
    Signal,
    Site,
    Snapshot,
    Snippet,
    Source,
    TargetLoss,
    Tool,
    ToolDetails,
    ToolEntry,
    ToolSummary,
    Variable,
    Witness,
)
from generator.render import site
from generator.taxonomy import (
    Axis,
    Category,
    ChangeClass,
    Confidence,
    Decision,
    Facet,
    Level,
    Profile,
    State,
    Status,
    Verdict,
    level_of,
)

if TYPE_CHECKING:
    from generator.render.context import Details

RULES = (
    "base.execute",
    "schema.param_count",
    "mux.mixed",
    "schema.param.url",
    "facet.persistence",
    "phrase.override",
)
HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    "a\u202eb\u200bc",
    "\"quotes' & <b>&amp;",
    "x" * 300,
    "__proto__",
    "CON",
    "con",
    "Work_Sessions",
    "work_sessions",
    "work_sessions",
    "",
    "../../etc/passwd",
    "page",
    "{{ 7*7 }}",
    "`code` </code><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "--><!--",
    "日本語",
    "nul\x00\x1b[31m",
    "]]></script>\u2028",
)
_METHODS = (
    ("list", Category.READ, 12),
    ("get_active", Category.READ, 12),
    ("list_activity", Category.READ, 12),
    ("list_traces", Category.READ, 12),
    ("delta", Category.READ, 12),
    ("generate_claude_md", Category.WRITE, 37),
    ("start", Category.EXECUTE, 70),
    ("end", Category.EXECUTE, 70),
    ("end_with_digest", Category.EXECUTE, 70),
)
SNIPPET = """  "work_sessions":   # Execute, high (70)
    rules:
      - name: "work_sessions: known methods"
        conditions:
          - path: "args.method"
            op: "in"
            value: ["list", "get_active", "start", "end"]
        on_deny: "work_sessions: the argument method must be a reviewed method."
      - name: "work_sessions: 10 per minute"
        rate_limit: "10/minute"
"""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A whole site's data, written by hand: the index and one entry per server."""

    index: Index
    entries: tuple[ServerEntry, ...]


def catalogue(*, base_url: str = "", contact: str = "") -> Catalogue:
    """Return the sample catalogue."""
    entries = (sprintra(), hostile(), unseen(), failed())
    summaries = [tool.summary for entry in entries for tool in entry.tools]
    similar = tuple(item for item in summaries if item.server == "odd")[:3]
    entries = tuple(
        replace(
            entry,
            tools=tuple(
                replace(tool, similar=similar if entry.summary.slug == "sprintra" else ())
                for tool in entry.tools
            ),
        )
        for entry in entries
    )
    summaries.sort(key=lambda item: (-item.score, item.server, item.name))
    index = Index(
        site=Site(
            name="MCP Tool Risk Catalogue",
            tagline="What each tool of an MCP server can do, and a policy to enforce.",
            base_url=base_url,
            footer="Ratings describe what a definition allows, not what a server does.",
            contact_form=contact,
        ),
        ruleset="sha256:0123456789abcdef",
        servers=tuple(sorted((entry.summary for entry in entries), key=lambda s: s.title)),
        tools=tuple(summaries),
        rules=tuple(_rule(name) for name in RULES),
        attacks=(_attack("injected-log", "pattern"), _attack("lethal-trifecta", "incident")),
        faq=(),
        site_answers=(Answer("site-what", "What is this?", "A `catalogue`."),),
        level_answers=((Level.HIGH, (Answer("level", "What is High?", "A band."),)),),
        category_answers=((Category.READ, (Answer("category", "What is Read?", "Reading."),)),),
        attack_answers=(("injected-log", (Answer("attack", "Is it known?", "Yes."),)),),
        pages=(
            Prose("home", "Home", "", "A rating is made from the answer to `tools/list`."),
            Prose(
                "category-execute",
                "Execute",
                "Starts something.",
                "Text with a [link](/rules/).\n\n## More\n\n| a | b |\n|---|---|\n| 1 | 2 |",
                "Execute tools start things. Cap how often.",
                "Agents use execute tools to run code and jobs.",
            ),
            Prose("level-high", "High", "Score 50 to 74.", "**What to do:** ask a person."),
        ),
        changes=tuple(change for entry in entries for change in entry.changes),
        rule_facts=tuple(RuleFacts(name, 3, 2, tuple(summaries[:2]), 9, 8) for name in RULES),
        attack_facts=(
            AttackFacts("injected-log", 3, 2, tuple(summaries[:3])),
            AttackFacts("lethal-trifecta", 0, 0, ()),
        ),
        accuracy=(Accuracy("This catalogue", 300, 270, 285, 5, 260, 296),),
        confusion=((Category.READ, Category.READ, 100), (Category.READ, Category.WRITE, 3)),
        misses=(
            Miss("acme", "<i>x</i>", Category.READ, Category.WRITE, Level.LOW, Level.MEDIUM, "odd"),
        ),
        policy_table=(
            PolicyRow("poison", "verdict `hard`", "deny", "deny", "ask (deny)", "10/minute"),
        ),
    )
    return Catalogue(index, entries)


def sprintra() -> ServerEntry:
    """Return the server of the golden tool."""
    properties = {f"field_{number}": {"type": "string"} for number in range(34)}
    raw = {
        "name": "work_sessions",
        "description": "Manage coding work sessions, activity feed, and traces. " * 9,
        "inputSchema": {
            "type": "object",
            "properties": {"method": {"type": "string"}, **properties},
            "required": ["method"],
        },
        "annotations": {"readOnlyHint": True},
    }
    signals = (
        _signal("base.execute", "Starts a `session`: the method `start`", 62, "start"),
        _signal(
            "schema.param_count",
            "High parameter count (35 properties)",
            5,
            None,
            measure=Measure("parameters", 35, 2),
        ),
        _signal("mux.mixed", "Reading and changing methods in one tool", 3, None),
        _signal("facet.persistence", "Keeps state between calls", 0, "sessions", axis=Axis.FACET),
        _signal(
            "schema.param.url",
            "An address chosen in the call",
            0,
            None,
            status=Status.SUPPRESSED,
            by="schema.param.path",
        ),
    )
    rated = _assessment(
        "work_sessions",
        Category.EXECUTE,
        70,
        signals,
        deciding_method="start",
        methods=tuple(
            MethodAssessment(
                name, "method", category, score, level_of(score), "/description", name, f"`{name}`"
            )
            for name, category, score in _METHODS
        ),
        considered=(Consideration(Category.READ, 3, "its methods also `list` and get"),),
        facets=(Facet.MULTIPLEXER, Facet.PERSISTENCE),
        contradicts_hints=True,
        overrides=(
            AppliedOverride(
                Override(
                    "sprintra",
                    "work_sessions",
                    "facets",
                    ("multiplexer",),
                    "It is many tools.",
                    "A. Person",
                    date(2026, 11, 1),
                ),
                "none",
                is_stale=True,
            ),
        ),
    )
    change = Change(
        "sprintra",
        "work_sessions",
        ChangeClass.RISK,
        "argument-added",
        "gained `field_33`, score 65 to 70",
        '{"a": 1}',
        '{"a": 2}',
        "2026-11-20",
        "1.0.0",
        "1.1.0",
    )
    entry = _tool("sprintra", "Sprintra", raw, rated, decision="10/minute, arguments checked")
    entry = replace(
        entry,
        method_decisions=tuple((name, "allowed, 10/minute") for name, _, _ in _METHODS),
        changes=(change,),
        attacks=(RelatedAttack("injected-log", "Injected log", ("base.execute",)),),
        parameter_notes=(ParameterNote("method", "Chooses the operation", "nine values", 0),),
    )
    return _server("sprintra", "Sprintra", (entry,), changes=(change,), snippet=SNIPPET)


def hostile() -> ServerEntry:
    """Return a server whose names and texts try everything."""
    tools, seen = [], {}
    for position, name in enumerate(HOSTILE_NAMES):
        raw = {
            "name": name,
            "title": f"<b>{name}</b>",
            "description": "" if position == 3 else f"</title><script>{name}</script>\u202e`x`",
            "inputSchema": {
                "type": "object",
                "properties": {name or "p": {"type": "string", "description": name}},
                "required": [name or "p"],
            },
        }
        category = tuple(Category)[position % 6]
        signals = (
            _signal(
                "schema.param.url",
                f"Takes `{name}` from <i>the</i> call",
                62 if position % 2 else 90,
                name,
            ),
        )
        finding = HygieneFinding("phrase.override", Verdict.HARD, 80, f"says {name}", quote=name)
        rated = _assessment(
            name,
            category,
            62 if position % 2 else 90,
            signals,
            findings=(finding,),
            verdict=Verdict.HARD,
        )
        entry = _tool("odd", "Odd & <Sons>", raw, rated)
        number = seen.get(name, 0)
        seen[name] = number + 1
        slug = slugs.tool_slug(name, number)
        tools.append(replace(entry, summary=replace(entry.summary, occurrence=number, slug=slug)))
    change = Change(
        "odd",
        HOSTILE_NAMES[0],
        ChangeClass.ALARM,
        "description",
        f"said {HOSTILE_NAMES[1]}",
        HOSTILE_NAMES[0],
        HOSTILE_NAMES[1],
        "2026-11-19",
    )
    entry = _server("odd", "Odd & <Sons>", tuple(tools), changes=(change,))
    exposure = Exposure(
        Witness(HOSTILE_NAMES[0], Facet.PRIVATE_DATA, 60, HOSTILE_NAMES[0]),
        Witness(HOSTILE_NAMES[1], Facet.UNTRUSTED_CONTENT, 60, HOSTILE_NAMES[1]),
        Witness(HOSTILE_NAMES[2], Facet.EGRESS, 60, HOSTILE_NAMES[2]),
        (("work_sessions", "sprintra"),),
        3,
        hints_uniform=True,
        hints_reassuring_wrong=1,
        hints_alarming_wrong=1,
        tokens=1234,
        heaviest_tool=HOSTILE_NAMES[0],
        heaviest_tokens=77,
    )
    return replace(entry, exposure=exposure, instructions_findings=tools[0].assessment.findings)


def unseen() -> ServerEntry:
    """Return a server that nobody observed."""
    spec = ServerSpec("unseen", "Unseen", path="content/servers/unseen.yaml")
    return ServerEntry(Server(spec, None), (), (), (), None, (), _summary("unseen", "Unseen", ()))


def failed() -> ServerEntry:
    """Return a server that did not start and said hostile things."""
    spec = ServerSpec("failed", "Failed", packages=(Package("pypi", "failed", "1"),))
    snapshot = Snapshot(
        "failed",
        "2026-11-18",
        State.FAILED_TO_START,
        complete=False,
        reason="<script>alert(1)</script>\u202e stopped",
        hint="Set `TOKEN`.",
        problems=(Loss("tool", "too deep", "<b>"),),
    )
    summary = replace(_summary("failed", "Failed", ()), state=State.FAILED_TO_START, observed_on="")
    return ServerEntry(Server(spec, snapshot), (), (), (), None, (), summary)


def _server(
    slug: str,
    title: str,
    tools: tuple[ToolEntry, ...],
    *,
    changes: tuple[Change, ...] = (),
    snippet: str = "",
) -> ServerEntry:
    spec = ServerSpec(
        slug,
        title,
        name=f"io.example/{slug}",
        description="Sessions and sprints.",
        repository_url="https://example.org/source",
        website_url="http://example.org/plain",
        packages=(
            Package("npm", f"@{slug}/mcp", environment=(Variable("API_KEY", is_required=True),)),
        ),
        path=f"content/servers/{slug}.yaml",
    )
    snapshot = Snapshot(
        slug,
        "2026-11-20",
        State.OBSERVED,
        source=Source("stdio", package=f"pkg:npm/%40{slug}/mcp@1.1.0", isolation="process"),
        protocol=Protocol("2025-11-25"),
        digest="sha256:91d7aa20" + "0" * 56,
    )
    summaries = tuple(tool.summary for tool in tools)
    loss = TargetLoss("cannot-ask", tools[0].tool.name, "", "weaker", "it cannot `ask` a person")
    names = [tool.tool.name for tool in tools]
    rendered = tuple(
        Rendered(
            target,
            profile,
            _file_name(slug, target, profile),
            _file_text(slug, target, profile, names),
            (loss,),
            tuple(Snippet(name, snippet or f'"{target}": 1 # for <it>\n') for name in names),
        )
        for target in ("intercept", "claude-code", "codex")
        for profile in Profile
    )
    policies = tuple(
        Policy(
            slug,
            title,
            profile,
            tuple(
                PolicyRule(
                    name, f"{name}: limit", "limit", "execute", RULES[:2], limit=Limit(10, "minute")
                )
                for name in names
            ),
            (),
            "2026-11-20",
            snapshot.digest,
            f"@{slug}/mcp",
            "1.1.0",
            ("2025-11-25",),
            len(tools),
            "r1",
            "1",
            start=("npx", "-y", f"@{slug}/mcp@1.1.0"),
        )
        for profile in Profile
    )
    return ServerEntry(
        Server(spec, snapshot, tuple(tool.tool for tool in tools)),
        tools,
        policies,
        rendered,
        Exposure(
            None,
            None,
            None,
            (),
            1,
            hints_uniform=False,
            hints_reassuring_wrong=0,
            hints_alarming_wrong=0,
            tokens=900,
            heaviest_tool=names[0],
            heaviest_tokens=900,
        ),
        changes,
        _summary(slug, title, summaries),
        answers=(Answer("tools", f"How many tools has {title}?", f"It has `{len(tools)}`."),),
        headline=f"{len(tools)} tools. All are limited.",
    )


def _file_text(slug: str, target: str, profile: Profile, names: list[str]) -> str:
    if target == "claude-code":
        return json.dumps({"permissions": {"deny": names}}) + "\n"
    listed = "".join(f"  {json.dumps(name)}:\n" for name in names)
    return f"# {slug} {target} {profile.value}\ntools:\n{listed}"


def _file_name(slug: str, target: str, profile: Profile) -> str:
    suffix = {"intercept": "yaml", "claude-code": "json", "codex": "toml"}[target]
    if target == "intercept":
        return f"{slug}.yaml" if profile is Profile.BALANCED else f"{slug}.{profile.value}.yaml"
    return f"{slug}.{profile.value}.{target}.{suffix}"


def _tool(
    server: str, title: str, raw: JsonObject, rated: Assessment, *, decision: str = "Hidden"
) -> ToolEntry:
    tool = tool_from(server, raw)
    headline = f"Starts things with `{tool.name}`."
    return ToolEntry(
        tool,
        rated,
        ToolSummary(
            server,
            title,
            tool.name,
            rated.category,
            rated.level,
            rated.score,
            rated.confidence,
            rated.facets,
            rated.verdict,
            tuple(signal.rule for signal in rated.signals),
            headline,
            decision,
            letters=search_words.letters(tool.name),
            slug=slugs.tool_slug(tool.name),
        ),
        DryRun({"method": "list"}, Decision.ALLOW, "", "", "Counts towards 10 per minute."),
        DryRun({"method": tool.name}, Decision.DENY, f"{tool.name}: known", "No.", "Unknown."),
        "",
        {"method": "<string>"},
        (ParameterNote(tool.parameters[0].name, "Watch `this`", "any text", 3),),
        profile_effects=tuple(
            ProfileEffect(item, "Allowed, 10 a minute", "Ask") for item in Profile
        ),
        answers=tuple(
            Answer(
                slug, f"What about {slug} of {tool.name}?", f"For `{tool.name}`: yes.\n\nAlways."
            )
            for slug in ("what", "enforce", "level", "limit", "block", "server")
        ),
        verdict_sentence=headline,
        purpose=f"Agents use `{tool.name}` to start things.",
        why_policy=(f"`{tool.name}` lets the caller choose.", "Cap how often."),
        details=details(tool),
    )


def details(tool: Tool) -> ToolDetails:
    """Return what the dataset and the search index say of a tool."""
    names = tuple(item.name for item in tool.parameters)
    words = search_words.of_tool(tool.name, names, tool.description[:160])
    return ToolDetails(tool.description[:160], names, words)


def known(catalogue: Catalogue) -> Details:
    """Return the look-up of details that lists need."""
    found = {entry.summary.slug: site.details(entry) for entry in catalogue.entries}
    return found.__getitem__


def _assessment(
    name: str, category: Category, score: int, signals: tuple[Signal, ...], **more: object
) -> Assessment:
    values: dict[str, object] = {
        "facets": (Facet.EGRESS, Facet.ARBITRARY_URL),
        "ruleset": "sha256:0123456789abcdef",
        **more,
    }
    return Assessment(
        tool=name,
        category=category,
        score=score,
        level=level_of(score),
        confidence=Confidence.HIGH,
        signals=signals,
        score_category=category,
        **values,  # type: ignore[arg-type]  # a test helper passes fields through
    )


def _signal(
    rule: str,
    text: str,
    points: int,
    quote: str | None,
    *,
    axis: Axis = Axis.RISK,
    measure: Measure | None = None,
    status: Status = Status.APPLIED,
    by: str = "",
) -> Signal:
    return Signal(
        rule,
        axis,
        text,
        points,
        points,
        pointer="/description" if quote is not None else "/inputSchema",
        span=(0, len(quote)) if quote is not None else None,
        quote=quote,
        measure=measure,
        subject=quote or "",
        status=status,
        by=by,
    )


def _summary(slug: str, title: str, tools: tuple[ToolSummary, ...]) -> ServerSummary:
    ranked = sorted(tools, key=lambda tool: -tool.score)
    return ServerSummary(
        slug,
        title,
        "developer tools",
        f"pkg:npm/%40{slug}/mcp@1.1.0" if tools else "",
        State.OBSERVED if tools else State.NOT_OBSERVED,
        complete=True,
        observed_on="2026-11-20" if tools else "",
        tools_total=len(tools),
        level=ranked[0].level if ranked else None,
        riskiest_tool=ranked[0].name if ranked else "",
        by_level=tuple((lv, n) for lv in Level if (n := sum(t.level is lv for t in tools))),
        by_category=tuple((c, n) for c in Category if (n := sum(t.category is c for t in tools))),
        tokens=900,
        is_trifecta=False,
        letters=search_words.letters(title),
    )


def _rule(name: str) -> Rule:
    return Rule(
        name,
        Axis.RISK,
        3,
        f"Title of `{name}`",
        "Because.",
        "Takes {subject}",
        "`{subject}` lets the caller choose ({value}).",
        "Bound it.",
        frameworks=("MCP02",),
        references=(Reference("Paper", "https://example.org/paper", "Example", "2025-04"),),
        examples=(
            RuleExample("an address", {"name": "post"}, expected=True),
            RuleExample("a picture", {"name": "get"}, expected=False),
        ),
        path=f"content/rules/{name}.yaml",
    )


def _attack(slug: str, kind: str) -> AttackEntry:
    return AttackEntry(
        slug,
        slug.replace("-", " ").capitalize(),
        kind,
        "2025-04",
        "Text from outside steers an agent.",
        "All of it",
        "",
        "corroborated",
        ("CVE-2025-0001",),
        ("MCP06",),
        (Reference("Report", "https://example.org/report", "Example", "2025-04-01"),),
        ("base.execute",),
        (Facet.EGRESS,),
        (Category.EXECUTE,),
        "partly",
        "Limit it.\n\nBound `url`.",
        ("injected-log",),
        "2026-11-01",
        "## What happened\n\nThings, see [rules](/rules/).",
    )
