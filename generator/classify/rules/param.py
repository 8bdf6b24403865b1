"""Parameters that make a call safer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import CHANGING, Case, Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterable

DRY_RUN = frozenset(
    (
        "dryrun",
        "dry_run",
        "dry-run",
        "preview",
        "preview_only",
        "simulate",
        "validate_only",
        "validateonly",
        "checkonly",
        "check_only",
        "whatif",
    )
)
_DEFAULT_ON = -6


@rule("param.dry_run", *CHANGING)
def dry_run(case: Case) -> Iterable[Hit]:
    """Lower a little for a dry-run switch, more when it is on by default."""
    for argument in case.view.arguments:
        parameter = argument.parameter
        if parameter.name.lower() in DRY_RUN and "boolean" in parameter.types:
            on = parameter.default is True
            yield Hit(
                place=argument.place,
                subject=parameter.name,
                claim=True,
                points=_DEFAULT_ON if on else None,
            )
            return
