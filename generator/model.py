"""The values that travel between the rooms, in the order in which they come into being.

ServerSpec -> Snapshot -> Server, Tool -> Signal, HygieneFinding -> Assessment -> Policy ->
Rendered, DryRun -> Catalogue. All are frozen; no dict crosses a boundary but `JsonObject`, which
is raw wire data and appears only in fields that say so. Strings marked (c) are crawled: hostile
text that pages and the command line print through `text.Crawled` only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from generator.taxonomy import (
    Axis,
    Category,
    ChangeClass,
    Confidence,
    Decision,
    Facet,
    Level,
    Lifecycle,
    Profile,
    State,
    Status,
    Verdict,
)

if TYPE_CHECKING:
    from datetime import date

Json: TypeAlias = Any
"""A JSON value as `json.loads` returns it; the only place where Any enters."""
JsonObject: TypeAlias = dict[str, Any]

# --------------------------------------------------------------------------- content: servers


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared environment variable, header or argument. Values of secrets have no field.

    `placeholder` is an obviously fake value that lets the server start and list its tools.
    """

    name: str
    description: str = ""
    is_required: bool = False
    is_secret: bool = False
    default: str = ""
    placeholder: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Package:
    """One installable package in the registry's words; `version` empty means the latest."""

    registry_type: str
    identifier: str
    version: str = ""
    runtime_hint: str = ""
    executable: str = ""
    """The program inside the package when it is not named like the package."""
    arguments: tuple[str, ...] = ()
    environment: tuple[Variable, ...] = ()
    transport: str = "stdio"

    @property
    def purl(self) -> str:
        """Return the package URL, e.g. `pkg:npm/%40acme/demo@1.2.3`, without version if unset."""
        name = self.identifier.replace("@", "%40")
        version = f"@{self.version}" if self.version else ""
        return f"pkg:{self.registry_type}/{name}{version}"


@dataclass(frozen=True, slots=True)
class Remote:
    """One hosted endpoint: `streamable-http` or `sse`, and the headers it wants by name."""

    transport: str
    url: str
    headers: tuple[Variable, ...] = ()


@dataclass(frozen=True, slots=True)
class CrawlSettings:
    """What a spec may ask of the crawler, each with its reason; empty reason means no."""

    network_reason: str = ""
    scripts_reason: str = ""
    loopback_reason: str = ""
    skip_reason: str = ""


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """One file `content/servers/<slug>.yaml`: how to find and start a server."""

    slug: str
    title: str
    name: str = ""
    """Reverse-DNS name in the official registry, empty when it has none."""
    description: str = ""
    website_url: str = ""
    repository_url: str = ""
    license: str = ""
    domain: str = ""
    packages: tuple[Package, ...] = ()
    remotes: tuple[Remote, ...] = ()
    crawl: CrawlSettings = CrawlSettings()
    path: str = ""
    """Where the spec came from, for messages and the edit link."""


# --------------------------------------------------------------------------- crawl: snapshots


