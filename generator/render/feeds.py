"""Changes and attack entries to Atom and JSON Feed. Only with a base URL: feeds need addresses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from generator import text
from generator.render import urls
from generator.render.files import File

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.model import Change, ServerEntry
    from generator.render.context import Context

_NEWEST = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed; texts are plain and clean."""

    id: str
    url: str
    title: str
    body: str
    updated: str


def shared(context: Context) -> Iterator[File]:
    """Yield the feeds of all changes and of attack entries."""
    if not context.base:
        return
    changes = [_change(context, item) for item in context.index.changes[:_NEWEST]]
    yield from _feed(context, "feeds/changes", "Changes of MCP tools", urls.HOME, changes)
    dated = sorted(context.index.attacks, key=lambda entry: (entry.checked_on, entry.slug))
    attacks = [
        Entry(
            context.absolute(urls.attack(entry.slug)),
            context.absolute(urls.attack(entry.slug)),
            text.one_line(entry.title, 160),
            text.one_line(entry.summary.replace("`", ""), 600),
            entry.checked_on or context.newest,
        )
        for entry in reversed(dated[-_NEWEST:])
    ]
    yield from _feed(context, "feeds/attacks", "Attacks on MCP tools", urls.ATTACKS, attacks)


def of_server(context: Context, entry: ServerEntry) -> Iterator[File]:
    """Yield one server's feeds of changes."""
    if not context.base:
        return
    slug = entry.summary.slug
    changes = [_change(context, item) for item in entry.changes[:_NEWEST]]
    title = f"Changes of {context.server_title(slug)}"
    yield from _feed(context, f"servers/{slug}/feed", title, urls.server(slug), changes)


def _change(context: Context, change: Change) -> Entry:
    page = urls.server(change.server)
    if change.tool and any(
        tool.name == change.tool for tool in context.tools_of.get(change.server, ())
    ):
        page = urls.tool(change.server, context.tool_slug(change.server, change.tool))
    url = context.absolute(page)
    where = f"{text.one_line(change.tool, 80)} ({context.server_title(change.server)})"
    said = text.one_line(change.text.replace("`", ""), 300)
    key = f"{url}#{change.observed_on}-{change.kind}-{text.one_line(change.tool, 60)}"
    return Entry(key.replace(" ", "-"), url, f"{where}: {said}", said, change.observed_on)


def _feed(
    context: Context, path: str, title: str, page: str, entries: Sequence[Entry]
) -> Iterator[File]:
    yield File(f"{path}.atom", _atom(context, path, title, page, entries))
    yield File(f"{path}.json", _json(context, path, title, page, entries))


def _atom(context: Context, path: str, title: str, page: str, entries: Sequence[Entry]) -> bytes:
    updated = max((entry.updated for entry in entries), default=context.newest)
    items = "".join(
        f"<entry><id>{escape(entry.id)}</id><title>{escape(entry.title)}</title>"
        f'<link href="{escape(entry.url)}"/><updated>{_moment(entry.updated)}</updated>'
        f"<summary>{escape(entry.body)}</summary></entry>\n"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{escape(context.absolute(path))}</id><title>{escape(title)}</title>"
        f'<link href="{escape(context.absolute(page))}"/>'
        f'<link rel="self" href="{escape(context.absolute(f"{path}.atom"))}"/>'
        f"<updated>{_moment(updated)}</updated>"
        f"<author><name>{escape(context.site.name)}</name></author>\n{items}</feed>\n"
    ).encode()


def _json(context: Context, path: str, title: str, page: str, entries: Sequence[Entry]) -> bytes:
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": context.absolute(page),
        "feed_url": context.absolute(f"{path}.json"),
        "items": [
            {
                "id": entry.id,
                "url": entry.url,
                "title": entry.title,
                "content_text": entry.body,
                "date_modified": _moment(entry.updated),
            }
            for entry in entries
        ],
    }
    return json.dumps(data, sort_keys=True).encode()


def _moment(day: str) -> str:
    """Return a day as the moment that feeds want; a partial date begins at its first day."""
    parts = [*day.split("-"), "01", "01"][:3] if day else ["1970", "01", "01"]
    return f"{'-'.join(parts)}T00:00:00Z"
