"""One server in full: what its tools can do together, its policy files, and how it was observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from markupsafe import Markup

from generator.render import rows, structured, texts, urls
from generator.render.blocks import ledger, policies
from generator.render.context import Context, answered, risk
from generator.render.parts import (
    Bar,
    ChangeRow,
    Contact,
    Download,
    Fact,
    Finding,
    Head,
    Link,
    Matrix,
    Question,
    Risk,
    Timeline,
    ToolList,
)
from generator.taxonomy import Category, State
from generator.text import Crawled

if TYPE_CHECKING:
    from generator.model import Exposure, ServerEntry, Witness

_CHANGES, _TOOLS = 40, 50
_SHARED_SERVERS, _SHARED_NAMES = 6, 8
_LINE_OF_BADGE = '<a href="{page}"><img src="{image}" alt="{alt}"></a>'
HINTS_BY_STATE = {
    State.NEEDS_AUTH: "It answers only with credentials. A person who has them can save its "
    "`tools/list` answer and import it.",
    State.NOT_OBSERVED: "Nobody has observed it yet. A saved `tools/list` answer can be imported.",
}
_IMPORT = "mcp-risk import --server {slug} tools-list.json"


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of an exposure and the tool that shows it."""

    title: str
    is_there: bool
    tool: Crawled
    url: str
    quote: Crawled


@dataclass(frozen=True, slots=True)
class StateNote:
    """How the last observation ended, when there is something to say."""

    title: str
    lines: tuple[Markup, ...]
    reason: Crawled
    command: str
    dropped: tuple[Crawled, ...]


@dataclass(frozen=True, slots=True)
class SharedNames:
    """Tool names that another server uses too."""

    server: Link
    names: tuple[Crawled, ...]
    more: str


@dataclass(frozen=True, slots=True)
class BadgeCode:
    """The badge and the code to copy."""

    image: str
    html: str
    markdown: str


@dataclass(frozen=True, slots=True)
class ServerPage:
    """The page of one server; without tools most parts are empty and left out."""

    template: ClassVar[str] = "server"

    head: Head
    title: str
    lede: Markup
    about: str
    state: StateNote | None
    risk: Risk | None
    panel_note: str
    panel: tuple[Fact, ...]
    bar: Bar | None
    policy_url: str
    tools: ToolList | None
    tools_title: str
    all_tools: Link
    matrix: Matrix | None
    legs: tuple[Leg, ...]
    legs_note: Markup
    legs_attack: Link | None
    findings: tuple[Finding, ...]
    hint_lines: tuple[Markup, ...]
    shared: tuple[SharedNames, ...]
    shared_note: str
    cost: tuple[Markup, ...]
    timeline: Timeline | None
    changes: tuple[ChangeRow, ...]
    downloads: tuple[Download, ...]
    command: Crawled
    losses: tuple[Markup, ...]
    facts: tuple[Fact, ...]
    badge: BadgeCode
    questions: tuple[Question, ...]
    contact: Contact | None


def page(context: Context, entry: ServerEntry) -> ServerPage:
    """Return the page of one server."""
    summary, slug = entry.summary, entry.summary.slug
    url = urls.server(slug)
    root = urls.root(url)
    default = policies.main_file(entry)
    tools = context.tools_of.get(slug, [])
    questions = answered(entry.answers)
    exposure = entry.exposure
    shown = tools[:_TOOLS]
    return ServerPage(
        head=_head(context, entry, url, questions),
        title=summary.title,
        lede=texts.prose(entry.headline or _headline(entry)),
        about=entry.server.spec.description,
        state=_state(entry),
        risk=risk(summary.level, root) if summary.level else None,
        panel_note=f"highest of {texts.count(summary.tools_total, 'tool')}",
        panel=_panel(context, entry, root),
        bar=rows.bar(dict(summary.by_level), lambda level: root + urls.level_server(level, slug))
        if tools
        else None,
        policy_url=root + urls.policy(default) if default else "",
        tools=rows.tool_list(
            context, shown, root, "What the definitions allow, and our default.", server=False
        )
        if tools
        else None,
        tools_title=_tools_title(len(tools), len(shown)),
        all_tools=Link(
            f"All {texts.count(len(tools), 'tool')}, A to Z", root + urls.server_tools(slug)
        ),
        matrix=_matrix(context, slug, root) if tools else None,
        legs=_legs(context, exposure, slug, root) if exposure else (),
        legs_note=_legs_note(exposure),
        legs_attack=_trifecta(context, root) if exposure and exposure.is_trifecta else None,
        findings=ledger.findings(entry.instructions_findings, root),
        hint_lines=_hint_lines(entry),
        shared=_shared(context, exposure, root),
        shared_note=_shared_note(exposure),
        cost=_cost(exposure, len(tools)),
        timeline=rows.timeline(
            entry.timeline, "Its tools on each day on which one of them changed or was new."
        ),
        changes=tuple(rows.change_row(context, item, root) for item in entry.changes[:_CHANGES]),
        downloads=policies.downloads(entry, root),
        command=Crawled(policies.start_command(entry), 1000),
        losses=_losses(entry),
        facts=_facts(entry, root),
        badge=_badge(context, slug, summary.title, root),
        questions=questions,
        contact=context.contact(summary.title, url),
    )


