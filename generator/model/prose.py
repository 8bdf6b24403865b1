"""What people write: attacks, questions, pages, the site; and all content together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.model.measured import Measurement
    from generator.model.rating import Override
    from generator.model.rules import Reference, Rule
    from generator.model.tools import Server
    from generator.taxonomy import Category, Facet


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
