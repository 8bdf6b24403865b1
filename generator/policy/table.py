"""The default table: which row a tool falls into, and what each profile does with it.

The one place in code where the defaults stand. `draft.py` reads it tool by tool, and `rows()`
prints it on the methodology page. The first matching row wins; the numbers are ours and start
conservative.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.model import PolicyRow
from generator.model.quick import quick
from generator.taxonomy import Category, Confidence, Decision, Facet, Level, Profile, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL_VERSION = "1"
SERVER_WIDE = "*"
SERVER_LIMITS = {Profile.OBSERVE: 600, Profile.BALANCED: 300, Profile.LOCKED: 120}
"""Calls of all tools together in a minute: the loop breaker."""
_BALANCED, _LOCKED = Profile.BALANCED, Profile.LOCKED
_ALLOWED, _ASKED = Decision.ALLOW, Decision.ASK


@quick
@dataclass(frozen=True, slots=True)
class Facts:
    """The few facts of one tool, or of one method of it, that the rows look at."""

    category: Category
    level: Level
    confidence: Confidence = Confidence.HIGH
    facets: frozenset[Facet] = frozenset()
    verdict: Verdict = Verdict.NONE
    is_malformed: bool = False


@quick
@dataclass(frozen=True, slots=True)
class Outcome:
    """What a profile does: the decision, and for ask what a target does that cannot ask."""

    decision: Decision
    fallback: Decision = Decision.DENY

    @property
    def lets_through(self) -> bool:
        """Return whether calls pass in a target that cannot ask."""
        decision = self.decision
        return decision is _ALLOWED or (decision is _ASKED and self.fallback is _ALLOWED)

    @property
    def words(self) -> str:
        """Return `allow`, `ask (allow)`, `ask (deny)`, `deny` or `hide`."""
        if self.decision is Decision.ASK:
            return f"ask ({self.fallback.value})"
        return self.decision.value


ALLOW = Outcome(Decision.ALLOW, Decision.ALLOW)
ASK_ALLOW = Outcome(Decision.ASK, Decision.ALLOW)
ASK_DENY = Outcome(Decision.ASK, Decision.DENY)
DENY = Outcome(Decision.DENY)
HIDE = Outcome(Decision.HIDE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `splits`: profiles that keep the harmless methods of such a tool."""

    id: str
    words: str
    matches: Callable[[Facts], bool]
    balanced: Outcome
    locked: Outcome
    observe: Outcome
    limits: tuple[tuple[int, str], ...]
    splits: tuple[Profile, ...] = ()
    extra: str = ""

    def outcome(self, profile: Profile) -> Outcome:
        """Return what a profile does with a tool of this row."""
        if profile is _BALANCED:
            return self.balanced
        return self.locked if profile is _LOCKED else self.observe


def _is_uncertain(facts: Facts) -> bool:
    return (
        facts.is_malformed
        or facts.category is Category.UNCLASSIFIED
        or (
            facts.confidence is Confidence.LOW
            and facts.category.strength < Category.DESTRUCTIVE.strength
        )
    )


def _is(category: Category, *facets: Facet, at_least: Level | None = None) -> Callable[..., bool]:
    """Return a test: this category with any of the facets, or from the level up."""

    def matches(facts: Facts) -> bool:
        if facts.category is not category:
            return False
        if not facets and at_least is None:
            return True
        return not facts.facets.isdisjoint(facets) or (
            at_least is not None and facts.level.rank >= at_least.rank
        )

    return matches


