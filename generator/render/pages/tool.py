"""One tool as a data sheet: everything the catalogue knows about it, in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from generator import text
from generator.model.quick import module_quick
from generator.render import rows, structured, texts, urls
from generator.render.blocks import hints, ledger, parameters, policies
from generator.render.context import Context, question, risk
from generator.render.parts import (
    ChangeRow,
    Contact,
    Fact,
    Finding,
    Head,
    Link,
    Question,
    Risk,
)
from generator.taxonomy import Category, Decision, Profile, Verdict
from generator.text import Crawled

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.model import Assessment, DryRun, ServerEntry, Tool, ToolEntry
    from generator.render.blocks.hints import HintRow
    from generator.render.blocks.ledger import Ledger
    from generator.render.blocks.parameters import ParameterRow
    from generator.render.blocks.policies import Shelf, TargetPart

_OPENING, _WHOLE = 280, 4000
_NAME_IN_TITLE = 60
_PASSED = {Decision.ALLOW: "Allowed", Decision.ASK: "Asked first"}
_STOPPED = {Decision.DENY: "Blocked", Decision.HIDE: "Hidden"}


@dataclass(frozen=True, slots=True)
class MethodRow:
    """One operation of a tool that is many."""

    name: Crawled
    category: str
    risk: Risk
    score: str
    evidence: Markup
    quote: Crawled
    decision: Markup


@dataclass(frozen=True, slots=True)
class Tried:
    """One call and what the balanced policy did with it."""

    word: str
    is_stop: bool
    call: Crawled
    why: Markup
    rule: Crawled
    message: Crawled


@dataclass(frozen=True, slots=True)
class Effect:
    """What one profile does with the tool."""

    profile: str
    is_default: bool
    intercept: Markup
    clients: Markup
    url: str


@dataclass(frozen=True, slots=True)
class Attack:
    """A pattern that shares preconditions with the tool."""

    link: Link
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """The signal panel: how bad, how sure, what the default policy does."""

    risk: Risk
    score: int
    category: Link
    facets: str
    confidence: str
    decision: Markup
    scale_label: str
    mark: int
    banners: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ToolPage:
    """The page of one tool."""

    template: ClassVar[str] = "tool"

    head: Head
    levels: tuple[str, ...]
    """Levels that stand on the page, its own first: each has a picture."""
    panel: Panel
    name: Markup
    title_claim: Crawled
    verdict: Markup
    opening: Crawled
    whole: Crawled
    description_length: str
    malformed: str
    evidence: tuple[Link, ...]
    server: Link
    package: Markup
    policy_url: str
    use: Markup
    consequences: tuple[Markup, ...]
    advice: Markup
    ledger: Ledger
    ledger_title: str
    ledger_note: Markup
    total: str
    total_label: str
    considered: tuple[Markup, ...]
    corrections: tuple[Markup, ...]
    correction: Crawled
    correction_file: str
    findings: tuple[Finding, ...]
    methods: tuple[MethodRow, ...]
    method_argument: Crawled
    policy_intro: Markup
    because: tuple[Link, ...]
    targets: tuple[TargetPart, ...]
    server_policy: Link
    effects: tuple[Effect, ...]
    tried: tuple[Tried, ...]
    no_dry_run: Markup
    parameters: tuple[ParameterRow, ...]
    more_parameters: tuple[ParameterRow, ...]
    parameters_title: str
    call_template: Crawled
    hints: tuple[HintRow, ...]
    changes: tuple[ChangeRow, ...]
    attacks: tuple[Attack, ...]
    attacks_url: str
    similar: tuple[Link, ...]
    category_tools: Link
    level_here: Link
    level_everywhere: Link
    questions: tuple[Question, ...]
    facts: tuple[Fact, ...]
    all_tools: Link
    contact: Contact | None
    sections: tuple[Link, ...] = field(default=())


def page(
    context: Context, server: ServerEntry, entry: ToolEntry, files: Shelf, slug: str
) -> ToolPage:
    """Return the page of one tool; `files` is the server's policy shelf, made once."""
    tool, rated = entry.tool, entry.assessment
    url = urls.tool(tool.server, slug)
    root = urls.root(url)
    book = ledger.ledger(rated.signals, root, rated.deciding_method)
    rows_of_parameters = parameters.rows(tool.parameters, entry.parameter_notes)
    default = policies.main_file(server)
    category = rated.category
    title = server.summary.title
    here = _here(server, rated, root)
    questions = tuple(question(answer) for answer in entry.answers)
    shown = tool.name or "(no name)"
    targets = policies.parts(files, tool.name, root)
    return ToolPage(
        head=_head(context, server, entry, url, slug, questions=questions),
        levels=tuple(
            dict.fromkeys(level.value for level in (rated.level, *(m.level for m in rated.methods)))
        ),
        panel=_panel(entry, root),
        name=texts.name(shown, 300),
        title_claim=_title_claim(tool),
        verdict=texts.prose(entry.verdict_sentence or entry.summary.headline, 400),
        opening=Crawled(text.cut(tool.description, _OPENING), _OPENING),
        whole=Crawled(tool.description if len(tool.description) > _OPENING else "", _WHOLE),
        description_length=texts.number(len(tool.description)),
        malformed=tool.malformed,
        evidence=ledger.evidence(rated.signals),
        server=Link(title, root + urls.server(tool.server)),
        package=texts.prose(_package(server)),
        policy_url=root + urls.policy(default) if default else "",
        use=texts.prose(entry.purpose),
        consequences=tuple(texts.prose(line, 800) for line in entry.why_policy[:-1]),
        advice=texts.prose(entry.why_policy[-1] if entry.why_policy else ""),
        ledger=book,
        ledger_title=f"Why it scores {rated.score}",
        ledger_note=_ledger_note(rated),
        total=str(rated.score),
        total_label=f"Total, {rated.level.title} band "
        f"({rated.level.first_score} to {rated.level.last_score})",
        considered=tuple(
            texts.prose(f"{item.category.value}: {item.reason}", 400) for item in rated.considered
        ),
        corrections=_corrections(rated),
        correction=_correction(entry),
        correction_file=f"content/overrides/{tool.server}.yaml",
        findings=ledger.findings(rated.findings, root),
        methods=_methods(entry, root),
        method_argument=Crawled(next((m.argument for m in rated.methods), ""), 80),
        policy_intro=_policy_intro(entry),
        because=tuple(
            Link(rule, root + urls.rule(rule))
            for rule in files.because.get(tool.name, ())
            if rule in context.rules
        ),
        targets=targets,
        server_policy=Link(
            f"See the full {title} policy for all {len(server.tools)} tools",
            f"{root}{urls.server(tool.server)}#policy",
        ),
        effects=_effects(server, entry, root),
        tried=tuple(_tried(run) for run in (entry.allowed, entry.blocked) if run),
        no_dry_run=texts.prose(entry.no_dry_run, 400),
        parameters=rows_of_parameters[: parameters.SHOWN],
        more_parameters=rows_of_parameters[parameters.SHOWN :],
        parameters_title=texts.count(len(rows_of_parameters), "parameter").capitalize(),
        call_template=texts.pretty(
            {"name": tool.name, "arguments": entry.call_template}, limit=6_000
        ),
        hints=hints.rows(tool.annotations, rated, root),
        changes=tuple(rows.change_row(context, change, root) for change in entry.changes),
        attacks=tuple(
            Attack(Link(item.title, root + urls.attack(item.slug)), item.shared)
            for item in entry.attacks
        ),
        attacks_url=root + urls.ATTACKS,
        similar=tuple(
            Link(
                texts.named(item.name, item.server_title),
                root + context.tool_url(item),
            )
            for item in entry.similar
        ),
        category_tools=Link(f"All {category.value} tools", root + urls.category(category)),
        level_here=here,
        level_everywhere=Link(
            f"every {rated.level.title} tool of the catalogue", root + urls.level(rated.level)
        ),
        questions=questions,
        facts=_facts(server, entry, root),
        all_tools=Link(
            f"View all {texts.count(len(server.tools), 'tool')}",
            root + urls.server_tools(tool.server),
        ),
        contact=context.contact(f"{shown} ({title})", url),
    )