@dataclass(frozen=True, slots=True)
class Loss:
    """Something dropped, repaired or cut while crawling: which tool (c), where, what, why."""

    what: str
    why: str
    tool: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a snapshot came from. `kind`: stdio, streamable-http, sse or dump."""

    kind: str
    package: str = ""
    """purl with the resolved version, empty for remotes and dumps."""
    version: str = ""
    integrity: str = ""
    url: str = ""
    env_names: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()
    isolation: str = ""
    network: bool = False
    scripts: bool = False
    notes: tuple[str, ...] = ()
    """Other facts of the installation in our words, e.g. `installed with mcp<2`."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """The protocol version used for the lists and those the server says it speaks (c)."""

    used: str = ""
    supported: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolDigest:
    """Digests of one raw definition: sha256 over RFC 8785, and the interoperable input hash."""

    name: str
    sha256: str
    input_hash: str


@dataclass(frozen=True, slots=True)
class Replaced:
    """An earlier definition of a tool (c), with the first and last day it was observed."""

    name: str
    sha256: str
    first_on: str
    last_on: str
    version: str
    definition: JsonObject


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last attempt when it failed after an earlier success."""

    on: str
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a server said, whole and raw (c), and how the observation ended.

    Two crawls of an unchanged server differ in `observed_on` only. Read and written by
    `snapshots.py`; the JSON form is section 10 of the crawler specification.
    """

    server: str
    observed_on: str
    state: State
    complete: bool = True
    reason: str = ""
    hint: str = ""
    problems: tuple[Loss, ...] = ()
    source: Source = Source("dump")
    protocol: Protocol = Protocol()
    server_info: JsonObject = field(default_factory=dict)
    capabilities: JsonObject = field(default_factory=dict)
    instructions: str = ""
    tools: tuple[Json, ...] = ()
    resources: tuple[Json, ...] = ()
    resource_templates: tuple[Json, ...] = ()
    prompts: tuple[Json, ...] = ()
    digest: str = ""
    tool_digests: tuple[ToolDigest, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    last_attempt: Attempt | None = None


# --------------------------------------------------------------------------- tools


@dataclass(frozen=True, slots=True)
class Parameter:
    """One top-level property of an input schema after local references are resolved (c).

    `pointer` addresses the property in the raw definition where it can be addressed.
    `schema` is the resolved subschema; `types` the JSON types it admits, empty for any.
    """

    name: str
    pointer: str
    types: tuple[str, ...] = ()
    required: bool = False
    description: str = ""
    description_pointer: str = ""
    enum: tuple[Json, ...] = ()
    enum_pointer: str = ""
    format: str = ""
    pattern: str = ""
    has_default: bool = False
    default: Json = None
    schema: JsonObject = field(default_factory=dict)
    nested: tuple[Parameter, ...] = ()
    """Properties of this object, or of the objects in this array, to a bounded depth."""


@dataclass(frozen=True, slots=True)
class Annotations:
    """A server's own hints: None means not declared (or not a boolean, a quality signal)."""

    title: str = ""
    read_only_hint: bool | None = None
    destructive_hint: bool | None = None
    idempotent_hint: bool | None = None
    open_world_hint: bool | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """One definition from tools/list (c). A malformed one is still a Tool and gets a page."""

    server: str
    name: str
    title: str = ""
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    annotations: Annotations = Annotations()
    raw: Json = None
    """The raw entry as listed; an object unless `malformed`."""
    digest: str = ""
    input_hash: str = ""
    malformed: str = ""
    """Why this entry is no valid tool, in our words; empty when it is."""


@dataclass(frozen=True, slots=True)
class Server:
    """A spec, its snapshot (None when never crawled) and the tools of the last observation."""

    spec: ServerSpec
    snapshot: Snapshot | None
    tools: tuple[Tool, ...] = ()

    @property
    def slug(self) -> str:
        """Return the server's slug, its file name under content/servers/."""
        return self.spec.slug

    @property
    def is_observed(self) -> bool:
        """Return whether tools were ever listed, even if the last attempt failed."""
        return self.snapshot is not None and self.snapshot.state is State.OBSERVED


# --------------------------------------------------------------------------- classify: rules


@dataclass(frozen=True, slots=True)
class Reference:
    """A published source: title, publisher, https address (may be empty), date (ISO, partial)."""

    title: str
    url: str = ""
    publisher: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class RuleExample:
    """A tool definition (raw, written in the rule's file) that a rule must hit or miss."""

    note: str
    tool: JsonObject
    expected: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """`content/rules/<id>.yaml`: what one predicate looks for, and the words about it.

    `headline` and `consequence` are one sentence each and may use `{subject}` and `{value}` of
    the signal. `points` is the full weight; bases, floors, ceilings and caps are rules too.
    """

    id: str
    axis: Axis
    points: int
    title: str
    why: str
    headline: str
    consequence: str = ""
    remediation: str = ""
    lifecycle: Lifecycle = Lifecycle.STABLE
    since: str = ""
    frameworks: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    examples: tuple[RuleExample, ...] = ()
    path: str = ""


# --------------------------------------------------------------------------- classify: results


