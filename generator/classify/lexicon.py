"""Verbs and what they do: every form of a verb to its base form, and its plain meaning.

Unambiguous verbs establish their effect alone; for ambiguous ones grammar.py asks the object.
Third person and gerund count as the verb (creates, creating); participles never do, because
"deleted items" and "allowed hosts" name things.
"""

from __future__ import annotations

from functools import lru_cache

from generator.classify.wordset import word_set
from generator.taxonomy import Category

_READ_FIRM = word_set(
    """list get fetch search describe rerank learn diagnose ls troubleshoot enumerate capture
    paginate count show find retrieve lookup view browse inspect analyze analyse audit
    validate preview simulate estimate explain diff compare monitor summarize summarise
    detect calculate compute convert parse recommend suggest identify discover explore
    verify lint decode encode geocode introspect examine query ask display visualize
    visualise translate forecast predict check whoami observe obtain access determine
    understand gather look acquire tail peek measure rank classify score scan plan watch
    read demonstrate echo transcribe provide return tell wait scrape extract render
    aggregate head stat filter review crawl poll"""
)
_WRITE_FIRM = word_set(
    """update add edit modify patch put insert upsert append save store upload import rename
    move copy assign tag archive enable disable configure register comment approve reject
    merge commit push pin star follow duplicate clone fork restore undo unarchive unassign
    unsubscribe subscribe link attach change adjust rotate bind associate toggle replace
    overwrite customize customise schedule mark mute unmute organize organise sync
    synchronize synchronise switch select login checkout stage grant promote transition
    annotate increment decrement extend resize reorder arrange align reserve remember
    memorize track fix dismiss acknowledge unlink detach provision join leave share reassign
    populate persist index ingest redact vote upvote react unfollow unstar unpin block
    unblock hide unhide rebase repair untrash undelete reopen unprotect protect refresh trim
    pull favorite favourite kick ban claim compress gzip unzip zip combine reconnect
    regenerate rearrange retag untag reindex unstage unpublish unschedule unsnooze unmark
    unselect mkdir touch chmod chown draft freeze unfreeze"""
)
_EXECUTE_FIRM = word_set(
    """hover recreate reinstall go power recycle resend redeliver unpause reload deploy invoke
    spawn restart exec launch click press tap swipe scroll drag navigate reboot dial
    broadcast notify evaluate eval rerun redeploy undeploy retry publish send kill halt
    abort rebuild compile boot shutdown automate act speak play synthesize synthesise resume
    suspend scale rollback install upgrade downgrade exploit forward drive step interrupt
    delegate dispatch initiate actuate multicast"""
)
_DESTRUCTIVE_FIRM = word_set(
    """delete drop destroy purge truncate wipe erase trash del rm flush obliterate expunge
    deprovision shred decommission rmdir"""
)
_FINANCIAL_FIRM = word_set(
    """pay refund purchase buy sell withdraw payout reimburse donate topup swap bid tip unstake
    repay liquidate mint"""
)

# What a verb mostly does whose object or description decides.
_READ_MOSTLY = word_set(
    """resolve export print download capture take test trace map research profile help think
    debug"""
)
_WRITE_MOSTLY = word_set(
    """force create write generate set use apply handle manage process open close release make
    build transfer order charge sign post reply book log report record label initialize init
    setup lock unlock activate deactivate cancel pause expand fill connect disconnect
    request invite migrate complete finalize finish begin new load work control format draw
    place respond accept define design ensure allow prepare bootstrap deposit issue answer
    turn raise void authorize authorise authenticate emit confirm allocate wrap emulate
    reload pull group ungroup submit optimize optimise"""
)
_EXECUTE_MOSTLY = word_set(
    """run execute call perform start stop end terminate continue trigger ping type fire cast
    operate wake sleep fuzz chat prompt message email sms"""
)
_DESTRUCTIVE_MOSTLY = word_set(
    """reset clear clean empty remove revoke prune uninstall pop unset discard revert expire
    evict cleanup forget"""
)
_FINANCIAL_MOSTLY = word_set("""stake invest trade settle lend borrow bridge""")
AMBIGUOUS: dict[str, Category] = {
    verb: category
    for category, verbs in (
        (Category.READ, _READ_MOSTLY),
        (Category.WRITE, _WRITE_MOSTLY),
        (Category.EXECUTE, _EXECUTE_MOSTLY),
        (Category.DESTRUCTIVE, _DESTRUCTIVE_MOSTLY),
        (Category.FINANCIAL, _FINANCIAL_MOSTLY),
    )
    for verb in sorted(verbs)
}
FIRM: dict[str, Category] = {
    verb: category
    for category, verbs in (
        (Category.READ, _READ_FIRM),
        (Category.WRITE, _WRITE_FIRM),
        (Category.EXECUTE, _EXECUTE_FIRM),
        (Category.DESTRUCTIVE, _DESTRUCTIVE_FIRM),
        (Category.FINANCIAL, _FINANCIAL_FIRM),
    )
    for verb in sorted(verbs - AMBIGUOUS.keys())
}
FIRM |= {
    f"un{verb}": Category.WRITE
    for verb in sorted(FIRM)
    if FIRM[verb] is Category.WRITE and f"un{verb}" not in FIRM and not verb.startswith("un")
}
"""What was written can be unwritten: unfavorite, unarchive, unshare."""
VERBS = frozenset(FIRM) | frozenset(AMBIGUOUS)

