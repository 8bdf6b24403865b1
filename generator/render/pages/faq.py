"""Questions about the catalogue itself, answered in our own prose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from generator.render import structured, urls
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
    questions = context.site_questions()
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
        body=context.article(prose.body, root),
        questions=questions,
    )