@dataclass(frozen=True, slots=True)
class Measure:
    """A counted fact without a place in the text: name, value, and the step it reached."""

    name: str
    value: int
    step: int = 0


@dataclass(frozen=True, slots=True)
class Signal:
    """One line of the ledger, with its evidence. The record of classifier section 3.

    `pointer` is a JSON pointer into the raw definition; with `part` "key" it means the property's
    name instead of its value. `span` are code points of that raw string and `quote` is that slice
    (c); both are None when the evidence is a measure or something absent.
    """

    rule: str
    axis: Axis
    text: str
    """Our headline, filled in; may hold a parameter name (c)."""
    points: int = 0
    full_points: int = 0
    scope: str = "tool"
    """`tool`, or `method=<value>` (c) in the ledger of one method."""
    category: Category | None = None
    support: int = 0
    facet: Facet | None = None
    pointer: str = ""
    part: str = "value"
    span: tuple[int, int] | None = None
    quote: str | None = None
    measure: Measure | None = None
    subject: str = ""
    """The parameter, verb or phrase (c) that `{subject}` stands for."""
    claim: bool = False
    status: Status = Status.APPLIED
    by: str = ""


@dataclass(frozen=True, slots=True)
class HygieneFinding:
    """A verdict on text that addresses the model. Never changes category, score or level."""

    rule: str
    verdict: Verdict
    value: int
    """Tier value after the position discount, 0..90."""
    text: str
    pointer: str = ""
    part: str = "value"
    span: tuple[int, int] | None = None
    quote: str | None = None
    decoded: str = ""
    """What a hidden or encoded text says (c), empty otherwise."""
    position: str = "instruction"
    """`instruction`, `description` or `example`: how the sentence uses the words."""


@dataclass(frozen=True, slots=True)
class Consideration:
    """A category that had some support and was not chosen, and why, in our words."""

    category: Category
    support: int
    reason: str


