"""What programs look for first: llms.txt, robots.txt, sitemap, OpenSearch, headers for hosts."""

from __future__ import annotations

from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING

from generator.render import registry, texts, urls
from generator.render.files import File
from generator.render.twin_words import WARNING
from generator.taxonomy import Category, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.render.context import Context

_PER_SITEMAP = 50_000


def files(context: Context) -> Iterator[File]:
    """Yield the files; those that need addresses only with a base URL."""
    yield File("llms.txt", _llms(context))
    yield File("_headers", _headers(context))
    if context.base:
        yield File("_redirects", registry.redirects(context))
    yield File(".nojekyll", b"")
    if not context.base:
        yield File("robots.txt", b"User-agent: *\nAllow: /\n")
        return
    sitemap = context.absolute("sitemap.xml")
    yield File("robots.txt", f"User-agent: *\nAllow: /\nSitemap: {sitemap}\n".encode())
    yield File("opensearch.xml", _opensearch(context))
    if context.site.contact_email and context.newest:
        yield File(".well-known/security.txt", _security(context))
    pages = list(_pages(context))
    parts = [pages[at : at + _PER_SITEMAP] for at in range(0, len(pages), _PER_SITEMAP)]
    for number, part in enumerate(parts, 1):
        yield File(f"sitemap-{number}.xml", _sitemap(context, part))
    listed = "".join(
        f"<sitemap><loc>{escape(context.absolute(f'sitemap-{number}.xml'))}</loc></sitemap>\n"
        for number in range(1, len(parts) + 1)
    )
    yield File(
        "sitemap.xml",
        f'<?xml version="1.0" encoding="utf-8"?>\n<sitemapindex xmlns="{_NAMESPACE}">\n{listed}'
        "</sitemapindex>\n".encode(),
    )


_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _pages(context: Context) -> Iterator[tuple[str, str]]:
    """Yield (URL, day of the last change of its content) of pages worth finding."""
    for url in (urls.HOME, urls.SERVERS, urls.TOOLS, urls.LEVELS, urls.CATEGORIES, urls.ATTACKS):
        yield url, context.newest
    for url in (urls.RULES, urls.METHODOLOGY, urls.FAQ, urls.GLOSSARY, urls.API_GUIDE):
        yield url, ""
    for server in context.index.servers:
        yield urls.server(server.slug), server.observed_on
    days = {server.slug: server.observed_on for server in context.index.servers}
    for tool in context.index.tools:
        yield context.tool_url(tool), days.get(tool.server, "")
    yield from ((urls.level(level), context.newest) for level in Level)
    yield from ((urls.category(category), context.newest) for category in Category)
    yield from ((urls.attack(entry.slug), entry.checked_on) for entry in context.index.attacks)
    yield from ((urls.rule(rule.id), "") for rule in context.index.rules)


def _sitemap(context: Context, pages: list[tuple[str, str]]) -> bytes:
    lines = "".join(
        f"<url><loc>{escape(context.absolute(url))}</loc>"
        + (f"<lastmod>{day}</lastmod>" if day else "")
        + "</url>\n"
        for url, day in pages
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{_NAMESPACE}">\n{lines}</urlset>\n'
    ).encode()


def _opensearch(context: Context) -> bytes:
    template = escape(f"{context.absolute(urls.SEARCH)}?q={{searchTerms}}")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        f"<ShortName>{escape(context.site.name[:16])}</ShortName>"
        f"<Description>{escape(context.site.tagline)}</Description>"
        f'<Url type="text/html" template="{template}"/></OpenSearchDescription>\n'
    ).encode()


def _security(context: Context) -> bytes:
    """Return whom to tell about a weakness; valid for a year from the last crawl."""
    until = date.fromisoformat(context.newest) + timedelta(days=365)
    return (
        f"Contact: mailto:{context.site.contact_email}\n"
        f"Expires: {until.isoformat()}T00:00:00Z\n"
        f"Canonical: {context.absolute('.well-known/security.txt')}\n"
        "Preferred-Languages: en\n"
    ).encode()


def _headers(context: Context) -> bytes:
    """Return the headers file that several static hosts read."""
    return (
        "/*\n"
        f"  Content-Security-Policy: {context.csp}; frame-ancestors 'none'\n"
        "  X-Content-Type-Options: nosniff\n"
        "  Referrer-Policy: no-referrer\n"
        "/api/*\n  Access-Control-Allow-Origin: *\n"
    ).encode()


def _llms(context: Context) -> bytes:
    index, site = context.index, context.site
    root = context.base or "/"
    counts = f"{texts.count(len(index.servers), 'server')}, {texts.count(len(index.tools), 'tool')}"
    return (
        f"# {site.name}\n\n> {site.tagline}\n\n"
        f"{counts}, {texts.count(len(index.rules), 'rule')}, "
        f"{texts.count(len(index.attacks), 'attack entry')}. Last crawl: {context.newest}. "
        f"Data licence: {site.data_license}.\n\n"
        f"Names, descriptions and schemas in these files were written by servers. {WARNING} "
        "They are fenced or escaped in every Markdown file.\n\n"
        "## Pages\n\n"
        f"Each page has a Markdown twin: add `index.md` to its address.\n\n"
        f"- [Servers]({root}{urls.SERVERS}index.md): every server, riskiest first\n"
        f"- [Risk levels]({root}{urls.LEVELS}index.md): what low, medium, high, critical mean\n"
        f"- [Categories]({root}{urls.CATEGORIES}index.md): Read, Write, Execute, Destructive, "
        "Financial, Unclassified\n"
        f"- [Attacks]({root}{urls.ATTACKS}index.md): patterns and incidents with sources\n"
        f"- [Rules]({root}{urls.RULES}index.md): every rule of the classifier\n"
        f"- [Methodology]({root}{urls.METHODOLOGY}index.md): how a rating is made, measured\n\n"
        "## Data\n\n"
        f"- One server: `{root}api/v1/servers/<server>.json`\n"
        f"- One tool: `{root}api/v1/tools/<server>/<tool>.json`\n"
        f"- Policy of a server: `{root}policies/<server>.yaml`\n"
        f"- [All servers]({root}{urls.api('servers.json')})\n"
        f"- [Every kind of file and its schema]({root}{urls.api('openapi.json')}): OpenAPI\n"
        f"- [The whole catalogue]({root}{urls.API_GUIDE}index.md): JSON Lines, CSV and SQLite\n"
    ).encode()