_MINUTE, _HOUR, _DAY = "minute", "hour", "day"
_BOTH = (Profile.OBSERVE, Profile.BALANCED)
TABLE: tuple[Row, ...] = (
    Row(
        "poison",
        "hygiene verdict hard",
        lambda facts: facts.verdict is Verdict.HARD,
        balanced=DENY,
        locked=DENY,
        observe=ASK_DENY,
        limits=((10, _MINUTE),),
    ),
    Row(
        "unknown",
        "Unclassified, malformed, or low confidence below Destructive",
        _is_uncertain,
        balanced=ASK_DENY,
        locked=DENY,
        observe=ASK_ALLOW,
        limits=((10, _MINUTE),),
    ),
    Row(
        "privilege",
        "facet privilege, not Read",
        lambda facts: Facet.PRIVILEGE in facts.facets and facts.category is not Category.READ,
        balanced=HIDE,
        locked=HIDE,
        observe=ASK_DENY,
        limits=((5, _DAY),),
    ),
    Row(
        "financial",
        "Financial",
        _is(Category.FINANCIAL),
        balanced=ASK_DENY,
        locked=HIDE,
        observe=ALLOW,
        limits=((5, _HOUR), (20, _DAY)),
        extra="caps on the amount: yours to fill in",
    ),
    Row(
        "destructive",
        "Destructive, high or critical",
        _is(Category.DESTRUCTIVE, at_least=Level.HIGH),
        balanced=HIDE,
        locked=HIDE,
        observe=ASK_DENY,
        limits=((1, _MINUTE), (5, _DAY)),
        splits=_BOTH,
    ),
    Row(
        "destructive.soft",
        "Destructive, low or medium (own draft, cache)",
        _is(Category.DESTRUCTIVE),
        balanced=ASK_ALLOW,
        locked=DENY,
        observe=ALLOW,
        limits=((5, _MINUTE), (50, _DAY)),
    ),
    Row(
        "execute.code",
        "Execute with arbitrary code or physical effect, or critical",
        _is(Category.EXECUTE, Facet.ARBITRARY_CODE, Facet.PHYSICAL, at_least=Level.CRITICAL),
        balanced=ASK_DENY,
        locked=DENY,
        observe=ALLOW,
        limits=((10, _MINUTE), (200, _DAY)),
    ),
    Row(
        "execute.message",
        "Execute with egress to people",
        _is(Category.EXECUTE, Facet.EGRESS),
        balanced=ASK_ALLOW,
        locked=DENY,
        observe=ALLOW,
        limits=((5, _MINUTE), (50, _DAY)),
    ),
    Row(
        "execute",
        "other Execute",
        _is(Category.EXECUTE),
        balanced=ASK_ALLOW,
        locked=DENY,
        observe=ALLOW,
        limits=((10, _MINUTE),),
        splits=(Profile.LOCKED,),
    ),
    Row(
        "write",
        "Write, medium and above",
        _is(Category.WRITE, at_least=Level.MEDIUM),
        balanced=ASK_ALLOW,
        locked=DENY,
        observe=ALLOW,
        limits=((30, _MINUTE), (200, _HOUR)),
        splits=(Profile.LOCKED,),
    ),
    Row(
        "write.low",
        "Write, low",
        _is(Category.WRITE),
        balanced=ALLOW,
        locked=DENY,
        observe=ALLOW,
        limits=((30, _MINUTE), (200, _HOUR)),
        splits=(Profile.LOCKED,),
    ),
    Row(
        "read.secret",
        "Read with secrets",
        _is(Category.READ, Facet.SECRETS),
        balanced=ASK_DENY,
        locked=DENY,
        observe=ALLOW,
        limits=((30, _MINUTE), (500, _DAY)),
    ),
    Row(
        "read.open",
        "Read with private data, arbitrary URL or arbitrary query, or medium and above",
        _is(
            Category.READ,
            Facet.PRIVATE_DATA,
            Facet.ARBITRARY_URL,
            Facet.ARBITRARY_QUERY,
            at_least=Level.MEDIUM,
        ),
        balanced=ASK_ALLOW,
        locked=DENY,
        observe=ALLOW,
        limits=((30, _MINUTE), (500, _DAY)),
    ),
    Row(
        "read",
        "other Read",
        _is(Category.READ),
        balanced=ALLOW,
        locked=ALLOW,
        observe=ALLOW,
        limits=((120, _MINUTE),),
    ),
)


@lru_cache(maxsize=4096)
def row_of(facts: Facts) -> Row:
    """Return the first row that matches; together the rows cover every category."""
    return next(row for row in TABLE if row.matches(facts))


def rows() -> tuple[PolicyRow, ...]:
    """Return the table as printed on the methodology page, the server-wide line last."""
    printed = tuple(
        PolicyRow(
            row=row.id,
            matches=row.words,
            balanced=_printed(row, Profile.BALANCED),
            locked=_printed(row, Profile.LOCKED),
            observe=_printed(row, Profile.OBSERVE),
            limits=", ".join(f"{count}/{window}" for count, window in row.limits),
        )
        for row in TABLE
    )
    wide = {profile: f"{count}/minute" for profile, count in SERVER_LIMITS.items()}
    return (
        *printed,
        PolicyRow(
            row=SERVER_WIDE,
            matches="the whole server, to break loops",
            balanced=wide[Profile.BALANCED],
            locked=wide[Profile.LOCKED],
            observe=wide[Profile.OBSERVE],
            limits="",
        ),
    )


def _printed(row: Row, profile: Profile) -> str:
    words = row.outcome(profile).words
    if profile in row.splits:
        kept = "its Read methods" if profile is Profile.LOCKED else "its other methods"
        words += f"; several methods: {kept}"
    if row.extra and row.outcome(profile).decision in {Decision.ALLOW, Decision.ASK}:
        words += f"; {row.extra}"
    return words