@dataclass(frozen=True, slots=True)
class MethodAssessment:
    """One value of a multiplexer, judged with the tool's object. `signals` is its own ledger."""

    method: str
    """The value as sent (c)."""
    argument: str
    """The parameter that selects it (c); empty when only prose lists the methods."""
    category: Category
    score: int
    level: Level
    pointer: str
    quote: str
    reason: str
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """One correction from `content/overrides/<slug>.yaml`."""

    server: str
    tool: str
    field: str
    """`category`, `level`, `facets` or `suppress`."""
    value: tuple[str, ...]
    reason: str
    author: str
    dated: date
    expires: date | None = None
    digest: str = ""
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class AppliedOverride:
    """An override that counted, beside what the rules alone said. Stale: definition moved on."""

    override: Override
    automatic: str
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything we say about one tool. `score` is the clamped sum of the counted points."""

    tool: str
    category: Category
    score: int
    level: Level
    confidence: Confidence
    facets: tuple[Facet, ...]
    signals: tuple[Signal, ...]
    """The ledger in its fixed order; for a multiplexer that of the deciding method."""
    score_category: Category
    """The effect whose ledger gives the score; differs from `category` now and then."""
    deciding_method: str = ""
    considered: tuple[Consideration, ...] = ()
    methods: tuple[MethodAssessment, ...] = ()
    findings: tuple[HygieneFinding, ...] = ()
    verdict: Verdict = Verdict.NONE
    overrides: tuple[AppliedOverride, ...] = ()
    contradicts_hints: bool = False
    ruleset: str = ""


# --------------------------------------------------------------------------- policy


@dataclass(frozen=True, slots=True)
class Condition:
    """A positive test of one argument. `path` is a tuple of keys (c), not a dotted string."""

    path: tuple[str, ...]
    test: str
    """`exists`, `absent`, `equals`, `one_of`, `range`, `length` or `matches`."""
    values: tuple[Json, ...] = ()
    """equals: one; one_of: all; matches: one expression; range and length: (low, high), either
    may be None; exists and absent: none."""
    exclusive: tuple[bool, bool] = (False, False)
    presence: str = "required"
    """`required`, or `if_present` (the target must be able to skip it)."""
    origin: str = "schema"
    """`schema`, `meaning`, `method` or `user`."""
    pointer: str = ""
    note: str = ""
    groups: tuple[tuple[str, int], ...] = ()
    """For methods: (category, how many of `values` in a row belong to it)."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`count` calls per `window` (minute, hour, day); with `amount_path` a sum of an argument."""

    count: int
    window: str
    amount_path: tuple[str, ...] = ()
    per_call: int = 0


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule for one tool (exact wire name (c), or `*`), and the rule ids it answers."""

    tool: str
    name: str
    kind: str
    """`allow`, `ask`, `deny` or `hide` (exactly one per tool); `limit` or `condition`."""
    row: str
    """The row of the default table that decided."""
    because: tuple[str, ...] = ()
    fallback: Decision = Decision.DENY
    """For `ask`: what a target that cannot ask does instead, allow or deny. For `allow`: deny when
    only the checked arguments make the tool safe, so a target that cannot see them denies."""
    conditions: tuple[Condition, ...] = ()
    limit: Limit | None = None
    message: str = ""
    """Shown to the model on denial: our words; crawled are only plain tool and argument names."""
    rating: str = ""
    """Decision rules: `Execute, high (70)`, printed as a comment; empty otherwise."""


@dataclass(frozen=True, slots=True)
class PolicyLoss:
    """A schema fact or wish that the neutral model itself could not keep, by argument."""

    code: str
    tool: str
    argument: str
    text: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A draft for one server and profile; unknown tools are always denied."""

    server: str
    title: str
    profile: Profile
    rules: tuple[PolicyRule, ...]
    losses: tuple[PolicyLoss, ...]
    observed_on: str
    digest: str
    package: str
    version: str
    protocols: tuple[str, ...]
    tools_total: int
    ruleset: str
    model: str
    start: tuple[str, ...] = ()
    """The command that starts the server, pinned: `npx -y @acme/demo@1.2.3`; empty for remotes."""
    url: str = ""
    env_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetLoss:
    """What a target cannot express: code of policy section 8, and how it differs."""

    code: str
    tool: str
    path: str
    direction: str
    """`weaker`, `stricter` or `none` compared with the neutral model."""
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A policy as one target's file, already accepted by that target's check."""

    target: str
    profile: Profile
    file_name: str
    text: str
    losses: tuple[TargetLoss, ...]
    snippets: tuple[Snippet, ...] = ()
    put_in_place: str = ""
    """How to use the file, one or two lines: a command, or where it goes."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """The part of a file that concerns one tool, as printed on the tool's page."""

    tool: str
    text: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """A call, what the balanced policy does with it, and by which rule and message."""

    arguments: JsonObject
    decision: Decision
    rule: str
    message: str
    why: str
    """Our words: what this call shows."""


# --------------------------------------------------------------------------- content: prose


@dataclass(frozen=True, slots=True)
class AttackEntry:
    """`content/attacks/<slug>.md`: front matter, and our own prose as Markdown."""

    slug: str
    title: str
    kind: str
    """`pattern`, `incident`, `vulnerability` or `research`."""
    date: str
    """ISO date, possibly partial: 2025, 2025-04, 2025-04-01."""
    summary: str
    affected: str
    fixed: str
    confidence: str
    """`corroborated` or `single-source`."""
    cve: tuple[str, ...]
    frameworks: tuple[str, ...]
    references: tuple[Reference, ...]
    applies_rules: tuple[str, ...]
    applies_facets: tuple[Facet, ...]
    applies_categories: tuple[Category, ...]
    proxy_helps: str
    """`full`, `partly` or `none`."""
    prevention: str
    patterns: tuple[str, ...]
    checked_on: str
    body: str
    path: str = ""
    body_line: int = 0
    """1-based line of the body's first line in the file, 0 when unknown."""
    lines: tuple[tuple[str, int], ...] = ()
    """1-based line of each key of the front matter, for messages."""