def _head(context: Context, entry: ServerEntry, url: str, questions: tuple[Question, ...]) -> Head:
    summary, root = entry.summary, urls.root(url)
    by_level = [f"{texts.number(n)} {level.value}" for level, n in reversed(summary.by_level) if n]
    tally = ", ".join([texts.count(summary.tools_total, "tool"), *by_level[:1]])
    title = context.server_title(summary.slug)
    about = (
        f"Risk of all {summary.tools_total} tools of the {title} MCP server, with a policy to "
        "download."
        if summary.tools_total
        else f"The {title} MCP server: {rows.STATE_WORDS[summary.state].lower()}."
    )
    crumbs = (Link("Servers", root + urls.SERVERS), Link(summary.title))
    return context.head(
        url,
        f"{title}: {tally}" if summary.tools_total else f"{title}: no tools observed",
        about,
        crumbs,
        section="servers",
        json=urls.api_server(summary.slug),
        observed=summary.observed_on,
        edit=entry.server.spec.path,
        structured=(
            structured.breadcrumbs(context, url, crumbs),
            structured.questions(questions),
            structured.software(context, entry, url),
        ),
        feed=f"servers/{summary.slug}/feed.atom",
    )


def _headline(entry: ServerEntry) -> str:
    if entry.summary.tools_total:
        return f"{texts.count(entry.summary.tools_total, 'tool').capitalize()}."
    return "No tools are known: nothing is guessed from a README."


def _tools_title(total: int, shown: int) -> str:
    if shown < total:
        return f"The {shown} riskiest of {texts.number(total)} tools"
    return "Tools, riskiest first"


def _state(entry: ServerEntry) -> StateNote | None:
    snapshot, summary, spec = entry.server.snapshot, entry.summary, entry.server.spec
    lines: list[str] = []
    if snapshot is None:
        reason = spec.crawl.skip_reason
        return StateNote(
            "Not observed yet",
            _marked([HINTS_BY_STATE[State.NOT_OBSERVED]]),
            Crawled(reason, 900),
            _IMPORT.format(slug=summary.slug),
            (),
        )
    title = "" if summary.state is State.OBSERVED else rows.STATE_WORDS[summary.state]
    reason, command = snapshot.reason, ""
    if snapshot.last_attempt:
        attempt = snapshot.last_attempt
        title = f"The last attempt failed: {rows.STATE_WORDS[attempt.state].lower()}"
        reason = attempt.reason
        lines.append(
            f"Tried on {texts.day(attempt.on)}. What follows was observed on "
            f"{texts.day(snapshot.observed_on)}."
        )
    elif title:
        lines.append(f"Last tried on {texts.day(snapshot.observed_on)}.")
        lines.append(_sentence(snapshot.hint) or HINTS_BY_STATE.get(summary.state, ""))
        command = _IMPORT.format(slug=summary.slug)
    if not snapshot.complete and summary.state is State.OBSERVED:
        title = title or "Observed in part"
        lines.append("The list of tools is not complete.")
    if summary.state is State.OBSERVED and not summary.tools_total:
        title = title or "The server lists no tools"
        lines.append("It answered, and its list of tools was empty.")
    dropped = tuple(
        Crawled(f"{item.tool + ': ' if item.tool else ''}{item.what}: {item.why}", 300)
        for item in snapshot.problems[:20]
    )
    if not title and not dropped:
        return None
    return StateNote(
        title or "Notes on the observation",
        _marked(lines),
        Crawled(reason, 900),
        command,
        dropped,
    )


def _sentence(words: str) -> str:
    """Return words as a sentence: a capital first and a full stop."""
    return f"{words[0].upper()}{words[1:].rstrip('.')}." if words else ""