# Nouns as often as verbs: in the first place of a name they are a verb only when nothing better
# stands at the end, and in a description only as the very first word.
HOMOGRAPHS = word_set(
    """post order comment label tag report record issue log book file link map plan query
    search charge transfer message email star build deploy run call filter review index
    score rank profile trace test sample design draft fork commit merge share vote pin trade
    stake bid tip format process work release request invite reply watch track scan audit
    view display access step prompt text chat play drive mark schedule head stat set type
    control look lock tail monitor answer bridge research estimate forecast copy patch
    archive export import cast store exploit fix mint force head block group place notebook
    format scale mute stage sync press touch change checkout upgrade install debug scroll
    refund purchase payout transition move transfer restore eval pull power retry topup swap
    withdraw"""
)
# Of those, the ones that are verbs in the first place of a name nearly always.
MOSTLY_VERBS = word_set(
    """set search query view patch copy mark mute import export sync install upgrade archive
    format debug press touch scroll scan invite lock check test fix force merge display"""
)
# Names of acting on a noun that end a name: `deploy_status` and `build_logs` name what is read.
REPORTS = word_set(
    """status log history result output info detail metric metadata state list report progress
    statistic stat event summary url count artifact error configuration config schema type
    template guide docs doc documentation pattern example version help"""
)
INVERTERS = word_set(
    """preview plan simulate estimate quote explain diff validate dryrun dry simulation
    validation lint check verify"""
)
WEAK_INVERTERS = word_set("validate verify check lint")
UNDOING = word_set("undo restore recover undelete unarchive untrash")
NEGATIONS = word_set("""not without never no cannot can't doesn't don't won't isn't nor neither""")
COORDINATORS = word_set("and or then / & also")

_VOWELS = "aeiou"
_SIBILANTS = ("s", "x", "z", "ch", "sh", "o")


def _third(verb: str) -> str:
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(_SIBILANTS) else f"{verb}s"


def _gerunds(verb: str) -> tuple[str, ...]:
    if verb.endswith("e") and not verb.endswith("ee"):
        return (f"{verb[:-1]}ing",)
    return f"{verb}ing", f"{verb}{verb[-1]}ing"


def _forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for verb in sorted(VERBS):
        for form in (_third(verb), *_gerunds(verb)):
            forms.setdefault(form, verb)
    forms |= {verb: verb for verb in VERBS}
    # Nouns that only look like a third person or a gerund.
    for noun in (
        "settings",
        "logs",
        "tags",
        "labels",
        "links",
        "files",
        "billing",
        "meeting",
        "string",
        "pricing",
        "trading",
        "listing",
        "issues",
        "orders",
        "messages",
        "emails",
        "tests",
        "pings",
        "building",
        "recording",
        "training",
        "processing",
        "pos",
        "thing",
        "during",
        "using",
        "following",
        "existing",
        "missing",
        "streaming",
        "hosting",
        "marketing",
    ):
        forms.pop(noun, None)
    return forms


FORMS = _forms()
_IRREGULAR = {
    "indices": "index",
    "analyses": "analysis",
    "people": "person",
    "data": "data",
    "status": "status",
    "dns": "dns",
    "https": "https",
    "sms": "sms",
    "mms": "mms",
    "access": "access",
    "address": "address",
    "alias": "alias",
    "analysis": "analysis",
    "series": "series",
    "news": "news",
    "bus": "bus",
    "business": "business",
    "aws": "aws",
    "js": "js",
    "css": "css",
    "process": "process",
    "canvas": "canvas",
    "kubernetes": "kubernetes",
    "redis": "redis",
    "this": "this",
    "is": "is",
    "metadata": "metadata",
    "docs": "docs",
    "ids": "id",
    "urls": "url",
    "campus": "campus",
    "progress": "progress",
    "os": "os",
    "ios": "ios",
}


@lru_cache(maxsize=32768)
def singular(word: str) -> str:
    """Return the singular of a noun by spelling alone; words it does not know come back as is."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):  # noqa: PLR2004 - shorter words are no plurals
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=32768)
def base_form(word: str) -> str:
    """Return the verb a word is a present form of, empty when it is none we know."""
    found = FORMS.get(word, "")
    if found or not word.startswith("re"):
        return found
    return ""