@dataclass(frozen=True, slots=True)
class FaqCase:
    """One text of one question, with named placeholders like `{tool}`."""

    case: str
    text: str
    line: int = 0
    text_line: int = 0
    """1-based line of the text's first line; `line` is that of its heading."""


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """`content/faq/<slug>.md`: a question of one scope and its texts, one per case."""

    slug: str
    scope: str
    """`tool`, `server`, `category`, `level`, `level-server`, `attack` or `site`."""
    order: int
    question: str
    cases: tuple[FaqCase, ...]
    path: str = ""
    lines: tuple[tuple[str, int], ...] = ()
    """1-based line of each key of the front matter, for messages."""


@dataclass(frozen=True, slots=True)
class Prose:
    """`content/pages/<slug>.md`: our text for a page, a category, a level or a facet."""

    slug: str
    title: str
    summary: str
    body: str
    advice: str = ""
    """Categories only: the one-line advice."""
    purpose: str = ""
    """Categories only: what agents use such tools for."""
    path: str = ""
    body_line: int = 0
    """1-based line of the body's first line in the file, 0 when unknown."""
    lines: tuple[tuple[str, int], ...] = ()
    """1-based line of each key of the front matter, for messages."""


@dataclass(frozen=True, slots=True)
class Site:
    """`content/site.yaml`."""

    name: str
    tagline: str
    base_url: str = ""
    repository_url: str = ""
    data_license: str = "CC-BY-4.0"
    footer: str = ""
    accent: str = ""
    contact_email: str = ""
    contact_form: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All content folders as loaded: the input of the pipeline."""

    site: Site
    servers: tuple[Server, ...]
    rules: tuple[Rule, ...]
    overrides: tuple[Override, ...]
    attacks: tuple[AttackEntry, ...]
    faq: tuple[FaqEntry, ...]
    pages: tuple[Prose, ...]
    measurement: Measurement | None = None
    """`content/accuracy.json`, None when nothing was measured."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """How the rules do on labelled tools, as last measured; written by a command, not by hand."""

    accuracy: tuple[Accuracy, ...] = ()
    """Our row first, then the baselines."""
    confusion: tuple[tuple[Category, Category, int], ...] = ()
    """(label, ours, count), zero counts left out."""
    misses: tuple[Miss, ...] = ()
    labelled: tuple[tuple[str, int, int], ...] = ()
    """(rule id, hits on labelled tools, right ones)."""
    ruleset: str = ""
    """The rule set that was measured."""


# --------------------------------------------------------------------------- derive


@dataclass(frozen=True, slots=True)
class Observation:
    """One side of a comparison: the tools of a server as seen on a day, with their ratings."""

    server: str
    tools: tuple[Tool, ...]
    assessments: tuple[Assessment, ...] = ()
    """Parallel to `tools`; empty when nobody rated them."""
    version: str = ""
    """Package version, or what the server says of itself; empty when unknown."""
    observed_on: str = ""
    instructions: str = ""
    """What the server tells every client (c)."""


@dataclass(frozen=True, slots=True)
class EarlierTool:
    """A replaced definition of a tool, rated by today's rules, and when it was seen."""

    tool: Tool
    assessment: Assessment
    first_on: str
    last_on: str
    version: str


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two observations of one tool or of the server (tool empty)."""

    server: str
    tool: str
    change_class: ChangeClass
    kind: str
    """E.g. `description`, `argument-added`, `level`, `tool-added`."""
    text: str
    """Our words; may hold an argument name (c)."""
    before: str
    after: str
    observed_on: str
    version_before: str = ""
    version_after: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A tool that shows one leg of an exposure, with its evidence (c)."""

    tool: str
    facet: Facet
    score: int
    quote: str
    server: str = ""
    """The server's slug; what tells witnesses apart in a stack of several servers."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the tools of a server, or a stack, can do together; facts, without a grade."""

    private_data: Witness | None
    untrusted_content: Witness | None
    way_out: Witness | None
    shared_names: tuple[tuple[str, str], ...]
    """(tool name, other server's slug) pairs, at most three servers per name."""
    hints_declared: int
    hints_uniform: bool
    hints_reassuring_wrong: int
    """Tools marked read-only that we rate Write or stronger."""
    hints_alarming_wrong: int
    """Tools marked not read-only that we rate Read."""
    tokens: int
    heaviest_tool: str
    heaviest_tokens: int
    shared_total: int = 0
    """How many tool names are used by another server too, those not listed included."""
    hints_agreeing: int = 0
    """Tools whose declared readOnlyHint agrees with our category."""
    hints_read_only_declared: int = 0
    """Tools that declare readOnlyHint at all: what `hints_agreeing` is measured against."""
    tools_total: int = 0

    @property
    def is_trifecta(self) -> bool:
        """Return whether all three legs have a witness."""
        return None not in (self.private_data, self.untrusted_content, self.way_out)


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of one page, answered for that very page. `question` may hold a name (c)."""

    slug: str
    question: str
    text: str
    """Plain text with `code` spans in backticks, crawled values already made visible."""


@dataclass(frozen=True, slots=True)
class ToolSummary:
    """The few facts of one tool that lists, matrices and search need; small and global."""

    server: str
    server_title: str
    name: str
    category: Category
    level: Level
    score: int
    confidence: Confidence
    facets: tuple[Facet, ...]
    verdict: Verdict
    rules: tuple[str, ...]
    """Ids of applied rules, for attack links, rule pages and similar tools."""
    headline: str
    """Our one-line reason."""
    decision: str
    """The balanced default in a few words: `Hidden`, `10/minute, arguments checked`."""
    description: str
    """First 160 characters (c)."""
    parameters: tuple[str, ...] = ()
    occurrence: int = 0
    """0 for the first tool of this name on its server, 1 for a second one, and so on."""


@dataclass(frozen=True, slots=True)
class ServerSummary:
    """The few facts of one server that lists need."""

    slug: str
    title: str
    domain: str
    package: str
    state: State
    complete: bool
    observed_on: str
    tools_total: int
    level: Level | None
    """Highest level; None when never observed or without tools."""
    riskiest_tool: str
    by_level: tuple[tuple[Level, int], ...]
    by_category: tuple[tuple[Category, int], ...]
    tokens: int
    is_trifecta: bool
    spec: ServerSpec | None = None
    """How to start it, for the registry; None only in summaries typed by hand."""


@dataclass(frozen=True, slots=True)
class RelatedAttack:
    """An attack entry that shares preconditions with a tool: which rule ids and facets."""

    slug: str
    title: str
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToolPolicyFacts:
    """What the policy room found out about one tool, as values; derive imports no policy code."""

    decision: str
    """The balanced default in a few words: `Hidden`, `10/minute, arguments checked`."""
    call_template: JsonObject = field(default_factory=dict)
    allowed: DryRun | None = None
    blocked: DryRun | None = None
    no_dry_run: str = ""
    method_decisions: tuple[tuple[str, str], ...] = ()
    profile_effects: tuple[ProfileEffect, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """All about one tool; what its page, JSON and Markdown are made of."""

    tool: Tool
    assessment: Assessment
    summary: ToolSummary
    allowed: DryRun | None
    blocked: DryRun | None
    no_dry_run: str
    """Why nothing can be blocked or allowed, when one of the two is None."""
    call_template: JsonObject
    """Required arguments filled by type, `<string>` and the like."""
    parameter_notes: tuple[ParameterNote, ...]
    method_decisions: tuple[tuple[str, str], ...] = ()
    """(method, what the balanced policy does with it), in the order of the assessment."""
    profile_effects: tuple[ProfileEffect, ...] = ()
    changes: tuple[Change, ...] = ()
    answers: tuple[Answer, ...] = ()
    attacks: tuple[RelatedAttack, ...] = ()
    similar: tuple[ToolSummary, ...] = ()
    """Tools of other servers in the category by most shared rules; filled once the index is."""
    verdict_sentence: str = ""
    """One sentence of ours from the two largest signals; `code` in backticks, as in answers."""
    purpose: str = ""
    """What agents use it for: the category's sentence, then methods or required parameters."""
    why_policy: tuple[str, ...] = ()
    """Why it needs a policy: consequences of the top signals; the category's advice is last."""


