"""Parameters that make a call safer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import CHANGING, Case, Hit, rule
from generator.classify.rules.arguments import PREVIEW, is_preview
from generator.classify.rules.needs import needs

if TYPE_CHECKING:
    from collections.abc import Iterable

_DEFAULT_ON = -6


@rule("param.dry_run", *CHANGING)
@needs(PREVIEW)
def dry_run(case: Case) -> Iterable[Hit]:
    """Lower a little for a dry-run switch, more when it is on by default."""
    for argument in case.view.arguments:
        parameter = argument.parameter
        if is_preview(argument) and "boolean" in parameter.types:
            on = parameter.default is True
            yield Hit(
                place=argument.place,
                subject=parameter.name,
                claim=True,
                points=_DEFAULT_ON if on else None,
            )
            return
