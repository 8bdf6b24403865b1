"""Questions, breadcrumbs and servers to JSON-LD: the words on the page, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.render import texts
from generator.render.json_files import dumps

if TYPE_CHECKING:
    from generator.model import JsonObject, ServerEntry
    from generator.render.context import Context
    from generator.render.parts import Link, Question

_ESCAPES = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"))
_QUESTIONS = '{"@context":"https://schema.org","@type":"FAQPage","mainEntity":'


def block(data: JsonObject) -> Markup:
    """Return JSON that no HTML parser can leave: escaped, ASCII only."""
    return _harmless(dumps(data).decode())


def _harmless(text: str) -> Markup:
    for char, escape in _ESCAPES:
        if char in text:
            text = text.replace(char, escape)
    return texts.markup(text)


def questions(entries: tuple[Question, ...]) -> Markup:
    """Return FAQPage data with the very answers that the page prints."""
    if not entries:
        return Markup()
    items = [
        f'{{"@type":"Question","name":"{entry.asked}",'
        f'"acceptedAnswer":{{"@type":"Answer","text":"{entry.told}"}}}}'
        for entry in entries
    ]
    # Every tool has several: only what they say is looked at.
    return _harmless(f"{_QUESTIONS}[{','.join(items)}]}}")


def breadcrumbs(context: Context, url: str, crumbs: tuple[Link, ...]) -> Markup:
    """Return the breadcrumb as data; empty without a base URL, because it needs addresses."""
    if not context.base:
        return Markup()
    items = []
    for position, crumb in enumerate(crumbs, 1):
        item: JsonObject = {
            "@type": "ListItem",
            "position": position,
            "name": texts.as_read(crumb.text),
        }
        target = crumb.url.replace("../", "") if crumb.url else url
        item["item"] = context.absolute(target)
        items.append(item)
    return block(
        {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}
    )


def software(context: Context, entry: ServerEntry, url: str) -> Markup:
    """Return a server as SoftwareApplication."""
    spec = entry.server.spec
    data: JsonObject = {
        "@context": "https://schema.org",
        "@type": "SoftwareApplication",
        "name": entry.summary.title,
        "applicationCategory": "DeveloperApplication",
    }
    if context.base:
        data["mainEntityOfPage"] = context.absolute(url)
    if spec.description:
        data["description"] = spec.description
    if spec.packages:
        data["identifier"] = spec.packages[0].purl
    return block(data)


def dataset(context: Context, name: str, description: str, files: tuple[str, ...]) -> Markup:
    """Return the catalogue as Dataset; empty without a base URL."""
    if not context.base:
        return Markup()
    return block(
        {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": name,
            "description": description,
            "license": "https://creativecommons.org/licenses/by/4.0/"
            if context.site.data_license == "CC-BY-4.0"
            else context.site.data_license,
            "url": context.base,
            "dateModified": context.newest,
            "distribution": [
                {"@type": "DataDownload", "contentUrl": context.absolute(path)} for path in files
            ],
        }
    )