@dataclass(frozen=True, slots=True)
class ProfileEffect:
    """What one profile does with one tool, in Intercept and in clients that can ask."""

    profile: Profile
    intercept: str
    clients: str


@dataclass(frozen=True, slots=True)
class ParameterNote:
    """What to watch for in one parameter: from its signals and facts, with counted points."""

    name: str
    watch: str
    detail: str
    points: int


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """All about one server. Independent of other servers, so it can be made in parallel."""

    server: Server
    tools: tuple[ToolEntry, ...]
    policies: tuple[Policy, ...]
    """One per profile, in the order of `Profile`; empty when nothing was observed."""
    rendered: tuple[Rendered, ...]
    exposure: Exposure | None
    changes: tuple[Change, ...]
    summary: ServerSummary
    instructions_findings: tuple[HygieneFinding, ...] = ()
    answers: tuple[Answer, ...] = ()
    headline: str = ""
    """One sentence of ours: `20 tools. Twelve are limited, six wait for a person.`"""
    matrix: tuple[tuple[Category, Level, int], ...] = ()
    """(category, level, tools), zero counts left out."""
    level_answers: tuple[tuple[Level, tuple[Answer, ...]], ...] = ()
    """The questions of /risk/<level>/<server>/, for the levels that have tools."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One row of the published measurement; None when the labelled set is not there."""

    name: str
    total: int
    strict: int
    accepted: int
    under: int
    level_accepted: int
    level_within_one: int


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """How a rule does: hits in the catalogue, ten of them, precision on the labelled tools."""

    rule: str
    hits: int
    servers: int
    examples: tuple[ToolSummary, ...]
    labelled_hits: int = 0
    labelled_right: int = 0


