"""The values that templates print: one frozen type per component, shared by the page types.

No field is a Tool or an Assessment: only texts, crawled texts, numbers as text, and URLs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from markupsafe import Markup

from generator.model.quick import maker, module_quick
from generator.text import Crawled

Text: TypeAlias = str | Crawled | Markup
"""What a template may print: our text, a server's text, or text that is markup already."""


@dataclass(frozen=True, slots=True)
class Link:
    """A text and where it leads, relative to the page; no URL means plain text."""

    text: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class NavLink:
    """A link of the masthead and whether the page lies below it."""

    text: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of one depth and section prints around its content."""

    root: str
    site_name: str
    home: str
    css: str
    theme_script: str
    script: str
    icon: str
    search: str
    opensearch: str
    csp: str
    nav: tuple[NavLink, ...]
    footer: str
    footer_links: tuple[Link, ...]
    feeds: tuple[Link, ...]
    accent: str
    terms: tuple[str, ...] = ()
    """Anchors of the glossary, so that a template links no term that nobody explained."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the base template prints for one page."""

    frame: Frame
    url: str
    title: str
    description: str
    crumbs: tuple[Link, ...]
    json_url: str = ""
    markdown_url: str = ""
    canonical: str = ""
    observed: str = ""
    observed_text: str = ""
    edit_url: str = ""
    structured: tuple[Markup, ...] = ()
    feed_url: str = ""


@dataclass(frozen=True, slots=True)
class Risk:
    """A level as badge: class name, word, where it leads."""

    slug: str
    word: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ToolRow:
    """One tool in a list."""

    risk: Risk
    score: str
    name: Markup
    url: str
    gist: Markup
    category: str
    decision: Markup
    server: str = ""
    server_url: str = ""
    facets: str = ""
    """Facet words separated by spaces, for the list filter of the script."""


@dataclass(frozen=True, slots=True)
class ToolList:
    """A list of tools: caption, rows, the server column or not, and the way to the rest."""

    caption: str
    rows: tuple[ToolRow, ...]
    has_servers: bool = False
    buckets: tuple[NavLink, ...] = ()
    bucket_label: str = ""


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One server in a list; `risk` is None when there is no level to show."""

    title: str
    url: str
    gist: str
    risk: Risk | None
    state: str
    tools: str
    observed: str
    observed_iso: str
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """One coloured piece of a distribution bar."""

    slug: str
    word: str
    count: str
    x: int
    width: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many tools of each level: a picture with its figures as text."""

    label: str
    width: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """The known tools of one day: figures per level, lowest first, and the same as a picture."""

    day: str
    iso: str
    total: str
    counts: tuple[str, ...]
    bar: Bar


@dataclass(frozen=True, slots=True)
class Timeline:
    """Levels over time: a table whose last column draws its figures, all bars to one scale."""

    caption: str
    levels: tuple[str, ...]
    lines: tuple[TimelineLine, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One count of a matrix; `slug` is the level, empty when the count is zero."""

    count: str
    slug: str
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One category of a matrix."""

    name: Link
    cells: tuple[Cell, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Categories by levels, with counts."""

    caption: str
    label: str
    columns: tuple[Link, ...]
    rows: tuple[MatrixRow, ...]
    totals: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a facts box."""

    label: str
    value: Text
    url: str = ""
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its answer in paragraphs: for a page, as written, and as data."""

    slug: str
    question: Markup
    answer: tuple[Markup, ...]
    said: tuple[str, ...]
    """Code stands between backticks, hidden characters are as they came."""
    asked: str
    told: str
    """What a reader sees of the question, and of the answer in one paragraph, as JSON."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A difference between two observations."""

    day: str
    iso: str
    versions: Crawled
    word: str
    is_alarm: bool
    tool: Crawled
    tool_url: str
    text: Markup
    before: Crawled
    after: Crawled
    server: str = ""
    server_url: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One signal with its evidence and points."""

    anchor: str
    rule: Markup
    url: str
    text: Markup
    where: Crawled
    quote: Crawled
    points: str
    is_minus: bool
    note: Markup


@dataclass(frozen=True, slots=True)
class Finding:
    """One hygiene finding: a lead about a text, never a point."""

    anchor: str
    rule: str
    url: str
    verdict: str
    text: Markup
    where: Crawled
    quote: Crawled
    decoded: Crawled


@dataclass(frozen=True, slots=True)
class Download:
    """One policy file."""

    target: str
    profile: str
    file_name: str
    url: str
    losses: str


@dataclass(frozen=True, slots=True)
class Contact:
    """How to report an error; either a form or an address, or neither."""

    form: str
    mail: str
    subject: str
    page: str


@dataclass(frozen=True, slots=True)
class Table:
    """A plain table of texts; the first column heads its row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    numeric: bool = False


module_quick(__name__)
# They make what their classes do, for those who make dozens for a page.
new_fact = maker(Fact)
new_head = maker(Head)
new_ledger_row = maker(LedgerRow)
new_link = maker(Link)
new_question = maker(Question)
new_tool_row = maker(ToolRow)