def _head(
    context: Context,
    server: ServerEntry,
    entry: ToolEntry,
    url: str,
    slug: str,
    *,
    questions: tuple[Question, ...],
) -> Head:
    tool, rated, root = entry.tool, entry.assessment, urls.root(url)
    name = text.one_line(tool.name, _NAME_IN_TITLE) or "(no name)"
    if name != tool.name or entry.summary.occurrence:
        name = f"{name} {slug.rsplit('~', maxsplit=1)[-1]}"
    crumbs = (
        Link("Servers", root + urls.SERVERS),
        Link(server.summary.title, root + urls.server(tool.server)),
        Link(Crawled(tool.name or "(no name)", 80)),
    )
    owner = context.server_title(tool.server)
    return context.head(
        url,
        f"{name} ({owner}): {rated.level.title} risk, {rated.category.value}",
        f"{name}: {entry.summary.headline} {rated.level.title} risk, {rated.score} of 100. "
        "Evidence and a default policy.",
        crumbs,
        section="servers",
        json=urls.api_tool(tool.server, slug),
        observed=server.summary.observed_on,
        edit=server.server.spec.path,
        structured=(
            structured.breadcrumbs(context, url, crumbs),
            structured.questions(questions),
        ),
    )


def _panel(entry: ToolEntry, root: str) -> Panel:
    rated = entry.assessment
    level = rated.level
    applied = len([signal for signal in rated.signals if signal.points])
    facets = [facet.words for facet in rated.facets]
    return Panel(
        risk=risk(level, root),
        score=rated.score,
        category=Link(rated.category.value, root + urls.category(rated.category)),
        facets=", ".join(facets) or "none",
        confidence=f"{rated.confidence.word.capitalize()}, {texts.count(applied, 'signal')}",
        decision=texts.prose(entry.summary.decision, 160),
        scale_label=f"Score {rated.score} of 100, in the {level.title} band "
        f"from {level.first_score} to {level.last_score}",
        mark=rated.score * 4,
        banners=_banners(rated),
    )


