"""What a verb does to which object: one row per case, first match wins. Data with its reasons.

Read by grammar.py. `where` says which words may decide: the head noun, any word of the direct
object, or any word the verb governs at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.classify import nouns
from generator.classify.wordset import word_set
from generator.taxonomy import Category

READ, WRITE, EXECUTE = Category.READ, Category.WRITE, Category.EXECUTE
DESTRUCTIVE, FINANCIAL = Category.DESTRUCTIVE, Category.FINANCIAL
HEAD, DIRECT, ANY = "head", "direct", "any"


@dataclass(frozen=True, slots=True)
class Case:
    """One row: these verbs with one of these objects have this effect."""

    verbs: frozenset[str]
    objects: frozenset[str]
    category: Category
    where: str = DIRECT
    rule: str = "verb.object"
    heads: frozenset[str] = frozenset()
    """When given, the head noun must be one of these as well."""


_RUN = word_set("run execute perform call process do")
_SWITCHING = word_set(
    """lock unlock open close turn set start stop switch toggle adjust control change activate
    move"""
)
_STEERING = word_set(
    """start stop end terminate cancel resume close continue suspend pause kill activate
    deactivate reset finish abort restart unpause wake reboot power halt"""
)
_RUNNING = word_set(
    """run job task process container service session deployment execution pipeline workflow
    build instance vm machine server agent cluster function droplet app application emulator
    simulator recording campaign crawl crawler script program pod database sandbox playback
    project call computer device broadcast operation automation trace tracing worker"""
)
_COMMITTING = word_set(
    """create update finalize place submit modify cancel void accept close issue make execute
    confirm approve process complete settle capture request generate transfer send authorize
    replace amend add edit delete"""
)
_RECORD_VERBS = word_set("delete edit add")
_PRICED = nouns.MONEY - word_set(
    """bill offer quote position credit billing promotion discount receipt bid deposit"""
)
_MONEY_PARTS = word_set("payment checkout subscription invoice coupon refund price dispute")
_STEPS_OF_MONEY = word_set("link session intent item claim schedule")
_PEOPLE_CALL = word_set("call broadcast")
_TERMINALS = word_set("process terminal shell repl")

CASES: tuple[Case, ...] = (
    # False friends of money, before money is looked for.
    Case(word_set("charge"), word_set("battery vehicle car ev"), EXECUTE),
    Case(word_set("transfer"), word_set("call"), EXECUTE),
    Case(
        word_set("transfer"),
        word_set(
            """file repository repo ownership project domain owner element issue app
            organization workspace image"""
        ),
        WRITE,
    ),
    Case(word_set("record process log"), word_set("request"), WRITE, HEAD),
    Case(word_set("create add update"), word_set("comment note attachment tag label"), WRITE, HEAD),
    Case(
        (_COMMITTING - {"delete"}) | {"add", "edit"},
        word_set(
            """webhook notification event topic pubsub pub alert newsletter mailing resource
            channel queue watch feed"""
        ),
        WRITE,
        heads=frozenset(("subscription",)),
    ),
    # Money: an acting verb and a money object, or a step towards a payment.
    Case(_COMMITTING - _RECORD_VERBS, _PRICED, FINANCIAL, HEAD, "fin.verb_object"),
    Case(
        _COMMITTING,
        _MONEY_PARTS,
        FINANCIAL,
        rule="fin.verb_object",
        heads=_STEPS_OF_MONEY,
    ),
    Case(
        word_set("transfer"),
        word_set(
            """fund money token asset crypto coin balance payment eth sol usdc nft credit
            amount"""
        ),
        FINANCIAL,
        rule="fin.verb_object",
    ),
    Case(
        word_set("charge"),
        word_set("customer card account user payment method"),
        FINANCIAL,
        rule="fin.verb_object",
    ),
    Case(
        word_set("book order reserve"),
        word_set("flight hotel ride ticket trip room car taxi pizza meal food"),
        FINANCIAL,
        rule="fin.verb_object",
    ),
    Case(word_set("sign"), word_set("transaction"), FINANCIAL, rule="fin.verb_object"),
    # Things that move, and infrastructure.
    Case(_SWITCHING, nouns.PHYSICAL - {"switch", "key"}, EXECUTE),
    Case(word_set("apply"), word_set("terraform infrastructure manifest"), EXECUTE),
    Case(word_set("merge promote release push"), word_set("production"), EXECUTE, ANY),
    Case(word_set("reserve allocate"), word_set("device machine number"), EXECUTE),
    Case(word_set("drop"), word_set("element target dragged"), EXECUTE, ANY),
    # Sending to people.
    Case(word_set("send submit"), word_set("prompt question"), READ),
    Case(word_set("send"), word_set("back front backward"), WRITE, ANY),
    Case(word_set("submit"), word_set("job task query batch workflow transaction form"), EXECUTE),
    Case(
        word_set(
            "send post notify broadcast publish share forward reply push multicast narrowcast"
        ),
        nouns.MESSAGE,
        EXECUTE,
        rule="send.verb",
    ),
    Case(word_set("create make initiate start place"), _PEOPLE_CALL, EXECUTE, HEAD, "send.verb"),
    Case(word_set("create make"), word_set("tweet"), EXECUTE, DIRECT, "send.verb"),
    Case(word_set("start create"), word_set("verification"), EXECUTE, HEAD, "send.verb"),
    # Asking and running: the object says whether anything changes.
    Case(_RUN | {"invoke", "trigger", "apply"}, nouns.QUESTION, READ, HEAD),
    Case(_RUN | {"invoke", "apply", "test", "start"}, nouns.RUNNABLE | nouns.PROCESS, EXECUTE),
    Case(word_set("execute run"), word_set("insert update delete"), EXECUTE),
    Case(
        word_set("close finish complete"),
        word_set("task project issue ticket item incident poll thread case milestone"),
        WRITE,
        HEAD,
    ),
    Case(word_set("start initiate begin"), word_set("authentication auth login oauth"), WRITE),
    Case(word_set("stop"), word_set("watch notification subscription"), WRITE, HEAD),
    Case(word_set("activate"), word_set("project session profile mode"), WRITE),
    Case(
        word_set("complete finalize"),
        word_set("migration tuning upgrade deployment rollout"),
        EXECUTE,
    ),
    Case(
        word_set("reload"),
        word_set("service server application app database configuration config nginx"),
        EXECUTE,
    ),
    Case(_STEERING, _RUNNING, EXECUTE),
    Case(word_set("create open start attach"), _TERMINALS, EXECUTE, ANY),
    Case(word_set("create start open"), word_set("session"), EXECUTE, HEAD),
    Case(word_set("build"), word_set("image container"), EXECUTE),
    Case(word_set("open"), word_set("url app application browser link session"), EXECUTE),
    Case(word_set("create build make deploy"), word_set("deployment build"), EXECUTE, HEAD),
    Case(word_set("handle accept dismiss"), word_set("dialog"), EXECUTE),
    Case(word_set("upgrade downgrade"), word_set("plan"), FINANCIAL, rule="fin.verb_object"),
    # Paid generation, and text that is only returned.
    Case(word_set("generate create make design"), nouns.MEDIA, EXECUTE, HEAD),
    Case(word_set("convert transform turn"), word_set("speech voice audio music"), EXECUTE, ANY),
    Case(word_set("generate write make design compose build"), nouns.TEXT, READ, HEAD),
    Case(
        word_set("generate create make"),
        word_set("suggested random sample example fake signed"),
        READ,
    ),
    Case(
        word_set("resolve"),
        word_set("library id url name domain address dns path reference package"),
        READ,
    ),
    Case(
        word_set("resolve"), word_set("thread issue incident conflict alert comment error"), WRITE
    ),
    Case(
        word_set("open load"),
        word_set(
            """node file document issue incident ticket pull image prompt skill documentation"""
        ),
        READ,
    ),
    Case(word_set("test check"), word_set("connection"), READ),
    Case(word_set("debug"), word_set("process application program session script"), EXECUTE),
    Case(word_set("optimize optimise"), word_set("route waypoint order path"), READ),
    Case(word_set("take"), word_set("screenshot page accessibility a11y dom screen"), READ, ANY),
    Case(word_set("take"), word_set("snapshot backup"), WRITE, HEAD),
    # Leaving a membership, and small state.
    Case(word_set("remove"), nouns.MEMBERSHIP, WRITE, HEAD),
    Case(
        word_set("clear reset"),
        word_set(
            """selection filter highlight formatting format view zoom emulation viewport
            geolocation override context state counter default"""
        ),
        WRITE,
        HEAD,
    ),
    Case(word_set("restore"), word_set("snapshot backup"), DESTRUCTIVE, ANY),
)
