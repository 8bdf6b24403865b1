"""Page facts to pages, as anybody would write it first: the baseline in Python.

One process, one loop, jinja2 with autoescape, attribute access on dicts. The page has the blocks of
our tool page. `python -m tests.bench.naive FACTS OUT` is what is measured.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jinja2

SITE = {
    "name": "MCP Tool Risk Catalogue",
    "csp": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'",
    "footer": "Ratings describe what a definition allows, not what a server does. Tool definitions "
    "belong to their authors and are quoted as observed; ratings, texts and policies are published "
    "under CC-BY-4.0.",
    "nav": [
        {"text": "Servers", "url": "servers/"},
        {"text": "Risk levels", "url": "risk/"},
        {"text": "Categories", "url": "categories/"},
        {"text": "Attacks", "url": "attacks/"},
        {"text": "Rules", "url": "rules/"},
    ],
    "links": [
        {"text": "How ratings work", "url": "methodology/"},
        {"text": "Questions", "url": "faq/"},
        {"text": "Glossary", "url": "glossary/"},
        {"text": "Your stack", "url": "stack/"},
        {"text": "Compare", "url": "compare/"},
        {"text": "Data and API", "url": "api/"},
    ],
}
"""What stands on every page."""


def build(facts: Path, out: Path) -> None:
    """Write one page per line of facts."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True
    )
    template = environment.get_template("naive.html")
    with facts.open(encoding="utf-8") as lines:
        for page in map(json.loads, lines):
            target = out / "tools" / page["server"] / page["slug"] / "index.html"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(template.render(page=page, site=SITE), encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
