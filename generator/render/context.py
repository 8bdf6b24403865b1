"""The global index to what every page needs: URLs, frames, prose, lookups. Made once a build."""

from __future__ import annotations

import copy
from array import array
from collections import Counter, defaultdict
from functools import lru_cache
from heapq import nsmallest
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from generator import slugs, text
from generator.model import Index, Prose, ToolDetails
from generator.model.derived import in_order
from generator.model.kinds import cells, kinds
from generator.render import buckets, glossary, markdown, texts, urls
from generator.render.memory import Nothing
from generator.render.parts import (
    Contact,
    Frame,
    Head,
    Link,
    NavLink,
    Question,
    Risk,
    new_head,
    new_question,
)
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from markupsafe import Markup

    from generator.model import (
        Answer,
        AttackEntry,
        Rule,
        ServerEntry,
        ServerSummary,
        Surroundings,
        ToolSummary,
    )
    from generator.render.buckets import Order
    from generator.render.memory import Memory

    Details = Callable[[str], Mapping[str, ToolDetails]]
    """The details of one server's tools by their slugs."""

Alike: TypeAlias = Level | Category | tuple[Category, Level]
"""What the tools of a list have in common."""
_SECTIONS = (
    ("servers", "Servers", urls.SERVERS),
    ("risk", "Risk levels", urls.LEVELS),
    ("categories", "Categories", urls.CATEGORIES),
    ("attacks", "Attacks", urls.ATTACKS),
    ("rules", "Rules", urls.RULES),
)
_LONGEST_QUESTION = 400
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action {form}; base-uri 'none'; object-src 'none'"
)