def _marked(lines: list[str]) -> tuple[Markup, ...]:
    return tuple(texts.prose(line, 600) for line in lines if line)


def _panel(context: Context, entry: ServerEntry, root: str) -> tuple[Fact, ...]:
    summary = entry.summary
    counts = dict(summary.by_category)
    riskiest = next(iter(context.tools_of.get(summary.slug, ())), None)
    facts = []
    if riskiest:
        facts.append(
            Fact(
                "Riskiest tool",
                Crawled(riskiest.name or "(no name)", 60),
                root + context.tool_url(riskiest),
            )
        )
    for category, label in (
        (Category.EXECUTE, "Can execute"),
        (Category.DESTRUCTIVE, "Can destroy"),
        (Category.FINANCIAL, "Can spend"),
    ):
        if counts.get(category):
            facts.append(Fact(label, texts.count(counts[category], "tool")))
    if len(facts) < 4 and counts.get(Category.WRITE):  # noqa: PLR2004 (places in the panel)
        facts.append(Fact("Can write", texts.count(counts[Category.WRITE], "tool")))
    return tuple(facts)


def _matrix(context: Context, slug: str, root: str) -> Matrix:
    tools = context.tools_of[slug]
    return rows.matrix(
        rows.counted(tools),
        "Number of tools by what they do and how much harm a call can do.",
        column=lambda level: root + urls.level_server(level, slug),
        row=lambda category: root + urls.category(category),
        cell=lambda _category, level: root + urls.level_server(level, slug),
    )


def _legs(context: Context, exposure: Exposure, slug: str, root: str) -> tuple[Leg, ...]:
    def leg(title: str, witness: Witness | None) -> Leg:
        if witness is None:
            return Leg(title, is_there=False, tool=Crawled(""), url="", quote=Crawled(""))
        return Leg(
            title,
            is_there=True,
            tool=Crawled(witness.tool, 80),
            url=root + urls.tool(slug, context.tool_slug(slug, witness.tool)),
            quote=Crawled(witness.quote, 160),
        )

    return (
        leg("Private data", exposure.private_data),
        leg("Untrusted content", exposure.untrusted_content),
        leg("A way out", exposure.way_out),
    )


def _legs_note(exposure: Exposure | None) -> Markup:
    if exposure is None:
        return Markup()
    if exposure.is_trifecta:
        return texts.prose(
            "All three meet in this server: text from outside could steer an agent into sending "
            "private data out, with this server's own tools."
        )
    there = [
        exposure.private_data is not None,
        exposure.untrusted_content is not None,
        exposure.way_out is not None,
    ]
    return texts.prose(
        f"{texts.word(sum(there)).capitalize()} of three. Another server in the same client can "
        "bring what is missing here."
    )


def _trifecta(context: Context, root: str) -> Link | None:
    for slug in ("lethal-trifecta", "toxic-agent-flow"):
        if slug in context.attacks:
            return Link(context.attacks[slug].title, root + urls.attack(slug))
    for attack in context.index.attacks:
        if "trifecta" in f"{attack.slug} {attack.title}".lower():
            return Link(attack.title, root + urls.attack(attack.slug))
    return None


def _hint_lines(entry: ServerEntry) -> tuple[Markup, ...]:
    exposure, total = entry.exposure, entry.summary.tools_total
    if exposure is None or not total:
        return ()
    lines = [
        f"{texts.number(exposure.hints_declared)} of {texts.count(total, 'tool')} declare hints."
    ]
    if exposure.hints_uniform and exposure.hints_declared > 1:
        lines[0] += " All declare the same, so they tell no tool from another."
    if exposure.hints_read_only_declared:
        lines.append(
            f"Of {texts.number(exposure.hints_read_only_declared)} that declare `readOnlyHint`, "
            f"{texts.number(exposure.hints_agreeing)} agree with our rating."
        )
    if exposure.hints_reassuring_wrong:
        lines.append(
            f"{texts.count(exposure.hints_reassuring_wrong, 'tool').capitalize()} marked read-only "
            "that we rate Write or stronger."
        )
    if exposure.hints_alarming_wrong:
        lines.append(
            f"{texts.count(exposure.hints_alarming_wrong, 'tool').capitalize()} marked as changing "
            "something that we rate Read."
        )
    return _marked(lines)