def _banners(rated: Assessment) -> tuple[Link, ...]:
    banners = []
    if rated.overrides:
        stale = any(item.is_stale for item in rated.overrides)
        words = "Corrected by a person" + (", and the definition moved on since" if stale else "")
        banners.append(Link(words, "#corrections"))
    if rated.contradicts_hints:
        banners.append(Link("Contradicts its own hints", "#hints"))
    if rated.verdict in (Verdict.REVIEW, Verdict.HARD):
        words = ledger.VERDICT_WORDS[rated.verdict].lower()
        banners.append(Link(f"Text that addresses the model: {words}", "#hygiene"))
    return tuple(banners)


def _package(server: ServerEntry) -> str:
    package = next(iter(server.server.spec.packages), None)
    if package is None:
        return ""
    kinds = {"npm": "npm package", "pypi": "PyPI package", "oci": "container image"}
    return f"{kinds.get(package.registry_type, package.registry_type)} `{package.identifier}`"


def _title_claim(tool: Tool) -> Crawled:
    """Return the server's own title unless the description or the name says the same."""
    title = tool.title or tool.annotations.title
    said = {tool.name.casefold(), tool.description.strip().rstrip(".").casefold()}
    return Crawled("" if title.strip().rstrip(".").casefold() in said else title, 120)


def _ledger_note(rated: Assessment) -> Markup:
    notes = []
    if rated.deciding_method:
        notes.append(f"This is the ledger of the deciding method, `{rated.deciding_method}`.")
    if rated.score_category is not rated.category:
        notes.append(
            f"The category is {rated.category.value}; the score comes from its "
            f"{rated.score_category.value} effect, which weighs more here."
        )
    return texts.prose(" ".join(notes), 400)


def _corrections(rated: Assessment) -> tuple[Markup, ...]:
    lines = []
    for item in rated.overrides:
        stale = " The definition has changed since; it needs another look." if item.is_stale else ""
        value = ", ".join(item.override.value)
        lines.append(
            texts.prose(
                f"{item.override.field.capitalize()} set to {value} by {item.override.author} on "
                f"{texts.day(item.override.dated.isoformat())}: {item.override.reason} "
                f"The rules alone said {item.automatic}.{stale}",
                800,
            )
        )
    return tuple(lines)