class Context:
    """Lookups over one index. Holds no heavy object, so workers may share it."""

    def __init__(
        self, index: Index, details: Details | None = None, memory: Memory | None = None
    ) -> None:
        """Group the summaries of the index; `details` looks up the tools of a server by slug."""
        self.index = index
        self.memory = memory or Nothing()
        self.details = details or (lambda _server: defaultdict(ToolDetails))
        self.site = index.site
        self.rules: dict[str, Rule] = {rule.id: rule for rule in index.rules}
        self.attacks: dict[str, AttackEntry] = {entry.slug: entry for entry in index.attacks}
        self.prose_of: dict[str, Prose] = {page.slug: page for page in index.pages}
        self.terms = glossary.terms(self.prose("glossary").body)
        self.servers: dict[str, ServerSummary] = {item.slug: item for item in index.servers}
        self.tools_of: dict[str, list[ToolSummary]] = defaultdict(list)
        self.by_level: Counter[Level] = Counter()
        self.by_category: Counter[Category] = Counter()
        self.cells: Counter[tuple[Category, Level]] = cells(index.tools)
        """How many tools each holds, as the two before."""
        for tool in index.tools:
            self.tools_of[tool.server].append(tool)
        for (category, level), count in self.cells.items():
            self.by_level[level] += count
            self.by_category[category] += count
        self.titles = {item.slug: item.title for item in index.servers}
        times = Counter(title.casefold() for title in self.titles.values())
        self._shared_titles = {title for title, many in times.items() if many > 1}
        self.csp = CSP.format(form=_form_action(self.site.contact_form))
        self.base = self.site.base_url.rstrip("/") + "/" if self.site.base_url else ""
        self.newest = max((item.observed_on for item in index.servers), default="")
        self._frame = lru_cache(maxsize=256)(self._made_frame)
        self._whole: Order | None = None
        self._places: dict[Alike, array[int]] = {}

    def of_server(self, entry: ServerEntry, around: Surroundings) -> Context:
        """Return the view in which the files of one server are made: they see nothing else."""
        summary = entry.summary
        tools = list(in_order(item.summary for item in entry.tools))
        found = copy.copy(self)
        found.servers = {summary.slug: summary}
        found.tools_of = {summary.slug: tools} if tools else {}
        found.by_level, found.by_category, found.cells = Counter(), Counter(), Counter()
        found.titles = {**dict(around.titles), summary.slug: summary.title}
        shared = {summary.title.casefold()} if around.is_title_shared else set()
        found._shared_titles = shared  # noqa: SLF001 - a copy of our own
        found.newest = summary.observed_on
        found._whole, found._places = None, {}  # noqa: SLF001 - a copy of our own
        return found

    # --------------------------------------------------------------------------- lookups

    def tool_slug(self, server: str, name: str, occurrence: int = 0) -> str:
        """Return the slug of one tool of the index."""
        for tool in self.tools_of.get(server, ()):
            if tool.name == name and tool.occurrence == occurrence:
                return tool.slug or slugs.tool_slug(name, occurrence)
        return slugs.tool_slug(name, occurrence)

    def tool_url(self, tool: ToolSummary) -> str:
        """Return the URL of a tool's page."""
        return urls.tool(tool.server, tool.slug)

    def letters(self, tool: ToolSummary) -> str:
        """Return what a tool is sorted by in lists that span servers: its server, then its name."""
        return self.servers[tool.server].letters + tool.letters

    def order(self, alike: Alike) -> Order:
        """Return the tools of a level, category or cell by these letters; positions are ranks.

        Lists that span servers hold the same tools again and again: they are sorted once.
        """
        if self._whole is None:
            tools, of = self.index.tools, {one.slug: one.letters for one in self.index.servers}
            letters = [of[tool.server] + tool.letters for tool in tools]
            self._whole = whole = buckets.in_order(letters, tools)
            found: dict[Alike, array[int]] = defaultdict(lambda: array("I"))
            rows = {
                (one, band): (found[one], found[band], found[one, band]) for one, band in self.cells
            }
            for at, rank in enumerate(whole.positions):
                tool = tools[rank]
                for own in rows[tool.category, tool.level]:
                    own.append(at)
            self._places = dict(found)
        return self._whole.some(self._places.get(alike, ()))

    def riskiest(self, category: Category, level: Level, most: int) -> list[ToolSummary]:
        """Return the first tools of a cell."""
        found = (
            ranks[:most]
            for kind, ranks in kinds(self.index.tools).items()
            if kind.category is category and kind.level is level
        )
        return [self.index.tools[rank] for rank in nsmallest(most, chain.from_iterable(found))]

    def prose(self, slug: str) -> Prose:
        """Return our text for a page; an empty one when nobody wrote it yet."""
        return self.prose_of.get(slug) or Prose(slug, "", "", "")

    def article(self, body: str, root: str) -> Markup:
        """Return a text of ours as HTML, first mentions of the glossary's terms linked."""
        return glossary.linked(markdown.to_html(body, root), self.terms, root)

    def server_title(self, slug: str) -> str:
        """Return a server's title, with its slug when another server has the same title."""
        title = self.titles[slug]
        return f"{title} ({slug})" if title.casefold() in self._shared_titles else title

    def absolute(self, url: str) -> str:
        """Return the public address of a page, empty without a configured base URL."""
        return self.base + url if self.base else ""

    def edit_url(self, path: str) -> str:
        """Return where the repository shows a content file, empty when not configured."""
        repository = self.site.repository_url.rstrip("/")
        return f"{repository}/blob/HEAD/{path}" if repository and path else ""

    def contact(self, subject: str, page: str) -> Contact | None:
        """Return the contact block of a page, None when none is configured."""
        site = self.site
        if not (site.contact_form or site.contact_email):
            return None
        return Contact(site.contact_form, site.contact_email, text.one_line(subject, 100), page)

    # --------------------------------------------------------------------------- questions

    def level_questions(self, level: Level) -> tuple[Question, ...]:
        """Return the answered questions of a level's page."""
        return answered(dict(self.index.level_answers).get(level, ()))

    def category_questions(self, category: Category) -> tuple[Question, ...]:
        """Return the answered questions of a category's page."""
        return answered(dict(self.index.category_answers).get(category, ()))

    def attack_questions(self, slug: str) -> tuple[Question, ...]:
        """Return the answered questions of an attack's page."""
        return answered(dict(self.index.attack_answers).get(slug, ()))

    def site_questions(self) -> tuple[Question, ...]:
        """Return the answered questions about the catalogue."""
        return answered(self.index.site_answers)

    # --------------------------------------------------------------------------- frames

    def frame(self, root: str, section: str) -> Frame:
        """Return the frame of one depth and section."""
        return self._frame(root, section)

    def _made_frame(self, root: str, section: str) -> Frame:
        site = self.site
        links = [
            Link("How ratings work", root + urls.METHODOLOGY),
            Link("Questions", root + urls.FAQ),
            Link("Glossary", root + urls.GLOSSARY),
            Link("Your stack", root + urls.STACK),
            Link("Compare", root + urls.COMPARE),
            Link("Data and API", root + urls.API_GUIDE),
        ]
        if site.contact_email:
            links.append(Link("Report an error", f"mailto:{site.contact_email}"))
        elif site.repository_url:
            links.append(Link("Report an error", f"{site.repository_url.rstrip('/')}/issues/new"))
        feeds: tuple[Link, ...] = ()
        if self.base:
            feeds = (
                Link("Changes", f"{root}feeds/changes.atom"),
                Link("Attacks", f"{root}feeds/attacks.atom"),
            )
        return Frame(
            root=root,
            site_name=site.name,
            home=root,
            css=root + urls.static("site.css"),
            theme_script=root + urls.static("theme.js"),
            script=root + urls.static("site.js"),
            icon=root + urls.static("icon.svg"),
            search=root + urls.SEARCH,
            opensearch=f"{root}opensearch.xml" if self.base else "",
            csp=self.csp,
            nav=tuple(NavLink(name, root + url, key == section) for key, name, url in _SECTIONS),
            footer=site.footer,
            footer_links=tuple(links),
            feeds=feeds,
            terms=tuple(sorted(map(glossary.anchor, self.terms))),
            accent=site.accent,
        )

    def head(
        self,
        url: str,
        title: str,
        description: str,
        crumbs: tuple[Link, ...] = (),
        *,
        section: str = "",
        json: str = "",
        observed: str = "",
        edit: str = "",
        structured: tuple[Markup, ...] = (),
        feed: str = "",
    ) -> Head:
        """Return what the base template prints for the page at a URL."""
        root = urls.root(url)
        name = self.site.name
        return new_head(
            frame=self.frame(root, section),
            url=url,
            title=name if title == name else f"{title} · {name}",
            description=texts.plain(description, 160),
            crumbs=crumbs,
            json_url=root + json if json else "",
            markdown_url="index.md" if url.endswith("/") or not url else "",
            canonical=self.absolute(url),
            observed=observed,
            observed_text=texts.day(observed) if observed else "",
            edit_url=self.edit_url(edit),
            structured=structured,
            feed_url=root + feed if feed and self.base else "",
        )


def answered(answers: tuple[Answer, ...]) -> tuple[Question, ...]:
    """Return answered questions."""
    asked = [text.cut(answer.question, _LONGEST_QUESTION) for answer in answers]
    said = [texts.split(answer.text) for answer in answers]
    shown, quoted = texts.fresh_each([*asked, *chain.from_iterable(said)])
    found, start = [], len(asked)
    for place, (answer, parts) in enumerate(zip(answers, said, strict=True)):
        end = start + len(parts)
        told = " ".join(quoted[start:end])
        paragraphs = tuple(shown[start:end])
        found.append(
            new_question(answer.slug, shown[place], paragraphs, parts, quoted[place], told)
        )
        start = end
    return tuple(found)


@lru_cache(maxsize=64)
def risk(level: Level, root: str | None = None) -> Risk:
    """Return a level as badge, a link when the way to the root is given."""
    return Risk(level.value, level.title, "" if root is None else root + urls.level(level))


def _form_action(form: str) -> str:
    parts = urlsplit(form)
    return f"'self' {parts.scheme}://{parts.netloc}" if parts.netloc else "'self'"
