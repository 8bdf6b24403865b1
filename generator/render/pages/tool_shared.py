"""What the pages of many tools print alike: of one server, of one category, of one level.

Called by the page of a tool; each part is made once, so that pages share it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from generator.latest import Latest
from generator.model.quick import module_quick
from generator.render import texts, urls
from generator.render.blocks import policies
from generator.render.context import risk
from generator.render.parts import Fact, Link, new_link
from generator.taxonomy import Category, Level
from generator.text import Crawled

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.model import ServerEntry, ToolSummary
    from generator.render.context import Context
    from generator.render.parts import Risk

ROOT = urls.root(urls.tool("server", "tool"))
"""The way back to the root: every tool's page is as deep as any other."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the pages of all tools of one server print; made once for them."""

    title: str
    owner: str
    """The title, with the slug when another server has the same."""
    server: Link
    crumbs: tuple[Link, ...]
    package: Markup
    policy_url: str
    server_policy: Link
    all_tools: Link
    here: dict[Level, Link]
    facts: tuple[Fact, ...]
    correction_file: str
    observed_on: str
    path: str


@dataclass(frozen=True, slots=True)
class Alike:
    """What the pages of all tools of one category print."""

    category: Link
    tools: Link
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """What the pages of all tools of one level print."""

    risk: Risk
    tools: Link
    total_label: str
    scale: str


def _made_around(context: Context, server: ServerEntry) -> Around:
    slug, title, tools = server.summary.slug, server.summary.title, len(server.tools)
    page = Link(title, ROOT + urls.server(slug))
    default = policies.main_file(server)
    return Around(
        title=title,
        owner=context.server_title(slug),
        server=page,
        crumbs=(Link("Servers", ROOT + urls.SERVERS), page),
        package=texts.prose(_package(server)),
        policy_url=ROOT + urls.policy(default) if default else "",
        server_policy=Link(
            f"See the full {title} policy for all {tools} tools", f"{page.url}#policy"
        ),
        all_tools=Link(f"View all {texts.count(tools, 'tool')}", ROOT + urls.server_tools(slug)),
        here={level: _here(server, level) for level in Level},
        facts=_server_facts(server),
        correction_file=f"content/overrides/{slug}.yaml",
        observed_on=server.summary.observed_on,
        path=server.server.spec.path,
    )


def _here(server: ServerEntry, level: Level) -> Link:
    slug, title = server.summary.slug, server.summary.title
    total = dict(server.summary.by_level).get(level, 0)
    words = (
        f"the only {level.title} tool of {title}"
        if total == 1
        else f"one of {texts.number(total)} {level.title} tools of {title}"
    )
    return Link(words, ROOT + urls.level_server(level, slug))


def _server_facts(server: ServerEntry) -> tuple[Fact, ...]:
    spec, snapshot = server.server.spec, server.server.snapshot
    package = snapshot.source.package if snapshot else ""
    if not package and spec.packages:
        package = spec.packages[0].purl
    transport = snapshot.source.kind if snapshot else ""
    facts = (
        Fact("MCP server", server.summary.title, ROOT + urls.server(server.summary.slug)),
        Fact("Package", Crawled(package, 200), is_code=True),
        Fact("Transport", transport, is_code=True),
        Fact("Observed on", texts.day(server.summary.observed_on)),
    )
    return tuple(fact for fact in facts if fact.value)


def _made_similar(found: tuple[ToolSummary, ...]) -> tuple[Link, ...]:
    return tuple(
        [
            new_link(
                texts.named(item.name, item.server_title), ROOT + urls.tool(item.server, item.slug)
            )
            for item in found
        ]
    )


around: Latest[Context, ServerEntry, Around] = Latest(_made_around, 1)
"""Returns what the pages of one server's tools share; they are made in a row."""
similar: Latest[tuple[ToolSummary, ...], tuple[Link, ...]] = Latest(_made_similar, 64)
"""Returns links to similar tools: those of one category are similar to the same ones."""


@cache
def alike(category: Category) -> Alike:
    """Return what tools of a category share."""
    url = ROOT + urls.category(category)
    facts = [Fact("Category", category.value, url)]
    if category is Category.UNCLASSIFIED:
        facts.append(Fact("Needs", "a person's look"))
    return Alike(Link(category.value, url), Link(f"All {category.value} tools", url), tuple(facts))


@cache
def band(level: Level) -> Band:
    """Return what tools of a level share."""
    first, last = level.first_score, level.last_score
    return Band(
        risk(level, ROOT),
        Link(f"every {level.title} tool of the catalogue", ROOT + urls.level(level)),
        f"Total, {level.title} band ({first} to {last})",
        f"in the {level.title} band from {first} to {last}",
    )


def _package(server: ServerEntry) -> str:
    package = next(iter(server.server.spec.packages), None)
    if package is None:
        return ""
    kinds = {"npm": "npm package", "pypi": "PyPI package", "oci": "container image"}
    return f"{kinds.get(package.registry_type, package.registry_type)} `{package.identifier}`"


module_quick(__name__)
