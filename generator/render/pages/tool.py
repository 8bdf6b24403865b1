"""One tool as a data sheet: everything the catalogue knows about it, in reading order."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from generator import text
from generator.model.quick import maker, module_quick
from generator.render import rows, structured, texts, urls
from generator.render.blocks import hints, ledger, parameters, policies
from generator.render.context import Context, answered, risk
from generator.render.pages import tool_shared as shared
from generator.render.pages.tool_shared import ROOT
from generator.render.parts import (
    ChangeRow,
    Contact,
    Fact,
    Finding,
    Head,
    Link,
    Question,
    Risk,
    new_fact,
    new_link,
)
from generator.taxonomy import Decision, Profile, Verdict
from generator.text import Crawled, new_crawled

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.model import Assessment, DryRun, ServerEntry, Tool, ToolEntry
    from generator.render.blocks.hints import HintRow
    from generator.render.blocks.ledger import Ledger
    from generator.render.blocks.parameters import ParameterRow
    from generator.render.blocks.policies import Shelf, TargetPart
    from generator.render.pages.tool_shared import Alike, Around, Band

_OPENING, _WHOLE = 280, 4000
_NAME_IN_TITLE = 60
_NOTHING = Crawled("")
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
    tool, rated, root = entry.tool, entry.assessment, ROOT
    around, alike = shared.around(context, server), shared.alike(rated.category)
    band = shared.band(rated.level)
    shown = tool.name or "(no name)"
    length = len(tool.description)
    table = parameters.rows(tool.parameters, entry.parameter_notes)
    questions = answered(entry.answers)
    slugs = (m.level.value for m in rated.methods)
    return _new_page(
        head=_head(context, entry, slug, around, questions),
        levels=tuple(dict.fromkeys((band.risk.slug, *slugs))),
        panel=_panel(entry, alike, band),
        name=texts.name(shown, 300),
        title_claim=_title_claim(tool),
        verdict=texts.fresh(entry.verdict_sentence or entry.summary.headline, 400),
        opening=new_crawled(text.cut(tool.description, _OPENING), _OPENING),
        whole=new_crawled(tool.description, _WHOLE) if length > _OPENING else _NOTHING,
        description_length=texts.number(length),
        malformed=tool.malformed,
        evidence=ledger.evidence(rated.signals),
        server=around.server,
        package=around.package,
        policy_url=around.policy_url,
        use=texts.fresh(entry.purpose),
        consequences=tuple([texts.prose(line, 800) for line in entry.why_policy[:-1]]),
        advice=texts.prose(entry.why_policy[-1] if entry.why_policy else ""),
        ledger=ledger.ledger(rated.signals, root, rated.deciding_method),
        ledger_title=f"Why it scores {rated.score}",
        ledger_note=_ledger_note(rated),
        total=str(rated.score),
        total_label=band.total_label,
        considered=tuple(
            [texts.prose(f"{item.category}: {item.reason}", 400) for item in rated.considered]
        ),
        corrections=_corrections(rated),
        correction=_correction(entry),
        correction_file=around.correction_file,
        findings=ledger.findings(rated.findings, root),
        methods=_methods(entry, root),
        method_argument=Crawled(rated.methods[0].argument, 80) if rated.methods else _NOTHING,
        policy_intro=_policy_intro(entry),
        because=_because(context, files.because.get(tool.name, ())),
        targets=policies.parts(files, tool.name, root),
        server_policy=around.server_policy,
        effects=_effects(files, entry),
        tried=tuple([_tried(run) for run in (entry.allowed, entry.blocked) if run]),
        no_dry_run=texts.prose(entry.no_dry_run, 400),
        parameters=table[: parameters.SHOWN],
        more_parameters=table[parameters.SHOWN :],
        parameters_title=texts.count(len(table), "parameter").capitalize(),
        call_template=texts.pretty(
            {"name": tool.name, "arguments": entry.call_template}, limit=6_000
        ),
        hints=hints.rows(tool.annotations, rated, root),
        changes=tuple([rows.change_row(context, change, root) for change in entry.changes]),
        attacks=tuple(
            [
                Attack(new_link(item.title, root + urls.attack(item.slug)), item.shared)
                for item in entry.attacks
            ]
        ),
        attacks_url=ROOT + urls.ATTACKS,
        similar=shared.similar(entry.similar),
        category_tools=alike.tools,
        level_here=around.here[rated.level],
        level_everywhere=band.tools,
        questions=questions,
        facts=_facts(entry, around, alike, band),
        all_tools=around.all_tools,
        contact=context.contact(f"{shown} ({around.title})", urls.tool(tool.server, slug)),
    )


def _head(
    context: Context,
    entry: ToolEntry,
    slug: str,
    around: Around,
    questions: tuple[Question, ...],
) -> Head:
    tool, rated = entry.tool, entry.assessment
    url = urls.tool(tool.server, slug)
    name = text.one_line(tool.name, _NAME_IN_TITLE) or "(no name)"
    if name != tool.name or entry.summary.occurrence:
        name = f"{name} {slug.rsplit('~', maxsplit=1)[-1]}"
    crumbs = (*around.crumbs, new_link(new_crawled(tool.name or "(no name)", 80)))
    level = rated.level.title
    return context.head(
        url,
        f"{name} ({around.owner}): {level} risk, {rated.category}",
        f"{name}: {entry.summary.headline} {level} risk, {rated.score} of 100. "
        "Evidence and a default policy.",
        crumbs,
        section="servers",
        json=urls.api_tool(tool.server, slug),
        observed=around.observed_on,
        edit=around.path,
        structured=(
            structured.breadcrumbs(context, url, crumbs),
            structured.questions(questions),
        ),
    )


def _panel(entry: ToolEntry, alike: Alike, band: Band) -> Panel:
    rated = entry.assessment
    applied = len([signal for signal in rated.signals if signal.points])
    return _new_panel(
        risk=band.risk,
        score=rated.score,
        category=alike.category,
        facets=", ".join([facet.words for facet in rated.facets]) or "none",
        confidence=f"{rated.confidence.word.capitalize()}, {texts.count(applied, 'signal')}",
        decision=texts.prose(entry.summary.decision, 160),
        scale_label=f"Score {rated.score} of 100, {band.scale}",
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


def _title_claim(tool: Tool) -> Crawled:
    """Return the server's own title unless the description or the name says the same."""
    title = tool.title or tool.annotations.title
    if not title:
        return _NOTHING
    said = {tool.name.casefold(), tool.description.strip().rstrip(".").casefold()}
    return new_crawled("" if title.strip().rstrip(".").casefold() in said else title, 120)


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
    return new_crawled(
        f"- tool: {name.raw}\n  field: category\n  value: {entry.assessment.category}\n"
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


def _effects(files: Shelf, entry: ToolEntry) -> tuple[Effect, ...]:
    said = [(f"{item.profile}", item.intercept, item.clients) for item in entry.profile_effects]
    return _effect_rows(tuple(said), files.intercept)


@lru_cache(maxsize=1024)
def _effect_rows(
    said: tuple[tuple[str, str, str], ...], files: tuple[tuple[str, str], ...]
) -> tuple[Effect, ...]:
    """Return what each profile does: few things, and the same to many tools of a server."""
    paths = dict(files)
    return tuple(
        Effect(
            profile=profile.capitalize(),
            is_default=profile == Profile.BALANCED,
            intercept=texts.prose(intercept, 200),
            clients=texts.prose(clients, 200),
            url=ROOT + paths[profile] if profile in paths else "",
        )
        for profile, intercept, clients in said
    )


def _because(context: Context, rules: tuple[str, ...]) -> tuple[Link, ...]:
    return rows.rule_links(tuple([rule for rule in rules if rule in context.rules]), ROOT)


def _tried(run: DryRun) -> Tried:
    stop = run.decision in _STOPPED
    words = _STOPPED if stop else _PASSED
    return _new_tried(
        word=words[run.decision],
        is_stop=stop,
        call=texts.compact(run.arguments),
        why=texts.prose(run.why, 400),
        rule=new_crawled(run.rule, 200),
        message=new_crawled(run.message, 400),
    )


def _facts(entry: ToolEntry, around: Around, alike: Alike, band: Band) -> tuple[Fact, ...]:
    tool, rated = entry.tool, entry.assessment
    facts = [
        new_fact("Tool name", new_crawled(tool.name or "(no name)", 300), is_code=True),
        *alike.facts,
        new_fact("Risk level", f"{band.risk.word}, {rated.score} of 100"),
        *around.facts,
    ]
    if tool.digest:
        facts.append(new_fact("Definition digest", _short_digest(tool.digest), is_code=True))
    if tool.input_hash:
        facts.append(new_fact("Input hash", tool.input_hash, is_code=True))
    if rated.ruleset:
        facts.append(new_fact("Ruleset", rated.ruleset[:19], ROOT + urls.RULES, is_code=True))
    return tuple(facts)


def _short_digest(digest: str) -> str:
    return f"{digest[:19]}…" if len(digest) > 19 else digest  # noqa: PLR2004 (sha256: and 12 digits)


module_quick(__name__)
_new_page, _new_panel, _new_tried = maker(ToolPage), maker(Panel), maker(Tried)
