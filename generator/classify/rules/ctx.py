"""Facts about the server that bear on each of its tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.classify.registry import CHANGING, Case, Hit, rule
from generator.classify.rules.needs import OPEN_REMOTE, REMOTE, needs

if TYPE_CHECKING:
    from collections.abc import Iterable


@rule("ctx.unauthenticated_remote", *CHANGING)
@needs(OPEN_REMOTE)
def unauthenticated_remote(case: Case) -> Iterable[Hit]:
    """Fire when a hosted server listed a changing tool without asking for credentials."""
    if case.view.context.unauthenticated_remote:
        yield Hit()


@rule("ctx.remote_hosted")
@needs(REMOTE)
def remote_hosted(case: Case) -> Iterable[Hit]:
    """Fire when the server was reached over the network: its definitions can change any time."""
    if case.view.context.remote:
        yield Hit()