def _shared(context: Context, exposure: Exposure | None, root: str) -> tuple[SharedNames, ...]:
    by_server: dict[str, list[str]] = {}
    for name, slug in exposure.shared_names if exposure else ():
        if slug in context.titles:
            by_server.setdefault(slug, []).append(name)
    ranked = sorted(by_server.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(
        SharedNames(
            Link(context.titles[slug], root + urls.server(slug)),
            tuple(Crawled(name, 60) for name in names[:_SHARED_NAMES]),
            f" and {len(names) - _SHARED_NAMES} more" if len(names) > _SHARED_NAMES else "",
        )
        for slug, names in ranked[:_SHARED_SERVERS]
    )


def _shared_note(exposure: Exposure | None) -> str:
    total = exposure.shared_total if exposure else 0
    return (
        f"{texts.count(total, 'name').capitalize()} of these tools are used by other servers too. "
        "A client that offers both cannot tell them apart by name alone."
        if total > 1
        else "Another server uses the same name. A client that offers both cannot tell the two "
        "apart by name alone."
    )


def _cost(exposure: Exposure | None, total: int) -> tuple[Markup, ...]:
    if exposure is None or not total:
        return ()
    heaviest = exposure.heaviest_tool.replace("`", "'")
    return _marked(
        [
            (
                f"About {texts.number(exposure.tokens)} tokens: what a client loads into the "
                "conversation when it offers all of these tools, at four characters a token."
            ),
            (
                f"The heaviest tool is `{heaviest}` with about "
                f"{texts.number(exposure.heaviest_tokens)}."
            ),
        ]
    )


def _losses(entry: ServerEntry) -> tuple[Markup, ...]:
    default = policies.main_file(entry)
    if default is None:
        return ()
    whole = dict.fromkeys(loss.text for loss in default.losses if not loss.tool)
    return tuple(texts.prose(line, 400) for line in list(whole)[:8])


def _facts(entry: ServerEntry, root: str) -> tuple[Fact, ...]:
    spec, snapshot = entry.server.spec, entry.server.snapshot
    package = snapshot.source.package if snapshot else ""
    packages = [package] if package else [item.purl for item in spec.packages]
    kinds = [item.transport for item in spec.packages]
    kinds += [item.transport for item in spec.remotes]
    names = dict.fromkeys(
        variable.name
        for item in spec.packages
        for variable in item.environment
        if variable.is_required or variable.is_secret
    )
    facts = [Fact("Package", Crawled(purl, 200), is_code=True) for purl in packages]
    facts += [
        Fact("Registry name", Crawled(spec.name, 200), is_code=True),
        Fact("Transport", Crawled(", ".join(dict.fromkeys(kinds)), 100)),
        Fact("Credentials it asks for", Crawled(", ".join(names), 400), is_code=True),
        Fact("Source", Crawled(spec.repository_url, 200), _https(spec.repository_url)),
        Fact("Website", Crawled(spec.website_url, 200), _https(spec.website_url)),
        Fact("Licence", Crawled(spec.license, 60)),
        Fact("Domain", entry.summary.domain),
    ]
    if snapshot:
        facts += [
            Fact("Protocol version", Crawled(snapshot.protocol.used, 40)),
            Fact("Placeholder settings", Crawled(", ".join(snapshot.source.placeholders), 300)),
            Fact("Isolation", Crawled(snapshot.source.isolation, 120)),
            Fact("Observed on", texts.day(entry.summary.observed_on)),
            Fact("Snapshot digest", Crawled(snapshot.digest[:19], 80), is_code=True),
        ]
        facts += [Fact("Note", Crawled(note, 200)) for note in snapshot.source.notes[:3]]
    facts.append(Fact("SARIF", f"{spec.slug}.sarif", root + urls.sarif(spec.slug)))
    return tuple(fact for fact in facts if fact.value)


def _https(url: str) -> str:
    """Return the URL when it may be a link: ours, from content/, and https."""
    return url if url.startswith("https://") else ""


def _badge(context: Context, slug: str, title: str, root: str) -> BadgeCode:
    page_url = context.absolute(urls.server(slug)) or root + urls.server(slug)
    image = context.absolute(urls.badge(slug)) or root + urls.badge(slug)
    label = texts.plain(f"MCP tool risk of {title}", 120).replace('"', "'")
    bare = label.replace("[", "(").replace("]", ")")
    return BadgeCode(
        image=root + urls.badge(slug),
        html=_LINE_OF_BADGE.format(page=page_url, image=image, alt=Markup.escape(label)),
        markdown=f"[![{bare}]({image})]({page_url})",
    )
