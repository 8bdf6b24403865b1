"""The words and numbers every other module shares: categories, levels, facets, states, bands.

The one source of truth: schemas, CSS classes and documents derive from it or are tested against
it. Definitions are those of the classifier specification, sections 1 and 2.
"""

from __future__ import annotations

from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING


class Word(StrEnum):
    """One of a few words; its `value` is read a hundred times a tool, here without Python code."""

    if not TYPE_CHECKING:  # it is what it is declared to be, and no member
        value = property(attrgetter("_value_"))


class Category(Word):
    """What a tool does, by its strongest established effect; exactly one per tool."""

    READ = "Read"
    WRITE = "Write"
    EXECUTE = "Execute"
    DESTRUCTIVE = "Destructive"
    FINANCIAL = "Financial"
    UNCLASSIFIED = "Unclassified"

    @property
    def strength(self) -> int:
        """Return the order of strength: Financial 5 … Read 1, Unclassified 0."""
        return _STRENGTH[self]

    @property
    def slug(self) -> str:
        """Return the lower-case form used in URLs and CSS classes."""
        return self.value.lower()


_STRENGTH = {
    Category.UNCLASSIFIED: 0,
    Category.READ: 1,
    Category.WRITE: 2,
    Category.EXECUTE: 3,
    Category.DESTRUCTIVE: 4,
    Category.FINANCIAL: 5,
}


class Level(Word):
    """The band a score falls into."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Return 0 for low up to 3 for critical."""
        return _LEVELS.index(self)

    @property
    def title(self) -> str:  # type: ignore[override]
        """Return the word as printed: Low, Medium, High, Critical."""
        return self.value.capitalize()

    @property
    def first_score(self) -> int:
        """Return the lowest score of this band."""
        return 25 * self.rank

    @property
    def last_score(self) -> int:
        """Return the highest score of this band."""
        return MAX_SCORE if self is Level.CRITICAL else self.first_score + 24


_LEVELS = tuple(Level)
MAX_SCORE = 100


def level_of(score: int) -> Level:
    """Return the band of a score from 0 to 100: low < 25 <= medium < 50 <= high < 75 <= critical.

    Raises:
        ValueError: the score is outside 0..100.
    """
    if not 0 <= score <= MAX_SCORE:
        raise ValueError(f"score expected 0..{MAX_SCORE}, got {score}")
    return _LEVELS[min(score // 25, 3)]


class Confidence(Word):
    """How sure the category is; the site prints strong, fair, needs review."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def word(self) -> str:
        """Return the word printed on pages."""
        return {"high": "strong", "medium": "fair", "low": "needs review"}[self.value]


class Facet(Word):
    """A capability orthogonal to the category; a tool has any number of them."""

    EGRESS = "egress"
    PUBLIC_SINK = "public_sink"
    UNTRUSTED_CONTENT = "untrusted_content"
    PRIVATE_DATA = "private_data"
    SECRETS = "secrets"
    ARBITRARY_CODE = "arbitrary_code"
    ARBITRARY_QUERY = "arbitrary_query"
    ARBITRARY_URL = "arbitrary_url"
    FILESYSTEM = "filesystem"
    DRY_RUN_AVAILABLE = "dry_run_available"
    PRIVILEGE = "privilege"
    BULK = "bulk"
    MULTIPLEXER = "multiplexer"
    ROUTER = "router"
    PHYSICAL = "physical"
    PERSISTENCE = "persistence"
    METERED_COST = "metered_cost"
    SELF_APPROVAL = "self_approval"
    EVIDENCE_TAMPER = "evidence_tamper"
    SOFT_DELETE = "soft_delete"

    @property
    def words(self) -> str:
        """Return the facet as printed in text: `arbitrary URL`, `private data`."""
        return self.value.replace("_", " ").replace("url", "URL")


class Axis(Word):
    """What a rule speaks about. A hygiene rule can reach neither category nor score."""

    CATEGORY = "category"
    RISK = "risk"
    FACET = "facet"
    HYGIENE = "hygiene"
    QUALITY = "quality"


class Status(Word):
    """What became of a signal in the ledger; every status but applied has a `by`."""

    APPLIED = "applied"
    REDUCED = "reduced"
    SUPPRESSED = "suppressed"
    OVERRIDDEN = "overridden"


class Verdict(Word):
    """The hygiene verdict on a text: hard >= 70, review >= 40, note >= 10, none below."""

    NONE = "none"
    NOTE = "note"
    REVIEW = "review"
    HARD = "hard"

    @property
    def rank(self) -> int:
        """Return 0 for none up to 3 for hard."""
        return _VERDICTS.index(self)


_VERDICTS = tuple(Verdict)


class Lifecycle(Word):
    """A stable rule never changes its meaning; a new meaning gets a new id."""

    EXPERIMENTAL = "experimental"
    STABLE = "stable"
    DEPRECATED = "deprecated"


class Profile(Word):
    """How strict a policy is; balanced is the default download."""

    OBSERVE = "observe"
    BALANCED = "balanced"
    LOCKED = "locked"


class State(Word):
    """How the last attempt to observe a server ended (crawler specification, section 6)."""

    OBSERVED = "observed"
    NEEDS_AUTH = "needs-auth"
    FAILED_TO_START = "failed-to-start"
    TIMED_OUT = "timed-out"
    PROTOCOL_ERROR = "protocol-error"
    TOO_LARGE = "too-large"
    NOT_OBSERVED = "not-observed"


class ChangeClass(Word):
    """How much a change between two observations matters, by rank 0 to 5."""

    COSMETIC = "cosmetic"
    WORDING = "wording"
    COMPATIBLE = "compatible"
    BREAKING = "breaking"
    RISK = "risk"
    ALARM = "alarm"

    @property
    def rank(self) -> int:
        """Return 0 for cosmetic up to 5 for alarm."""
        return tuple(ChangeClass).index(self)


class Decision(Word):
    """What a policy does with a call."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"
    HIDE = "hide"
