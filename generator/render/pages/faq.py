"""Questions about the catalogue itself, answered in our own prose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import markdown, structured, texts, urls
from generator.render.parts import Head, Link, Question

if TYPE_CHECKING:
    from markupsafe import Markup

    from generator.render.context import Context


@dataclass(frozen=True, slots=True)
class FaqPage:
    """`/faq/`."""

    template: ClassVar[str] = "faq"

    head: Head
    title: str
    lede: str
    body: Markup
    questions: tuple[Question, ...]


def page(context: Context) -> FaqPage:
    """Return the questions of scope `site`, in their order."""
    root = urls.root(urls.FAQ)
    prose = context.prose("faq")
    entries = sorted(
        (entry for entry in context.index.faq if entry.scope == "site"),
        key=lambda entry: (entry.order, entry.slug),
    )
    questions = tuple(
        Question(
            entry.slug,
            texts.prose(entry.question),
            tuple(part for case in entry.cases for part in texts.paragraphs(case.text)),
        )
        for entry in entries
    )
    title = prose.title or "Questions and answers"
    return FaqPage(
        head=context.head(
            urls.FAQ,
            title,
            prose.summary or title,
            (Link(title),),
            structured=(structured.questions(questions),),
        ),
        title=title,
        lede=prose.summary,
        body=markdown.to_html(prose.body, root),
        questions=questions,
    )
