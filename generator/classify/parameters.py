"""Parameters that decide what a call does: code, SQL and free API requests, as Evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.classify.evidence import Evidence
from generator.classify.lexicon import FIRM, INVERTERS, singular
from generator.classify.wordset import word_set
from generator.taxonomy import Category
from generator.tokens import identifier
from generator.tokens import words as prose

if TYPE_CHECKING:
    from generator.classify.view import Argument, View
    from generator.model import Parameter

SUPPORT = 3
_CODE_NAMES = word_set(
    """command cmd code script shell javascript python js bash commands powershell expression
    lua"""
)
_CODE_MODIFIERS = word_set(
    """python javascript js shell bash source sql terminal cli script lua powershell ruby
    typescript node gdb adb am"""
)
_EXAMINING = INVERTERS | word_set(
    "analyze analyse scan review parse format inspect detect find search describe summarize"
)
_RUNNING_WORDS = word_set("evaluate eval execute run javascript script code")
_STORING_VERBS = word_set("create update add edit set put register save modify patch upsert")
_OTHER_CODES = word_set(
    """country currency language error verification status zip postal iso iata airport promo
    coupon qr barcode region state authorization auth invite area product discount stock
    ticker security hs icd sku city district access booking tracking voucher"""
)
_QUERY_NAMES = word_set("sql query statement cypher gremlin queries statements sparql")
_DATABASE_WORDS = word_set(
    """sql cypher gremlin sparql opencypher postgresql postgres mysql sqlite tinkerpop ddl dml
    clickhouse duckdb snowflake t-sql plsql hogql"""
)
_READ_ONLY = word_set("read-only readonly select read_only")
_ROUTES = (
    frozenset(("method", "path")),
    frozenset(("method", "endpoint")),
    frozenset(("method", "url")),
    frozenset(("service", "method")),
)
_BODIES = frozenset(("body", "data", "payload", "params", "request", "json"))
_USUAL_HTTP = 5
_HTTP = frozenset("GET POST PUT PATCH DELETE HEAD OPTIONS TRACE CONNECT".split())  # noqa: SIM905 - as spelt in RFC 9110
_FREE = (frozenset(("command", "parameters")), frozenset(("command", "params")))


def read(view: View, found: list[Evidence]) -> list[Evidence]:
    """Return what the parameters prove; a plain reading verb in the name suppresses it."""
    arguments = [a for a in view.arguments if a.depth < 2]  # noqa: PLR2004 - deeper text is data
    evidence = [
        _evidence(rule, argument)
        for argument in arguments
        if argument.is_free_text
        for rule in [_rule(view, argument)]
        if rule
    ]
    router = _router(view)
    if router is not None:
        evidence.append(_evidence("schema.param.router", router))
    if not evidence:
        return []
    reading, storing = _reading(found), _storing(found)
    runs = reading and not is_read_only(view) and not _examines(found)
    return [
        replace(e, by=reading or storing)
        if (reading or storing) and not (runs and _is_script(e.verb))
        else e
        for e in evidence
    ]


def _examines(found: list[Evidence]) -> bool:
    """Return whether the reading is about the code itself: validate, analyse, explain it."""
    return any(e.verb in _EXAMINING for e in found)


def _is_script(name: str) -> bool:
    """Return whether an argument takes a whole script, which runs even where a tool reads."""
    words = {token.text for token in identifier(name)}
    return bool(words & {"script", "javascript", "js"})


def _reading(found: list[Evidence]) -> str:
    """Return the rule that proves plain reading, when nothing stronger is firm."""
    if any(e.category.strength > 1 and not e.by and e.support >= SUPPORT for e in found):
        return ""
    return next(
        (
            e.rule
            for e in found
            if e.category is Category.READ
            and not e.by
            and (FIRM.get(e.verb) is Category.READ or e.rule == "name.inverted")
        ),
        "",
    )


def _storing(found: list[Evidence]) -> str:
    """Return the rule that proves that a given text is stored, not run: create, update, add."""
    named = next((e for e in found if e.place.pointer == "/name"), None)
    if named is None or named.verb not in _STORING_VERBS:
        return ""
    return named.rule


def _rule(view: View, argument: Argument) -> str:
    if is_code(view, argument):
        return "schema.param.code"
    if is_database_query(view, argument) and not is_read_only(view):
        return "schema.param.sql"
    return ""


def is_code(view: View, argument: Argument) -> bool:
    """Return whether the caller supplies code, a command or a script here."""
    words = argument.words
    if not words or not argument.is_free_text:
        return False
    if len(words) > 1:
        return words[-1] in _CODE_NAMES and words[-2] in _CODE_MODIFIERS
    if words[0] not in _CODE_NAMES:
        return False
    if words[0] == "expression" and not view.about & _RUNNING_WORDS:
        return False
    text = {singular(token.text) for token in prose(argument.parameter.description[:400])}
    return not text & _OTHER_CODES or bool(text & (_CODE_MODIFIERS | {"execute", "run"}))


def is_database_query(view: View, argument: Argument) -> bool:
    """Return whether the caller supplies a query in a database language."""
    words = argument.words
    if not words or words[-1] not in _QUERY_NAMES:
        return False
    if words[-1] in _DATABASE_WORDS:
        return True
    text = {token.text for token in prose(argument.parameter.description[:400])}
    names = {token.text for token in view.all_name_tokens}
    return bool((text | names | view.lead_words) & _DATABASE_WORDS)


def is_read_only(view: View) -> bool:
    """Return whether the description says that queries only read."""
    return bool(view.text.keys() & _READ_ONLY)


def _router(view: View) -> Argument | None:
    """Return the argument through which one tool fronts many requests."""
    top = {a.parameter.name.lower(): a for a in view.arguments if a.depth == 0}
    names = frozenset(top)
    for route in _ROUTES:
        if route <= names and names & _BODIES and _is_open(top["method"].parameter):
            return top["method"]
    for free in _FREE:
        if free <= names and not top["command"].parameter.enum:
            return top["command"]
    return None


def is_http(parameter: Parameter) -> bool:
    """Return whether the values are the methods of HTTP: they say how, not what.

    Extensions such as PROPFIND or PURGE may stand beside them, but outnumber them only where the
    usual five are there. In small letters, `get` and `delete` alone are operations; `post` or
    `put` makes them methods of HTTP.
    """
    values = {value for value in parameter.enum if isinstance(value, str)}
    known = {value for value in values if value.upper() in _HTTP}
    is_spelt = all(value.isupper() for value in known) or bool(known & {"post", "put", "head"})
    return is_spelt and (len(known) * 2 > len(values) or len(known) >= _USUAL_HTTP)


def _is_open(parameter: Parameter) -> bool:
    return not parameter.enum or is_http(parameter)


def _evidence(rule: str, argument: Argument) -> Evidence:
    what = {
        "schema.param.code": "is code or a command that the caller supplies",
        "schema.param.sql": "is a database statement that the caller supplies",
        "schema.param.router": "selects one of many operations that are not listed",
    }[rule]
    category = Category.WRITE if _only_front(rule, argument) else Category.EXECUTE
    return Evidence(
        rule=rule,
        category=category,
        support=SUPPORT,
        place=argument.place,
        text=f"`{argument.parameter.name}` {what}",
        verb=argument.parameter.name.lower(),
    )


def _only_front(rule: str, argument: Argument) -> bool:
    return rule == "schema.param.router" and argument.parameter.name.lower() == "command"