@dataclass(frozen=True, slots=True)
class AttackFacts:
    """How many tools and servers share an attack's preconditions, and the riskiest of them."""

    attack: str
    tools_total: int
    servers_total: int
    tools: tuple[ToolSummary, ...]
    by_server: tuple[tuple[str, int], ...] = ()
    """(server's slug, its tools that share the preconditions), most first."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A labelled tool that we rate differently (tool and server names are crawled)."""

    server: str
    tool: str
    label_category: Category
    our_category: Category
    label_level: Level
    our_level: Level
    note: str = ""


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One row of the policy defaults table, as printed on the methodology page."""

    row: str
    matches: str
    balanced: str
    locked: str
    observe: str
    limits: str


@dataclass(frozen=True, slots=True)
class Index:
    """What spans servers: everything the list pages and cross links need. No heavy objects."""

    site: Site
    ruleset: str
    servers: tuple[ServerSummary, ...]
    """By title, then slug."""
    tools: tuple[ToolSummary, ...]
    """Riskiest first: by score down, then server, then name."""
    rules: tuple[Rule, ...]
    attacks: tuple[AttackEntry, ...]
    faq: tuple[FaqEntry, ...]
    pages: tuple[Prose, ...]
    changes: tuple[Change, ...]
    """Newest first, then by class down."""
    rule_facts: tuple[RuleFacts, ...] = ()
    """Parallel to `rules`."""
    attack_facts: tuple[AttackFacts, ...] = ()
    """Parallel to `attacks`."""
    accuracy: tuple[Accuracy, ...] = ()
    """The measured rows, ours first, then the baselines."""
    confusion: tuple[tuple[Category, Category, int], ...] = ()
    """(label, ours, count) on the labelled tools, zero counts left out."""
    misses: tuple[Miss, ...] = ()
    policy_table: tuple[PolicyRow, ...] = ()
    matrix: tuple[tuple[Category, Level, int], ...] = ()
    """(category, level, tools) of the whole catalogue, zero counts left out."""
    category_answers: tuple[tuple[Category, tuple[Answer, ...]], ...] = ()
    level_answers: tuple[tuple[Level, tuple[Answer, ...]], ...] = ()
    attack_answers: tuple[tuple[str, tuple[Answer, ...]], ...] = ()
    """(attack slug, its questions)."""
    site_answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole site's data: the global index and one entry per server."""

    index: Index
    entries: tuple[ServerEntry, ...]