def _correction(entry: ToolEntry) -> Crawled:
    """Return a filled-in correction that only needs a value and a reason."""
    name = texts.compact(entry.tool.name, 400)
    return Crawled(
        f"- tool: {name.raw}\n  field: category\n  value: {entry.assessment.category.value}\n"
        "  reason: what in the definition shows it\n  author: your name\n  date: YYYY-MM-DD\n",
        1000,
    )


def _methods(entry: ToolEntry, root: str) -> tuple[MethodRow, ...]:
    decided = dict(entry.method_decisions)
    return tuple(
        MethodRow(
            name=Crawled(item.method, 120),
            category=item.category.value,
            risk=risk(item.level, root),
            score=str(item.score),
            evidence=texts.prose(item.reason, 300),
            quote=Crawled("" if item.quote == item.method else item.quote, 160),
            decision=texts.prose(decided.get(item.method, ""), 200),
        )
        for item in entry.assessment.methods
    )


def _policy_intro(entry: ToolEntry) -> Markup:
    return texts.prose(f"The balanced profile: {entry.summary.decision}.", 400)


def _effects(server: ServerEntry, entry: ToolEntry, root: str) -> tuple[Effect, ...]:
    files = {
        item.profile: root + urls.policy(item)
        for item in server.rendered
        if item.target == policies.INTERCEPT
    }
    return tuple(
        Effect(
            profile=item.profile.value.capitalize(),
            is_default=item.profile is Profile.BALANCED,
            intercept=texts.prose(item.intercept, 200),
            clients=texts.prose(item.clients, 200),
            url=files.get(item.profile, ""),
        )
        for item in entry.profile_effects
    )


def _tried(run: DryRun) -> Tried:
    stop = run.decision in _STOPPED
    words = _STOPPED if stop else _PASSED
    return Tried(
        word=words[run.decision],
        is_stop=stop,
        call=texts.compact(run.arguments),
        why=texts.prose(run.why, 400),
        rule=Crawled(run.rule, 200),
        message=Crawled(run.message, 400),
    )


def _here(server: ServerEntry, rated: Assessment, root: str) -> Link:
    slug, level = server.summary.slug, rated.level
    total = dict(server.summary.by_level).get(level, 0)
    words = (
        f"the only {level.title} tool of {server.summary.title}"
        if total == 1
        else f"one of {texts.number(total)} {level.title} tools of {server.summary.title}"
    )
    return Link(words, root + urls.level_server(level, slug))


def _facts(server: ServerEntry, entry: ToolEntry, root: str) -> tuple[Fact, ...]:
    tool, rated, spec = entry.tool, entry.assessment, server.server.spec
    snapshot = server.server.snapshot
    package = snapshot.source.package if snapshot else ""
    if not package and spec.packages:
        package = spec.packages[0].purl
    transport = snapshot.source.kind if snapshot else ""
    facts = [
        Fact("Tool name", Crawled(tool.name or "(no name)", 300), is_code=True),
        Fact("Category", rated.category.value, root + urls.category(rated.category)),
        Fact("Risk level", f"{rated.level.title}, {rated.score} of 100"),
        Fact("MCP server", server.summary.title, root + urls.server(tool.server)),
        Fact("Package", Crawled(package, 200), is_code=True),
        Fact("Transport", transport, is_code=True),
        Fact("Observed on", texts.day(server.summary.observed_on)),
        Fact("Definition digest", _short_digest(tool.digest), is_code=True),
        Fact("Input hash", tool.input_hash, is_code=True),
        Fact("Ruleset", rated.ruleset[:19], root + urls.RULES, is_code=True),
    ]
    if rated.category is Category.UNCLASSIFIED:
        facts.insert(2, Fact("Needs", "a person's look"))
    return tuple(fact for fact in facts if fact.value)


def _short_digest(digest: str) -> str:
    return f"{digest[:19]}…" if len(digest) > 19 else digest  # noqa: PLR2004 (sha256: and 12 digits)


module_quick(__name__)
